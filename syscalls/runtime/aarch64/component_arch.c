/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * component_arch.h for aarch64. Thread-local storage lies above the thread pointer (ELF TLS variant
 * I), behind two words that the ABI reserves.
 */
#include "component_arch.h"
#include "sel4mon/component_object.h"
#include "sel4mon/component_start.h"

enum { RESERVED_BYTES = 16 };

void component_arch_tls_shape(size_t size_bytes, size_t align, struct component_tls_shape *shape)
{
    shape->pointer_offset = 0;
    shape->block_offset = align > RESERVED_BYTES ? align : RESERVED_BYTES;
    shape->area_bytes = shape->block_offset + size_bytes;
}

void component_arch_tls_finish(uintptr_t pointer)
{
    *(uintptr_t *)pointer = 0;
}

void component_arch_tls_set(uintptr_t pointer, seL4_CPtr tcb)
{
    (void)tcb;
    __asm__ volatile("msr tpidr_el0, %0" : : "r"(pointer) : "memory");
}

void component_arch_context(seL4_UserContext *context, uintptr_t entry, uintptr_t argument,
                            uintptr_t stack_end, uintptr_t tls_pointer)
{
    context->pc = entry;
    context->x0 = argument;
    context->sp = stack_end;
    context->tpidr_el0 = tls_pointer;
}

void component_arch_exit_trap(seL4_Word status)
{
    register seL4_Word x0 __asm__("x0") = status;
    register seL4_Word x7 __asm__("x7") = COMPONENT_EXIT_SYSCALL;

    __asm__ volatile("svc 0" : : "r"(x0), "r"(x7) : "memory");
}

const seL4_Word component_arch_page_type = seL4_ARM_SmallPageObject;

seL4_Error component_arch_map_page(seL4_CPtr frame, seL4_CPtr vspace, seL4_Word address)
{
    return seL4_ARM_Page_Map(frame, vspace, address, seL4_ReadWrite,
                             seL4_ARM_Default_VMAttributes | seL4_ARM_ExecuteNever);
}

/* One kind of table at every level: it goes where the first one is missing. */
seL4_Error component_arch_map_table(seL4_CPtr vspace, seL4_Word address)
{
    seL4_CPtr table;
    seL4_Error error = component_object_make(seL4_ARM_PageTableObject, 0, &table);

    if (error != seL4_NoError) {
        return error;
    }
    return seL4_ARM_PageTable_Map(table, vspace, address, seL4_ARM_Default_VMAttributes);
}
