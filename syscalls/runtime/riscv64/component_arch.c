/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * component_arch.h for riscv64. Thread-local storage begins at the thread pointer (ELF TLS variant
 * I without reserved words). A thread also needs the global pointer that start.S set.
 */
#include "component_arch.h"
#include "sel4mon/component_object.h"
#include "sel4mon/component_start.h"

void component_arch_tls_shape(size_t size_bytes, size_t align, struct component_tls_shape *shape)
{
    (void)align; /* the area is aligned */
    shape->pointer_offset = 0;
    shape->block_offset = 0;
    shape->area_bytes = size_bytes;
}

void component_arch_tls_finish(uintptr_t pointer)
{
    (void)pointer; /* the psABI keeps nothing there */
}

void component_arch_tls_set(uintptr_t pointer, seL4_CPtr tcb)
{
    (void)tcb;
    __asm__ volatile("mv tp, %0" : : "r"(pointer) : "memory");
}

void component_arch_context(seL4_UserContext *context, uintptr_t entry, uintptr_t argument,
                            uintptr_t stack_end, uintptr_t tls_pointer)
{
    seL4_Word gp;

    __asm__("mv %0, gp" : "=r"(gp));
    context->pc = entry;
    context->a0 = argument;
    context->sp = stack_end;
    context->gp = gp;
    context->tp = tls_pointer;
}

void component_arch_exit_trap(seL4_Word status)
{
    register seL4_Word a0 __asm__("a0") = status;
    register seL4_Word a7 __asm__("a7") = COMPONENT_EXIT_SYSCALL;

    __asm__ volatile("ecall" : : "r"(a0), "r"(a7) : "memory");
}

const seL4_Word component_arch_page_type = seL4_RISCV_4K_Page;

seL4_Error component_arch_map_page(seL4_CPtr frame, seL4_CPtr vspace, seL4_Word address)
{
    return seL4_RISCV_Page_Map(frame, vspace, address, seL4_ReadWrite,
                               seL4_RISCV_Default_VMAttributes);
}

/* One kind of table at every level: it goes where the first one is missing. */
seL4_Error component_arch_map_table(seL4_CPtr vspace, seL4_Word address)
{
    seL4_CPtr table;
    seL4_Error error = component_object_make(seL4_RISCV_PageTableObject, 0, &table);

    if (error != seL4_NoError) {
        return error;
    }
    return seL4_RISCV_PageTable_Map(table, vspace, address, seL4_RISCV_Default_VMAttributes);
}
