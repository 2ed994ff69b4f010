/* SPDX-License-Identifier: BSD-2-Clause */
/* `port`: reads and writes I/O ports (x86). */
#include "monitor/commands/commands.h"
#include "monitor/commands/common.h"

#include "arch/include/arch.h"
#include "monitor/core/ports.h"

enum direction { DIRECTION_IN, DIRECTION_OUT };

struct request {
    unsigned direction;
    unsigned size_bytes;
    uint64_t port, value;
};

static enum err read_request(struct command_call *call, struct request *r)
{
    static const char *const directions[] = {"in", "out", NULL};
    static const char *const sizes[] = {"1", "2", "4", NULL};
    unsigned size = 0;
    enum err e = arg_choice(call, 0, "direction", directions, false, &r->direction);

    if (!e)
        e = arg_choice(call, ARG_NAMED, "size", sizes, true, &size);
    r->size_bytes = 1u << size;
    if (!e)
        e = arg_word(call, 1, "port", 0, 0x10000 - r->size_bytes, false, &r->port);
    if (!e && r->direction == DIRECTION_OUT)
        e = arg_word(call, 2, "value", 0, UINT32_MAX >> (32 - 8 * r->size_bytes), false, &r->value);
    if (!e)
        e = arg_end(call);
    if (!e && r->port & (r->size_bytes - 1))
        e = command_fail(call, ERR_ARGUMENT, "port", "the port is not a multiple of the size, %u",
                         r->size_bytes);
    return e;
}

static enum err run(struct command_call *call)
{
    static const struct column columns[] = {
        {"port", FIELD_WORD, 6}, {"value", FIELD_WORD, 10}, {"size", FIELD_COUNT, 0}};
    static const struct record_type type = {"port", columns, 3, RECORD_TABLE};
    struct request r = {0};
    struct object *claim;
    uint32_t value;
    enum err e;

    if (!arch_has_ports)
        return command_fail(call, ERR_UNSUPPORTED, NULL, "there are no I/O ports here");
    e = read_request(call, &r);
    if (e)
        return e;
    value = (uint32_t)r.value;
    e = ports_find((uint16_t)r.port, r.size_bytes, &claim);
    if (e)
        return common_fail(call, e, "port", "cannot claim it");
    if (r.direction == DIRECTION_OUT) {
        e = common_refuse_own(call, claim);
        if (e)
            return e;
        e = ports_out((uint16_t)r.port, r.size_bytes, value);
    } else {
        e = ports_in((uint16_t)r.port, r.size_bytes, &value);
    }
    if (e)
        return common_fail(call, e, "port", "cannot use it");
    const struct field fields[] = {{.word = r.port}, {.word = value}, {.word = r.size_bytes}};
    record_emit(call->out, &type, fields);
    return ERR_OK;
}

static void complete(struct shell *shell, unsigned index, const char *prefix, command_offer offer,
                     void *context)
{
    (void)shell, (void)prefix;
    if (index != 0)
        return;
    offer(context, "in");
    offer(context, "out");
}

const struct command command_port = {
    .name = "port",
    .usage = "port in PORT [size=1|2|4] | port out PORT VALUE [size=1|2|4]",
    .summary = "Read or write an I/O port (x86)",
    .help =
        "Ports are claimed from the kernel four at a time when first used, and stay claimed as\n"
        "an object until it is deleted.",
    .run = run,
    .complete = complete,
    .group = GROUP_MACHINE,
};
