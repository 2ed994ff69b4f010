/* SPDX-License-Identifier: BSD-2-Clause */
/* `irq`: claims an interrupt, waits for it, acknowledges and counts. */
#include "monitor/commands/commands.h"
#include "monitor/commands/common.h"

#include "arch/lib/fmt.h"
#include "monitor/core/console.h"
#include "monitor/core/cspace.h"
#include "monitor/core/kernel.h"

static void emit(struct command_call *call, const struct object *handler, uint64_t number,
                 uint64_t came)
{
    static const struct column columns[] = {
        {"irq", FIELD_COUNT, 0},
        {"name", FIELD_NAME, 0},
        {"came", FIELD_COUNT, 0},
        {"total", FIELD_COUNT, 0},
    };
    static const struct record_type type = {"irq", columns, 4, RECORD_TABLE};
    const struct field fields[] = {
        {.word = number}, {.text = handler->name}, {.word = came}, {.word = handler->count}};

    record_emit(call->out, &type, fields);
}

static enum err claim(struct command_call *call, const struct arch_irq *irq, const char *name,
                      struct object **out)
{
    enum err e = objects_claim("irq", name, OBJECT_OPERATOR, out);

    if (e)
        return common_fail(call, e, "irq", "no slot");
    e = kernel_check(arch_irq_claim(seL4_CapIRQControl, irq, cspace_slot((*out)->slot)));
    if (e) {
        struct kernel_error keep = *kernel_last_error();

        (void)objects_delete(*out);
        return command_fail_kernel(call, NULL, keep.label, keep.words, KERNEL_ERROR_WORDS);
    }
    objects_set_kind(*out, "IRQHandler");
    return ERR_OK;
}

/* The interrupt comes to the shell's own notification while it waits here. */
static enum err wait_for(struct command_call *call, struct object *handler, uint64_t wanted,
                         uint64_t *came)
{
    enum err e = kernel_check(seL4_IRQHandler_SetNotification(handler->slot, console.shell_irq));

    if (!e)
        e = kernel_check(seL4_IRQHandler_Ack(handler->slot));
    console_listen();
    while (!e && *came < wanted) {
        console_flush();
        if (command_interrupted(call) ||
            console_wait(CONSOLE_IRQ | CONSOLE_INTERRUPT) & CONSOLE_INTERRUPT)
            e = ERR_INTERRUPTED;
        else
            e = kernel_check(seL4_IRQHandler_Ack(handler->slot));
        if (e != ERR_INTERRUPTED) {
            (*came)++;
            handler->count++;
        }
    }
    (void)seL4_IRQHandler_Clear(handler->slot);
    return e;
}

static enum err read_irq(struct command_call *call, struct arch_irq *irq, uint64_t *wanted)
{
    static const char *const triggers[] = {"default", "level", "edge", NULL};
    uint64_t number = 0, controller = 0, low = 0;
    unsigned trigger = ARCH_TRIGGER_DEFAULT;
    enum err e = arg_word(call, 0, "irq", 0, UINT32_MAX, false, &number);

    if (!e)
        e = arg_word(call, 1, "count", 0, UINT32_MAX, true, wanted);
    if (!e)
        e = arg_choice(call, ARG_NAMED, "trigger", triggers, true, &trigger);
    if (!e)
        e = arg_word(call, ARG_NAMED, "ioapic", 0, 255, true, &controller);
    if (!e)
        e = arg_word(call, ARG_NAMED, "low", 0, 1, true, &low);
    if (!e)
        e = arg_end(call);
    *irq = (struct arch_irq){.number = (uint32_t)number,
                             .controller = (uint8_t)controller,
                             .trigger = (uint8_t)trigger,
                             .active_low = low != 0};
    return e;
}

static enum err run(struct command_call *call)
{
    char name[LIMIT_OBJECT_NAME_BYTES];
    struct object *handler;
    struct arch_irq irq;
    uint64_t wanted = 1, came = 0;
    enum err e = read_irq(call, &irq, &wanted);

    if (e)
        return e;
    fmt_print(name, sizeof name, "irq%u", irq.number);
    handler = objects_find(name);
    if (!handler)
        e = claim(call, &irq, name, &handler);
    if (e)
        return e;
    console_forget(CONSOLE_IRQ);
    e = wait_for(call, handler, wanted, &came);
    emit(call, handler, irq.number, came);
    return e == ERR_KERNEL ? common_fail(call, e, "irq", "cannot wait") : e;
}

const struct command command_irq = {
    .name = "irq",
    .usage = "irq NUMBER [COUNT] [trigger=level|edge] [ioapic=N] [low=0|1]",
    .summary = "Claim an interrupt, wait until it came COUNT times (1), acknowledge",
    .help =
        "NUMBER is the kernel's; on x86 the pin of the I/O APIC. COUNT 0 only claims it. It stays\n"
        "claimed as $irqNUMBER until deleted. Ctrl-C ends the wait.",
    .run = run,
    .group = GROUP_MACHINE,
};
