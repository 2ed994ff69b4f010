/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Debug registers of threads. Two kinds of hardware: monitors that are breakpoint or watchpoint
 * (x86), and separate ones (Arm), told apart by what the interface's constants say. The kernel's
 * gaps are kept: where it stops for good on a number out of range, so does the model.
 */
#include "host/sim/kernel/debug.h"

#include "host/sim/kernel/arch.h"
#include "host/sim/kernel/tcb.h"

static bool monitors_are_dual(const struct kernel *k)
{
    return k->facts.dual_monitors > 0;
}

static unsigned point_count(const struct kernel *k)
{
    unsigned count =
        monitors_are_dual(k) ? k->facts.dual_monitors : k->facts.breakpoints + k->facts.watchpoints;
    return count < SIM_BREAKPOINTS_MAX ? count : SIM_BREAKPOINTS_MAX;
}

static bool is_watchpoint(const struct kernel *k, unsigned number)
{
    return !monitors_are_dual(k) && number >= k->facts.breakpoints;
}

static void changed(struct kernel *k, struct tcb *thread)
{
    k->ops->debug_changed(k->machine, thread->context);
}

static void set_used(struct tcb *thread, unsigned number, bool used)
{
    if (number < SIM_BREAKPOINTS_MAX) {
        thread->debug.point[number].used = used;
    }
}

/* What a breakpoint may be, whatever the hardware. The order is the kernel's. */
static enum outcome check_type(struct kernel *k, unsigned number, uint64_t type, uint64_t size,
                               uint64_t access)
{
    const struct facts *f = &k->facts;
    if (type == (uint64_t)f->break_instruction) {
        if (size != 0) {
            return refuse_argument(k, 3);
        }
        if (access != (uint64_t)f->break_on_read) {
            return refuse_argument(k, 4);
        }
        if (f->first_breakpoint != f->first_watchpoint &&
            (f->first_watchpoint == -1 || (int64_t)number >= f->first_watchpoint)) {
            return refuse_argument(k, 2);
        }
        return OUTCOME_DONE;
    }
    if (type != (uint64_t)f->break_data) {
        return refuse_argument(k, 2);
    }
    if (size == 0) {
        return refuse_argument(k, 3);
    }
    if (f->first_watchpoint != -1 && (int64_t)number < f->first_watchpoint) {
        return refuse_argument(k, 2);
    }
    return OUTCOME_DONE;
}

static enum outcome check_hardware(struct kernel *k, unsigned number, uint64_t type, uint64_t size)
{
    if (monitors_are_dual(k)) {
        if (number >= k->facts.dual_monitors) {
            return refuse_range(k, 0, k->facts.dual_monitors - 1);
        }
        return size == 8 ? refuse_argument(k, 3) : OUTCOME_DONE;
    }
    /* The limits in these two answers are each other's, in the kernel too. */
    if (type == (uint64_t)k->facts.break_data) {
        if (number - k->facts.breakpoints >= k->facts.watchpoints) {
            return refuse_range(k, 0, k->facts.breakpoints - 1);
        }
    } else if (number >= k->facts.breakpoints) {
        return refuse_range(k, 0, k->facts.watchpoints - 1);
    }
    return OUTCOME_DONE;
}

static enum outcome check_breakpoint(struct kernel *k, unsigned number, uint64_t vaddr,
                                     uint64_t type, uint64_t size, uint64_t access)
{
    uint64_t top = k->arch->user_top ? k->arch->user_top : k->facts.user_top;
    if (vaddr >= top) {
        return refuse_argument(k, 1);
    }
    enum outcome outcome = check_type(k, number, type, size, access);
    if (outcome != OUTCOME_DONE) {
        return outcome;
    }
    if (access != (uint64_t)k->facts.break_on_read && access != (uint64_t)k->facts.break_on_write &&
        access != (uint64_t)k->facts.break_on_read_write) {
        return refuse_argument(k, 3);
    }
    if (size > 8 || (size & (size - 1)) != 0) {
        return refuse_argument(k, 3);
    }
    if (size > 0 && (vaddr & (size - 1))) {
        return refuse(k, REFUSAL_ALIGNMENT);
    }
    return check_hardware(k, number, type, size);
}

enum outcome debug_set_breakpoint(struct kernel *k, struct invocation *in)
{
    unsigned number = (uint16_t)invocation_arg(k, in, 0);
    struct debug_point point = {.enabled = true, .used = true};
    point.vaddr = invocation_arg(k, in, 1);
    point.type = invocation_arg(k, in, 2);
    point.size = invocation_arg(k, in, 3);
    point.access = invocation_arg(k, in, 4);
    enum outcome outcome =
        check_breakpoint(k, number, point.vaddr, point.type, point.size, point.access);
    if (outcome != OUTCOME_DONE) {
        return outcome;
    }
    invocation_commit(k, in);
    if (monitors_are_dual(k) && point.type == (uint64_t)k->facts.break_data &&
        point.access == (uint64_t)k->facts.break_on_read) {
        point.access = (uint64_t)k->facts.break_on_read_write; /* x86 has no read-only one */
    }
    in->cap.tcb->debug.point[number] = point;
    changed(k, in->cap.tcb);
    return OUTCOME_DONE;
}

/* Get and Unset: false if the call is over. */
static bool number_is_sound(struct kernel *k, unsigned number, enum outcome *outcome)
{
    *outcome = OUTCOME_DONE;
    if (number < point_count(k)) {
        return true;
    }
    if (monitors_are_dual(k)) {
        *outcome = refuse_range(k, 0, k->facts.dual_monitors - 1);
    } else {
        model_halt(k, "breakpoint number out of range");
    }
    return false;
}

enum outcome debug_get_breakpoint(struct kernel *k, struct invocation *in)
{
    unsigned number = (uint16_t)invocation_arg(k, in, 0);
    enum outcome outcome;
    if (!number_is_sound(k, number, &outcome)) {
        return outcome;
    }
    const struct debug_point *point = &in->cap.tcb->debug.point[number];
    if (is_watchpoint(k, number) && point->size == 0) {
        model_halt(k, "breakpoint asked for that was never set");
        return OUTCOME_DONE;
    }
    uint64_t words[5] = {point->vaddr, point->type, point->size, point->access, point->enabled};
    if (point->size == 0) {
        words[1] = (uint64_t)k->facts.break_instruction;
        words[3] = (uint64_t)k->facts.break_on_read;
    }
    invocation_commit(k, in);
    invocation_answer(k, in, words, 5);
    return OUTCOME_DONE;
}

enum outcome debug_unset_breakpoint(struct kernel *k, struct invocation *in)
{
    unsigned number = (uint16_t)invocation_arg(k, in, 0);
    enum outcome outcome;
    if (!number_is_sound(k, number, &outcome)) {
        return outcome;
    }
    struct debug_point *point = &in->cap.tcb->debug.point[number];
    invocation_commit(k, in);
    point->vaddr = 0;
    point->enabled = point->used = false;
    if (monitors_are_dual(k)) {
        point->type = point->size = point->access = 0;
    }
    changed(k, in->cap.tcb);
    return OUTCOME_DONE;
}

static void set_stepping(struct kernel *k, struct tcb *thread, uint64_t steps)
{
    thread->debug.stepping = steps > 0;
    thread->debug.steps = steps;
    if (steps == 0) {
        thread->debug.status_bits &= ~k->arch->debug_trap_bit;
    }
    changed(k, thread);
}

enum outcome debug_configure_stepping(struct kernel *k, struct invocation *in)
{
    unsigned number = (uint16_t)invocation_arg(k, in, 0);
    uint64_t steps = invocation_arg(k, in, 1);
    uint64_t consumed = steps > 0 && !monitors_are_dual(k);
    invocation_commit(k, in);
    set_used(in->cap.tcb, number, steps > 0);
    set_stepping(k, in->cap.tcb, steps);
    invocation_answer(k, in, &consumed, 1);
    return OUTCOME_DONE;
}

bool debug_take_step_reply(struct kernel *k, struct tcb *thread, uint64_t steps)
{
    if (k->arch->debug_reply_needs_step && !thread->debug.stepping) {
        return false;
    }
    set_stepping(k, thread, steps);
    return true;
}

void debug_resume(struct kernel *k, struct tcb *thread)
{
    if (thread->debug.stepping) {
        thread->debug.status_bits = k->arch->debug_trap_bit;
    } else {
        thread->debug.status_bits &= ~k->arch->debug_resume_bit;
    }
}

bool debug_exception(struct kernel *k, const struct cpu_event *event)
{
    struct tcb *thread = k->current;
    struct fault fault = {.kind = FAULT_DEBUG, .number = event->number};
    fault.address = thread->fault_ip;
    if ((int64_t)event->number == k->facts.break_step) {
        thread->debug.status_bits |= k->arch->debug_resume_bit;
        if (thread->debug.steps > 0) {
            thread->debug.steps--;
        }
        if (thread->debug.steps > 0) {
            return false;
        }
    } else if ((int64_t)event->number != k->facts.break_software) {
        unsigned number = event->code < SIM_BREAKPOINTS_MAX ? (unsigned)event->code : 0;
        fault.code = number;
        fault.number = thread->debug.point[number].type;
        fault.address = monitors_are_dual(k) ? thread->debug.point[number].vaddr : event->address;
    }
    k->fault = fault;
    return true;
}

static enum sim_breakpoint_kind point_kind(const struct kernel *k, const struct debug_point *point)
{
    if (point->type == (uint64_t)k->facts.break_instruction) {
        return SIM_BREAK_EXECUTE;
    }
    if (point->access == (uint64_t)k->facts.break_on_read) {
        return SIM_BREAK_READ;
    }
    return point->access == (uint64_t)k->facts.break_on_write ? SIM_BREAK_WRITE : SIM_BREAK_ACCESS;
}

bool kernel_debug(struct kernel *k, struct sim_debug *out)
{
    const struct debug_state *debug = &k->current->debug;
    bool any_used = false;
    unsigned count = 0;
    for (unsigned i = 0; i < SIM_BREAKPOINTS_MAX; i++) {
        any_used = any_used || debug->point[i].used;
    }
    for (unsigned i = 0; i < point_count(k); i++) {
        const struct debug_point *point = &debug->point[i];
        /* x86 loads all of its registers as soon as one is in use. */
        if (point->enabled && (monitors_are_dual(k) ? any_used : point->used)) {
            out->breakpoints[count++] = (struct sim_breakpoint){
                .address = point->vaddr,
                .number = (uint8_t)i,
                .kind = (uint8_t)point_kind(k, point),
                .len_bytes = (uint8_t)point->size,
            };
        }
    }
    if (!count && !debug->stepping) {
        return false;
    }
    out->single_step = debug->stepping;
    out->count = count;
    return true;
}
