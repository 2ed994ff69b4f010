/* SPDX-License-Identifier: BSD-2-Clause */
/* Fields of packets; see the header. */
#include "gdbstub/hex.h"
#include "arch/lib/str.h"

int hex_value(int c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

char hex_digit(unsigned value)
{
    return "0123456789abcdef"[value & 15];
}

size_t hex_left(const struct hex_cursor *c)
{
    return (size_t)(c->end - c->at);
}

bool hex_take_number(struct hex_cursor *c, uint64_t *out)
{
    const uint8_t *at = c->at;
    uint64_t value = 0;

    while (at < c->end && hex_value(*at) >= 0) {
        if (value >> 60)
            return false;
        value = value << 4 | (unsigned)hex_value(*at++);
    }
    if (at == c->at)
        return false;
    c->at = at;
    *out = value;
    return true;
}

bool hex_take_char(struct hex_cursor *c, char wanted)
{
    if (c->at == c->end || *c->at != (uint8_t)wanted)
        return false;
    c->at++;
    return true;
}

bool hex_take_pair(struct hex_cursor *c, char separator, uint64_t *first, uint64_t *second)
{
    struct hex_cursor try = *c;

    if (!hex_take_number(&try, first) || !hex_take_char(&try, separator) ||
        !hex_take_number(&try, second))
        return false;
    *c = try;
    return true;
}

bool hex_take_bytes(struct hex_cursor *c, uint8_t *to, size_t len_bytes)
{
    if (hex_left(c) / 2 < len_bytes)
        return false;
    for (size_t i = 0; i < len_bytes; i++) {
        int high = hex_value(c->at[2 * i]), low = hex_value(c->at[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        to[i] = (uint8_t)(high << 4 | low);
    }
    c->at += 2 * len_bytes;
    return true;
}

bool hex_take_text(struct hex_cursor *c, char *to, size_t cap)
{
    size_t len = hex_left(c) / 2;

    if (hex_left(c) % 2 || len >= cap || !hex_take_bytes(c, (uint8_t *)to, len))
        return false;
    to[len] = 0;
    return true;
}

bool hex_take_word(struct hex_cursor *c, const char *word)
{
    size_t len = strlen(word);

    if (hex_left(c) < len || memcmp(c->at, word, len) != 0)
        return false;
    c->at += len;
    return true;
}
