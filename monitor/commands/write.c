/* SPDX-License-Identifier: BSD-2-Clause */
/* `write`: bytes to words of memory, at an address of the monitor or a physical one. */
#include "monitor/commands/commands.h"
#include "monitor/commands/common.h"
#include "monitor/commands/memory_range.h"

static enum err refuse_own(struct command_call *call, const volatile uint8_t *pointer,
                           unsigned size_bytes)
{
    if (call->force || !access_is_own((uintptr_t)pointer, size_bytes))
        return ERR_OK;
    return command_fail(call, ERR_REFUSED, "address", "the monitor's own memory is there");
}

static enum err write_one(struct command_call *call, const struct memory_range *range, uint64_t at,
                          uint64_t value)
{
    volatile uint8_t *pointer;
    uint64_t left;
    enum err e = memory_range_reach(call, range, at, &pointer, &left);

    if (!e)
        e = refuse_own(call, pointer, range->size_bytes);
    if (e)
        return e;
    e = access_write(pointer, range->size_bytes, value);
    return e ? memory_range_fail(call, range, at, e, "writing") : ERR_OK;
}

/* Everything after the address that has no name; at least one. */
static enum err read_values(struct command_call *call, unsigned size_bytes, uint64_t *values,
                            unsigned *count)
{
    uint64_t max = UINT64_MAX >> (64 - 8 * size_bytes);
    unsigned positions = 0;
    enum err e = ERR_OK;

    for (unsigned i = 0; i < call->arg_count; i++)
        positions += !call->args[i].name;
    do {
        e = arg_word(call, *count + 1, "value", 0, max, false, &values[*count]);
    } while (!e && ++*count + 1 < positions);
    return e;
}

static enum err run(struct command_call *call)
{
    static const struct column columns[] = {
        {"address", FIELD_ADDRESS, 0}, {"count", FIELD_COUNT, 0}, {"size", FIELD_COUNT, 0}};
    static const struct record_type type = {"written", columns, 3, RECORD_TABLE};
    struct memory_range range;
    uint64_t values[LIMIT_ARGS];
    unsigned count = 0;
    enum err e = memory_range_read(call, sizeof(uintptr_t), &range);

    /* All values are read before the first is written. */
    if (!e)
        e = read_values(call, range.size_bytes, values, &count);
    if (!e)
        e = arg_end(call);
    for (unsigned i = 0; i < count && !e; i++)
        e = write_one(call, &range, (uint64_t)i * range.size_bytes, values[i]);
    if (e)
        return e;
    const struct field fields[] = {
        {.word = range.address}, {.word = count}, {.word = range.size_bytes}};
    record_emit(call->out, &type, fields);
    return ERR_OK;
}

const struct command command_write = {
    .name = "write",
    .usage = "write ADDRESS|phys:ADDRESS VALUE... [size=1|2|4|8]",
    .summary = "Write memory of the monitor, or at a physical address (phys:0x9000000)",
    .help =
        "Each VALUE is one unit of size, which is a word if not given. What the monitor itself\n"
        "needs is refused; see `read` for physical addresses.",
    .run = run,
    .group = GROUP_MEMORY,
};
