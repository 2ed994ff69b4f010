/* SPDX-License-Identifier: BSD-2-Clause */
/* `new`: makes an object of any type that the kernel knows, or reserves an empty slot. */
#include "monitor/commands/commands.h"
#include "monitor/commands/common.h"

#include "arch/lib/str.h"
#include "monitor/core/kernel.h"
#include "monitor/shell/errors.h"
#include "monitor/shell/near.h"
#include "monitor/shell/shell.h"

static const char slot_type[] = "slot";

static enum err fail_type(struct command_call *call, const char *text)
{
    struct error_info *info = &call->shell->failure;
    struct near near;

    error_begin(info, ERR_NOT_FOUND);
    error_set_text(info, ERROR_COMMAND, call->shell->command);
    error_set_text(info, ERROR_ARGUMENT, "type");
    error_set_text(info, ERROR_KIND, "object type");
    error_say(info, "there is no object type '%s'", text);
    near_begin(&near, text);
    for (unsigned i = 0; i < api_object_type_count; i++)
        near_offer(&near, api_object_types[i].name);
    error_say_near(info, &near);
    return shell_fail(call->shell, ERR_NOT_FOUND, info);
}

static bool is_name(const char *name)
{
    if (*name >= '0' && *name <= '9')
        return false;
    for (const char *c = name; *c; c++) {
        bool letter = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || *c == '_';

        if (!letter && !(*c >= '0' && *c <= '9'))
            return false;
    }
    return *name != '\0';
}

static enum err read_name(struct command_call *call, const char **name)
{
    const struct arg *arg = arg_find(call, 1, "name");

    *name = NULL;
    if (!arg)
        return ERR_OK;
    *name = arg->raw[0] == '$' ? arg->raw + 1 : arg->raw;
    if (!is_name(*name) || strlen(*name) >= LIMIT_OBJECT_NAME_BYTES)
        return command_fail(call, ERR_ARGUMENT, "name",
                            "a name is letters, digits and _, at most %d of them",
                            LIMIT_OBJECT_NAME_BYTES - 1);
    if (objects_find(*name))
        return command_fail(call, ERR_EXISTS, "name", "there is a $%s already", *name);
    return ERR_OK;
}

/* Untyped_Retype's argument: only what has no size of its own takes one. */
static enum err read_size(struct command_call *call, const struct api_object_type *type,
                          uint64_t *bits)
{
    *bits = type->size_bits;
    if (type->size_bits) {
        if (arg_find(call, ARG_NAMED, "size"))
            return command_fail(call, ERR_ARGUMENT, "size", "a %s has no size to choose",
                                type->name);
        return ERR_OK;
    }
    return arg_word(call, ARG_NAMED, "size", type->min_bits, seL4_MaxUntypedBits - type->unit_bits,
                    false, bits);
}

static enum err make_object(struct command_call *call, const struct api_object_type *type)
{
    const struct arg *at = arg_find(call, ARG_NAMED, "at");
    struct object *object;
    const char *name;
    uint64_t bits, bytes, paddr = 0;
    enum err e = read_name(call, &name);

    if (!e)
        e = read_size(call, type, &bits);
    if (!e && at)
        e = arg_eval(call, "at", at->raw, 0, UINT64_MAX, &paddr);
    if (!e)
        e = arg_end(call);
    if (e)
        return e;
    bytes = (uint64_t)1 << (type->size_bits ? type->size_bits : bits + type->unit_bits);
    if (paddr & (bytes - 1))
        return command_fail(call, ERR_ARGUMENT, "at", "at is not a multiple of the size, 0x%llx",
                            (unsigned long long)bytes);
    e = objects_make(type, (unsigned)bits, name, OBJECT_OPERATOR, at ? &paddr : NULL, &object);
    if (e)
        return common_fail(call, e, at ? "at" : "size",
                           e == ERR_FULL ? "no room for it" : "no memory for it");
    if (type->number == seL4_TCBObject) /* the kernel's messages and lists of threads name it */
        kernel_name_thread(object->slot, object->name);
    common_emit_object(call, object, NULL);
    return ERR_OK;
}

static enum err make_slot(struct command_call *call)
{
    struct object *object;
    const char *name;
    enum err e = read_name(call, &name);

    if (!e)
        e = arg_end(call);
    if (e)
        return e;
    e = objects_claim(slot_type, name, OBJECT_OPERATOR, &object);
    if (e)
        return common_fail(call, e, NULL, "no slot");
    common_emit_object(call, object, "an empty slot");
    return ERR_OK;
}

static enum err run(struct command_call *call)
{
    const struct api_object_type *type;
    const char *text;
    enum err e = arg_text(call, 0, "type", false, &text);

    if (e)
        return e;
    if (str_compare_nocase(text, slot_type) == 0)
        return make_slot(call);
    type = objects_type(text);
    return type ? make_object(call, type) : fail_type(call, text);
}

static void complete(struct shell *shell, unsigned index, const char *prefix, command_offer offer,
                     void *context)
{
    (void)shell, (void)prefix;
    if (index == 0)
        offer(context, slot_type);
    for (unsigned i = 0; index == 0 && i < api_object_type_count; i++)
        offer(context, api_object_types[i].name);
    if (index > 0) {
        offer(context, "size=");
        offer(context, "at=");
    }
}

const struct command command_new = {
    .name = "new",
    .usage = "new TYPE [NAME] [size=BITS] [at=PADDR]",
    .summary = "Make a kernel object, or reserve an empty slot (new slot NAME)",
    .help =
        "Without NAME one is made from the type. size= is a power of two: bytes of an Untyped,\n"
        "slots of a CNode. at= takes the memory at that physical address, also of a device.",
    .run = run,
    .complete = complete,
    .group = GROUP_OBJECTS,
};
