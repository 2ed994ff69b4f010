/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The x86_64 row of the engine. User mode is entered by `sysretq`. What needs care here: a thread
 * that returns from a system call sees rsp 0 and rcx, r11 overwritten, as on the real kernel; the
 * port instructions are not privileged in Unicorn, and a pending exception of the contributory
 * class would turn the next one into a double fault.
 */
#include "host/sim/machine/engine_arch.h"

#include <stdio.h>
#include <string.h>

#define MSR_EFER 0xc0000080U
#define MSR_STAR 0xc0000081U

#define EFER_SCE 0x001U
#define EFER_LME 0x100U
#define EFER_LMA 0x400U

/* Code selector 0x2b, stack selector 0x23, as `sysretq` derives them. */
#define STAR_USER (0x1bULL << 48)

#define CR4_OSFXSR     0x00200U
#define CR4_OSXMMEXCPT 0x00400U
#define CR4_OSXSAVE    0x40000U

/* IF and the bit that is always one; what user mode may set besides: arithmetic flags, direction,
 * alignment check, identification. The trap flag is the engine's own business. */
#define FLAGS_ALWAYS 0x202U
#define FLAGS_USER   0x240cd5U

/* The x87 control word and MXCSR that a new thread has. */
#define FPCW_INITIAL  0x37fU
#define MXCSR_INITIAL 0x1f80U

/* Gates from here on are open to user mode: the kernel takes them for unknown system calls. */
#define VECTOR_TRAP_FIRST 158U
#define VECTOR_TRAP_LAST  254U

/* The error code of an `int n` that is not allowed, as QEMU has it. */
#define GATE_BYTES 16U

/* A selector that no descriptor table has: loading it gives a known error code. */
#define PROBE_SELECTOR 0x5a58U
#define PROBE_OFFSET   0x900U /* in the stub page */

enum { KEPT_RSP = 1, KEPT_RCX, KEPT_R11 };

enum {
    VECTOR_DIVIDE = 0,
    VECTOR_DEBUG = 1,
    VECTOR_BREAKPOINT = 3,
    VECTOR_INVALID = 6,
    VECTOR_PROTECTION = 13,
};

static const struct engine_register registers[] = {
    {.name = "rip", .id = UC_X86_REG_RIP},
    {.name = "rsp", .id = UC_X86_REG_RSP, .kept = KEPT_RSP},
    {.name = "rflags", .id = UC_X86_REG_RFLAGS, .mask = FLAGS_USER, .always = FLAGS_ALWAYS},
    {.name = "rax", .id = UC_X86_REG_RAX},
    {.name = "rbx", .id = UC_X86_REG_RBX},
    {.name = "rcx", .id = UC_X86_REG_RCX, .kept = KEPT_RCX},
    {.name = "rdx", .id = UC_X86_REG_RDX},
    {.name = "rsi", .id = UC_X86_REG_RSI},
    {.name = "rdi", .id = UC_X86_REG_RDI},
    {.name = "rbp", .id = UC_X86_REG_RBP},
    {.name = "r8", .id = UC_X86_REG_R8},
    {.name = "r9", .id = UC_X86_REG_R9},
    {.name = "r10", .id = UC_X86_REG_R10},
    {.name = "r11", .id = UC_X86_REG_R11, .kept = KEPT_R11},
    {.name = "r12", .id = UC_X86_REG_R12},
    {.name = "r13", .id = UC_X86_REG_R13},
    {.name = "r14", .id = UC_X86_REG_R14},
    {.name = "r15", .id = UC_X86_REG_R15},
    {.name = "fs_base", .id = UC_X86_REG_FS_BASE},
    {.name = "gs_base", .id = UC_X86_REG_GS_BASE},
    {0},
};

#define FPU_ST(n)                                                                                  \
    {                                                                                              \
        UC_X86_REG_ST##n, 10                                                                       \
    }
#define FPU_XMM(n)                                                                                 \
    {                                                                                              \
        UC_X86_REG_XMM##n, 16                                                                      \
    }

/* The tag word goes last: writing a register of the stack does not mark it as used. */
static const struct engine_fpu_register fpu[] = {
    {UC_X86_REG_FPCW, 2},
    {UC_X86_REG_FPSW, 2},
    {UC_X86_REG_MXCSR, 4},
    FPU_ST(0),
    FPU_ST(1),
    FPU_ST(2),
    FPU_ST(3),
    FPU_ST(4),
    FPU_ST(5),
    FPU_ST(6),
    FPU_ST(7),
    FPU_XMM(0),
    FPU_XMM(1),
    FPU_XMM(2),
    FPU_XMM(3),
    FPU_XMM(4),
    FPU_XMM(5),
    FPU_XMM(6),
    FPU_XMM(7),
    FPU_XMM(8),
    FPU_XMM(9),
    FPU_XMM(10),
    FPU_XMM(11),
    FPU_XMM(12),
    FPU_XMM(13),
    FPU_XMM(14),
    FPU_XMM(15),
    {UC_X86_REG_FPTAG, 2},
    {0, 0},
};

static const uint8_t load[] = {0x8a, 0x00}; /* mov (%rax), %al */

static enum err prepare(struct engine *e, uint8_t *stub, uint64_t user_pc)
{
    static const uint8_t sysretq[] = {0x48, 0x0f, 0x07};
    uc_x86_msr efer = {.rid = MSR_EFER, .value = EFER_SCE | EFER_LME | EFER_LMA};
    uc_x86_msr star = {.rid = MSR_STAR, .value = STAR_USER};
    uint64_t cr4 = engine_uc_read(e, UC_X86_REG_CR4);

    memcpy(stub, sysretq, sizeof sysretq);
    uc_reg_write(e->uc, UC_X86_REG_MSR, &efer);
    uc_reg_write(e->uc, UC_X86_REG_MSR, &star);
    engine_uc_write(e, UC_X86_REG_CR4, cr4 | CR4_OSFXSR | CR4_OSXMMEXCPT | CR4_OSXSAVE);
    engine_uc_write(e, UC_X86_REG_FPCW, FPCW_INITIAL);
    engine_uc_write(e, UC_X86_REG_FPTAG, 0xffff);
    engine_uc_write(e, UC_X86_REG_MXCSR, MXCSR_INITIAL);
    engine_uc_write(e, UC_X86_REG_RCX, user_pc);
    engine_uc_write(e, UC_X86_REG_R11, FLAGS_ALWAYS);
    return ERR_OK;
}

static void on_syscall(uc_engine *uc, void *user)
{
    struct engine_exit exit = {.kind = ENGINE_EXIT_SYSCALL};

    (void)uc;
    engine_stop(user, &exit);
}

/* The processor's state is saved before the instruction, and nothing after it takes effect. */
static bool port_refused(struct engine *e, uint32_t port, int size)
{
    struct engine_exit exit = {.kind = ENGINE_EXIT_EXCEPTION, .number = VECTOR_PROTECTION};

    if (e->exiting) {
        return true;
    }
    if (e->ops->port_allowed(e->context, (uint16_t)port, (unsigned)size)) {
        return false;
    }
    uc_context_save(e->uc, e->port_context);
    e->port_fault = true;
    e->deny = true;
    uc_ctl_flush_tlb(e->uc);
    engine_stop(e, &exit);
    return true;
}

/* Not there in 64-bit mode. */
static void on_sysenter(uc_engine *uc, void *user)
{
    struct engine *e = user;
    struct engine_exit exit = {.kind = ENGINE_EXIT_EXCEPTION, .number = VECTOR_INVALID};

    (void)uc;
    uc_context_save(e->uc, e->port_context);
    e->port_fault = true;
    engine_stop(e, &exit);
}

static uint32_t on_in(uc_engine *uc, uint32_t port, int size, void *user)
{
    struct engine *e = user;

    (void)uc;
    return port_refused(e, port, size)
               ? 0
               : e->ops->port_in(e->context, (uint16_t)port, (unsigned)size);
}

static void on_out(uc_engine *uc, uint32_t port, int size, uint32_t value, void *user)
{
    struct engine *e = user;

    (void)uc;
    if (!port_refused(e, port, size)) {
        e->ops->port_out(e->context, (uint16_t)port, (unsigned)size, value);
    }
}

/* The time stamp counter runs with virtual time; nothing of the host's is seen. */
static int on_rdtsc(uc_engine *uc, void *user)
{
    struct engine *e = user;
    uint64_t now = e->ops->counter(e->context);

    (void)uc;
    engine_uc_write(e, UC_X86_REG_RAX, now & 0xffffffffU);
    engine_uc_write(e, UC_X86_REG_RDX, now >> 32);
    return 1;
}

static int on_rdtscp(uc_engine *uc, void *user)
{
    engine_uc_write(user, UC_X86_REG_RCX, 0);
    return on_rdtsc(uc, user);
}

/* arch_word[0]: where the error code of the last exception lies in a saved state. */
static uint32_t read_error_code(struct engine *e)
{
    uint32_t code;

    uc_context_save(e->uc, e->scratch);
    memcpy(&code, (const uint8_t *)e->scratch + e->arch_word[0], sizeof code);
    return code;
}

static enum err find_error_code(struct engine *e)
{
    static const uint8_t load_segment[] = {0x8e, 0xd8}; /* mov %eax, %ds */
    size_t end = uc_context_size(e->uc);
    unsigned found = 0;

    memcpy(e->stub + PROBE_OFFSET, load_segment, sizeof load_segment);
    uc_context_save(e->uc, e->port_context); /* without a pending exception */
    engine_uc_write(e, UC_X86_REG_RAX, PROBE_SELECTOR);
    uc_emu_start(e->uc, ENGINE_STUB_BASE + PROBE_OFFSET, 0, 0, 0);
    engine_uc_write(e, UC_X86_REG_RAX, 0);
    uc_context_save(e->uc, e->scratch);
    uc_context_restore(e->uc, e->port_context);
    for (size_t at = 0; at + 4 <= end; at += 4) {
        uint32_t word;
        memcpy(&word, (const uint8_t *)e->scratch + at, sizeof word);
        if (word == PROBE_SELECTOR) {
            e->arch_word[0] = at;
            found++;
        }
    }
    e->exiting = e->dirty = false;
    if (found != 1) {
        snprintf(e->failure, sizeof e->failure, "this Unicorn keeps its error code elsewhere");
        return ERR_UNSUPPORTED;
    }
    return ERR_OK;
}

static enum err setup(struct engine *e)
{
    const struct {
        int insn;
        void *callback;
    } hooks[] = {
        {UC_X86_INS_SYSCALL, (void *)on_syscall}, {UC_X86_INS_IN, (void *)on_in},
        {UC_X86_INS_OUT, (void *)on_out},         {UC_X86_INS_RDTSC, (void *)on_rdtsc},
        {UC_X86_INS_RDTSCP, (void *)on_rdtscp},   {UC_X86_INS_SYSENTER, (void *)on_sysenter},
    };
    uc_hook handle;

    for (size_t i = 0; i < sizeof hooks / sizeof hooks[0]; i++) {
        if (uc_hook_add(e->uc, &handle, UC_HOOK_INSN, hooks[i].callback, e, 1, 0, hooks[i].insn) !=
            UC_ERR_OK) {
            return ERR_NO_MEMORY;
        }
    }
    return find_error_code(e);
}

/* `int n` comes with the number of an exception, but with the program counter after it, which is
 * then where its block ends. */
static bool is_int_insn(struct engine *e, uint64_t pc, uint32_t number)
{
    uint8_t bytes[2];

    return pc == e->block_pc + e->block_bytes && engine_fetch(e, pc - 2, bytes, 2) &&
           bytes[0] == 0xcd && bytes[1] == number;
}

static void on_interrupt(struct engine *e, uint32_t number)
{
    struct engine_exit exit = {.kind = ENGINE_EXIT_EXCEPTION, .number = number};
    uint64_t pc = engine_uc_read(e, UC_X86_REG_RIP);

    if (number == VECTOR_BREAKPOINT || number == VECTOR_DEBUG) {
        exit.kind = ENGINE_EXIT_DEBUG;
        exit.number = number == VECTOR_DEBUG ? ENGINE_DEBUG_STEP : ENGINE_DEBUG_SOFTWARE;
        exit.code = number;
        exit.address = pc;
    } else if (is_int_insn(e, pc, number)) {
        if (number > VECTOR_TRAP_LAST) {
            return;
        }
        engine_uc_write(e, UC_X86_REG_RIP, pc - 2);
        if (number < VECTOR_TRAP_FIRST) {
            exit.number = VECTOR_PROTECTION;
            exit.code = number * GATE_BYTES + 2;
        }
    } else if (number == VECTOR_PROTECTION) {
        exit.code = read_error_code(e);
    }
    e->dirty = true;
    engine_stop(e, &exit);
}

static void on_invalid(struct engine *e)
{
    struct engine_exit exit = {.kind = ENGINE_EXIT_EXCEPTION, .number = VECTOR_INVALID};
    uint8_t bytes[2];

    if (engine_fetch(e, engine_uc_read(e, UC_X86_REG_RIP), bytes, 2) && bytes[0] == 0x0f &&
        bytes[1] == 0x33) {
        exit.number = VECTOR_PROTECTION; /* rdpmc, which the kernel does not allow */
    }
    engine_stop(e, &exit);
}

/* An address outside both halves is no page fault. */
static bool on_fault(struct engine *e, uint64_t pc)
{
    int64_t high = (int64_t)e->exit.address >> 47;

    (void)pc;
    if (high == 0 || high == -1) {
        return false;
    }
    e->exit = (struct engine_exit){.kind = ENGINE_EXIT_EXCEPTION, .number = VECTOR_PROTECTION};
    return true;
}

static void resume(struct engine *e, struct cpu_context *context)
{
    if (context->by_syscall) {
        engine_uc_write(e, UC_X86_REG_RSP, 0);
        engine_uc_write(e, UC_X86_REG_RCX, engine_uc_read(e, UC_X86_REG_RIP));
        engine_uc_write(e, UC_X86_REG_R11, engine_uc_read(e, UC_X86_REG_RFLAGS));
    } else {
        context->kept[KEPT_RSP - 1] = engine_uc_read(e, UC_X86_REG_RSP);
        context->kept[KEPT_RCX - 1] = engine_uc_read(e, UC_X86_REG_RCX);
        context->kept[KEPT_R11 - 1] = engine_uc_read(e, UC_X86_REG_R11);
    }
}

const struct engine_arch engine_x86_64 = {
    .name = "x86_64",
    .arch = UC_ARCH_X86,
    .mode = UC_MODE_64,
    .cpu_model = UC_CPU_X86_SANDYBRIDGE, /* has xsave, has no rdrand */
    .watch_after = true,
    .step_syscall = true,
    .registers = registers,
    .fpu = fpu,
    .pc = UC_X86_REG_RIP,
    .probe = UC_X86_REG_RAX,
    .load = load,
    .load_bytes = sizeof load,
    .prepare = prepare,
    .setup = setup,
    .on_interrupt = on_interrupt,
    .on_invalid = on_invalid,
    .on_wait = on_invalid,
    .on_fault = on_fault,
    .resume = resume,
};
