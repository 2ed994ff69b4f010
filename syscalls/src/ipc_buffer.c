/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The variable behind seL4_GetIPCBuffer, one for each thread. In a library of its own so that a
 * program may define it itself.
 */
#include <sel4/functions.h>

LIBSEL4_THREAD_LOCAL seL4_IPCBuffer *__sel4_ipc_buffer;
