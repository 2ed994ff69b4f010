/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by the commands over the core: see common.h. */
#include "monitor/commands/common.h"

#include "arch/lib/fmt.h"
#include "monitor/core/fault.h"
#include "monitor/core/kernel.h"
#include "monitor/core/kinds.h"
#include "monitor/core/thread.h"
#include "monitor/shell/errors.h"
#include "monitor/shell/shell.h"

static enum err fail_fault(struct command_call *call, const char *argument, const char *doing)
{
    const struct thread_fault *fault = &thread_self()->fault;
    struct error_info *info = &call->shell->failure;

    error_begin(info, ERR_FAULT);
    error_set_text(info, ERROR_COMMAND, call->shell->command);
    error_set_text(info, ERROR_ARGUMENT, argument);
    error_set_text(info, ERROR_CAUSE, fault_name(fault->label));
    error_say(info, "%s faults", doing);
    if (fault->has_address) {
        error_set_word(info, ERROR_ADDRESS, fault->address);
        error_say(info, " at 0x%llx", (unsigned long long)fault->address);
    }
    return shell_fail(call->shell, ERR_FAULT, info);
}

enum err common_fail(struct command_call *call, enum err e, const char *argument, const char *doing)
{
    const struct kernel_error *error = kernel_last_error();

    if (e == ERR_KERNEL)
        return command_fail_kernel(call, NULL, error->label, error->words, KERNEL_ERROR_WORDS);
    if (e == ERR_FAULT)
        return fail_fault(call, argument, doing);
    return command_fail(call, e, argument, "%s: %s", doing, err_text(e));
}

enum err common_object(struct command_call *call, const struct arg *arg, struct object **out)
{
    if (!arg)
        return command_fail(call, ERR_ARGUMENT, "object", "the object's name is missing");
    *out = arg->is_word ? objects_find_slot(arg->word) : NULL;
    if (!*out)
        *out = objects_find(arg->text);
    if (!*out)
        return command_fail(call, ERR_NOT_FOUND, "object", "there is no object '%s'", arg->text);
    return ERR_OK;
}

enum err common_refuse_own(struct command_call *call, const struct object *object)
{
    if (object->owner != OBJECT_MONITOR || call->force)
        return ERR_OK;
    return command_fail(call, ERR_REFUSED, "object", "$%s is the monitor's own", object->name);
}

const char *common_owner(const struct object *object)
{
    static const char *const names[] = {
        [OBJECT_OPERATOR] = "operator",
        [OBJECT_MONITOR] = "monitor",
        [OBJECT_COMPONENT] = "component",
    };

    return names[object->owner];
}

void common_emit_object(struct command_call *call, const struct object *object, const char *note)
{
    static const struct column columns[] = {
        {"name", FIELD_NAME, 0},     {"cap", FIELD_WORD, 0},  {"kind", FIELD_NAME, 0},
        {"paddr", FIELD_ADDRESS, 0}, {"size", FIELD_SIZE, 0}, {"owner", FIELD_NAME, 0},
        {"note", FIELD_TEXT, 0},
    };
    static const struct record_type type = {"object", columns, 7, RECORD_LIST};
    bool has_memory = object->piece != OBJECT_NO_PIECE;
    const struct field fields[] = {
        {.text = object->name},
        {.word = object->slot},
        {.text = kinds_name(object->kind)},
        {.word = object->paddr, .absent = !has_memory},
        {.word = (uint64_t)1 << object->size_bits, .absent = !has_memory},
        {.text = common_owner(object)},
        {.text = note},
    };

    record_emit(call->out, &type, fields);
}

void common_offer_objects(struct shell *shell, unsigned index, const char *prefix,
                          command_offer offer, void *context)
{
    (void)shell, (void)index, (void)prefix;
    for (unsigned i = 0; i < objects_end(); i++) {
        const struct object *object = objects_at(i);

        if (object && object->owner == OBJECT_OPERATOR)
            offer(context, object->name);
    }
}
