/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading fault messages: see fault.h. */
#include "monitor/core/fault.h"

#include <sel4mon/api_table.h>

#include "monitor/core/thread.h"

/* Where the message has the instruction's address, and the address that could not be used. */
static const struct {
    uint8_t label, ip, address;
    bool has_address;
} shapes[] = {
    {seL4_Fault_CapFault, seL4_CapFault_IP, seL4_CapFault_Addr, true},
    {seL4_Fault_VMFault, seL4_VMFault_IP, seL4_VMFault_Addr, true},
    {seL4_Fault_UserException, seL4_UserException_FaultIP, 0, false},
    {seL4_Fault_UnknownSyscall, seL4_UnknownSyscall_FaultIP, 0, false},
#ifdef CONFIG_HARDWARE_DEBUG_API
    {seL4_Fault_DebugException, seL4_DebugException_FaultIP, 0, false},
#endif
};

const char *fault_name(uint64_t label)
{
    for (unsigned i = 0; i < api_faults.count; i++) {
        if (api_faults.values[i].value == label)
            return api_faults.values[i].name;
    }
    return NULL;
}

void fault_read(struct thread_fault *fault, seL4_MessageInfo_t info)
{
    unsigned length = (unsigned)seL4_MessageInfo_get_length(info);
    unsigned kept = sizeof fault->words / sizeof fault->words[0];

    *fault = (struct thread_fault){.label = seL4_MessageInfo_get_label(info)};
    for (unsigned i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        if (shapes[i].label != fault->label)
            continue;
        fault->ip = seL4_GetMR(shapes[i].ip);
        fault->has_address = shapes[i].has_address;
        if (fault->has_address)
            fault->address = seL4_GetMR(shapes[i].address);
    }
    fault->word_count = (uint8_t)(length < kept ? length : kept);
    for (unsigned i = 0; i < fault->word_count; i++)
        fault->words[i] = seL4_GetMR((int)i);
}
