/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The by-name table: one row for each invocation and system call of the kernel interface that it
 * was generated for (`api_table` in the generated api_table.c), with all that a shell needs to
 * parse, complete, marshal, explain and print a call. No code here knows a method by name.
 *
 * A call is: words -> row -> each parameter put where its row says -> one trap with `api_trap` ->
 * each result taken from where its row says. Bits beyond a parameter's width are refused by the
 * caller of the table, never cut off.
 */
#ifndef SEL4MON_API_TABLE_H
#define SEL4MON_API_TABLE_H

#include <stdbool.h>
#include <stdint.h>

/* What a parameter or a result means. `type` of the parameter refines it. */
enum api_kind {
    API_WORD,      /* plain number */
    API_BOOL,      /* 0 or 1 */
    API_CAP,       /* capability the kernel looks up; type: index into api_objects, 0 = any */
    API_SLOT,      /* index of a slot below a CNode, with a depth parameter beside it */
    API_DEPTH,     /* bits of a slot address to resolve */
    API_BADGE,     /* badge or CNode guard word */
    API_RIGHTS,    /* seL4_CapRights: any of r w g p */
    API_ENUM,      /* one of api_enums[type] */
    API_FLAGS,     /* or of api_enums[type] */
    API_OBJECT,    /* object type to make, of api_enums[type] */
    API_VADDR,     /* virtual address */
    API_PADDR,     /* physical address */
    API_SIZE_BITS, /* size as a power of two */
    API_SIZE,      /* size in bytes */
    API_PRIORITY,  /* 0..255 */
    API_TIME,      /* time or ticks, unit in the documentation */
    API_IRQ,       /* interrupt number, pin or vector */
    API_PORT,      /* x86 I/O port */
    API_CHAR,      /* one character */
    API_STRING,    /* text; `where` says how it travels */
    API_REGISTERS, /* many words; api_structs[type] names them, in order */
    API_STRUCT,    /* the same, for other structures */
    API_MSGINFO,   /* label, extra caps and length of a message */
    API_WORDS,     /* the words of a message */
    API_CAPS,      /* the capabilities sent along with a message */
    API_ERROR,     /* seL4_Error, results only */
    API_KIND_COUNT
};

/* Where a parameter or a result travels. */
enum api_where {
    API_AT_CAP,       /* capability register (the invoked capability; result: badge) */
    API_AT_EXTRA_CAP, /* caps_or_badges[index] */
    API_AT_MESSAGE, /* message word `index`, bits shift..shift+width-1; wider than a word: low word
                       first */
    API_AT_INFO,    /* message info register */
    API_AT_REPLY,   /* reply register (MCS) */
    API_AT_DEST,    /* second destination register (MCS NBSendRecv and the like) */
    API_AT_BUFFER,  /* text at the start of the IPC buffer's message words (DebugNameThread) */
    API_AT_COUNT,   /* message word `index`: how many words of the register set are meant. The
                       parameter is optional; left out, the caller fills in the whole set */
    API_AT_LABEL,   /* results only: label of the returned message info */
    API_WHERE_COUNT
};

enum api_flag {
    API_BLOCKS = 1 << 0, /* may block: run it on the worker */
    API_HALTS =
        1 << 1, /* can halt or hang the kernel: refuse unless forced; see api_method.danger */
    API_CHECK = 1 << 2,    /* arguments have to be checked first, or the kernel halts; see danger */
    API_NO_ERROR = 1 << 3, /* returns no seL4_Error */
    API_SENDS = 1 << 4, /* system call that sends a message (info, words and caps are parameters) */
    API_RECEIVES = 1 << 5, /* system call that returns a message */
    API_DEBUG = 1 << 6,    /* debug system call: plain registers, no message */
    API_SETS_TLS = 1 << 7, /* changes the caller's own thread pointer */
};

struct api_value {
    const char *name;
    uint64_t value;
};

/* An enumeration or a set of flags. */
struct api_enum {
    const char *name;
    const struct api_value *values;
    uint16_t count;
};

/* A structure of words that travels in a message: register sets, breakpoint results. */
struct api_struct {
    const char *name;
    const char *const *fields;
    uint16_t count;
};

struct api_param {
    const char *name;
    uint8_t kind;  /* enum api_kind */
    uint8_t type;  /* refines kind */
    uint8_t where; /* enum api_where */
    uint8_t index;
    uint8_t shift; /* bits */
    uint8_t width; /* bits */
    bool optional; /* may be left out by position: trailing words, capabilities */
};

struct api_method {
    const char *name;      /* "TCB_Suspend", "DebugCapIdentify": without the seL4_ */
    const char *interface; /* "TCB"; "" for system calls */
    const char *doc;       /* one line */
    const char *danger;    /* why it is refused or checked; NULL if neither */
    const struct api_param *params;
    const struct api_param *results;
    int32_t number; /* invocation label, or system call number (negative) */
    uint16_t flags; /* enum api_flag */
    uint8_t param_count;
    uint8_t result_count;
    uint8_t length;     /* message words sent, structures counted whole */
    uint8_t extra_caps; /* capabilities sent */
    bool is_syscall;
    uint16_t errors; /* bit n: may return seL4_Error n */
};

/* A kind of object that Untyped_Retype makes. */
struct api_object_type {
    const char *name;  /* "TCB", "Endpoint", "X86_4K", "ARM_SmallPage": for people and completion */
    uint32_t number;   /* the `type` argument of Untyped_Retype */
    uint8_t size_bits; /* of one object; 0: the caller chooses (Untyped, CNode, SchedContext) */
    uint8_t min_bits;  /* smallest size_bits argument where the caller chooses, else 0 */
    uint8_t unit_bits; /* size in memory = size_bits argument + unit_bits (CNode: slots), else 0 */
    uint8_t object;    /* index into api_objects of the capability that comes out */
    bool is_frame;     /* memory that can be mapped */
};

/* The kernel's registers at a trap, the same for every architecture; before: arguments, after:
 * results (cap: badge). Words beyond the hardware's message registers are in the IPC buffer. */
struct api_trap {
    intptr_t syscall;
    uintptr_t cap;
    uintptr_t info;
    uintptr_t mr[4]; /* API_HW_MRS of them are used: 4, on ia32 2 (fewer on ia32 MCS) */
    uintptr_t reply;
    uintptr_t dest;
};

/* One trap of the kernel. Generated or arch-specific; clobbers nothing else. */
void api_trap(struct api_trap *t);

/* What the table was generated from. */
struct api_identity {
    const char *arch;    /* "x86_64" */
    const char *version; /* "16.0.0", or what the prefix says; "" if it does not */
    const char *hash;    /* the ABI hash of the build folder's name */
    uint8_t word_bits;
    uint8_t hw_mrs; /* message words in registers */
    bool mcs, debug, printing, hardware_debug;
    uint8_t breakpoints, watchpoints; /* 0 without the hardware debug API */
    uint8_t hw_breakpoints;           /* both together: numbers are below this */
    int32_t sys_call;                 /* number of seL4_Call: invocations use it */
    bool set_tls_base;                /* the system call SetTLSBase exists */
    bool smp;
};

extern const struct api_identity api_identity;
extern const struct api_method api_methods[];
extern const uint16_t api_method_count;
extern const struct api_enum api_enums[];
extern const uint16_t api_enum_count;
extern const struct api_struct api_structs[];
extern const uint16_t api_struct_count;
extern const char *const api_objects[]; /* kinds of capability: "any", "Untyped", "TCB", ... */
extern const uint16_t api_object_count;
extern const struct api_object_type api_object_types[];
extern const uint16_t api_object_type_count;
extern const struct api_enum api_errors;        /* seL4_Error: "RangeError" = 4 */
extern const struct api_enum api_lookup_errors; /* seL4_LookupFailureType */
extern const struct api_enum api_faults;        /* seL4_Fault_tag */

#endif
