/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * printf of agent bytecode: one conversion at a time, each argument a word of the stack; %s reads
 * the thread's memory. What cannot be printed (floating point) is shown as its conversion.
 */
#include "gdbstub/agent.h"
#include "arch/lib/fmt.h"
#include "arch/lib/str.h"

enum { SPEC_BYTES = 16, STRING_BYTES = 200 };

/* A conversion: `%`, flags and width, length letters left out, its letter. */
struct spec {
    char text[SPEC_BYTES];
    size_t len;
    char letter;
};

/* Reads one at `at` (after the `%`); returns where it ends, or NULL. */
static const char *spec_take(const char *at, const char *end, struct spec *out)
{
    out->len = 0;
    out->text[out->len++] = '%';
    for (; at < end && strchr("-0123456789.", *at) && *at; at++) {
        if (out->len >= SPEC_BYTES - 4)
            return NULL;
        out->text[out->len++] = *at;
    }
    while (at < end && *at && strchr("hlqjztL", *at))
        at++;
    if (at >= end || !*at)
        return NULL;
    out->letter = *at;
    return at + 1;
}

static void text_print(struct engine *e, struct engine_thread *t, const char *text,
                       size_t len_bytes)
{
    const struct engine_client *client = engine_inferior(e, t->id.pid)->client;

    client->print(client->context, text, len_bytes);
}

static void string_print(struct engine *e, struct engine_thread *t, uint64_t addr)
{
    char text[STRING_BYTES];
    size_t done = 0, len = 0;

    (void)engine_mem_read(e, t->id.pid, addr, text, sizeof text, &done);
    while (len < done && text[len])
        len++;
    text_print(e, t, text, len);
}

static void word_print(struct engine *e, struct engine_thread *t, struct spec *spec, uint64_t value)
{
    char text[96];
    size_t len;

    if (spec->letter == 'c') {
        text[0] = (char)value;
        text_print(e, t, text, 1);
        return;
    }
    if (!strchr("diuxXp", spec->letter)) {
        spec->text[spec->len++] = spec->letter;
        text_print(e, t, spec->text, spec->len);
        return;
    }
    if (spec->letter == 'p')
        text_print(e, t, "0x", 2);
    spec->text[spec->len++] = 'l';
    spec->text[spec->len++] = 'l';
    spec->text[spec->len++] = strchr("di", spec->letter)  ? 'd'
                              : strchr("u", spec->letter) ? 'u'
                                                          : 'x';
    spec->text[spec->len] = 0;
    len = fmt_print(text, sizeof text, spec->text, (unsigned long long)value);
    text_print(e, t, text, len < sizeof text ? len : sizeof text - 1);
}

/* The character of an escape, after its backslash; moves past it. */
static char escape_take(const char **at, const char *end)
{
    static const char letters[] = "abefnrtv", values[] = "\a\b\033\f\n\r\t\v";
    const char *known;
    unsigned value = 0;
    char c = **at;

    if (c >= '0' && c <= '7') {
        for (int i = 0; i < 3 && *at < end && **at >= '0' && **at <= '7'; i++)
            value = value * 8 + (unsigned)(*(*at)++ - '0');
        return (char)value;
    }
    (*at)++;
    known = c ? strchr(letters, c) : NULL;
    return known ? values[known - letters] : c;
}

/* Prints up to the next conversion or the end; returns where that is. */
static const char *plain_print(struct engine *e, struct engine_thread *t, const char *at,
                               const char *end)
{
    while (at < end && *at != '%') {
        const char *from = at;
        while (at < end && *at != '%' && *at != '\\')
            at++;
        text_print(e, t, from, (size_t)(at - from));
        if (at + 1 >= end || *at != '\\') {
            at += at < end && *at == '\\'; /* a lone one at the end says nothing */
            continue;
        }
        at++;
        char c = escape_take(&at, end);
        text_print(e, t, &c, 1);
    }
    return at;
}

enum err agent_print(struct engine *e, struct engine_thread *t, const char *format,
                     size_t len_bytes, const uint64_t *values, unsigned count)
{
    const char *at = format, *end = format + len_bytes - 1;
    unsigned used = 0;
    struct spec spec;

    while (at < end) {
        at = plain_print(e, t, at, end);
        if (at == end)
            break;
        at = spec_take(at + 1, end, &spec);
        if (!at)
            return ERR_FORMAT;
        if (spec.letter == '%') {
            text_print(e, t, "%", 1);
            continue;
        }
        if (used == count)
            return ERR_FORMAT;
        if (spec.letter == 's')
            string_print(e, t, values[used++]);
        else
            word_print(e, t, &spec, values[used++]);
    }
    return ERR_OK;
}
