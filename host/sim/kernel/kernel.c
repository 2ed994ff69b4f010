/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Making a kernel, its entries, and what the machine asks of it in between.
 */
#include "host/sim/kernel/kernel.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/sim/kernel/arch.h"
#include "host/sim/kernel/debug.h"
#include "host/sim/kernel/fault.h"
#include "host/sim/kernel/invoke.h"
#include "host/sim/kernel/irq.h"
#include "host/sim/kernel/sched.h"
#include "host/sim/kernel/syscall.h"
#include "host/sim/kernel/tcb.h"
#include "host/sim/kernel/trace.h"
#include "host/sim/kernel/vspace.h"

const struct arch *arch_find(const char *name)
{
    static const struct arch *const all[] = {&arch_x86_64, &arch_aarch64, &arch_riscv64};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (strcmp(all[i]->name, name) == 0) {
            return all[i];
        }
    }
    return NULL;
}

enum outcome refuse(struct kernel *k, enum refusal kind)
{
    k->refusal = (struct refusal_words){.kind = kind};
    return OUTCOME_REFUSED;
}

enum outcome refuse_argument(struct kernel *k, unsigned number)
{
    k->refusal = (struct refusal_words){.kind = REFUSAL_INVALID_ARGUMENT, .number = number};
    return OUTCOME_REFUSED;
}

enum outcome refuse_capability(struct kernel *k, unsigned number)
{
    k->refusal = (struct refusal_words){.kind = REFUSAL_INVALID_CAPABILITY, .number = number};
    return OUTCOME_REFUSED;
}

enum outcome refuse_range(struct kernel *k, uint64_t min, uint64_t max)
{
    k->refusal = (struct refusal_words){.kind = REFUSAL_RANGE, .min = min, .max = max};
    return OUTCOME_REFUSED;
}

enum outcome refuse_lookup(struct kernel *k, bool source)
{
    k->refusal = (struct refusal_words){.kind = REFUSAL_FAILED_LOOKUP, .source = source};
    return OUTCOME_REFUSED;
}

enum outcome refuse_missing(struct kernel *k, bool source, uint64_t bits_left)
{
    k->lookup = (struct lookup_failure){.kind = LOOKUP_MISSING, .bits_left = bits_left};
    return refuse_lookup(k, source);
}

void model_print(struct kernel *k, const char *format, ...)
{
    char text[256];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    for (const char *c = text; k->abi->printing && *c; c++) {
        k->ops->put_char(k->machine, *c);
    }
}

void model_halt(struct kernel *k, const char *why)
{
    k->halted = true;
    k->ops->halt(k->machine, why);
}

enum err kernel_new(const struct sim_abi *abi, const struct sim_platform *platform,
                    const struct cpu_ops *ops, void *machine, struct kernel **out)
{
    const char *missing;
    struct kernel *k = calloc(1, sizeof *k);
    *out = NULL;
    if (!k) {
        return ERR_NO_MEMORY;
    }
    k->abi = abi;
    k->platform = platform;
    k->ops = ops;
    k->machine = machine;
    k->arch = arch_find(abi->arch);
    enum err err = k->arch ? facts_load(abi, &k->facts, &missing) : ERR_UNSUPPORTED;
    if (err == ERR_OK && k->facts.asid_low_bits > 10) {
        err = ERR_UNSUPPORTED;
    }
    if (err == ERR_OK) {
        k->asid_table = calloc((size_t)1 << k->facts.asid_high_bits, sizeof *k->asid_table);
        err = k->asid_table ? irq_init(k) : ERR_NO_MEMORY;
    }
    if (err != ERR_OK) {
        kernel_free(k);
        return err;
    }
    invoke_init(k);
    k->idle.state = THREAD_IDLE;
    tcb_set_name(&k->idle, "idle_thread");
    k->current = &k->idle;
    k->domains[0].duration = model_mask(56);
    *out = k;
    return ERR_OK;
}

void kernel_free(struct kernel *k)
{
    if (k) {
        object_free_all(k);
        free(k->asid_table);
        free(k->irqs);
        free(k);
    }
}

static void handle_vm_fault(struct kernel *k, const struct cpu_event *event)
{
    struct fault fault = {.kind = FAULT_VM};
    unsigned shift = k->arch->top_shift;
    bool present = false;
    if (k->running_root) {
        struct vspace_walk walk = vspace_walk(k, k->running_root, event->address);
        shift = walk.shift;
        present = k->arch->pte_is_page(walk.pte, walk.shift);
    }
    k->arch->vm_fault(k, event, shift, present, &fault);
    k->fault = fault;
    trace_fault(k, &fault);
    fault_handle(k, k->current);
}

static void handle_exception(struct kernel *k, const struct cpu_event *event)
{
    k->fault = (struct fault){
        .kind = FAULT_USER_EXCEPTION,
        .number = event->number & model_mask(32),
        .code = event->code & model_mask(28),
    };
    trace_fault(k, &k->fault);
    fault_handle(k, k->current);
}

static void handle_debug(struct kernel *k, const struct cpu_event *event)
{
    if (debug_exception(k, event)) {
        trace_fault(k, &k->fault);
        fault_handle(k, k->current);
    }
}

static void handle_event(struct kernel *k, const struct cpu_event *event)
{
    switch (event->kind) {
    case CPU_EVENT_SYSCALL:
        syscall_handle(k);
        break;
    case CPU_EVENT_VM_FAULT:
        handle_vm_fault(k, event);
        break;
    case CPU_EVENT_USER_EXCEPTION:
        handle_exception(k, event);
        break;
    case CPU_EVENT_DEBUG:
        handle_debug(k, event);
        break;
    case CPU_EVENT_INTERRUPT:
        irq_handle_line(k, event->number);
        break;
    case CPU_EVENT_TICK:
        sched_tick(k);
        break;
    }
}

static bool is_of_thread(const struct cpu_event *event)
{
    return event->kind != CPU_EVENT_INTERRUPT && event->kind != CPU_EVENT_TICK;
}

void kernel_handle(struct kernel *k, const struct cpu_event *event)
{
    if (k->halted || (k->current == &k->idle && is_of_thread(event))) {
        return;
    }
    if (k->current != &k->idle) {
        k->current->fault_ip = tcb_next_ip(k, k->current);
        if (event->kind == CPU_EVENT_SYSCALL) {
            k->current->fault_ip -= k->arch->syscall_bytes;
        }
    }
    trace_begin(k, event);
    handle_event(k, event);
    trace_end(k);
    if (!k->halted) {
        sched_run(k);
        debug_resume(k, k->current);
    }
    object_reap(k);
}

struct cpu_context *kernel_current(struct kernel *k)
{
    return k->halted ? NULL : k->current->context;
}

const char *kernel_thread_name(struct kernel *k, struct cpu_context *context)
{
    for (const struct tcb *t = k->threads; t; t = t->debug_next) {
        if (context && t->context == context) {
            return t->name;
        }
    }
    return "";
}

void kernel_set_trace(struct kernel *k, kernel_trace_fn fn, void *context)
{
    k->trace = fn;
    k->trace_context = context;
}
