/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * aarch64: kinds of paging object and frame, and how they are mapped. Tables of all levels are one
 * kind of object; the kernel puts one at the highest level that is missing.
 */
#include "arch/include/arch.h"

static seL4_Error map_table(seL4_CPtr table, seL4_CPtr vspace, seL4_Word vaddr)
{
    return seL4_ARM_PageTable_Map(table, vspace, vaddr, seL4_ARM_Default_VMAttributes);
}

seL4_Error arch_frame_map(seL4_CPtr frame, seL4_CPtr vspace, seL4_Word vaddr,
                          enum arch_memory memory)
{
    bool writable = memory == ARCH_MEMORY_DATA || memory == ARCH_MEMORY_DEVICE;
    seL4_ARM_VMAttributes attributes =
        memory == ARCH_MEMORY_DEVICE ? 0 : seL4_ARM_Default_VMAttributes;

    if (memory != ARCH_MEMORY_CODE)
        attributes |= seL4_ARM_ExecuteNever;
    return seL4_ARM_Page_Map(frame, vspace, vaddr, writable ? seL4_ReadWrite : seL4_CanRead,
                             attributes);
}

seL4_Error arch_frame_unmap(seL4_CPtr frame)
{
    return seL4_ARM_Page_Unmap(frame);
}

seL4_Error arch_frame_address(seL4_CPtr frame, seL4_Word *paddr)
{
    seL4_ARM_Page_GetAddress_t answer = seL4_ARM_Page_GetAddress(frame);

    *paddr = answer.paddr;
    return answer.error;
}

const struct arch_table arch_tables[] = {
    {0, seL4_PageTableBits, seL4_ARM_PageTableObject, map_table},
};
const unsigned arch_table_count = sizeof arch_tables / sizeof arch_tables[0];

const struct arch_frame arch_frames[] = {
    {seL4_PageBits, seL4_ARM_SmallPageObject},
    {seL4_LargePageBits, seL4_ARM_LargePageObject},
};
const unsigned arch_frame_count = sizeof arch_frames / sizeof arch_frames[0];

const struct arch_vspace arch_vspace = {seL4_VSpaceBits, seL4_ARM_VSpaceObject};

seL4_Error arch_vspace_assign(seL4_CPtr asid_pool, seL4_CPtr vspace)
{
    return seL4_ARM_ASIDPool_Assign(asid_pool, vspace);
}

void arch_code_written(seL4_CPtr frame, seL4_Word start, seL4_Word end)
{
    (void)seL4_ARM_Page_CleanInvalidate_Data(frame, start, end);
    (void)seL4_ARM_Page_Unify_Instruction(frame, start, end);
}

const struct arch_kind arch_kinds[] = {
    {seL4_CapInitThreadVSpace, "ARM_VSpace"},
    {seL4_CapASIDControl, "ARM_ASIDControl"},
    {seL4_CapInitThreadASIDPool, "ARM_ASIDPool"},
};
const unsigned arch_kind_count = sizeof arch_kinds / sizeof arch_kinds[0];
const char *const arch_frame_kind = "ARM_Page";

const char *const arch_paging_kinds[] = {"ARM_PageTable"};
const unsigned arch_paging_kind_count = sizeof arch_paging_kinds / sizeof arch_paging_kinds[0];
