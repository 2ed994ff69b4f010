/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes a thread of its own by the kernel's calls and tells nobody. With an argument it stays, so
 * that its capabilities can be looked at; another argument, and it takes the thread away first.
 */
#include <sel4mon/component.h>
#include <sel4mon/component_ipc.h>
#include <sel4mon/component_object.h>

int main(int argc, char **argv)
{
    seL4_CPtr tcb;

    (void)argv;
    component_check(component_object_make(seL4_TCBObject, 0, &tcb), "thread");
    if (argc > 2) {
        component_check(seL4_CNode_Delete(component_slot("cnode"), tcb, seL4_WordBits), "delete");
    }
    component_print("made a thread\n");
    if (argc > 1) {
        seL4_TCB_Suspend(component_slot("tcb"));
    }
    return 0;
}
