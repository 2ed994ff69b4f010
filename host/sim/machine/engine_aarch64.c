/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The aarch64 row of the engine. User mode is entered by `eret` from the highest level, with the
 * lower levels told to be 64 bit and not secure. The kernel reports exceptions by their syndrome,
 * which Unicorn keeps to itself: its place in a saved state is found at start by a system call with
 * a known number.
 */
#include "host/sim/machine/engine_arch.h"

#include <stdio.h>
#include <string.h>

enum { INTR_UNDEFINED = 1, INTR_SVC = 2, INTR_PREFETCH = 3, INTR_DATA = 4, INTR_BRK = 7 };

#define ESR_CLASS(esr)   ((uint32_t)(esr) >> 26)
#define ESR_CLASS_SVC    0x15U
#define ESR_STATUS(esr)  ((esr)&0x3fU)
#define INSN_SEMIHOST    0xd45e0000U /* hlt #0xf000 */
#define INSN_SVC(number) (0xd4000001U | ((uint32_t)(number) << 5))
/* `msr daifset` and `msr daifclr`, for which Unicorn has no syndrome; this is QEMU's. */
#define INSN_MSR_DAIF_MASK 0xfffff0dfU
#define INSN_MSR_DAIF      0xd50340dfU
#define ESR_MSR_DAIF       0x620793e0U
#define ESR_MISALIGNED     0x8a000000U
#define INSN_ERET          0xd69f03e0U
#define PROBE_SVC_NUMBER   0x2b5cU
#define SVC_OFFSET         0x900U /* in the stub page */

/* EL0 with its own stack; FIQ masked as the kernel starts its threads. */
#define PSTATE_USER  0x40U
#define PSTATE_FLAGS 0xf0000000U

struct system_register {
    uint32_t op0, op1, crn, crm, op2;
    uint64_t set;
};

/* Bits set before user mode: SCR_EL3.NS and RW; HCR_EL2.RW; CPACR_EL1.FPEN; SCTLR_EL1.UCT,
 * nTWI, nTWE and UCI. The kernel leaves DZE clear: `dc zva` traps. */
static const struct system_register system_registers[] = {
    {3, 6, 1, 1, 0, 0x401},
    {3, 4, 1, 1, 0, 0x80000000},
    {3, 0, 1, 0, 2, 0x300000},
    {3, 0, 1, 0, 0, 0x4058000},
};

#define REG_X(n)                                                                                   \
    {                                                                                              \
        .name = "x" #n, .id = UC_ARM64_REG_X##n                                                    \
    }

static const struct engine_register registers[] = {
    {.name = "pc", .id = UC_ARM64_REG_PC},
    {.name = "sp", .id = UC_ARM64_REG_SP},
    {.name = "spsr", .id = UC_ARM64_REG_PSTATE, .mask = PSTATE_FLAGS, .always = PSTATE_USER},
    REG_X(0),
    REG_X(1),
    REG_X(2),
    REG_X(3),
    REG_X(4),
    REG_X(5),
    REG_X(6),
    REG_X(7),
    REG_X(8),
    REG_X(9),
    REG_X(10),
    REG_X(11),
    REG_X(12),
    REG_X(13),
    REG_X(14),
    REG_X(15),
    REG_X(16),
    REG_X(17),
    REG_X(18),
    REG_X(19),
    REG_X(20),
    REG_X(21),
    REG_X(22),
    REG_X(23),
    REG_X(24),
    REG_X(25),
    REG_X(26),
    REG_X(27),
    REG_X(28),
    REG_X(29),
    REG_X(30),
    {.name = "tpidr_el0", .id = UC_ARM64_REG_TPIDR_EL0},
    {.name = "tpidrro_el0", .id = UC_ARM64_REG_TPIDRRO_EL0},
    {0},
};

#define FPU_Q(n)                                                                                   \
    {                                                                                              \
        UC_ARM64_REG_Q##n, 16                                                                      \
    }

static const struct engine_fpu_register fpu[] = {
    FPU_Q(0),
    FPU_Q(1),
    FPU_Q(2),
    FPU_Q(3),
    FPU_Q(4),
    FPU_Q(5),
    FPU_Q(6),
    FPU_Q(7),
    FPU_Q(8),
    FPU_Q(9),
    FPU_Q(10),
    FPU_Q(11),
    FPU_Q(12),
    FPU_Q(13),
    FPU_Q(14),
    FPU_Q(15),
    FPU_Q(16),
    FPU_Q(17),
    FPU_Q(18),
    FPU_Q(19),
    FPU_Q(20),
    FPU_Q(21),
    FPU_Q(22),
    FPU_Q(23),
    FPU_Q(24),
    FPU_Q(25),
    FPU_Q(26),
    FPU_Q(27),
    FPU_Q(28),
    FPU_Q(29),
    FPU_Q(30),
    FPU_Q(31),
    {UC_ARM64_REG_FPCR, 4},
    {UC_ARM64_REG_FPSR, 4},
    {0, 0},
};

static const uint8_t load[] = {0x00, 0x00, 0x40, 0x39}; /* ldrb w0, [x0] */

static enum err prepare(struct engine *e, uint8_t *stub, uint64_t user_pc)
{
    static const uint32_t eret = INSN_ERET, svc = INSN_SVC(PROBE_SVC_NUMBER);
    uint32_t level = ((uint32_t)engine_uc_read(e, UC_ARM64_REG_PSTATE) >> 2) & 3;

    for (size_t i = 0; i < sizeof system_registers / sizeof system_registers[0]; i++) {
        const struct system_register *row = &system_registers[i];
        uc_arm64_cp_reg reg = {row->crn, row->crm, row->op0, row->op1, row->op2, 0};
        uc_reg_read(e->uc, UC_ARM64_REG_CP_REG, &reg);
        reg.val |= row->set;
        if (uc_reg_write(e->uc, UC_ARM64_REG_CP_REG, &reg) != UC_ERR_OK) {
            snprintf(e->failure, sizeof e->failure, "Unicorn has no system register %zu", i);
            return ERR_UNSUPPORTED;
        }
    }
    memcpy(stub, &eret, sizeof eret);
    memcpy(stub + SVC_OFFSET, &svc, sizeof svc);
    engine_uc_write(e, UC_ARM64_REG_ELR_EL0 + (int)level, user_pc);
    /* SPSR of the level: op1 is 0, 4, 6 for levels 1, 2, 3 */
    uc_arm64_cp_reg spsr = {4, 0, 3, level == 1 ? 0 : level == 2 ? 4 : 6, 0, PSTATE_USER};
    return uc_reg_write(e->uc, UC_ARM64_REG_CP_REG, &spsr) == UC_ERR_OK ? ERR_OK : ERR_UNSUPPORTED;
}

/* arch_word[0]: where the syndrome lies in a saved state. */
static uint32_t read_syndrome(struct engine *e)
{
    uint32_t syndrome;

    uc_context_save(e->uc, e->scratch);
    memcpy(&syndrome, (const uint8_t *)e->scratch + e->arch_word[0], sizeof syndrome);
    return syndrome;
}

static uint64_t read_fault_address(struct engine *e)
{
    uint64_t address;

    memcpy(&address, (const uint8_t *)e->scratch + e->arch_word[0] + 8, sizeof address);
    return address;
}

static enum err setup(struct engine *e)
{
    const uint32_t want = (ESR_CLASS_SVC << 26) | (1U << 25) | PROBE_SVC_NUMBER;
    size_t end = uc_context_size(e->uc);
    unsigned found = 0;

    uc_emu_start(e->uc, ENGINE_STUB_BASE + SVC_OFFSET, 0, 0, 0);
    uc_context_save(e->uc, e->scratch);
    for (size_t at = 0; at + 16 <= end; at += 4) {
        uint32_t word;
        memcpy(&word, (const uint8_t *)e->scratch + at, sizeof word);
        if (word == want) {
            e->arch_word[0] = at;
            found++;
        }
    }
    if (found != 1) {
        snprintf(e->failure, sizeof e->failure, "this Unicorn keeps its syndrome elsewhere");
        return ERR_UNSUPPORTED;
    }
    return ERR_OK;
}

static void on_interrupt(struct engine *e, uint32_t number)
{
    struct engine_exit exit = {.kind = ENGINE_EXIT_EXCEPTION};
    uint64_t pc = engine_uc_read(e, UC_ARM64_REG_PC);
    uint32_t insn = 0;

    if (number == INTR_SVC) {
        exit.kind = ENGINE_EXIT_SYSCALL;
        engine_stop(e, &exit);
        return;
    }
    exit.number = read_syndrome(e);
    if (number == INTR_BRK) {
        exit.kind = ENGINE_EXIT_DEBUG;
        exit.code = exit.number;
        exit.number = ENGINE_DEBUG_SOFTWARE;
        exit.address = pc;
    } else if (number == INTR_DATA || number == INTR_PREFETCH) {
        exit.kind = ENGINE_EXIT_FAULT;
        exit.access = number == INTR_PREFETCH ? CPU_EXECUTE
                      : exit.number & 0x40    ? CPU_WRITE
                                              : CPU_READ;
        exit.code = ESR_STATUS(exit.number);
        exit.address = read_fault_address(e);
    } else if (engine_fetch(e, pc, &insn, sizeof insn) && insn == INSN_SEMIHOST) {
        exit.kind = ENGINE_EXIT_SEMIHOST;
    } else if (exit.number == 0 && (insn & INSN_MSR_DAIF_MASK) == INSN_MSR_DAIF) {
        exit.number = ESR_MSR_DAIF | (insn >> 8 & 0xf) << 1;
    }
    engine_stop(e, &exit);
}

static void on_invalid(struct engine *e)
{
    struct engine_exit exit = {.kind = ENGINE_EXIT_EXCEPTION, .number = read_syndrome(e)};

    engine_stop(e, &exit);
}

/* Unicorn runs from a misaligned address. */
static void on_misaligned(struct engine *e)
{
    struct engine_exit exit = {.kind = ENGINE_EXIT_EXCEPTION, .number = ESR_MISALIGNED};

    engine_stop(e, &exit);
}

/* A wait ends at the next interrupt: at the latest when the budget does. */
static void on_wait(struct engine *e)
{
    e->exiting = false;
}

const struct engine_arch engine_aarch64 = {
    .name = "aarch64",
    .arch = UC_ARCH_ARM64,
    .mode = UC_MODE_LITTLE_ENDIAN,
    .cpu_model = UC_CPU_ARM64_A53,
    .insn_shift = 2,
    .registers = registers,
    .fpu = fpu,
    .pc = UC_ARM64_REG_PC,
    .probe = UC_ARM64_REG_X0,
    .load = load,
    .load_bytes = sizeof load,
    .prepare = prepare,
    .setup = setup,
    .on_interrupt = on_interrupt,
    .on_invalid = on_invalid,
    .on_wait = on_wait,
    .on_misaligned = on_misaligned,
};
