/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Debug system calls, and SetTLSBase, which shares their way through the kernel: they never
 * schedule. Misuse that stops the real kernel stops this one.
 */
#include "host/sim/kernel/syscall.h"

#include <inttypes.h>
#include <string.h>

#include "host/sim/kernel/cspace.h"
#include "host/sim/kernel/memory.h"
#include "host/sim/kernel/tcb.h"

static const struct cap *argument_cap(struct kernel *k)
{
    static const struct cap none = {.kind = CAP_NULL};
    struct slot *slot;
    uint64_t cptr = tcb_reg_read(k, k->current, k->facts.reg_cap);
    return cspace_lookup(k, k->current, cptr, &slot) == OUTCOME_DONE ? &slot->cap : &none;
}

static void put_char(struct kernel *k)
{
    k->ops->put_char(k->machine, (char)tcb_reg_read(k, k->current, k->facts.reg_cap));
}

static void halt(struct kernel *k)
{
    model_print(k, "Debug halt by thread \"%s\"\n", k->current->name);
    model_halt(k, "debug halt");
}

static void snapshot(struct kernel *k)
{
    model_print(k, "Debug snapshot by thread \"%s\"\n", k->current->name);
}

static void identify(struct kernel *k)
{
    int64_t tag = k->facts.cap_tags[argument_cap(k)->kind];
    tcb_reg_write(k, k->current, k->facts.reg_cap, (uint64_t)tag);
}

static void name_thread(struct kernel *k)
{
    const struct cap *cap = argument_cap(k);
    uint64_t bytes = k->facts.msg_max_length * k->facts.word_bytes;
    uint64_t buffer = tcb_ipc_buffer(k, k->current, true);
    char name[TCB_NAME_BYTES];
    if (cap->kind != CAP_TCB || !buffer) {
        model_halt(k, "thread name: no thread, or no IPC buffer");
        return;
    }
    const char *text = memory_host(k, buffer + k->facts.ipc.msg.offset, bytes);
    size_t length = text ? strnlen(text, bytes) : bytes;
    if (length == bytes) {
        model_halt(k, "thread name: no end");
        return;
    }
    length = length < sizeof name ? length : sizeof name - 1;
    memcpy(name, text, length);
    name[length] = 0;
    tcb_set_name(cap->tcb, name);
}

static const char *const state_names[] = {
    [THREAD_INACTIVE] = "inactive",
    [THREAD_RUNNING] = "running",
    [THREAD_RESTART] = "restart",
    [THREAD_BLOCKED_RECEIVE] = "receiving",
    [THREAD_BLOCKED_SEND] = "sending",
    [THREAD_BLOCKED_REPLY] = "awaiting reply",
    [THREAD_BLOCKED_NOTIFICATION] = "awaiting signal",
    [THREAD_IDLE] = "idle",
};

static void dump_scheduler(struct kernel *k)
{
    model_print(k, "%-40s %-16s %-18s prio\n", "thread", "state", "ip");
    for (const struct tcb *t = k->threads; t; t = t->debug_next) {
        model_print(k, "%-40s %-16s 0x%016" PRIx64 " %4u\n", t->name, state_names[t->state],
                    t->fault_ip, t->priority);
    }
}

static void set_tls_base(struct kernel *k)
{
    if (k->facts.reg_tls != FACTS_REG_NONE) {
        uint64_t base = tcb_reg_read(k, k->current, k->facts.reg_cap);
        tcb_reg_write(k, k->current, k->facts.reg_tls, base);
    }
}

static const struct {
    enum sim_syscall call;
    void (*handler)(struct kernel *k);
} calls[] = {
    {SIM_SYS_DebugPutChar, put_char},
    {SIM_SYS_DebugDumpScheduler, dump_scheduler},
    {SIM_SYS_DebugHalt, halt},
    {SIM_SYS_DebugSnapshot, snapshot},
    {SIM_SYS_DebugCapIdentify, identify},
    {SIM_SYS_DebugNameThread, name_thread},
    {SIM_SYS_SetTLSBase, set_tls_base},
};

bool debugcall_handle(struct kernel *k, enum sim_syscall call)
{
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        if (calls[i].call == call) {
            calls[i].handler(k);
            return true;
        }
    }
    return false;
}
