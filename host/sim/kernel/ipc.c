/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The transfer of messages and of the capabilities with them, in the kernel's order.
 */
#include "host/sim/kernel/ipc.h"

#include "host/sim/kernel/cspace.h"
#include "host/sim/kernel/delete.h"
#include "host/sim/kernel/fault.h"
#include "host/sim/kernel/mdb.h"
#include "host/sim/kernel/memory.h"
#include "host/sim/kernel/sched.h"
#include "host/sim/kernel/tcb.h"

/* seL4_MessageInfo, the same on all architectures. */
enum { LENGTH_BITS = 7, EXTRA_SHIFT = 7, EXTRA_BITS = 2, UNWRAPPED_SHIFT = 9, UNWRAPPED_BITS = 3 };
enum { LABEL_SHIFT = 12 };

struct message_info ipc_info(struct kernel *k, uint64_t word)
{
    struct message_info info = {
        .label = (word & k->facts.word_mask) >> LABEL_SHIFT,
        .unwrapped = (unsigned)(word >> UNWRAPPED_SHIFT & model_mask(UNWRAPPED_BITS)),
        .extra_caps = (unsigned)(word >> EXTRA_SHIFT & model_mask(EXTRA_BITS)),
        .length = word & model_mask(LENGTH_BITS),
    };
    if (info.length > k->facts.msg_max_length) {
        info.length = k->facts.msg_max_length;
    }
    return info;
}

uint64_t ipc_info_word(const struct message_info *info)
{
    return info->label << LABEL_SHIFT | (uint64_t)info->unwrapped << UNWRAPPED_SHIFT |
           (uint64_t)info->extra_caps << EXTRA_SHIFT | info->length;
}

static uint64_t extra_address(struct kernel *k, uint64_t buffer, unsigned index)
{
    return buffer + k->facts.ipc.caps.offset + index * k->facts.word_bytes;
}

enum outcome ipc_lookup_extra(struct kernel *k, struct tcb *thread, uint64_t buffer,
                              const struct message_info *info)
{
    for (unsigned i = 0; i < FACTS_MAX_EXTRA_CAPS; i++) {
        k->extra_caps[i] = NULL;
    }
    for (unsigned i = 0; buffer && i < info->extra_caps; i++) {
        uint64_t cptr = memory_read_word(k, extra_address(k, buffer, i));
        if (cspace_lookup(k, thread, cptr, &k->extra_caps[i]) != OUTCOME_DONE) {
            k->extra_caps[i] = NULL;
            k->fault = (struct fault){.kind = FAULT_CAP, .address = cptr, .flag = false};
            return OUTCOME_LOOKUP;
        }
    }
    return OUTCOME_DONE;
}

static uint64_t copy_words(struct kernel *k, struct tcb *sender, uint64_t from,
                           struct tcb *receiver, uint64_t to, uint64_t length)
{
    uint64_t in_registers = length < k->facts.hw_mrs ? length : k->facts.hw_mrs;
    for (uint64_t i = 0; i < in_registers; i++) {
        tcb_mr_write(k, receiver, to, i, tcb_mr_read(k, sender, from, i));
    }
    if (!from || !to || length == in_registers) {
        return in_registers;
    }
    uint64_t offset = k->facts.ipc.msg.offset + in_registers * k->facts.word_bytes;
    uint64_t bytes = (length - in_registers) * k->facts.word_bytes;
    memory_write(k, to + offset, memory_host(k, from + offset, bytes), bytes);
    return length;
}

/* The slot that the receiver wants a capability in; NULL if it wants or can take none. */
static struct slot *receive_slot(struct kernel *k, struct tcb *receiver, uint64_t buffer)
{
    struct slot *root, *slot;
    uint64_t cptr = memory_read_word(k, buffer + k->facts.ipc.receive_cnode.offset);
    uint64_t index = memory_read_word(k, buffer + k->facts.ipc.receive_index.offset);
    uint64_t depth = memory_read_word(k, buffer + k->facts.ipc.receive_depth.offset);
    if (cspace_lookup(k, receiver, cptr, &root) != OUTCOME_DONE ||
        cspace_lookup_slot(k, false, &root->cap, index, depth, &slot) != OUTCOME_DONE) {
        return NULL;
    }
    return slot->cap.kind == CAP_NULL ? slot : NULL;
}

/* False: no more capabilities go over. */
static bool transfer_cap(struct kernel *k, struct slot *slot, struct slot **to)
{
    struct cap derived;
    if (!*to || mdb_derive(k, slot, slot->cap, &derived) != OUTCOME_DONE ||
        derived.kind == CAP_NULL) {
        return false;
    }
    mdb_insert(k, &derived, slot, *to);
    *to = NULL;
    return true;
}

static void transfer_caps(struct kernel *k, struct endpoint *ep, struct tcb *receiver,
                          uint64_t buffer, struct message_info *info)
{
    info->extra_caps = info->unwrapped = 0;
    if (!k->extra_caps[0] || !buffer) {
        return;
    }
    struct slot *to = receive_slot(k, receiver, buffer);
    for (unsigned i = 0; i < FACTS_MAX_EXTRA_CAPS && k->extra_caps[i]; i++) {
        struct slot *slot = k->extra_caps[i];
        if (slot->cap.kind == CAP_ENDPOINT && slot->cap.endpoint == ep) {
            memory_write_word(k, extra_address(k, buffer, i), slot->cap.word);
            info->unwrapped |= 1u << i;
        } else if (!transfer_cap(k, slot, &to)) {
            return;
        }
        info->extra_caps = i + 1;
    }
}

static void transfer_message(struct kernel *k, struct tcb *sender, struct endpoint *ep, bool grant,
                             struct tcb *receiver, uint64_t buffer)
{
    uint64_t from = tcb_ipc_buffer(k, sender, false);
    struct message_info info = ipc_info(k, tcb_reg_read(k, sender, k->facts.reg_info));
    if (!grant || ipc_lookup_extra(k, sender, from, &info) != OUTCOME_DONE) {
        k->extra_caps[0] = NULL;
    }
    uint64_t length = copy_words(k, sender, from, receiver, buffer, info.length);
    transfer_caps(k, ep, receiver, buffer, &info);
    info.length = length;
    tcb_reg_write(k, receiver, k->facts.reg_info, ipc_info_word(&info));
}

void ipc_transfer(struct kernel *k, struct tcb *sender, struct endpoint *ep, uint64_t badge,
                  bool grant, struct tcb *receiver)
{
    uint64_t buffer = tcb_ipc_buffer(k, receiver, true);
    if (sender->fault.kind == FAULT_NONE) {
        transfer_message(k, sender, ep, grant, receiver, buffer);
    } else {
        struct message_info info = {.label = k->facts.fault_label[sender->fault.kind]};
        info.length = fault_write_message(k, sender, receiver, buffer);
        tcb_reg_write(k, receiver, k->facts.reg_info, ipc_info_word(&info));
    }
    tcb_reg_write(k, receiver, k->facts.reg_cap, badge);
}

void ipc_setup_caller(struct kernel *k, struct tcb *caller, struct tcb *receiver, bool grant)
{
    struct cap cap = {.kind = CAP_REPLY, .paddr = caller->object.paddr};
    cap.rights = grant ? RIGHT_GRANT : 0;
    cap.tcb = caller;
    sched_set_state(k, caller, THREAD_BLOCKED_REPLY);
    delete_one(k, &receiver->slots[TCB_CALLER]);
    mdb_insert(k, &cap, &caller->slots[TCB_REPLY], &receiver->slots[TCB_CALLER]);
}

void ipc_reply(struct kernel *k, struct tcb *replier, struct tcb *receiver, struct slot *slot,
               bool grant)
{
    if (receiver->fault.kind == FAULT_NONE) {
        ipc_transfer(k, replier, NULL, 0, grant, receiver);
        delete_one(k, slot);
        sched_set_state(k, receiver, THREAD_RUNNING);
        sched_possible_switch(k, receiver);
        return;
    }
    delete_one(k, slot);
    bool restart = fault_take_reply(k, receiver, replier);
    receiver->fault.kind = FAULT_NONE;
    sched_set_state(k, receiver, restart ? THREAD_RESTART : THREAD_INACTIVE);
    if (restart) {
        sched_possible_switch(k, receiver);
    }
}

void ipc_receive_nothing(struct kernel *k, struct tcb *thread)
{
    tcb_reg_write(k, thread, k->facts.reg_cap, 0);
}

void ipc_answer_words(struct kernel *k, struct tcb *thread, const uint64_t *words, unsigned count)
{
    struct message_info info = {.length = 0};
    uint64_t buffer = tcb_ipc_buffer(k, thread, true);
    tcb_reg_write(k, thread, k->facts.reg_cap, 0);
    for (unsigned i = 0; i < count; i++) {
        info.length = tcb_mr_write(k, thread, buffer, i, words[i]);
    }
    tcb_reg_write(k, thread, k->facts.reg_info, ipc_info_word(&info));
}

uint64_t ipc_write_lookup(struct kernel *k, struct tcb *thread, uint64_t buffer,
                          const struct lookup_failure *failure, uint64_t at)
{
    uint64_t words[4] = {k->facts.lookups[failure->kind], failure->bits_left, 0, 0};
    unsigned count = 1;
    switch (failure->kind) {
    case LOOKUP_INVALID_ROOT:
        break;
    case LOOKUP_MISSING:
        count = 2;
        break;
    case LOOKUP_DEPTH_MISMATCH:
        words[2] = failure->bits_found;
        count = 3;
        break;
    case LOOKUP_GUARD_MISMATCH:
        words[2] = failure->guard_found;
        words[3] = failure->bits_found;
        count = 4;
        break;
    }
    uint64_t length = 0;
    for (unsigned i = 0; i < count; i++) {
        length = tcb_mr_write(k, thread, buffer, at + i, words[i]);
    }
    return length;
}

static uint64_t write_refusal(struct kernel *k, struct tcb *thread, uint64_t buffer)
{
    const struct refusal_words *r = &k->refusal;
    switch (r->kind) {
    case REFUSAL_INVALID_ARGUMENT:
    case REFUSAL_INVALID_CAPABILITY:
        return tcb_mr_write(k, thread, buffer, 0, r->number);
    case REFUSAL_RANGE:
        tcb_mr_write(k, thread, buffer, 0, r->min);
        return tcb_mr_write(k, thread, buffer, 1, r->max);
    case REFUSAL_FAILED_LOOKUP:
        tcb_mr_write(k, thread, buffer, 0, r->source);
        return ipc_write_lookup(k, thread, buffer, &k->lookup, 1);
    case REFUSAL_NO_MEMORY:
        return tcb_mr_write(k, thread, buffer, 0, r->bytes);
    default:
        return 0;
    }
}

void ipc_answer_refusal(struct kernel *k, struct tcb *thread)
{
    struct message_info info = {.label = k->facts.errors[k->refusal.kind]};
    uint64_t buffer = tcb_ipc_buffer(k, thread, true);
    tcb_reg_write(k, thread, k->facts.reg_cap, 0);
    info.length = write_refusal(k, thread, buffer);
    tcb_reg_write(k, thread, k->facts.reg_info, ipc_info_word(&info));
}
