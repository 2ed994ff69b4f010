/* SPDX-License-Identifier: BSD-2-Clause */
/* `untypeds`: the kernel's untypeds, and how much of each is spent. */
#include "monitor/commands/commands.h"

#include "monitor/core/memory.h"

enum filter { FILTER_ALL, FILTER_RAM, FILTER_DEVICE, FILTER_SPENT };

static const char *const filters[] = {"all", "ram", "device", "spent", NULL};

static bool fits(const struct untyped *node, uint64_t spent, unsigned filter)
{
    return filter == FILTER_ALL || (filter == FILTER_RAM && !node->is_device) ||
           (filter == FILTER_DEVICE && node->is_device) || (filter == FILTER_SPENT && spent > 0);
}

static enum err run(struct command_call *call)
{
    static const struct column columns[] = {
        {"cap", FIELD_WORD, 6},  {"paddr", FIELD_ADDRESS, 0}, {"bits", FIELD_BITS, 0},
        {"size", FIELD_SIZE, 9}, {"device", FIELD_BOOL, 0},   {"spent", FIELD_SIZE, 9},
    };
    static const struct record_type type = {"untyped", columns, 6, RECORD_TABLE};
    const struct untyped_pool *pool = memory_pool();
    unsigned filter = FILTER_ALL;
    enum err e = arg_choice(call, 0, "which", filters, true, &filter);

    if (!e)
        e = arg_end(call);
    for (unsigned i = 0; i < pool->root_count && !e; i++) {
        const struct untyped *node = &pool->nodes[i];
        uint64_t spent = untyped_spent_bytes(pool, (uint16_t)i);
        const struct field fields[] = {
            {.word = node->slot},      {.word = node->paddr},
            {.word = node->size_bits}, {.word = (uint64_t)1 << node->size_bits},
            {.word = node->is_device}, {.word = spent},
        };

        if (fits(node, spent, filter))
            record_emit(call->out, &type, fields);
        if (command_interrupted(call))
            e = ERR_INTERRUPTED;
    }
    return e;
}

static void complete(struct shell *shell, unsigned index, const char *prefix, command_offer offer,
                     void *context)
{
    (void)shell, (void)prefix;
    for (unsigned i = 0; index == 0 && filters[i]; i++)
        offer(context, filters[i]);
}

const struct command command_untypeds = {
    .name = "untypeds",
    .usage = "untypeds [all|ram|device|spent]",
    .summary = "List the kernel's untypeds: address, size, device, how much is spent",
    .run = run,
    .complete = complete,
    .group = GROUP_MEMORY,
};
