/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Receiving in one shape for both kernels: on MCS a receiver brings a reply object, without it the
 * thread holds the reply itself. `reply` is then unused, and component_reply_make gives none.
 */
#ifndef SEL4MON_COMPONENT_IPC_H
#define SEL4MON_COMPONENT_IPC_H

#include <sel4/sel4.h>
#include "component_object.h"

#ifdef CONFIG_KERNEL_MCS

static inline seL4_Error component_reply_make(seL4_CPtr *reply)
{
    return component_object_make(seL4_ReplyObject, 0, reply);
}

static inline seL4_MessageInfo_t component_receive(seL4_CPtr from, seL4_Word *badge,
                                                   seL4_CPtr reply)
{
    return seL4_Recv(from, badge, reply);
}

static inline seL4_MessageInfo_t component_reply_receive(seL4_CPtr from, seL4_MessageInfo_t answer,
                                                         seL4_Word *badge, seL4_CPtr reply)
{
    return seL4_ReplyRecv(from, answer, badge, reply);
}

static inline void component_reply(seL4_MessageInfo_t answer, seL4_CPtr reply)
{
    seL4_Send(reply, answer);
}

#else

static inline seL4_Error component_reply_make(seL4_CPtr *reply)
{
    *reply = seL4_CapNull;
    return seL4_NoError;
}

static inline seL4_MessageInfo_t component_receive(seL4_CPtr from, seL4_Word *badge,
                                                   seL4_CPtr reply)
{
    (void)reply;
    return seL4_Recv(from, badge);
}

static inline seL4_MessageInfo_t component_reply_receive(seL4_CPtr from, seL4_MessageInfo_t answer,
                                                         seL4_Word *badge, seL4_CPtr reply)
{
    (void)reply;
    return seL4_ReplyRecv(from, answer, badge);
}

static inline void component_reply(seL4_MessageInfo_t answer, seL4_CPtr reply)
{
    (void)reply;
    seL4_Reply(answer);
}

#endif

#endif
