/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The model of seL4's kernel objects, as seen by the machine that runs user code for it. The model
 * knows nothing of the CPU emulator, files or terminals: it is handed an ops struct (struct
 * cpu_ops), guest RAM and a platform, and is driven by events. Unit tests drive it with a fake
 * machine. One thread of the host runs it; execution is deterministic.
 */
#ifndef SIM_KERNEL_KERNEL_H
#define SIM_KERNEL_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch/lib/err.h"

struct kernel;
struct sim_abi;     /* syscalls/include/sel4mon/sim_abi.h */
struct cpu_context; /* the machine's: all registers of one thread, floating point included */

enum cpu_access { CPU_READ, CPU_WRITE, CPU_EXECUTE };

/* What the model needs of the machine. Register numbers are positions in the architecture's
 * seL4_UserContext (0 is the program counter). `context` may be the running one: the machine knows
 * whether its registers are in the engine or saved. */
struct cpu_ops {
    struct cpu_context *(*context_new)(void *machine);
    void (*context_free)(void *machine, struct cpu_context *context);
    uint64_t (*reg_read)(void *machine, struct cpu_context *context, unsigned reg);
    void (*reg_write)(void *machine, struct cpu_context *context, unsigned reg, uint64_t value);
    void (*context_copy_fpu)(void *machine, struct cpu_context *to, struct cpu_context *from);
    /* Mappings of some address space changed, or the running thread's address space did. */
    void (*space_changed)(void *machine);
    /* The model wrote guest memory that may hold translated code. */
    void (*memory_written)(void *machine, uint64_t paddr, uint64_t len_bytes);
    /* Every register may have been replaced (TCB_WriteRegisters, CopyRegisters): the thread is to
     * be resumed with exactly these. Without it, a thread that entered by a system call is resumed
     * as the real kernel does: on x86_64 with rsp 0, rcx = rip and r11 = flags, the values stored
     * for these three staying those of its last entry by another way. */
    void (*registers_replaced)(void *machine, struct cpu_context *context);
    /* Interrupt lines: the GIC's or PLIC's number; on pc99 the pin of the I/O APIC (the kernel
     * model maps its vectors to pins). Masked at reset. Lines are level triggered: an event is sent
     * at the next boundary as long as a line is raised and not masked. */
    void (*irq_set_masked)(void *machine, unsigned irq, bool masked);
    /* x86 I/O ports; width 1, 2 or 4 bytes. */
    uint32_t (*port_in)(void *machine, uint16_t port, unsigned width_bytes);
    void (*port_out)(void *machine, uint16_t port, unsigned width_bytes, uint32_t value);
    /* The kernel's own console (DebugPutChar, messages). */
    void (*put_char)(void *machine, char c);
    /* DebugHalt and the like: nothing runs any more. */
    void (*halt)(void *machine, const char *why);
    /* Single-step and hardware breakpoints of the thread about to run (debug API): the machine
     * stops it with CPU_EVENT_DEBUG. steps 0: no stepping. */
    void (*debug_changed)(void *machine, struct cpu_context *context);
    /* Optional (NULL: the model clears byte by byte): make guest RAM zero. Untypeds of hundreds of
     * megabytes are cleared at their first use, most of it never touched before. */
    void (*memory_clear)(void *machine, uint64_t paddr, uint64_t len_bytes);
    /* Optional: the thread may (or may no longer) use floating point; where it may not, an
     * instruction that needs it is a user exception. All threads may at first. */
    void (*fpu_set_enabled)(void *machine, struct cpu_context *context, bool enabled);
};

/* A range of physical memory of the platform. Device ranges become device untypeds. */
struct sim_region {
    uint64_t start;
    uint64_t end; /* first byte after it */
    bool device;
};

struct sim_platform {
    const char *name; /* "pc99", "qemu-arm-virt", "qemu-riscv-virt" */
    const struct sim_region *regions;
    size_t region_count;
    unsigned irq_count; /* interrupts the kernel hands out: 0..irq_count-1 */
    unsigned timer_irq; /* the kernel's own, never handed out */
    uint8_t *ram;       /* host memory behind the guest's RAM */
    uint64_t ram_base;  /* its physical address */
    uint64_t ram_bytes;
};

/* The root task as loaded by the machine: its segments stand in guest RAM already. */
struct sim_image {
    uint64_t vstart, vend; /* virtual range, page aligned */
    uint64_t pstart;       /* where its first page lies */
    uint64_t entry;
    const void *extra[8]; /* extra boot information blobs, with their seL4_BootInfoHeader ids */
    uint32_t extra_id[8];
    size_t extra_len_bytes[8];
    unsigned extra_count;
};

enum cpu_event_kind {
    CPU_EVENT_SYSCALL,  /* trap instruction; the program counter is after it */
    CPU_EVENT_VM_FAULT, /* address, access; code: 0, or Arm's fault status if it is not that the
                           page is missing or forbids the access */
    CPU_EVENT_USER_EXCEPTION, /* number and code as the architecture's kernel reports them; PC at
                                 the instruction */
    CPU_EVENT_DEBUG, /* number: reason as in the debug API (breakpoint, watch, step, software) */
    CPU_EVENT_INTERRUPT, /* number: the interrupt line */
    CPU_EVENT_TICK,      /* the kernel's timer */
};

struct cpu_event {
    enum cpu_event_kind kind;
    uint64_t address;
    enum cpu_access access;
    uint64_t number;
    uint64_t code;
};

struct sim_translation {
    uint64_t paddr; /* of the page's first byte */
    uint64_t page_bytes;
    bool readable, writable, executable, device;
};

/* Makes a kernel for `abi` on `platform`; the machine, ops, platform and its RAM outlive it. */
enum err kernel_new(const struct sim_abi *abi, const struct sim_platform *platform,
                    const struct cpu_ops *ops, void *machine, struct kernel **out);
void kernel_free(struct kernel *kernel);

/* Builds capability space, boot information, untypeds and the first thread for `image`. */
enum err kernel_boot(struct kernel *kernel, const struct sim_image *image);

/* Handles one event of the running thread (or, for INTERRUPT and TICK, of the machine). */
void kernel_handle(struct kernel *kernel, const struct cpu_event *event);

/* The context that has to run now, or NULL when the machine shall wait for an interrupt. */
struct cpu_context *kernel_current(struct kernel *kernel);

/* Translates for the running thread. False: the access is a VM fault. */
bool kernel_translate(struct kernel *kernel, uint64_t vaddr, enum cpu_access access,
                      struct sim_translation *out);

/* What the running thread wants of the debug hardware. The machine asks after debug_changed and
 * whenever another thread runs. A step comes as CPU_EVENT_DEBUG after every instruction while
 * `single_step` holds (the model counts); a breakpoint with `code` = its number and `address` = its
 * address: before the instruction, on x86 a watchpoint after it. `number` is the reason as in the
 * debug API. */
enum sim_breakpoint_kind { SIM_BREAK_EXECUTE, SIM_BREAK_READ, SIM_BREAK_WRITE, SIM_BREAK_ACCESS };
enum { SIM_BREAKPOINTS_MAX = 16 };

struct sim_breakpoint {
    uint64_t address;
    uint8_t number; /* as in the debug API */
    uint8_t kind;   /* enum sim_breakpoint_kind */
    uint8_t len_bytes;
};

struct sim_debug {
    bool single_step;
    unsigned count;
    struct sim_breakpoint breakpoints[SIM_BREAKPOINTS_MAX];
};

/* False: nothing wanted, and `out` is not written. */
bool kernel_debug(struct kernel *kernel, struct sim_debug *out);

/* May the running thread use this I/O port (x86)? */
bool kernel_port_allowed(struct kernel *kernel, uint16_t port);

/* The name of the thread whose context this is ("rootserver", or as DebugNameThread set it). */
const char *kernel_thread_name(struct kernel *kernel, struct cpu_context *context);

/* Checks what must hold between kernel entries: derivation list, queues, thread states. Returns
 * NULL, or words about the first thing found wrong. For tests. */
const char *kernel_check(struct kernel *kernel);

/* A line of the decoded trace for every call and event, or none with NULL. */
typedef void (*kernel_trace_fn)(void *context, const char *line);
void kernel_set_trace(struct kernel *kernel, kernel_trace_fn fn, void *context);

#endif
