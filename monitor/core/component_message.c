/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What components and the kernel send to the supervisor about them: text, exit, threads and pages
 * that a component made, faults. See component_message in component.h.
 */
#include "monitor/core/component.h"

#include "arch/include/arch.h"
#include "arch/lib/elf.h"
#include "arch/lib/str.h"
#include "monitor/core/component_map.h"
#include "monitor/core/cspace.h"
#include "monitor/core/debug.h"
#include "monitor/core/fault.h"
#include "monitor/core/ipc.h"
#include "monitor/core/kernel.h"
#include "monitor/core/notice.h"
#include "monitor/core/sched.h"
#include "monitor/core/supervisor.h"
#include "syscalls/runtime/include/sel4mon/component_start.h"

enum { MESSAGE_WORDS = 120 };

/* A message's words, taken before anything else is called. */
struct message {
    seL4_Word words[MESSAGE_WORDS];
    unsigned count;
};

static void take(struct message *message, seL4_MessageInfo_t info)
{
    unsigned length = (unsigned)seL4_MessageInfo_get_length(info);

    memset(message, 0, sizeof *message);
    message->count = length < MESSAGE_WORDS ? length : MESSAGE_WORDS;
    for (unsigned i = 0; i < message->count; i++)
        message->words[i] = seL4_GetMR((int)i);
}

/* Text in the words from `first` on; no longer than they are. */
static size_t text_len(const struct message *message, seL4_Word len_bytes, unsigned first)
{
    size_t most = message->count > first ? (message->count - first) * sizeof(seL4_Word) : 0;

    return len_bytes < most ? (size_t)len_bytes : most;
}

static void on_text(struct component *component, const struct message *message)
{
    notice_write(component->pid, (const char *)&message->words[1],
                 text_len(message, message->words[0], 1));
}

static void end(struct component *component, seL4_Word status)
{
    component->exit_status = (uint8_t)status;
    for (unsigned i = 0; i < LIMIT_COMPONENT_THREADS; i++) {
        if (component->threads[i].tid)
            (void)component_thread_stop(&component->threads[i]);
    }
    component->state = COMPONENT_ENDED;
    debug_exited(component);
    notice_tell(component->pid, "ended with status %u", component->exit_status);
}

static void on_exit_message(struct component *component, const struct message *message)
{
    end(component, message->words[0]);
}

/* --- what it made ----------------------------------------------------------------------------- */

static enum err fetch(struct component *component, seL4_Word from, seL4_CPtr to)
{
    return kernel_check(seL4_CNode_Copy(CSPACE_ROOT, to, seL4_WordBits, component->slots.cnode,
                                        from, component->slots.cnode_bits, seL4_AllRights));
}

static enum err add_thread(struct component *component, unsigned number, seL4_Word slot,
                           bool take_faults, const char *name)
{
    struct component_thread *thread = &component->threads[number];
    seL4_CPtr tcb = component->slots.threads + number - 1;
    const struct sched_component parts = {
        .tcb = tcb,
        .cnode = component->slots.cnode,
        .cnode_bits = component->slots.cnode_bits,
        .cspace = component->slots.cspace,
        .vspace = component->slots.vspace,
        .fault_slot = component->slots.faults + number,
    };
    enum err e = fetch(component, slot, tcb);

    if (!e && take_faults) /* what is no TCB refuses */
        e = sched_take_faults(&parts, supervisor.spare_slot);
    if (e) {
        (void)cspace_delete(tcb);
        return e;
    }
    *thread = (struct component_thread){.tcb = tcb, .slot = slot};
    (void)str_copy(thread->name, sizeof thread->name, name);
    kernel_name_thread(tcb, name);
    thread->tid = number + 1;
    debug_threads_changed(component);
    return ERR_OK;
}

static void on_thread(struct component *component, const struct message *message)
{
    char name[PACKAGE_NAME_BYTES];
    size_t len = text_len(message, message->words[2], 3);
    unsigned number;

    if (len >= sizeof name)
        len = sizeof name - 1;
    memcpy(name, &message->words[3], len);
    name[len] = '\0';
    if (!component_thread_row(component, &number))
        notice_tell(component->pid, "has more threads than the %u that the monitor knows of",
                    LIMIT_COMPONENT_THREADS);
    else if (add_thread(component, number, message->words[0], message->words[1] != 0, name))
        notice_tell(component->pid, "told of a thread that the monitor cannot take");
}

static void on_thread_end(struct component *component, const struct message *message)
{
    for (unsigned i = 1; i < LIMIT_COMPONENT_THREADS; i++) {
        struct component_thread *thread = &component->threads[i];

        if (!thread->tid || thread->found || thread->slot != message->words[0])
            continue;
        (void)component_thread_stop(thread);
        (void)cspace_delete(thread->tcb);
        thread->tid = 0;
        debug_threads_changed(component);
    }
}

/* Slot, address, may it be written? */
static void on_page(struct component *component, const struct message *message)
{
    unsigned rights = ELF_FLAG_READ | (message->words[2] ? ELF_FLAG_WRITE : 0);
    seL4_CPtr to = component->slots.pages + component->slots.pages_taken;

    if (component->slots.pages_taken == LIMIT_COMPONENT_PAGES ||
        message->words[1] % ARCH_PAGE_BYTES || component_rights(component, message->words[1]) ||
        fetch(component, message->words[0], to))
        return; /* a debugger does not see it */
    if (component_map_note(component, message->words[1], 1, rights, to) == ERR_OK)
        component->slots.pages_taken++;
    else
        (void)cspace_delete(to);
}

/* --- faults ----------------------------------------------------------------------------------- */

static void on_fault(struct component *component, uint32_t tid, seL4_MessageInfo_t info)
{
    struct component_thread *thread = component_thread_by_tid(component, tid);
    char text[LIMIT_NOTICE_BYTES];

    if (!thread)
        return;
    if (seL4_MessageInfo_get_label(info) == seL4_Fault_UnknownSyscall &&
        seL4_GetMR(arch_syscall_number_word) == COMPONENT_EXIT_SYSCALL) {
        end(component, seL4_GetMR(arch_syscall_argument_word));
        return;
    }
    fault_read(&thread->fault, info);
    thread->has_fault = thread->stopped = true;
    if (debug_fault(component, thread))
        return;
    debug_explain(component, thread, text, sizeof text);
    notice_tell(component->pid, "%s", text);
}

/* --- all -------------------------------------------------------------------------------------- */

static const struct {
    seL4_Word label;
    void (*take)(struct component *component, const struct message *message);
    bool answers;
} kinds[] = {
    {COMPONENT_MESSAGE_TEXT, on_text, false},
    {COMPONENT_MESSAGE_EXIT, on_exit_message, false},
    {COMPONENT_MESSAGE_THREAD, on_thread, true},
    {COMPONENT_MESSAGE_THREAD_END, on_thread_end, false},
    {COMPONENT_MESSAGE_PAGE, on_page, true},
};

void component_message(seL4_Word badge, seL4_MessageInfo_t info)
{
    static struct message message; /* too large for the stack */
    struct component *component =
        component_by_pid(badge >> SUPERVISOR_PID_SHIFT & SUPERVISOR_PID_MASK);
    seL4_Word label = seL4_MessageInfo_get_label(info);

    if (!component)
        return;
    if (badge & SUPERVISOR_FAULT) {
        on_fault(component, badge & SUPERVISOR_TID_MASK, info);
        return;
    }
    take(&message, info);
    for (unsigned i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (kinds[i].label != label)
            continue;
        kinds[i].take(component, &message);
        if (kinds[i].answers)
            ipc_reply(seL4_MessageInfo_new(0, 0, 0, 0));
    }
}
