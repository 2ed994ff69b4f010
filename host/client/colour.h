/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Colours of a terminal, and how to pass over them where columns are counted or text is kept.
 */
#ifndef HOST_CLIENT_COLOUR_H
#define HOST_CLIENT_COLOUR_H

#include <string.h>

/* Past the colours that begin at `text`, if any do. */
static inline const char *colour_past(const char *text)
{
    while (text[0] == '\033' && text[1] == '[') {
        size_t len = 2 + strspn(text + 2, "0123456789;");

        if (text[len] != 'm')
            break;
        text += len + 1;
    }
    return text;
}

#endif
