/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel interface as data for the simulator: what number means what in one configuration of
 * one architecture. Generated from the same description as the stubs; the default tables of all
 * architectures are in one host library at once (`sim_abis`), a table for a kernel given by its
 * prefix is read from the JSON form that the generator writes beside its headers (sim_abi_load).
 *
 * The simulator asks by meaning (enum sim_method, sim_syscall, sim_object: the same numbers for all
 * architectures) and never knows a label. Everything else is had by the kernel's C name, once, at
 * start: sim_abi_constant(abi, "seL4_TCBBits", &bits).
 */
#ifndef SEL4MON_SIM_ABI_H
#define SEL4MON_SIM_ABI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Generated lists: SIM_METHOD_LIST(X) and the like with X(name); every method, system call and
 * object type that any architecture or configuration has. */
#include <sel4mon/sim_names.h>

#define SIM_ABI_ENUM_METHOD(name)  SIM_METHOD_##name,
#define SIM_ABI_ENUM_SYSCALL(name) SIM_SYS_##name,
#define SIM_ABI_ENUM_OBJECT(name)  SIM_OBJECT_##name,

/* SIM_METHOD_Untyped_Retype, SIM_METHOD_X86_Page_Map, ...: the C name without seL4_. */
enum sim_method { SIM_METHOD_NONE, SIM_METHOD_LIST(SIM_ABI_ENUM_METHOD) SIM_METHOD_COUNT };

/* SIM_SYS_Call, SIM_SYS_DebugPutChar, ... */
enum sim_syscall { SIM_SYS_NONE, SIM_SYSCALL_LIST(SIM_ABI_ENUM_SYSCALL) SIM_SYS_COUNT };

/* SIM_OBJECT_Untyped, SIM_OBJECT_TCB, SIM_OBJECT_CNode, SIM_OBJECT_X86_4K, ...: names as in struct
 * api_object_type. */
enum sim_object { SIM_OBJECT_NONE, SIM_OBJECT_LIST(SIM_ABI_ENUM_OBJECT) SIM_OBJECT_COUNT };

/* An integer constant, enumeration member or macro of the C API. Also, as "cap_NAME", the kernel's
 * raw capability tags that DebugCapIdentify returns (cap_untyped_cap, ...). */
struct sim_constant {
    const char *name;
    int64_t value;
};

/* "seL4_BootInfo.extraLen": one field of a structure; "seL4_BootInfo" alone: the whole. */
struct sim_field {
    const char *name;
    uint16_t offset; /* bytes */
    uint16_t size;   /* bytes, of one element */
    uint16_t count;  /* elements; 1 unless an array */
};

/* One kind of fault message: label and the names of its words in order, "FaultIP", "SP", ... */
struct sim_fault {
    const char *name; /* "VMFault" */
    const char *const *words;
    uint8_t label;
    uint8_t length;
};

/* The object types of Untyped_Retype. */
struct sim_type {
    enum sim_object object;
    uint32_t number;
    uint8_t size_bits; /* fixed size in memory; 0: depends on the argument */
    uint8_t unit_bits; /* memory = argument + unit_bits where it depends */
    bool is_frame;
};

/* How a method's message is made: what the decoder must find before it looks at arguments. */
struct sim_message {
    uint8_t length;     /* message words */
    uint8_t extra_caps; /* capabilities */
};

/* Register names of a trap, as Unicorn and gdb write them: "rdx", "x7", "a7". */
struct sim_trap {
    const char *number, *cap, *info, *reply, *dest; /* reply, dest: NULL without MCS */
    const char *mr[4];
};

struct sim_abi {
    const char *config;  /* "x86_64", "x86_64-mcs" */
    const char *arch;    /* "x86_64" */
    const char *version; /* "16.0.0" */
    const char *hash;    /* ABI hash, as in the build folder's name */
    uint8_t word_bits;
    uint8_t hw_mrs;
    bool mcs, debug, printing, hardware_debug, smp, set_tls_base, hypervisor;
    uint16_t method_count; /* labels 0..method_count-1 */
    uint16_t type_count, fault_count, constant_count, field_count;
    uint8_t context_count;       /* words of seL4_UserContext */
    uint8_t context_frame_count; /* of them in the message registers' "frame" part (kernel order) */
    const uint16_t *methods;     /* label -> enum sim_method; 0 where none */
    const struct sim_message *messages; /* label -> shape */
    const int32_t *syscalls;            /* enum sim_syscall -> number (negative); 0 where none */
    const struct sim_type *types;
    const struct sim_fault *faults;
    const char *const *context;           /* register names of seL4_UserContext in order */
    const struct sim_constant *constants; /* sorted by name */
    const struct sim_field *fields;       /* sorted by name */
    struct sim_trap trap;
};

/* The default tables: x86_64, aarch64, riscv64, plain and MCS. Ends with NULL. */
extern const struct sim_abi *const sim_abis[];

/* The default table of a configuration, "x86_64" or "x86_64-mcs"; NULL if there is none. */
const struct sim_abi *sim_abi_find(const char *config);

/* Read the JSON form. NULL on error, with words about it in `message` (at most `size` bytes).
 * The result lives until sim_abi_free. */
struct sim_abi *sim_abi_load(const char *path, char *message, size_t size);
void sim_abi_free(struct sim_abi *abi);

/* Label to method; SIM_METHOD_NONE if the kernel has no such label. */
enum sim_method sim_abi_method(const struct sim_abi *abi, uint64_t label);

/* System call number (sign-extended) to meaning; SIM_SYS_NONE if unknown. */
enum sim_syscall sim_abi_syscall(const struct sim_abi *abi, int64_t number);

/* Object type by number; NULL if the kernel has none. */
const struct sim_type *sim_abi_type(const struct sim_abi *abi, uint64_t number);

/* A constant by its C name; false if this configuration has none. */
bool sim_abi_constant(const struct sim_abi *abi, const char *name, int64_t *value);

/* A field by "struct.field"; NULL if this configuration has none. */
const struct sim_field *sim_abi_field(const struct sim_abi *abi, const char *name);

/* A fault by name; NULL if this configuration has none. */
const struct sim_fault *sim_abi_fault(const struct sim_abi *abi, const char *name);

/* Names for traces: never NULL. */
const char *sim_abi_method_name(enum sim_method method);
const char *sim_abi_syscall_name(enum sim_syscall syscall);
const char *sim_abi_object_name(enum sim_object object);

#endif
