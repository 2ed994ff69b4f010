/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fault messages with the kernel's layout, their replies, and the end of a thread that has nobody
 * to tell.
 */
#include "host/sim/kernel/fault.h"

#include <inttypes.h>
#include <stdio.h>

#include "host/sim/kernel/arch.h"
#include "host/sim/kernel/cspace.h"
#include "host/sim/kernel/debug.h"
#include "host/sim/kernel/endpoint.h"
#include "host/sim/kernel/ipc.h"
#include "host/sim/kernel/memory.h"
#include "host/sim/kernel/sched.h"
#include "host/sim/kernel/tcb.h"
#include "host/sim/kernel/vspace.h"

void fault_describe(const struct fault *fault, char *to, size_t cap)
{
    switch (fault->kind) {
    case FAULT_NONE:
    case FAULT_KIND_COUNT:
        snprintf(to, cap, "no fault");
        break;
    case FAULT_CAP:
        snprintf(to, cap, "capability fault at 0x%" PRIx64 ", %s", fault->address,
                 fault->flag ? "receiving" : "sending");
        break;
    case FAULT_UNKNOWN_SYSCALL:
        snprintf(to, cap, "unknown system call 0x%" PRIx64, fault->number);
        break;
    case FAULT_USER_EXCEPTION:
        snprintf(to, cap, "user exception 0x%" PRIx64 ", code 0x%" PRIx64, fault->number,
                 fault->code);
        break;
    case FAULT_VM:
        snprintf(to, cap, "%s fault at 0x%" PRIx64 ", status 0x%" PRIx64,
                 fault->flag ? "instruction" : "data", fault->address, fault->code);
        break;
    case FAULT_DEBUG:
        snprintf(to, cap, "debug exception, reason %" PRIu64 ", at 0x%" PRIx64, fault->number,
                 fault->address);
        break;
    }
}

static void print_stack(struct kernel *k, struct tcb *thread)
{
    uint64_t sp = tcb_reg_read(k, thread, k->facts.reg_sp);
    if (sp & (k->facts.word_bytes - 1)) {
        model_print(k, "stack pointer 0x%" PRIx64 " is not aligned\n", sp);
        return;
    }
    for (unsigned i = 0; i < MODEL_STACK_WORDS; i++) {
        uint64_t vaddr = sp + (uint64_t)i * k->facts.word_bytes, paddr;
        if (vspace_resolve(k, thread, vaddr, &paddr) &&
            memory_host(k, paddr, k->facts.word_bytes)) {
            model_print(k, "0x%" PRIx64 ": 0x%" PRIx64 "\n", vaddr, memory_read_word(k, paddr));
        } else {
            model_print(k, "0x%" PRIx64 ": not mapped\n", vaddr);
        }
    }
}

/* Nobody takes the fault. */
static void fault_end_thread(struct kernel *k, struct tcb *thread, const struct fault *first,
                             const struct fault *second)
{
    char text[96];
    fault_describe(first, text, sizeof text);
    model_print(k, "Thread \"%s\" stops: %s, ip 0x%" PRIx64 "\n", thread->name, text,
                thread->fault_ip);
    fault_describe(second, text, sizeof text);
    model_print(k, "no fault handler: %s\nStack:\n", text);
    print_stack(k, thread);
    sched_set_state(k, thread, THREAD_INACTIVE);
}

void fault_handle(struct kernel *k, struct tcb *thread)
{
    struct fault first = k->fault;
    struct lookup_failure lookup = k->lookup;
    struct slot *slot;
    bool found = cspace_lookup(k, thread, thread->fault_handler, &slot) == OUTCOME_DONE;
    if (found && slot->cap.kind == CAP_ENDPOINT && (slot->cap.rights & RIGHT_WRITE) &&
        (slot->cap.rights & (RIGHT_GRANT | RIGHT_GRANT_REPLY))) {
        struct send send = {.blocking = true, .is_call = true, .can_grant_reply = true};
        send.can_grant = slot->cap.rights & RIGHT_GRANT;
        send.badge = slot->cap.word;
        thread->fault = first;
        if (first.kind == FAULT_CAP) {
            thread->lookup = lookup;
        }
        endpoint_send(k, thread, slot->cap.endpoint, &send);
        return;
    }
    struct fault second = {.kind = FAULT_CAP, .address = thread->fault_handler};
    fault_end_thread(k, thread, &first, &second);
}

void fault_handle_cap(struct kernel *k, struct tcb *thread, uint64_t cptr, bool receiving)
{
    k->fault = (struct fault){.kind = FAULT_CAP, .address = cptr, .flag = receiving};
    fault_handle(k, thread);
}

static uint64_t write_words(struct kernel *k, struct tcb *receiver, uint64_t buffer,
                            const uint64_t *words, unsigned count)
{
    uint64_t length = 0;
    for (unsigned i = 0; i < count; i++) {
        length = tcb_mr_write(k, receiver, buffer, i, words[i]);
    }
    return length;
}

static uint64_t write_registers(struct kernel *k, struct tcb *sender, struct tcb *receiver,
                                uint64_t buffer)
{
    const struct fault *fault = &sender->fault;
    unsigned count = k->facts.fault_regs[fault->kind].count;
    for (unsigned i = 0; i < count; i++) {
        uint64_t value = tcb_reg_read(k, sender, k->facts.fault_regs[fault->kind].reg[i]);
        tcb_mr_write(k, receiver, buffer, i, value);
    }
    uint64_t length = tcb_mr_write(k, receiver, buffer, count, fault->number);
    if (fault->kind == FAULT_USER_EXCEPTION) {
        length = tcb_mr_write(k, receiver, buffer, count + 1, fault->code);
    }
    return length;
}

uint64_t fault_write_message(struct kernel *k, struct tcb *sender, struct tcb *receiver,
                             uint64_t buffer)
{
    const struct fault *f = &sender->fault;
    uint64_t words[4] = {sender->fault_ip, f->address, f->flag, f->code};
    switch (f->kind) {
    case FAULT_CAP:
        write_words(k, receiver, buffer, words, 3);
        return ipc_write_lookup(k, receiver, buffer, &sender->lookup, 3);
    case FAULT_VM:
        return write_words(k, receiver, buffer, words, 4);
    case FAULT_DEBUG:
        words[1] = f->number;
        words[2] = f->address;
        if ((int64_t)f->number == k->facts.break_step ||
            (int64_t)f->number == k->facts.break_software) {
            return write_words(k, receiver, buffer, words, 2);
        }
        return write_words(k, receiver, buffer, words, 4);
    default:
        return write_registers(k, sender, receiver, buffer);
    }
}

static void take_registers(struct kernel *k, struct tcb *receiver, struct tcb *replier,
                           uint64_t length)
{
    enum fault_kind kind = receiver->fault.kind;
    uint64_t buffer = tcb_ipc_buffer(k, replier, false);
    for (unsigned i = 0; i < k->facts.fault_regs[kind].count && i < length; i++) {
        if (i >= k->facts.hw_mrs && !buffer) {
            return;
        }
        unsigned reg = k->facts.fault_regs[kind].reg[i];
        uint64_t value = tcb_mr_read(k, replier, buffer, i);
        tcb_reg_write(k, receiver, reg, k->arch->sanitise(k, reg, value));
    }
}

bool fault_take_reply(struct kernel *k, struct tcb *receiver, struct tcb *replier)
{
    struct message_info info = ipc_info(k, tcb_reg_read(k, replier, k->facts.reg_info));
    switch (receiver->fault.kind) {
    case FAULT_UNKNOWN_SYSCALL:
    case FAULT_USER_EXCEPTION:
        take_registers(k, receiver, replier, info.length);
        return info.label == 0;
    case FAULT_DEBUG:
        if ((int64_t)receiver->fault.number == k->facts.break_step) {
            uint64_t steps = info.length < 1 ? 1 : tcb_mr_read(k, replier, 0, 0);
            if (!debug_take_step_reply(k, receiver, steps)) {
                return false;
            }
        }
        return info.label == 0;
    default:
        return true;
    }
}
