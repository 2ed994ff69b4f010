/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines lie one after the other, so the pool is searched from its end. */
#include "monitor/shell/history.h"
#include "arch/lib/str.h"

static void drop_oldest(struct history *history)
{
    size_t len = strlen(history->pool) + 1;

    memmove(history->pool, history->pool + len, history->used - len);
    history->used = (uint16_t)(history->used - len);
}

void history_add(struct history *history, const char *line)
{
    size_t len = strlen(line) + 1;
    const char *newest = history_get(history, 1);

    if (len == 1 || len > sizeof(history->pool) || (newest && strcmp(newest, line) == 0))
        return;
    while (sizeof(history->pool) - history->used < len)
        drop_oldest(history);
    memcpy(history->pool + history->used, line, len);
    history->used = (uint16_t)(history->used + len);
}

const char *history_get(const struct history *history, unsigned age)
{
    size_t at = history->used;

    if (age == 0)
        return NULL;
    while (at > 0) {
        at--; /* the line's end */
        while (at > 0 && history->pool[at - 1] != '\0')
            at--;
        if (--age == 0)
            return history->pool + at;
    }
    return NULL;
}
