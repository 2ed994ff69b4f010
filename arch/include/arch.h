/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The whole contract of an architecture: what the monitor needs to know and do that differs from
 * one to the next. Each arch/<x>/ has the same files and defines all of this; the build picks the
 * folder. Nothing here allocates, keeps state or knows the monitor: capabilities and memory come
 * from the caller. Kernel errors are returned as they are.
 */
#ifndef ARCH_INCLUDE_ARCH_H
#define ARCH_INCLUDE_ARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sel4/sel4.h>

enum { ARCH_PAGE_BITS = 12, ARCH_PAGE_BYTES = 1 << ARCH_PAGE_BITS };

/* --- image map (image.ld): each part begins on a page of its own ------------------------------ */
extern char arch_text_start[];   /* code, the image's first byte */
extern char arch_rodata_start[]; /* constants */
extern char arch_data_start[];   /* data, then zeroed data */
extern char arch_image_end[];

/* --- what an ELF file must be for, and where a user's addresses end --------------------------- */
extern const uint16_t arch_elf_machine;
extern const uint64_t arch_user_top;

/* --- entry ------------------------------------------------------------------------------------ */
/* entry.S calls it on the boot stack. Never returns. */
_Noreturn void arch_main(seL4_BootInfo *boot);

/* --- thread-local storage --------------------------------------------------------------------- */
/* Room for any thread's thread-locals, which all begin as zero; image.ld asserts both. */
enum { ARCH_TLS_AREA_BYTES = 256 };

/* Fills a thread's area, aligned to 16 bytes, and returns its thread pointer. */
uintptr_t arch_tls_init(void *area);

/* Sets the caller's own thread pointer; `tcb` is its own. */
void arch_tls_set(seL4_CPtr tcb, uintptr_t thread_pointer);

/* --- threads ---------------------------------------------------------------------------------- */
#define ARCH_CONTEXT_WORDS (sizeof(seL4_UserContext) / sizeof(seL4_Word))

/* First registers of a thread that enters `entry(arg)`, which must not return. */
void arch_context_init(seL4_UserContext *context, void (*entry)(void *), void *arg,
                       uintptr_t stack_top, uintptr_t thread_pointer);

/* First registers of a component: `start` goes into the first argument's register, all else is 0.
 * `stack_top` aligned to 16 bytes. */
void arch_context_component(seL4_UserContext *context, seL4_Word entry, seL4_Word start,
                            seL4_Word stack_top);

/* Where an unknown system call's fault message has its number and the first argument. */
extern const uint8_t arch_syscall_number_word, arch_syscall_argument_word;

/* --- trying what may fault -------------------------------------------------------------------- */
struct arch_try {
    uintptr_t stack; /* of arch_try, with the registers saved there */
};

/* Calls fn(arg); 0 when it returns, 1 when somebody let the thread go on with arch_context_fail. */
int arch_try(void (*fn)(void *), void *arg, struct arch_try *save);

/* Makes a stopped thread inside arch_try go on as if it had returned 1. */
void arch_context_fail(seL4_UserContext *context, struct arch_try *save);

/* --- address spaces --------------------------------------------------------------------------- */
/* A kind of paging object. The kernel's "failed lookup" says how many bits of the address were left
 * when a table was missing; the row with that number, or with 0, is the one to make and map. */
struct arch_table {
    uint8_t bits_left;
    uint8_t size_bits;
    uint8_t type; /* for Untyped_Retype */
    seL4_Error (*map)(seL4_CPtr table, seL4_CPtr vspace, seL4_Word vaddr);
};
extern const struct arch_table arch_tables[];
extern const unsigned arch_table_count;

/* Frame sizes, smallest first. */
struct arch_frame {
    uint8_t size_bits;
    uint8_t type;
};
extern const struct arch_frame arch_frames[];
extern const unsigned arch_frame_count;

enum arch_memory {
    ARCH_MEMORY_CODE,   /* read, execute */
    ARCH_MEMORY_CONST,  /* read */
    ARCH_MEMORY_DATA,   /* read, write */
    ARCH_MEMORY_DEVICE, /* read, write, not cached */
};
seL4_Error arch_frame_map(seL4_CPtr frame, seL4_CPtr vspace, seL4_Word vaddr,
                          enum arch_memory memory);
seL4_Error arch_frame_unmap(seL4_CPtr frame);
seL4_Error arch_frame_address(seL4_CPtr frame, seL4_Word *paddr);

/* The root of an address space: how it is made, and what it needs before anything can be mapped. */
struct arch_vspace {
    uint8_t size_bits;
    uint8_t type; /* for Untyped_Retype */
};
extern const struct arch_vspace arch_vspace;
seL4_Error arch_vspace_assign(seL4_CPtr asid_pool, seL4_CPtr vspace);

/* After bytes [start, end) of a page were written through a mapping of `frame` (any of its
 * capabilities): makes instruction fetches see them. */
void arch_code_written(seL4_CPtr frame, seL4_Word start, seL4_Word end);

/* --- kinds of capability -----------------------------------------------------------------------
 */
/* What the kernel left in its fixed slots, by the names of the by-name table. */
struct arch_kind {
    seL4_CPtr slot;
    const char *name;
};
extern const struct arch_kind arch_kinds[];
extern const unsigned arch_kind_count;
extern const char *const arch_frame_kind;

/* Kinds of paging object in the order in which they first appear in the boot information. */
extern const char *const arch_paging_kinds[];
extern const unsigned arch_paging_kind_count;

/* --- interrupts ------------------------------------------------------------------------------- */
/* Where a capability goes. */
struct arch_slot {
    seL4_CPtr root;
    seL4_Word index;
    seL4_Word depth;
};

enum arch_trigger { ARCH_TRIGGER_DEFAULT, ARCH_TRIGGER_LEVEL, ARCH_TRIGGER_EDGE };

struct arch_irq {
    uint32_t number;    /* as the kernel counts; x86: pin of the I/O APIC */
    uint8_t controller; /* x86: number of the I/O APIC */
    uint8_t trigger;    /* enum arch_trigger */
    bool active_low;    /* x86 */
};
seL4_Error arch_irq_claim(seL4_CPtr control, const struct arch_irq *irq, struct arch_slot to);

/* --- I/O ports (x86; elsewhere arch_has_ports is false and the calls fail) -------------------- */
extern const bool arch_has_ports;
seL4_Error arch_port_claim(seL4_CPtr control, uint16_t first, uint16_t last, struct arch_slot to);
seL4_Error arch_port_in(seL4_CPtr ports, uint16_t port, unsigned size_bytes, uint32_t *value);
seL4_Error arch_port_out(seL4_CPtr ports, uint16_t port, unsigned size_bytes, uint32_t value);

/* --- UARTs that no description tells of ------------------------------------------------------- */
struct arch_legacy_uart {
    uint16_t port;
    struct arch_irq irq;
};
extern const struct arch_legacy_uart arch_legacy_uarts[];
extern const unsigned arch_legacy_uart_count;

/* --- ending it -------------------------------------------------------------------------------- */
/* A write to an I/O port that ends or resets the machine, tried in order. */
struct arch_exit {
    uint16_t port;
    uint8_t size_bytes;
    bool takes_status; /* the status is written instead of `value` */
    uint32_t value;
    const char *name;
};
extern const struct arch_exit arch_poweroffs[];
extern const unsigned arch_poweroff_count;
extern const struct arch_exit arch_resets[];
extern const unsigned arch_reset_count;

/* Ends an emulator by its semihosting call; faults (use arch_try) or returns where there is none.
 */
void arch_semihosting_exit(uint32_t status);

/* --- the kernel's identity -------------------------------------------------------------------- */
/* An invocation without words or capabilities that every kernel of this interface answers with a
 * certain error and without a message of its own, so that a shifted label shows. */
struct arch_probe_call {
    seL4_CPtr cap;
    uint16_t label;
    uint8_t error;
};
extern const struct arch_probe_call arch_probe_calls[];
extern const unsigned arch_probe_call_count;

#endif
