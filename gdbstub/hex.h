/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading a packet's fields: a cursor over the packet, and hexadecimal. Nothing is read past the
 * cursor's end; each function says whether it found what it takes, and moves only then.
 */
#ifndef GDBSTUB_HEX_H
#define GDBSTUB_HEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hex_cursor {
    const uint8_t *at, *end;
};

/* 0 to 15, or -1. */
int hex_value(int c);
char hex_digit(unsigned value);

/* A number of 1 to 16 digits. */
bool hex_take_number(struct hex_cursor *c, uint64_t *out);
bool hex_take_char(struct hex_cursor *c, char wanted);
/* `number<separator>number`, to the separator's right. */
bool hex_take_pair(struct hex_cursor *c, char separator, uint64_t *first, uint64_t *second);
/* Exactly len bytes, two digits each. */
bool hex_take_bytes(struct hex_cursor *c, uint8_t *to, size_t len_bytes);
/* All that is left, two digits a byte, as text with its end; false if it is odd, malformed or
 * longer than cap - 1. */
bool hex_take_text(struct hex_cursor *c, char *to, size_t cap);
bool hex_take_word(struct hex_cursor *c, const char *word);
size_t hex_left(const struct hex_cursor *c);

#endif
