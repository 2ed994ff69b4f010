/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One name for what every architecture has under its own: seL4_ARCH_Page_Map for
 * seL4_X86_Page_Map, seL4_ARM_Page_Map or seL4_RISCV_Page_Map. Programs in the wild expect these
 * beside libsel4's names; opt-in, and every name gives way to one that is there already.
 */
#ifndef SEL4MON_ARCH_NAMES_H
#define SEL4MON_ARCH_NAMES_H

#include <sel4/sel4.h>

#if defined(CONFIG_ARCH_X86)
#define SEL4MON_ARCH_NAME(rest) seL4_X86_##rest
#elif defined(CONFIG_ARCH_ARM)
#define SEL4MON_ARCH_NAME(rest) seL4_ARM_##rest
#else
#define SEL4MON_ARCH_NAME(rest) seL4_RISCV_##rest
#endif

/* Invocations. */
#ifndef seL4_ARCH_Page_Map
#define seL4_ARCH_Page_Map SEL4MON_ARCH_NAME(Page_Map)
#endif
#ifndef seL4_ARCH_Page_Unmap
#define seL4_ARCH_Page_Unmap SEL4MON_ARCH_NAME(Page_Unmap)
#endif
#ifndef seL4_ARCH_Page_GetAddress
#define seL4_ARCH_Page_GetAddress SEL4MON_ARCH_NAME(Page_GetAddress)
#endif
#ifndef seL4_ARCH_Page_GetAddress_t
#define seL4_ARCH_Page_GetAddress_t SEL4MON_ARCH_NAME(Page_GetAddress_t)
#endif
#ifndef seL4_ARCH_PageTable_Map
#define seL4_ARCH_PageTable_Map SEL4MON_ARCH_NAME(PageTable_Map)
#endif
#ifndef seL4_ARCH_PageTable_Unmap
#define seL4_ARCH_PageTable_Unmap SEL4MON_ARCH_NAME(PageTable_Unmap)
#endif
#ifndef seL4_ARCH_ASIDPool_Assign
#define seL4_ARCH_ASIDPool_Assign SEL4MON_ARCH_NAME(ASIDPool_Assign)
#endif
#ifndef seL4_ARCH_ASIDControl_MakePool
#define seL4_ARCH_ASIDControl_MakePool SEL4MON_ARCH_NAME(ASIDControl_MakePool)
#endif
#if defined(CONFIG_IOMMU) || defined(CONFIG_TK1_SMMU)
#ifndef seL4_ARCH_Page_MapIO
#define seL4_ARCH_Page_MapIO SEL4MON_ARCH_NAME(Page_MapIO)
#endif
#ifndef seL4_ARCH_IOPageTable_Map
#define seL4_ARCH_IOPageTable_Map SEL4MON_ARCH_NAME(IOPageTable_Map)
#endif
#ifndef seL4_ARCH_IOPageTable_Unmap
#define seL4_ARCH_IOPageTable_Unmap SEL4MON_ARCH_NAME(IOPageTable_Unmap)
#endif
#endif
#if defined(CONFIG_ARCH_X86)
#ifndef seL4_ARCH_PageDirectory_Map
#define seL4_ARCH_PageDirectory_Map seL4_X86_PageDirectory_Map
#endif
#ifndef seL4_ARCH_PageDirectory_Unmap
#define seL4_ARCH_PageDirectory_Unmap seL4_X86_PageDirectory_Unmap
#endif
#elif defined(CONFIG_ARCH_AARCH64)
#ifndef seL4_ARCH_PageDirectory_Map
#define seL4_ARCH_PageDirectory_Map seL4_ARM_PageTable_Map
#endif
#ifndef seL4_ARCH_PageDirectory_Unmap
#define seL4_ARCH_PageDirectory_Unmap seL4_ARM_PageTable_Unmap
#endif
#endif
#ifndef ARCHPageGetAddress
#if defined(CONFIG_ARCH_X86)
#define ARCHPageGetAddress X86PageGetAddress
#elif defined(CONFIG_ARCH_ARM)
#define ARCHPageGetAddress ARMPageGetAddress
#else
#define ARCHPageGetAddress RISCVPageGetAddress
#endif
#endif

/* Capability types. */
#ifndef seL4_ARCH_Page
#define seL4_ARCH_Page SEL4MON_ARCH_NAME(Page)
#endif
#ifndef seL4_ARCH_PageTable
#define seL4_ARCH_PageTable SEL4MON_ARCH_NAME(PageTable)
#endif
#ifndef seL4_ARCH_ASIDPool
#define seL4_ARCH_ASIDPool SEL4MON_ARCH_NAME(ASIDPool)
#endif
#ifndef seL4_ARCH_ASIDControl
#define seL4_ARCH_ASIDControl SEL4MON_ARCH_NAME(ASIDControl)
#endif

/* Objects to make. */
#ifndef seL4_ARCH_PageTableObject
#define seL4_ARCH_PageTableObject SEL4MON_ARCH_NAME(PageTableObject)
#endif
#if defined(CONFIG_ARCH_X86)
#define SEL4MON_4K        seL4_X86_4K
#define SEL4MON_LARGE     seL4_X86_LargePageObject
#define SEL4MON_DIRECTORY seL4_X86_PageDirectoryObject
#ifdef CONFIG_ARCH_X86_64
#define SEL4MON_HUGE   seL4_X64_HugePageObject
#define SEL4MON_VSPACE seL4_X64_PML4Object
#else
#define SEL4MON_VSPACE seL4_X86_PageDirectoryObject
#endif
#elif defined(CONFIG_ARCH_ARM)
#define SEL4MON_4K        seL4_ARM_SmallPageObject
#define SEL4MON_LARGE     seL4_ARM_LargePageObject
#define SEL4MON_DIRECTORY seL4_ARM_PageDirectoryObject
#ifdef CONFIG_ARCH_AARCH64
#define SEL4MON_HUGE   seL4_ARM_HugePageObject
#define SEL4MON_VSPACE seL4_ARM_VSpaceObject
#else
#define SEL4MON_VSPACE seL4_ARM_PageDirectoryObject
#endif
#else
#define SEL4MON_4K        seL4_RISCV_4K_Page
#define SEL4MON_LARGE     seL4_RISCV_Mega_Page
#define SEL4MON_DIRECTORY seL4_RISCV_PageTableObject
#define SEL4MON_VSPACE    seL4_RISCV_PageTableObject
#ifdef CONFIG_ARCH_RISCV64
#define SEL4MON_HUGE seL4_RISCV_Giga_Page
#endif
#endif
#ifndef seL4_ARCH_4KPage
#define seL4_ARCH_4KPage SEL4MON_4K
#endif
#ifndef seL4_ARCH_LargePage
#define seL4_ARCH_LargePage SEL4MON_LARGE
#endif
#ifndef seL4_ARCH_LargePageObject
#define seL4_ARCH_LargePageObject SEL4MON_LARGE
#endif
#ifndef seL4_ARCH_PageDirectoryObject
#define seL4_ARCH_PageDirectoryObject SEL4MON_DIRECTORY
#endif
#ifndef seL4_ARCH_VSpaceObject
#define seL4_ARCH_VSpaceObject SEL4MON_VSPACE
#endif
#if defined(SEL4MON_HUGE)
#ifndef seL4_ARCH_HugePage
#define seL4_ARCH_HugePage SEL4MON_HUGE
#endif
#ifndef seL4_ARCH_HugePageObject
#define seL4_ARCH_HugePageObject SEL4MON_HUGE
#endif
#endif

/* Attributes of mappings. Arm knows cached and not; RISC-V leaves caching to the machine. */
#ifndef seL4_ARCH_VMAttributes
#define seL4_ARCH_VMAttributes SEL4MON_ARCH_NAME(VMAttributes)
#endif
#ifndef seL4_ARCH_Default_VMAttributes
#define seL4_ARCH_Default_VMAttributes SEL4MON_ARCH_NAME(Default_VMAttributes)
#endif
#if defined(CONFIG_ARCH_X86)
#define SEL4MON_UNCACHED        seL4_X86_CacheDisabled
#define SEL4MON_WRITE_BACK      seL4_X86_WriteBack
#define SEL4MON_WRITE_THROUGH   seL4_X86_WriteThrough
#define SEL4MON_WRITE_COMBINING seL4_X86_WriteCombining
#elif defined(CONFIG_ARCH_ARM)
#define SEL4MON_UNCACHED        ((seL4_ARM_VMAttributes)0)
#define SEL4MON_WRITE_BACK      seL4_ARM_Default_VMAttributes
#define SEL4MON_WRITE_THROUGH   seL4_ARM_PageCacheable
#define SEL4MON_WRITE_COMBINING ((seL4_ARM_VMAttributes)0)
#else
#define SEL4MON_UNCACHED        seL4_RISCV_Default_VMAttributes
#define SEL4MON_WRITE_BACK      seL4_RISCV_Default_VMAttributes
#define SEL4MON_WRITE_THROUGH   seL4_RISCV_Default_VMAttributes
#define SEL4MON_WRITE_COMBINING seL4_RISCV_Default_VMAttributes
#endif
#ifndef seL4_ARCH_Uncached
#define seL4_ARCH_Uncached SEL4MON_UNCACHED
#endif
#ifndef seL4_ARCH_Uncached_VMAttributes
#define seL4_ARCH_Uncached_VMAttributes SEL4MON_UNCACHED
#endif
#ifndef seL4_ARCH_WriteBack
#define seL4_ARCH_WriteBack SEL4MON_WRITE_BACK
#endif
#ifndef seL4_ARCH_WriteThrough
#define seL4_ARCH_WriteThrough SEL4MON_WRITE_THROUGH
#endif
#ifndef seL4_ARCH_WriteCombining
#define seL4_ARCH_WriteCombining SEL4MON_WRITE_COMBINING
#endif

#endif
