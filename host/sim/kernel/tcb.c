/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers, message registers and names of threads.
 */
#include "host/sim/kernel/tcb.h"

#include <stdio.h>

#include "host/sim/kernel/arch.h"
#include "host/sim/kernel/memory.h"

uint64_t tcb_reg_read(struct kernel *k, struct tcb *thread, unsigned reg)
{
    if (reg == 0) {
        return thread->fault_ip;
    }
    if (reg == FACTS_REG_NEXT_IP) {
        return tcb_next_ip(k, thread);
    }
    uint64_t value = k->ops->reg_read(k->machine, thread->context, reg);
    return reg == k->facts.reg_status ? value | thread->debug.status_bits : value;
}

void tcb_reg_write(struct kernel *k, struct tcb *thread, unsigned reg, uint64_t value)
{
    if (reg == 0) {
        thread->fault_ip = value;
    } else if (reg == FACTS_REG_NEXT_IP) {
        tcb_set_next_ip(k, thread, value);
    } else {
        if (reg == k->facts.reg_status) {
            thread->debug.status_bits = value & k->arch->debug_status_bits;
            value &= ~k->arch->debug_status_bits;
        }
        k->ops->reg_write(k->machine, thread->context, reg, value);
    }
}

uint64_t tcb_next_ip(struct kernel *k, struct tcb *thread)
{
    return k->ops->reg_read(k->machine, thread->context, 0);
}

void tcb_set_next_ip(struct kernel *k, struct tcb *thread, uint64_t value)
{
    k->ops->reg_write(k->machine, thread->context, 0, value);
}

static uint64_t mr_address(struct kernel *k, uint64_t buffer, uint64_t index)
{
    return buffer + k->facts.ipc.msg.offset + index * k->facts.word_bytes;
}

uint64_t tcb_mr_read(struct kernel *k, struct tcb *thread, uint64_t buffer, uint64_t index)
{
    if (index < k->facts.hw_mrs) {
        return tcb_reg_read(k, thread, k->facts.reg_mr[index]);
    }
    return buffer ? memory_read_word(k, mr_address(k, buffer, index)) : 0;
}

uint64_t tcb_mr_write(struct kernel *k, struct tcb *thread, uint64_t buffer, uint64_t index,
                      uint64_t value)
{
    if (index < k->facts.hw_mrs) {
        tcb_reg_write(k, thread, k->facts.reg_mr[index], value);
        return index + 1;
    }
    if (!buffer) {
        return k->facts.hw_mrs;
    }
    memory_write_word(k, mr_address(k, buffer, index), value);
    return index + 1;
}

uint64_t tcb_ipc_buffer(struct kernel *k, struct tcb *thread, bool receiver)
{
    const struct cap *frame = &thread->slots[TCB_BUFFER].cap;
    if (frame->kind != CAP_FRAME || frame->device || frame->rights == VM_KERNEL_ONLY ||
        (receiver && frame->rights != VM_READ_WRITE)) {
        return 0;
    }
    uint64_t buffer = frame->paddr + (thread->ipc_buffer & model_mask(frame->bits));
    return memory_host(k, buffer, model_bit(k->facts.ipc_buffer_bits)) ? buffer : 0;
}

void tcb_init(struct kernel *k, struct tcb *thread)
{
    thread->time_slice = MODEL_TIME_SLICE;
    k->arch->init_context(k, thread);
}

struct cap tcb_cap(struct tcb *thread)
{
    struct cap cap = {.kind = CAP_TCB, .paddr = thread->object.paddr};
    cap.tcb = thread;
    return cap;
}

void tcb_setup_reply(struct tcb *thread)
{
    struct slot *slot = &thread->slots[TCB_REPLY];
    if (slot->cap.kind == CAP_NULL) {
        struct cap cap = {.kind = CAP_REPLY, .master = true, .paddr = thread->object.paddr};
        cap.rights = RIGHT_GRANT;
        cap.tcb = thread;
        *slot = (struct slot){.cap = cap, .revocable = true, .first_badged = true};
    }
}

void tcb_set_name(struct tcb *thread, const char *name)
{
    snprintf(thread->name, sizeof thread->name, "%s", name);
}

void tcb_debug_add(struct kernel *k, struct tcb *thread)
{
    thread->debug_prev = NULL;
    thread->debug_next = k->threads;
    if (k->threads) {
        k->threads->debug_prev = thread;
    }
    k->threads = thread;
}

void tcb_debug_remove(struct kernel *k, struct tcb *thread)
{
    if (thread->debug_prev) {
        thread->debug_prev->debug_next = thread->debug_next;
    } else if (k->threads == thread) {
        k->threads = thread->debug_next;
    }
    if (thread->debug_next) {
        thread->debug_next->debug_prev = thread->debug_prev;
    }
    thread->debug_prev = thread->debug_next = NULL;
}
