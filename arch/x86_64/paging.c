/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * x86_64: kinds of paging object and frame, and how they are mapped. There is no right to take
 * execution away: the kernel has no such attribute here.
 */
#include "arch/include/arch.h"

static seL4_Error map_table(seL4_CPtr table, seL4_CPtr vspace, seL4_Word vaddr)
{
    return seL4_X86_PageTable_Map(table, vspace, vaddr, seL4_X86_Default_VMAttributes);
}

static seL4_Error map_directory(seL4_CPtr table, seL4_CPtr vspace, seL4_Word vaddr)
{
    return seL4_X86_PageDirectory_Map(table, vspace, vaddr, seL4_X86_Default_VMAttributes);
}

static seL4_Error map_pdpt(seL4_CPtr table, seL4_CPtr vspace, seL4_Word vaddr)
{
    return seL4_X86_PDPT_Map(table, vspace, vaddr, seL4_X86_Default_VMAttributes);
}

seL4_Error arch_frame_map(seL4_CPtr frame, seL4_CPtr vspace, seL4_Word vaddr,
                          enum arch_memory memory)
{
    bool writable = memory == ARCH_MEMORY_DATA || memory == ARCH_MEMORY_DEVICE;

    return seL4_X86_Page_Map(frame, vspace, vaddr, writable ? seL4_ReadWrite : seL4_CanRead,
                             memory == ARCH_MEMORY_DEVICE ? seL4_X86_CacheDisabled
                                                          : seL4_X86_Default_VMAttributes);
}

seL4_Error arch_frame_unmap(seL4_CPtr frame)
{
    return seL4_X86_Page_Unmap(frame);
}

seL4_Error arch_frame_address(seL4_CPtr frame, seL4_Word *paddr)
{
    seL4_X86_Page_GetAddress_t answer = seL4_X86_Page_GetAddress(frame);

    *paddr = answer.paddr;
    return answer.error;
}

const struct arch_table arch_tables[] = {
    {seL4_PageBits + seL4_PageTableIndexBits, seL4_PageTableBits, seL4_X86_PageTableObject,
     map_table},
    {seL4_LargePageBits + seL4_PageDirIndexBits, seL4_PageDirBits, seL4_X86_PageDirectoryObject,
     map_directory},
    {seL4_HugePageBits + seL4_PDPTIndexBits, seL4_PDPTBits, seL4_X86_PDPTObject, map_pdpt},
};
const unsigned arch_table_count = sizeof arch_tables / sizeof arch_tables[0];

const struct arch_frame arch_frames[] = {
    {seL4_PageBits, seL4_X86_4K},
    {seL4_LargePageBits, seL4_X86_LargePageObject},
};
const unsigned arch_frame_count = sizeof arch_frames / sizeof arch_frames[0];

const struct arch_vspace arch_vspace = {seL4_PML4Bits, seL4_X64_PML4Object};

seL4_Error arch_vspace_assign(seL4_CPtr asid_pool, seL4_CPtr vspace)
{
    return seL4_X86_ASIDPool_Assign(asid_pool, vspace);
}

void arch_code_written(seL4_CPtr frame, seL4_Word start, seL4_Word end)
{
    (void)frame, (void)start, (void)end; /* its caches agree by themselves */
}

const struct arch_kind arch_kinds[] = {
    {seL4_CapInitThreadVSpace, "X64_PML4"},
    {seL4_CapASIDControl, "X86_ASIDControl"},
    {seL4_CapInitThreadASIDPool, "X86_ASIDPool"},
    {seL4_CapIOPortControl, "X86_IOPortControl"},
};
const unsigned arch_kind_count = sizeof arch_kinds / sizeof arch_kinds[0];
const char *const arch_frame_kind = "X86_Page";

const char *const arch_paging_kinds[] = {"X86_PDPT", "X86_PageDirectory", "X86_PageTable"};
const unsigned arch_paging_kind_count = sizeof arch_paging_kinds / sizeof arch_paging_kinds[0];
