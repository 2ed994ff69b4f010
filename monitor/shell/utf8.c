/* SPDX-License-Identifier: BSD-2-Clause */
/* The three longer forms of UTF-8 in one table; overlong forms and surrogates are not valid. */
#include "monitor/shell/utf8.h"

#include <stdint.h>

struct form {
    uint8_t mask, lead, len;
    uint32_t least;
};

static const struct form forms[] = {
    {0x80, 0x00, 1, 0},
    {0xe0, 0xc0, 2, 0x80},
    {0xf0, 0xe0, 3, 0x800},
    {0xf8, 0xf0, 4, 0x10000},
};

static const struct form *form_of(unsigned char lead)
{
    for (unsigned i = 0; i < 4; i++) {
        if ((lead & forms[i].mask) == forms[i].lead)
            return &forms[i];
    }
    return 0;
}

unsigned utf8_length_of(unsigned char lead)
{
    const struct form *form = form_of(lead);
    return form ? form->len : 0;
}

unsigned utf8_length(const char *s)
{
    const unsigned char *byte = (const unsigned char *)s;
    const struct form *form = form_of(byte[0]);

    if (!form)
        return 0;
    uint32_t point = byte[0] & (uint8_t)~form->mask;
    for (unsigned i = 1; i < form->len; i++) {
        if ((byte[i] & 0xc0) != 0x80)
            return 0;
        point = point << 6 | (byte[i] & 0x3f);
    }
    if (point < form->least || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
        return 0;
    return form->len;
}
