/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The riscv64 loader's C part: boot page tables, further harts, and the values with which seL4
 * 16.0.0 expects to be entered: the image's physical range, its offset, its entry, the device tree
 * and its size in a0 to a5, the hart and the core's index in a6 and a7, paging on with the kernel
 * mapped. RISC-V Privileged Architecture, chapter 10; SBI 1.0, chapters 5 (legacy console) and 9.
 */
#include "arch/lib/loader.h"
#include "arch/lib/str.h"

#include <stddef.h>

enum {
    SBI_CONSOLE_PUT = 1,
    SBI_HSM = 0x48534d,
    SBI_HSM_START = 0,
    LEVEL_BITS = 9,
    PAGE_SHIFT = 12,
    LEVELS_MIN = 3, /* Sv39 */
    LEVELS_MAX = 5,
    SATP_MODE_SV39 = 8, /* Sv48 and Sv57 follow */
    SATP_MODE_SHIFT = 60,
};

#define ENTRY_VALID 0x1ull
#define ENTRY_BLOCK 0xcfull /* valid, read, write, execute, accessed, dirty */
#define ENTRY_SHIFT 10

/* In the order in which start.S loads them. */
struct entry {
    uint64_t satp, kernel_entry;
    uint64_t argument[6];
};

struct entry loader_entry;

_Static_assert(offsetof(struct loader_plan, core_ids) == 152, "start.S");

void loader_enter(uint64_t hart) __attribute__((noreturn));
void loader_wait(void) __attribute__((noreturn));
void loader_secondary(void);

static int64_t sbi_call(uint64_t extension, uint64_t function, uint64_t a, uint64_t b, uint64_t c)
{
    register uint64_t a0 asm("a0") = a;
    register uint64_t a1 asm("a1") = b;
    register uint64_t a2 asm("a2") = c;
    register uint64_t a6 asm("a6") = function;
    register uint64_t a7 asm("a7") = extension;

    asm volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a6), "r"(a7) : "memory");
    return (int64_t)a0;
}

/* Caches are coherent with all harts, and instructions are fenced on entry. */
void loader_arch_own(uintptr_t start, uint64_t size_bytes)
{
    (void)start;
    (void)size_bytes;
    asm volatile("fence" : : : "memory");
}

static void console_text(const char *text)
{
    for (; *text; text++)
        sbi_call(SBI_CONSOLE_PUT, 0, (uint8_t)*text, 0, 0);
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
    return (uint64_t)table >> PAGE_SHIFT << ENTRY_SHIFT | ENTRY_VALID;
}

uint64_t loader_arch_block_entry(uint64_t paddr)
{
    return paddr >> PAGE_SHIFT << ENTRY_SHIFT | ENTRY_BLOCK;
}

uintptr_t loader_arch_entry_table(uint64_t entry)
{
    return (uintptr_t)(entry >> ENTRY_SHIFT << PAGE_SHIFT);
}

static void fill_entry(const struct loader_plan *plan)
{
    struct loader_map map;

    if (plan->levels < LEVELS_MIN || plan->levels > LEVELS_MAX)
        loader_arch_stop("the kernel's page tables have a depth that is not known here");
    loader_map_init(&map, plan, PAGE_SHIFT + LEVEL_BITS * (plan->levels - 1));
    uint64_t *root = loader_map_table(&map);
    loader_map_range(&map, root, plan->run_paddr, plan->run_paddr, plan->size_bytes);
    loader_map_range(&map, root, plan->kernel_vaddr, plan->kernel_paddr, plan->kernel_bytes);

    uint64_t mode = SATP_MODE_SV39 + (plan->levels - LEVELS_MIN);
    loader_entry = (struct entry){
        .satp = mode << SATP_MODE_SHIFT | (uintptr_t)root >> PAGE_SHIFT,
        .kernel_entry = plan->kernel_entry,
        .argument = {plan->user_start, plan->user_end, plan->user_offset, plan->user_entry,
                     plan->dtb_paddr, plan->dtb_bytes},
    };
}

static void start_others(const struct loader_plan *plan)
{
    for (unsigned i = 1; i < plan->core_count; i++) {
        if (sbi_call(SBI_HSM, SBI_HSM_START, plan->core_ids[i], (uintptr_t)loader_secondary, i))
            loader_arch_stop("a hart did not start");
    }
}

void loader_arch_enter(const struct loader_plan *plan)
{
    fill_entry(plan);
    asm volatile("fence" : : : "memory");
    start_others(plan);
    loader_enter(plan->core_ids[0]);
}
