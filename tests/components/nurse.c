/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Takes the faults of other components: nurse.yaml receives on an endpoint that patient.yaml names
 * as its fault handler. The kernel sends them here, and the monitor does not see them.
 */
#include <sel4mon/component.h>
#include <sel4mon/component_ipc.h>

enum { STATUS_NOT_GIVEN = 2 };

int main(int argc, char **argv)
{
    seL4_CPtr patients = component_slot("patients"), reply;
    seL4_Word badge;

    (void)argc;
    (void)argv;
    if (!patients) {
        component_print("nurse: no endpoint was given\n");
        return STATUS_NOT_GIVEN;
    }
    component_check(component_reply_make(&reply), "reply");
    seL4_MessageInfo_t info = component_receive(patients, &badge, reply);
    if (seL4_MessageInfo_get_label(info) == seL4_Fault_VMFault) {
        component_print("nurse: badge %lu cannot access 0x%lx\n", (unsigned long)badge,
                        (unsigned long)seL4_GetMR(seL4_VMFault_Addr));
    } else {
        component_print("nurse: badge %lu, fault %lu\n", (unsigned long)badge,
                        (unsigned long)seL4_MessageInfo_get_label(info));
    }
    return 0;
}
