/* SPDX-License-Identifier: BSD-2-Clause */
/* Putting a start block together: see start_block.h. */
#include "monitor/core/start_block.h"

#include "arch/lib/str.h"

_Static_assert(sizeof(struct start_block) == START_BLOCK_BYTES, "no holes");

void start_block_init(struct start_block *block)
{
    memset(block, 0, sizeof *block);
    block->start = (struct component_start){
        .magic = COMPONENT_START_MAGIC,
        .version = COMPONENT_START_VERSION,
        .size_bytes = sizeof *block,
        .caps_offset = offsetof(struct start_block, caps),
        .args_offset = offsetof(struct start_block, args),
    };
}

enum err start_block_add(struct start_block *block, const struct component_cap *cap)
{
    if (block->start.caps_count == START_BLOCK_CAPS_MAX)
        return ERR_FULL;
    block->caps[block->start.caps_count++] = *cap;
    return ERR_OK;
}

enum err start_block_name(struct start_block *block, const char *name, uint64_t slot,
                          uint64_t address, uint64_t size_bytes)
{
    struct component_cap cap = {.slot = slot, .address = address, .size_bytes = size_bytes};

    (void)str_copy(cap.name, sizeof cap.name, name);
    return start_block_add(block, &cap);
}

enum err start_block_args(struct start_block *block, const char *texts, unsigned count)
{
    size_t used = 0;

    for (unsigned i = 0; i < count; i++) {
        size_t len = strlen(texts) + 1;

        if (len > sizeof block->args - used)
            return ERR_FULL;
        memcpy(block->args + used, texts, len);
        used += len;
        texts += len;
    }
    block->start.args_count = count;
    return ERR_OK;
}
