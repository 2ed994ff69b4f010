/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The aarch64 loader's C part: cache maintenance, boot page tables, further cores, and the values
 * with which seL4 16.0.0 expects to be entered: the image's physical range, its offset, its entry,
 * the device tree and its size in x0 to x5, the MMU on with the kernel mapped, the core's index in
 * TPIDR_EL1. The kernel takes the memory attributes (MAIR) and the translation control (TCR) as it
 * finds them, and at EL2 insists on one value of the latter. Arm ARM (DDI 0487), D13 and D17.
 */
#include "arch/lib/loader.h"
#include "arch/lib/str.h"

#include <stddef.h>

enum {
    ATTRIBUTE_NORMAL = 4, /* index in MAIR */
    ROOT_SHIFT = 39,      /* 48 address bits, 4 KiB pages */
};

#define MAIR                                                                                       \
    (0x00ull << 0 /* device nGnRnE */ | 0x04ull << 8 /* nGnRE */ | 0x0cull << 16 /* GRE */ |       \
     0x44ull << 24 /* not cached */ | 0xffull << 32 /* write back */ |                             \
     0xaaull << 40 /* write through */)

/* Walks: inner shareable, write back; 48 bits; 4 KiB. */
#define TCR_WALK0         (16ull << 0 | 1ull << 8 | 1ull << 10 | 3ull << 12 | 0ull << 14)
#define TCR_WALK1         (16ull << 16 | 1ull << 24 | 1ull << 26 | 3ull << 28 | 2ull << 30)
#define TCR_ASID16        (1ull << 36)
#define TCR_EL1_IPS_SHIFT 32
#define TCR_EL2_RES1      (1ull << 23 | 1ull << 31)
#define TCR_EL2_PS_SHIFT  16
#define PA_SIZE_MAX       5 /* 48 bits, all that these tables can say */

#define SCTLR_ON       (1ull << 0 | 1ull << 2 | 1ull << 12) /* MMU, data and instruction cache */
#define SCTLR_EL1_BASE (0x30d00800ull | 1ull << 16 | 1ull << 18) /* wfi and wfe are not trapped */
#define SCTLR_EL2_BASE 0x30c50830ull

#define ENTRY_TABLE   3ull
#define ENTRY_BLOCK   (1ull | ATTRIBUTE_NORMAL << 2 | 3ull << 8 | 1ull << 10)
#define ENTRY_ADDRESS 0x0000fffffffff000ull

#define PSCI_CPU_ON 0xc4000003ull

/* In the order in which start.S loads them. */
struct entry {
    uint64_t mair, tcr, ttbr0, ttbr1, sctlr, kernel_entry;
    uint64_t argument[6];
};

struct entry loader_entry;

_Static_assert(offsetof(struct loader_plan, flags) == 8, "start.S");
_Static_assert(offsetof(struct loader_plan, size_bytes) == 24, "start.S");
_Static_assert(offsetof(struct loader_plan, core_ids) == 152, "start.S");
_Static_assert(LOADER_HYPERVISOR == 1 && LOADER_PARK == 2, "start.S");

void loader_enter(void) __attribute__((noreturn));
void loader_wait(void) __attribute__((noreturn));
void loader_secondary(void);
int64_t loader_psci(uint64_t by_hvc, uint64_t function, uint64_t core, uint64_t entry,
                    uint64_t context);

static unsigned current_level(void)
{
    uint64_t value;
    asm volatile("mrs %0, CurrentEL" : "=r"(value));
    return (unsigned)(value >> 2) & 3;
}

void loader_arch_own(uintptr_t start, uint64_t size_bytes)
{
    uint64_t ctr;
    asm volatile("mrs %0, ctr_el0" : "=r"(ctr));
    uintptr_t line = (uintptr_t)4 << (ctr >> 16 & 0xf);

    for (uintptr_t at = start & ~(line - 1); at < start + size_bytes; at += line)
        asm volatile("dc civac, %0" : : "r"(at) : "memory");
    asm volatile("dsb sy" : : : "memory");
}

static void console_put(const struct loader_plan *plan, char c)
{
    volatile uint32_t *pl011 = (volatile uint32_t *)(uintptr_t)plan->console_paddr;

    if (plan->magic != LOADER_MAGIC || plan->console != LOADER_CONSOLE_PL011)
        return;
    while (pl011[0x18 / 4] & 1u << 5) /* FR.TXFF */
        ;
    pl011[0] = (uint8_t)c;
}

static void console_text(const char *text)
{
    for (; *text; text++)
        console_put(&loader_plan, *text);
}

void loader_arch_stop(const char *why)
{
    console_text("sel4mon loader: ");
    console_text(why);
    console_text("\r\n");
    loader_wait();
}

uint64_t loader_arch_table_entry(uintptr_t table)
{
    return table | ENTRY_TABLE;
}

uint64_t loader_arch_block_entry(uint64_t paddr)
{
    return paddr | ENTRY_BLOCK;
}

uintptr_t loader_arch_entry_table(uint64_t entry)
{
    return (uintptr_t)(entry & ENTRY_ADDRESS);
}

/* The processor's physical address size, as TCR wants it. */
static uint64_t pa_size(void)
{
    uint64_t features;
    asm volatile("mrs %0, id_aa64mmfr0_el1" : "=r"(features));
    features &= 0xf;
    return features > PA_SIZE_MAX ? PA_SIZE_MAX : features;
}

/* At EL2 the kernel compares with what its number of physical address bits gives. */
static uint64_t tcr_value(const struct loader_plan *plan)
{
    if (plan->flags & LOADER_HYPERVISOR) {
        uint64_t ps = plan->pa_bits == 40 ? 2 : 4;
        return TCR_WALK0 | ps << TCR_EL2_PS_SHIFT | TCR_EL2_RES1;
    }
    return TCR_WALK0 | TCR_WALK1 | TCR_ASID16 | pa_size() << TCR_EL1_IPS_SHIFT;
}

static void fill_entry(const struct loader_plan *plan)
{
    bool hypervisor = plan->flags & LOADER_HYPERVISOR;
    struct loader_map map;

    loader_map_init(&map, plan, ROOT_SHIFT);
    uint64_t *low = loader_map_table(&map);
    uint64_t *high = hypervisor ? low : loader_map_table(&map);
    loader_map_range(&map, low, plan->run_paddr, plan->run_paddr, plan->size_bytes);
    loader_map_range(&map, high, plan->kernel_vaddr, plan->kernel_paddr, plan->kernel_bytes);

    loader_entry = (struct entry){
        .mair = MAIR,
        .tcr = tcr_value(plan),
        .ttbr0 = (uintptr_t)low,
        .ttbr1 = (uintptr_t)high,
        .sctlr = (hypervisor ? SCTLR_EL2_BASE : SCTLR_EL1_BASE) | SCTLR_ON,
        .kernel_entry = plan->kernel_entry,
        .argument = {plan->user_start, plan->user_end, plan->user_offset, plan->user_entry,
                     plan->dtb_paddr, plan->dtb_bytes},
    };
}

static void start_others(const struct loader_plan *plan)
{
    bool by_hvc = plan->flags & LOADER_PSCI_HVC;

    for (unsigned i = 1; i < plan->core_count; i++) {
        if (!(plan->flags & (LOADER_PSCI_HVC | LOADER_PSCI_SMC)))
            loader_arch_stop("there is no way to start further cores");
        if (loader_psci(by_hvc, PSCI_CPU_ON, plan->core_ids[i], (uintptr_t)loader_secondary, i))
            loader_arch_stop("a core did not start");
    }
}

void loader_arch_enter(const struct loader_plan *plan)
{
    if (plan->flags & LOADER_HYPERVISOR && current_level() != 2)
        loader_arch_stop("this kernel needs EL2, and the machine started at EL1");
    fill_entry(plan);
    loader_arch_own((uintptr_t)&loader_entry, sizeof(loader_entry));
    start_others(plan);
    loader_enter();
}
