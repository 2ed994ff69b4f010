/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * riscv64: kinds of paging object and frame, and how they are mapped. Tables of all levels are one
 * kind of object; the kernel puts one at the highest level that is missing. What memory is cached
 * the machine decides.
 */
#include "arch/include/arch.h"

static seL4_Error map_table(seL4_CPtr table, seL4_CPtr vspace, seL4_Word vaddr)
{
    return seL4_RISCV_PageTable_Map(table, vspace, vaddr, seL4_RISCV_Default_VMAttributes);
}

seL4_Error arch_frame_map(seL4_CPtr frame, seL4_CPtr vspace, seL4_Word vaddr,
                          enum arch_memory memory)
{
    bool writable = memory == ARCH_MEMORY_DATA || memory == ARCH_MEMORY_DEVICE;

    return seL4_RISCV_Page_Map(frame, vspace, vaddr, writable ? seL4_ReadWrite : seL4_CanRead,
                               memory == ARCH_MEMORY_CODE ? seL4_RISCV_Default_VMAttributes
                                                          : seL4_RISCV_ExecuteNever);
}

seL4_Error arch_frame_unmap(seL4_CPtr frame)
{
    return seL4_RISCV_Page_Unmap(frame);
}

seL4_Error arch_frame_address(seL4_CPtr frame, seL4_Word *paddr)
{
    seL4_RISCV_Page_GetAddress_t answer = seL4_RISCV_Page_GetAddress(frame);

    *paddr = answer.paddr;
    return answer.error;
}

const struct arch_table arch_tables[] = {
    {0, seL4_PageTableBits, seL4_RISCV_PageTableObject, map_table},
};
const unsigned arch_table_count = sizeof arch_tables / sizeof arch_tables[0];

const struct arch_frame arch_frames[] = {
    {seL4_PageBits, seL4_RISCV_4K_Page},
    {seL4_LargePageBits, seL4_RISCV_Mega_Page},
};
const unsigned arch_frame_count = sizeof arch_frames / sizeof arch_frames[0];

const struct arch_vspace arch_vspace = {seL4_PageTableBits, seL4_RISCV_PageTableObject};

seL4_Error arch_vspace_assign(seL4_CPtr asid_pool, seL4_CPtr vspace)
{
    return seL4_RISCV_ASIDPool_Assign(asid_pool, vspace);
}

void arch_code_written(seL4_CPtr frame, seL4_Word start, seL4_Word end)
{
    (void)frame, (void)start, (void)end;
    __asm__ volatile("fence.i" : : : "memory");
}

const struct arch_kind arch_kinds[] = {
    {seL4_CapInitThreadVSpace, "RISCV_PageTable"},
    {seL4_CapASIDControl, "RISCV_ASIDControl"},
    {seL4_CapInitThreadASIDPool, "RISCV_ASIDPool"},
};
const unsigned arch_kind_count = sizeof arch_kinds / sizeof arch_kinds[0];
const char *const arch_frame_kind = "RISCV_Page";

const char *const arch_paging_kinds[] = {"RISCV_PageTable"};
const unsigned arch_paging_kind_count = sizeof arch_paging_kinds / sizeof arch_paging_kinds[0];
