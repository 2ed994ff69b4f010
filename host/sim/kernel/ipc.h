/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages: the info word, the transfer of words and capabilities between threads, replies, and the
 * kernel's own answers to an invocation.
 */
#ifndef SIM_KERNEL_IPC_H
#define SIM_KERNEL_IPC_H

#include "host/sim/kernel/model.h"

struct message_info {
    uint64_t label;
    unsigned unwrapped, extra_caps;
    uint64_t length;
};

struct message_info ipc_info(struct kernel *k, uint64_t word);
uint64_t ipc_info_word(const struct message_info *info);

/* From `sender`, by way of `ep` (NULL: a reply), to `receiver`: the message, or the sender's fault.
 */
void ipc_transfer(struct kernel *k, struct tcb *sender, struct endpoint *ep, uint64_t badge,
                  bool grant, struct tcb *receiver);

/* Finds the capabilities sent along, for k->extra_caps. OUTCOME_LOOKUP: k->fault is set. */
enum outcome ipc_lookup_extra(struct kernel *k, struct tcb *thread, uint64_t buffer,
                              const struct message_info *info);

/* `caller` waits for `receiver`, who gets a reply capability. */
void ipc_setup_caller(struct kernel *k, struct tcb *caller, struct tcb *receiver, bool grant);

/* Answers the thread that waits for a reply by way of the capability in `slot`. */
void ipc_reply(struct kernel *k, struct tcb *replier, struct tcb *receiver, struct slot *slot,
               bool grant);

void ipc_receive_nothing(struct kernel *k, struct tcb *thread);

/* The kernel's own answers. */
void ipc_answer_words(struct kernel *k, struct tcb *thread, const uint64_t *words, unsigned count);
void ipc_answer_refusal(struct kernel *k, struct tcb *thread);

/* Writes kind and words of a lookup failure from message word `at` on; returns the length. */
uint64_t ipc_write_lookup(struct kernel *k, struct tcb *thread, uint64_t buffer,
                          const struct lookup_failure *failure, uint64_t at);

#endif
