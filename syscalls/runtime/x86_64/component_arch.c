/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * component_arch.h for x86_64. Thread-local storage lies below the thread pointer (ELF TLS variant
 * II), which points at itself.
 */
#include "component_arch.h"
#include <sel4/sel4_arch/mapping.h>
#include "sel4mon/component_object.h"
#include "sel4mon/component_start.h"

/* At the pointer: itself, and room for what compilers keep there (the stack protector at 40). */
enum { POINTER_BYTES = 64 };

void component_arch_tls_shape(size_t size_bytes, size_t align, struct component_tls_shape *shape)
{
    size_t rounded = (size_bytes + align - 1) & ~(align - 1);

    shape->block_offset = 0;
    shape->pointer_offset = rounded;
    shape->area_bytes = ((rounded + 15) & ~(size_t)15) + POINTER_BYTES;
}

void component_arch_tls_finish(uintptr_t pointer)
{
    *(uintptr_t *)pointer = pointer;
}

void component_arch_tls_set(uintptr_t pointer, seL4_CPtr tcb)
{
#if defined(CONFIG_FSGSBASE_INST)
    (void)tcb;
    __asm__ volatile("wrfsbase %0" : : "r"(pointer) : "memory");
#elif defined(CONFIG_SET_TLS_BASE_SELF)
    (void)tcb;
    seL4_SetTLSBase(pointer);
#else
    seL4_TCB_SetTLSBase(tcb, pointer);
#endif
}

void component_arch_context(seL4_UserContext *context, uintptr_t entry, uintptr_t argument,
                            uintptr_t stack_end, uintptr_t tls_pointer)
{
    context->rip = entry;
    context->rdi = argument;
    context->rsp = stack_end - sizeof(seL4_Word); /* as a call leaves it */
    context->fs_base = tls_pointer;
}

void component_arch_exit_trap(seL4_Word status)
{
    seL4_Word number = COMPONENT_EXIT_SYSCALL;

    __asm__ volatile("syscall" : "+d"(number) : "D"(status) : "rcx", "r11", "rbx", "memory");
}

const seL4_Word component_arch_page_type = seL4_X86_4K;

seL4_Error component_arch_map_page(seL4_CPtr frame, seL4_CPtr vspace, seL4_Word address)
{
    return seL4_X86_Page_Map(frame, vspace, address, seL4_ReadWrite, seL4_X86_Default_VMAttributes);
}

static seL4_Error map_pdpt(seL4_CPtr table, seL4_CPtr vspace, seL4_Word address)
{
    return seL4_X86_PDPT_Map(table, vspace, address, seL4_X86_Default_VMAttributes);
}

static seL4_Error map_directory(seL4_CPtr table, seL4_CPtr vspace, seL4_Word address)
{
    return seL4_X86_PageDirectory_Map(table, vspace, address, seL4_X86_Default_VMAttributes);
}

static seL4_Error map_table(seL4_CPtr table, seL4_CPtr vspace, seL4_Word address)
{
    return seL4_X86_PageTable_Map(table, vspace, address, seL4_X86_Default_VMAttributes);
}

/* A paging object, by the address bits that were left when it was found missing. */
static const struct level {
    seL4_Word bits_left;
    seL4_Word type;
    seL4_Error (*map)(seL4_CPtr table, seL4_CPtr vspace, seL4_Word address);
} levels[] = {
    {SEL4_MAPPING_LOOKUP_NO_PDPT, seL4_X86_PDPTObject, map_pdpt},
    {SEL4_MAPPING_LOOKUP_NO_PD, seL4_X86_PageDirectoryObject, map_directory},
    {SEL4_MAPPING_LOOKUP_NO_PT, seL4_X86_PageTableObject, map_table},
};

seL4_Error component_arch_map_table(seL4_CPtr vspace, seL4_Word address)
{
    seL4_Word bits_left = seL4_MappingFailedLookupLevel(); /* of the call before */

    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        if (levels[i].bits_left == bits_left) {
            seL4_CPtr table;
            seL4_Error error = component_object_make(levels[i].type, 0, &table);

            return error == seL4_NoError ? levels[i].map(table, vspace, address) : error;
        }
    }
    return seL4_InvalidArgument;
}
