/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The interrupt table, delivery, and the invocations of IRQ control and IRQ handlers. On Arm and
 * RISC-V interrupts are the machine's lines; on x86 they are vectors, and a call says which pin of
 * the I/O APIC each is for.
 */
#include "host/sim/kernel/irq.h"

#include <inttypes.h>
#include <stdlib.h>

#include "host/sim/kernel/arch.h"
#include "host/sim/kernel/cspace.h"
#include "host/sim/kernel/delete.h"
#include "host/sim/kernel/handlers.h"
#include "host/sim/kernel/mdb.h"
#include "host/sim/kernel/notification.h"
#include "host/sim/kernel/sched.h"

enum {
    X86_VECTORS = 126,   /* the kernel's interrupts 0..125 */
    X86_FIRST_USER = 16, /* below: the old controller's */
    X86_LAST_USER = 123,
    X86_TIMER = 125,
    X86_IOAPICS = 1,
    PCI_BUS_MAX = 255,
    PCI_DEVICE_MAX = 31,
    PCI_FUNCTION_MAX = 7,
    SGI_COUNT = 16,
    SGI_TARGETS = 8,
};

static void set_masked(struct kernel *k, const struct irq *irq, bool masked)
{
    if (irq->line != IRQ_NO_LINE) {
        k->ops->irq_set_masked(k->machine, irq->line, masked);
    }
}

void irq_set_state(struct kernel *k, unsigned irq, enum irq_state state)
{
    k->irqs[irq].state = state;
    set_masked(k, &k->irqs[irq], state == IRQ_INACTIVE);
}

static void init_lines(struct kernel *k)
{
    for (unsigned i = 0; i < k->irq_count; i++) {
        k->irqs[i].line = i;
        irq_set_state(k, i, IRQ_INACTIVE);
    }
    if (k->platform->timer_irq < k->irq_count) {
        k->irqs[k->platform->timer_irq].state = IRQ_TIMER;
    }
}

static void init_vectors(struct kernel *k)
{
    for (unsigned i = 0; i < k->irq_count; i++) {
        bool user = i >= X86_FIRST_USER && i <= X86_LAST_USER;
        k->irqs[i].line = IRQ_NO_LINE;
        k->irqs[i].state = i == X86_TIMER ? IRQ_TIMER : user ? IRQ_INACTIVE : IRQ_RESERVED;
    }
}

enum err irq_init(struct kernel *k)
{
    unsigned count = k->arch->irqs_are_vectors ? X86_VECTORS : k->platform->irq_count;
    k->irqs = calloc(count, sizeof *k->irqs);
    if (!k->irqs) {
        return ERR_NO_MEMORY;
    }
    k->irq_count = count;
    if (k->arch->irqs_are_vectors) {
        init_vectors(k);
    } else {
        init_lines(k);
    }
    return ERR_OK;
}

static struct irq *find_line(struct kernel *k, uint64_t line)
{
    for (unsigned i = 0; i < k->irq_count; i++) {
        if (k->irqs[i].line == line) {
            return &k->irqs[i];
        }
    }
    return NULL;
}

void irq_handle_line(struct kernel *k, uint64_t line)
{
    struct irq *irq = find_line(k, line);
    if (!irq) {
        if (line < k->platform->irq_count) {
            k->ops->irq_set_masked(k->machine, (unsigned)line, true);
        }
        return;
    }
    const struct cap *cap = &irq->slot.cap;
    if (irq->state == IRQ_TIMER) {
        sched_tick(k);
        return;
    }
    if (irq->state == IRQ_SIGNAL) {
        if (cap->kind == CAP_NOTIFICATION && (cap->rights & RIGHT_WRITE)) {
            notification_signal(k, cap->notification, cap->word);
        } else {
            model_print(k, "Interrupt %u has no taker\n", (unsigned)(irq - k->irqs));
        }
    }
    set_masked(k, irq, true);
}

void irq_raise_software(struct kernel *k, unsigned irq)
{
    if (irq < k->irq_count && k->irqs[irq].state == IRQ_SIGNAL) {
        irq_handle_line(k, k->irqs[irq].line);
    }
}

/* The slot that a new handler capability goes to. */
static enum outcome take_target(struct kernel *k, uint64_t index, uint64_t depth, struct slot **to)
{
    enum outcome outcome =
        cspace_lookup_slot(k, false, &invocation_extra(k, 0)->cap, index, depth, to);
    return outcome == OUTCOME_DONE ? mdb_check_empty(k, *to) : outcome;
}

static void issue_handler(struct kernel *k, struct invocation *in, unsigned irq, struct slot *to)
{
    struct cap cap = {.kind = CAP_IRQ_HANDLER, .number = irq};
    irq_set_state(k, irq, IRQ_SIGNAL);
    mdb_insert(k, &cap, in->slot, to);
}

/* Arm and RISC-V: by number. */
static enum outcome get_line(struct kernel *k, struct invocation *in, uint64_t index,
                             uint64_t depth)
{
    uint64_t irq = invocation_arg(k, in, 0);
    struct slot *to;
    if (irq >= k->irq_count || irq < k->arch->first_irq) {
        return refuse_range(k, k->arch->first_irq, k->irq_count - 1);
    }
    if (k->irqs[irq].state != IRQ_INACTIVE) {
        return refuse(k, REFUSAL_REVOKE_FIRST);
    }
    enum outcome outcome = take_target(k, index, depth, &to);
    if (outcome == OUTCOME_DONE) {
        invocation_commit(k, in);
        issue_handler(k, in, (unsigned)irq, to);
    }
    return outcome;
}

enum outcome irq_control_get(struct kernel *k, struct invocation *in)
{
    if (k->arch->irqs_are_vectors) {
        return refuse(k, REFUSAL_ILLEGAL_OPERATION);
    }
    return get_line(k, in, invocation_arg(k, in, 1), invocation_arg(k, in, 2));
}

enum outcome irq_control_get_trigger(struct kernel *k, struct invocation *in)
{
    return get_line(k, in, invocation_arg(k, in, 2), invocation_arg(k, in, 3));
}

/* x86: the vector that the last argument counts from the first one users get. */
static enum outcome take_vector(struct kernel *k, struct invocation *in, unsigned *irq,
                                struct slot **to)
{
    uint64_t vector = invocation_arg(k, in, 6);
    if (vector > X86_LAST_USER - X86_FIRST_USER) {
        return refuse_range(k, 0, X86_LAST_USER - X86_FIRST_USER);
    }
    *irq = (unsigned)vector + X86_FIRST_USER;
    if (k->irqs[*irq].state != IRQ_INACTIVE) {
        return refuse(k, REFUSAL_REVOKE_FIRST);
    }
    return take_target(k, invocation_arg(k, in, 0), invocation_arg(k, in, 1), to);
}

enum outcome irq_control_get_ioapic(struct kernel *k, struct invocation *in)
{
    unsigned irq;
    struct slot *to;
    uint64_t ioapic = invocation_arg(k, in, 2), pin = invocation_arg(k, in, 3);
    enum outcome outcome = take_vector(k, in, &irq, &to);
    if (outcome != OUTCOME_DONE) {
        return outcome;
    }
    if (ioapic >= X86_IOAPICS) {
        return refuse_range(k, 0, X86_IOAPICS - 1);
    }
    if (pin >= k->platform->irq_count) {
        return refuse_range(k, 0, k->platform->irq_count - 1);
    }
    if (invocation_arg(k, in, 4) > 1 || invocation_arg(k, in, 5) > 1) {
        return refuse_range(k, 0, 1);
    }
    invocation_commit(k, in);
    struct irq *old = find_line(k, pin);
    if (old) {
        old->line = IRQ_NO_LINE; /* the pin's entry now names another vector */
    }
    k->irqs[irq].line = (uint32_t)pin;
    issue_handler(k, in, irq, to);
    return OUTCOME_DONE;
}

enum outcome irq_control_get_msi(struct kernel *k, struct invocation *in)
{
    static const uint64_t limits[] = {PCI_BUS_MAX, PCI_DEVICE_MAX, PCI_FUNCTION_MAX};
    unsigned irq;
    struct slot *to;
    enum outcome outcome = take_vector(k, in, &irq, &to);
    if (outcome != OUTCOME_DONE) {
        return outcome;
    }
    for (unsigned i = 0; i < 3; i++) {
        if (invocation_arg(k, in, 2 + i) > limits[i]) {
            return refuse_range(k, 0, limits[i]);
        }
    }
    invocation_commit(k, in);
    k->irqs[irq].line = IRQ_NO_LINE;
    issue_handler(k, in, irq, to);
    return OUTCOME_DONE;
}

enum outcome irq_control_issue_sgi(struct kernel *k, struct invocation *in)
{
    struct cap cap = {.kind = CAP_SGI_SIGNAL};
    uint64_t irq = invocation_arg(k, in, 0), target = invocation_arg(k, in, 1);
    struct slot *to;
    if (irq >= SGI_COUNT) {
        return refuse_range(k, 0, SGI_COUNT - 1);
    }
    if (target >= SGI_TARGETS) {
        return refuse_argument(k, 1);
    }
    enum outcome outcome = take_target(k, invocation_arg(k, in, 2), invocation_arg(k, in, 3), &to);
    if (outcome == OUTCOME_DONE) {
        invocation_commit(k, in);
        cap.number = (uint32_t)irq;
        cap.word = target;
        mdb_insert(k, &cap, in->slot, to);
    }
    return outcome;
}

enum outcome irq_handler_ack(struct kernel *k, struct invocation *in)
{
    invocation_commit(k, in);
    set_masked(k, &k->irqs[in->cap.number], false);
    return OUTCOME_DONE;
}

enum outcome irq_handler_set(struct kernel *k, struct invocation *in)
{
    struct slot *from = invocation_extra(k, 0);
    struct slot *to = &k->irqs[in->cap.number].slot;
    if (from->cap.kind != CAP_NOTIFICATION || !(from->cap.rights & RIGHT_WRITE)) {
        return refuse_capability(k, 0);
    }
    invocation_commit(k, in);
    struct cap cap = from->cap;
    delete_one(k, to);
    mdb_insert(k, &cap, from, to);
    return OUTCOME_DONE;
}

enum outcome irq_handler_clear(struct kernel *k, struct invocation *in)
{
    invocation_commit(k, in);
    delete_one(k, &k->irqs[in->cap.number].slot);
    return OUTCOME_DONE;
}
