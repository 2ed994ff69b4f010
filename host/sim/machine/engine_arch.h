/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What differs between architectures inside the engine, and the engine's own state, shared by
 * engine*.c and by nothing else. An architecture is one row: its registers by name, how it gets to
 * user mode, and what its exceptions mean (facts measured on Unicorn 2.1.4).
 */
#ifndef SIM_MACHINE_ENGINE_ARCH_H
#define SIM_MACHINE_ENGINE_ARCH_H

#include "host/sim/machine/engine.h"

#include <unicorn/unicorn.h>

/* The header's own shifts into the sign bit. */
#undef UC_CTL
#define UC_CTL(type, nr, rw)                                                                       \
    ((uc_control_type)((uint32_t)(type) | (uint32_t)(nr) << 26 | (uint32_t)(rw) << 30))

/* The page with the code that leaves privileged mode, and a page of the same kind that is never
 * mapped: both lie far from any RAM or device of the platforms. */
#define ENGINE_STUB_BASE  0x3ff0000000ULL
#define ENGINE_STUB_BYTES 0x1000ULL

/* Device pages appear to Unicorn as pages of one window, in the order of their first use. */
#define ENGINE_WINDOW_BASE  0x2000000000ULL
#define ENGINE_WINDOW_PAGES 0x10000U

#define ENGINE_PAGE_BYTES 0x1000ULL
#define ENGINE_PAGE_MASK  (ENGINE_PAGE_BYTES - 1)

/* Basic blocks whose instruction count is remembered; a power of two. */
#define ENGINE_BLOCKS 8192U

/* Floating point registers of any architecture, and the longest. */
#define ENGINE_FPU_MAX   40
#define ENGINE_FPU_BYTES 64

/* Registers whose stored value differs from the one that user mode sees after a system call. */
#define ENGINE_KEPT_MAX 3

/* Looked up with every block that runs: four to a cache line. Unicorn ends a block after 512
 * instructions at the latest. */
struct engine_block {
    uint64_t pc;
    uint16_t size_bytes;
    uint16_t instructions;
    uint32_t note; /* the architecture's own */
};
_Static_assert(sizeof(struct engine_block) == 16, "four to a cache line");

struct engine_register {
    const char *name;
    int id;          /* Unicorn's */
    uint64_t mask;   /* bits that may be written; 0 means all */
    uint64_t always; /* bits always set when written */
    int8_t kept;     /* 1 + index in cpu_context.kept; 0: none */
};

struct engine_fpu_register {
    int id;
    uint8_t len_bytes;
};

struct engine_arch {
    const char *name;
    uc_arch arch;
    uc_mode mode;
    int cpu_model;
    bool watch_after;    /* a watchpoint is reported after the access */
    bool step_syscall;   /* a step over a system call ends right after it */
    unsigned insn_shift; /* 2 where every instruction has 4 bytes, else 0: Unicorn counts */
    const struct engine_register *registers; /* ends with a NULL name */
    const struct engine_fpu_register *fpu;   /* ends with length 0 */
    int pc;                                  /* Unicorn's number of the program counter */
    int probe;           /* a register that the load of the stub addresses with */
    const uint8_t *load; /* one load through `probe` */
    unsigned load_bytes;
    /* Prepares system registers, writes the stub that goes to `user_pc`. Before the first run. */
    enum err (*prepare)(struct engine *engine, uint8_t *stub, uint64_t user_pc);
    /* After user mode was reached: hooks of the architecture, offsets to find. */
    enum err (*setup)(struct engine *engine);
    void (*on_interrupt)(struct engine *engine, uint32_t number);
    void (*on_invalid)(struct engine *engine);
    /* Unicorn stopped for an instruction that waits; leaves an exit, or none to run on. */
    void (*on_wait)(struct engine *engine);
    /* Before `context` runs again; NULL if nothing. */
    void (*resume)(struct engine *engine, struct cpu_context *context);
    /* The block that begins is not at a multiple of an instruction's size (insn_shift). */
    void (*on_misaligned)(struct engine *engine);
    /* engine->exit is a fault at `pc`. True: it was made into what it really is. NULL: always is.
     */
    bool (*on_fault)(struct engine *engine, uint64_t pc);
    /* A basic block is seen for the first time: sets its note. NULL if it stays 0. */
    void (*on_new_block)(struct engine *engine, struct engine_block *block);
    /* The block with a note has run to its end; takes the note away. NULL if none has any. */
    void (*after_block)(struct engine *engine);
};

struct cpu_context {
    uc_context *uc;
    bool stepped_syscall;           /* a step is due that a system call began */
    bool by_syscall;                /* resumes the way a system call returns */
    uint64_t kept[ENGINE_KEPT_MAX]; /* what the kernel has stored for them */
};

struct engine {
    uc_engine *uc;
    const struct engine_arch *arch;
    const struct engine_ops *ops;
    void *context;
    const struct engine_register *map[ENGINE_REGS_MAX]; /* by position in the register set */
    unsigned register_count;

    uint8_t *ram;
    uint64_t ram_base, ram_bytes;
    uint8_t *stub; /* host memory of the stub page */

    struct cpu_context *running; /* whose registers are in the processor */
    uc_context *clean;           /* user mode, all registers 0 */
    struct engine_exit exit;
    bool exiting;    /* `exit` is set, the processor is stopping */
    bool entering;   /* leaving privileged mode: only the stub page is there */
    bool deny;       /* nothing translates: no access after the instruction that stopped */
    bool flush;      /* translations changed since the last run */
    bool forget_all; /* too much code was seen: begin anew */
    bool forgetting; /* for Unicorn's sake addresses are physical ones */
    unsigned code_count, code_open_count;
    uint16_t *code_open; /* rows of pages with code that may be written */
    struct code_page *code_seen;
    uint16_t *code_rows; /* for each page of RAM its row, plus 1; 0: no code was seen there */
    bool guarding;       /* the page at guard_page is the guard page, for fetches */
    uint64_t guard_page;
    bool dirty; /* an exception left hidden state behind: clean the processor after the run */
    uc_context *scratch;
    uc_context *port_context; /* the state before an instruction to undo, with port_fault */
    bool port_fault;

    size_t fault_offset; /* where the exact fault address is in Unicorn's own structure */
    uint64_t fault_page;
    bool fault_absent; /* the page is device memory where nothing answers */
    enum cpu_access fault_access;

    uint64_t instructions, limit;
    uint64_t block_pc;
    uint32_t block_bytes, block_note; /* of the block that runs */
    struct engine_block blocks[ENGINE_BLOCKS];

    uint64_t *window; /* physical page of each window page used */
    unsigned window_count;

    struct sim_debug debug; /* what the running context wants */
    bool debugging;         /* `debug` says anything */
    bool watching;          /* it has a watchpoint */
    struct engine_debug *debug_state;
    bool step_armed, step_begun; /* stop after one instruction; it was begun */
    uint64_t step_from;          /* `instructions` before it */

    uint64_t arch_word[2]; /* the architecture's own */
    char failure[160];
};

extern const struct engine_arch engine_x86_64, engine_aarch64, engine_riscv64;

/* Ends the run with the exit described; the first one wins. */
void engine_stop(struct engine *engine, const struct engine_exit *exit);

/* One start of Unicorn, to the next exit, which is in engine->exit then. */
void engine_run_once(struct engine *engine);

/* The state in the processor. */
uint64_t engine_uc_read(struct engine *engine, int id);
void engine_uc_write(struct engine *engine, int id, uint64_t value);

/* Reads `len_bytes` at `vaddr` as an instruction fetch would. */
bool engine_fetch(struct engine *engine, uint64_t vaddr, void *to, unsigned len_bytes);

/* The general and floating point registers of the running context survive, all hidden state of the
 * processor is as at start. */
void engine_clean_processor(struct engine *engine);

void engine_debug_free(struct engine *engine);
/* Before a run: hooks as the debug state wants them. */
void engine_debug_prepare(struct engine *engine);
/* A block begins while step_armed. True: the step has ended before it. */
bool engine_debug_block(struct engine *engine, uint64_t pc);
/* After a fault: was it a page taken away to watch it? Then the instruction has run alone, and
 * engine->exit says what came of it: a watchpoint, a step if none was hit, or another event. */
bool engine_debug_fault(struct engine *engine);
bool engine_debug_watches(const struct engine *engine, uint64_t page, enum cpu_access access);

#endif
