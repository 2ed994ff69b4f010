/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The root task's start: takes over what the kernel left, makes the monitor's threads and what
 * joins them, and becomes the keeper. What cannot be had is noted and said at the first prompt, as
 * long as there can be a prompt at all.
 */
#include <sel4/sel4.h>

#include "arch/include/arch.h"
#include "monitor/core/bootinfo.h"
#include "monitor/core/call.h"
#include "monitor/core/component_memory.h"
#include "monitor/core/console.h"
#include "monitor/core/cspace.h"
#include "monitor/core/debug.h"
#include "monitor/core/ipc.h"
#include "monitor/core/keeper.h"
#include "monitor/core/kinds.h"
#include "monitor/core/memory.h"
#include "monitor/core/notice.h"
#include "monitor/core/objects.h"
#include "monitor/core/sched.h"
#include "monitor/core/shell_thread.h"
#include "monitor/core/status.h"
#include "monitor/core/supervisor.h"
#include "monitor/core/thread.h"
#include "monitor/core/vspace.h"
#include "monitor/core/worker.h"
#include "monitor/drivers/uart.h"

static struct uart uart;
static seL4_CPtr fault_ep;

static void must(enum err e, const char *sentence)
{
    if (e)
        status_stop(sentence);
}

static enum err make(seL4_Word type, const char *name, seL4_CPtr *slot)
{
    struct object *object;
    enum err e = objects_make(objects_type_number(type), 0, name, OBJECT_MONITOR, NULL, &object);

    if (!e)
        *slot = object->slot;
    return e;
}

/* A copy with a badge; a capability of the monitor's own under the given name. */
static enum err badge(const char *name, seL4_CPtr from, seL4_Word value, seL4_CPtr *slot)
{
    struct object *copy;
    enum err e = objects_claim(name, name, OBJECT_MONITOR, &copy);

    if (!e)
        e = cspace_mint(from, copy->slot, seL4_AllRights, value);
    if (e)
        return e;
    copy->kind = objects_find_slot(from)->kind;
    cspace_note_kind(copy->slot, copy->kind);
    *slot = copy->slot;
    return ERR_OK;
}

static void name_initial(void)
{
    static const struct {
        const char *name;
        seL4_CPtr slot;
    } names[] = {
        {"cnode", seL4_CapInitThreadCNode},       {"vspace", seL4_CapInitThreadVSpace},
        {"irqcontrol", seL4_CapIRQControl},       {"asidcontrol", seL4_CapASIDControl},
        {"asidpool", seL4_CapInitThreadASIDPool}, {"domain", seL4_CapDomain},
#ifdef CONFIG_KERNEL_MCS
        {"keeper_time", seL4_CapInitThreadSC},
#endif
        {"keeper", seL4_CapInitThreadTCB},
    };

    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++)
        objects_name_fixed(names[i].name, names[i].slot, OBJECT_MONITOR);
#ifdef CONFIG_KERNEL_MCS
    objects_name_fixed("schedcontrol", bootinfo_get()->schedcontrol.start, OBJECT_MONITOR);
#endif
    if (arch_has_ports)
        objects_name_fixed("ioportcontrol", seL4_CapIOPortControl, OBJECT_MONITOR);
}

/* Copies with a badge each, by which the receiver knows who signals. */
static enum err badge_channels(void)
{
    const struct {
        const char *name;
        seL4_CPtr from;
        seL4_Word badge;
        seL4_CPtr *slot;
    } badged[] = {
        {"tell_room", console.shell_ntfn, CONSOLE_ROOM, &console.shell_room},
        {"tell_input", console.shell_ntfn, CONSOLE_INPUT, &console.shell_input},
        {"tell_stop", console.shell_ntfn, CONSOLE_INTERRUPT, &console.shell_stop},
        {"tell_irq", console.shell_ntfn, CONSOLE_IRQ, &console.shell_irq},
        {"tell_done", console.shell_ntfn, CONSOLE_WORKER, &worker.done},
        {"tell_notice", console.shell_ntfn, CONSOLE_NOTICE, &console.shell_notice},
        {"tell_debug", console.shell_ntfn, CONSOLE_DEBUG, &console.shell_debug},
        {"tell_request", console.shell_ntfn, CONSOLE_REQUEST, &console.shell_request},
        {"wake_output", supervisor.notification, WAKE_OUTPUT, &console.wake_output},
        {"wake_input", supervisor.notification, WAKE_INPUT, &console.wake_input},
        {"wake_request", supervisor.notification, WAKE_REQUEST, &console.wake_request},
        {"wake_uart", supervisor.notification, WAKE_UART, &supervisor.wake_uart},
    };
    enum err e = ERR_OK;

    for (unsigned i = 0; i < sizeof badged / sizeof badged[0] && !e; i++)
        e = badge(badged[i].name, badged[i].from, badged[i].badge, badged[i].slot);
    return e;
}

static enum err make_channels(void)
{
    const struct {
        const char *name;
        seL4_Word type;
        seL4_CPtr *slot;
    } channels[] = {
        {"faults", seL4_EndpointObject, &fault_ep},
        {"supervisor_ep", seL4_EndpointObject, &supervisor.endpoint},
        {"supervisor_ntfn", seL4_NotificationObject, &supervisor.notification},
        {"shell_ntfn", seL4_NotificationObject, &console.shell_ntfn},
        {"worker_ntfn", seL4_NotificationObject, &worker.wake},
    };
    struct object *received, *spare;
    enum err e = ERR_OK;

    for (unsigned i = 0; i < sizeof channels / sizeof channels[0] && !e; i++)
        e = make(channels[i].type, channels[i].name, channels[i].slot);
    if (!e)
        e = badge_channels();
    if (!e)
        e = objects_claim("received", "received", OBJECT_OPERATOR, &received);
    if (!e)
        e = objects_claim("supervisor_slot", "supervisor_slot", OBJECT_MONITOR, &spare);
    if (e)
        return e;
    supervisor.spare_slot = spare->slot;
    received->is_fixed = true;
    worker.receive_slot = received->slot;
    return ERR_OK;
}

static enum err make_threads(void)
{
    static const char *const names[THREAD_COUNT] = {
        [THREAD_SUPERVISOR] = "supervisor_faults",
        [THREAD_SHELL] = "shell_faults",
        [THREAD_WORKER] = "worker_faults",
    };
    enum err e = ERR_OK;

    for (unsigned id = THREAD_SUPERVISOR; id < THREAD_COUNT && !e; id++) {
        seL4_CPtr handler;

        e = badge(names[id], fault_ep, id, &handler);
        if (!e)
            e = thread_make((enum thread_id)id, handler);
        if (!e)
            kernel_name_thread(threads[id].tcb, threads[id].name);
    }
    if (!e)
        e = sched_make_reply(&threads[THREAD_KEEPER]);
    if (!e)
        e = sched_make_reply(&threads[THREAD_SUPERVISOR]);
    if (!e)
        e = kernel_check(
            seL4_TCB_BindNotification(threads[THREAD_SUPERVISOR].tcb, supervisor.notification));
    kernel_name_thread(seL4_CapInitThreadTCB, threads[THREAD_KEEPER].name);
    return e;
}

static enum err claim_interrupt(void)
{
    struct object *handler;
    enum err e = objects_claim("uart_irq", "uart_irq", OBJECT_MONITOR, &handler);

    if (!e)
        e = kernel_check(arch_irq_claim(seL4_CapIRQControl, &uart.irq, cspace_slot(handler->slot)));
    if (e)
        return e;
    objects_set_kind(handler, "IRQHandler");
    e = kernel_check(seL4_IRQHandler_SetNotification(handler->slot, supervisor.wake_uart));
    if (!e)
        supervisor.irq = handler->slot;
    return e;
}

static void find_line(void)
{
    const char *what;

    supervisor.uart = &uart;
    if (uart_find(&uart, &what)) {
        uart.ops = &debug_uart_ops;
        console.polled = true;
        status_note("No UART can be driven here: text goes through the kernel's console, and "
                    "nothing can be typed.");
        return;
    }
    if (uart.has_irq && claim_interrupt() == ERR_OK)
        return;
    console.polled = true;
    status_note("The UART's interrupt cannot be had: the line is polled while the shell reads, "
                "and Ctrl-C cannot end a command.");
}

/* Before anything that the wrong kernel would misunderstand. */
static void check_kernel(const seL4_BootInfo *boot)
{
    static const char advice[] = "sel4mon: the kernel is not the one that this image was built "
                                 "for; build the image with the "
                                 "kernel's prefix (--kernel PREFIX)";
    const char *why;

    if (bootinfo_init(boot, &why)) {
        status_say_early(why);
        status_stop(advice);
    }
    if (!status_check_kernel())
        status_stop(advice);
}

static void wake_for_notice(void)
{
    ipc_signal(console.shell_notice);
}

static void set_up(const seL4_BootInfo *boot)
{
    cspace_init(boot);
    kinds_init(boot);
    must(memory_init(boot), "sel4mon: the kernel lists more untypeds than there is room for");
    vspace_init(boot);
    must(cspace_move(), "sel4mon: cannot make the capability space");
    name_initial();
    call_init();
    if (vspace_protect_image() || thread_guard_stacks())
        status_note("The image's pages could not be protected.");
    must(component_memory_init(), "sel4mon: no room for windows on components");
    must(make_channels(), "sel4mon: cannot make endpoints and notifications");
    must(make_threads(), "sel4mon: cannot make the threads");
    notice_init(wake_for_notice);
    find_line();
}

_Noreturn void arch_main(seL4_BootInfo *boot)
{
    check_kernel(boot);
    thread_adopt_root(boot->ipcBuffer);
    set_up(boot);
    debug_init(fault_ep);
    must(thread_start(THREAD_SUPERVISOR, supervisor_run, NULL), "sel4mon: no supervisor");
    must(thread_start(THREAD_WORKER, worker_run, NULL), "sel4mon: no worker");
    must(thread_start(THREAD_SHELL, shell_thread_run, NULL), "sel4mon: no shell");
    keeper_run(fault_ep);
}
