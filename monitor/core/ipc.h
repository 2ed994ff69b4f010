/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Receiving and signalling, the only places where a thread of the monitor waits. On an MCS kernel
 * the receiver brings a reply object; the monitor never replies to a fault but restarts the thread.
 */
#ifndef MONITOR_CORE_IPC_H
#define MONITOR_CORE_IPC_H

#include <sel4/sel4.h>

/* Waits for a message or a signal of the bound notification. */
seL4_MessageInfo_t ipc_receive(seL4_CPtr endpoint, seL4_Word *badge);

/* The same without waiting; *badge is 0 if nothing was there. */
seL4_MessageInfo_t ipc_receive_now(seL4_CPtr endpoint, seL4_Word *badge);

/* Answers who called with the message that was received last; nothing else may be called in
 * between. */
void ipc_reply(seL4_MessageInfo_t info);

/* Waits for signals; the badges that came, or-ed. */
seL4_Word ipc_wait(seL4_CPtr notification);

/* The badges that are there, without waiting. */
seL4_Word ipc_poll(seL4_CPtr notification);

void ipc_signal(seL4_CPtr notification);

#endif
