/* SPDX-License-Identifier: BSD-2-Clause */
/* The few calls that wait or signal: see ipc.h. */
#include "monitor/core/ipc.h"

#include "monitor/core/thread.h"

seL4_MessageInfo_t ipc_receive(seL4_CPtr endpoint, seL4_Word *badge)
{
#ifdef CONFIG_KERNEL_MCS
    return seL4_Recv(endpoint, badge, thread_self()->reply);
#else
    return seL4_Recv(endpoint, badge);
#endif
}

seL4_MessageInfo_t ipc_receive_now(seL4_CPtr endpoint, seL4_Word *badge)
{
    *badge = 0;
#ifdef CONFIG_KERNEL_MCS
    return seL4_NBRecv(endpoint, badge, thread_self()->reply);
#else
    return seL4_NBRecv(endpoint, badge);
#endif
}

void ipc_reply(seL4_MessageInfo_t info)
{
#ifdef CONFIG_KERNEL_MCS
    seL4_Send(thread_self()->reply, info);
#else
    seL4_Reply(info);
#endif
}

seL4_Word ipc_wait(seL4_CPtr notification)
{
    seL4_Word badge = 0;

    seL4_Wait(notification, &badge);
    return badge;
}

seL4_Word ipc_poll(seL4_CPtr notification)
{
    seL4_Word badge = 0;

    (void)seL4_Poll(notification, &badge);
    return badge;
}

void ipc_signal(seL4_CPtr notification)
{
    seL4_Signal(notification);
}
