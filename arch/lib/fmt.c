/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Formatting. Everything goes through one function that hands pieces to a sink; printing into a
 * buffer is a sink of its own. Knows no floating point and keeps no state.
 */
#include "arch/lib/fmt.h"
#include "arch/lib/str.h"

enum { NUMBER_CAP = 24, PRECISION_NONE = -1, WIDTH_MAX = 4096 };

struct conversion {
    bool left, zero;
    int width;
    int precision;
    unsigned longs; /* l: 1, ll: 2, z: 3, h: 4 */
};

struct output {
    fmt_sink sink;
    void *context;
};

static void put(const struct output *out, const char *text, size_t len)
{
    if (len > 0)
        out->sink(out->context, text, len);
}

static void pad(const struct output *out, int count, char with)
{
    static const char blanks[] = "                ", zeros[] = "0000000000000000";
    const char *piece = with == '0' ? zeros : blanks;

    while (count > 0) {
        int len = count < 16 ? count : 16;
        put(out, piece, (size_t)len);
        count -= len;
    }
}

static void put_padded(const struct output *out, const struct conversion *c, const char *text,
                       size_t len)
{
    int missing = (size_t)c->width > len ? c->width - (int)len : 0;

    if (!c->left)
        pad(out, missing, ' ');
    put(out, text, len);
    if (c->left)
        pad(out, missing, ' ');
}

/* Digits are made from the right; the sign goes before the zeros of a zero-padded number. */
static void put_number(const struct output *out, const struct conversion *c, uint64_t value,
                       unsigned base, bool negative)
{
    char digits[NUMBER_CAP];
    size_t at = sizeof(digits);

    do {
        digits[--at] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value > 0);
    if (c->zero && !c->left) {
        int missing = c->width - (int)(sizeof(digits) - at) - negative;
        put(out, "-", negative);
        pad(out, missing, '0');
        put(out, digits + at, sizeof(digits) - at);
        return;
    }
    if (negative)
        digits[--at] = '-';
    put_padded(out, c, digits + at, sizeof(digits) - at);
}

static uint64_t take_unsigned(const struct conversion *c, va_list *args)
{
    switch (c->longs) {
    case 1:
        return va_arg(*args, unsigned long);
    case 2:
        return va_arg(*args, unsigned long long);
    case 3:
        return va_arg(*args, size_t);
    case 4:
        return (unsigned short)va_arg(*args, unsigned);
    default:
        return va_arg(*args, unsigned);
    }
}

static int64_t take_signed(const struct conversion *c, va_list *args)
{
    switch (c->longs) {
    case 1:
        return va_arg(*args, long);
    case 2:
        return va_arg(*args, long long);
    case 3:
        return (int64_t)va_arg(*args, ptrdiff_t);
    case 4:
        return (short)va_arg(*args, int);
    default:
        return va_arg(*args, int);
    }
}

static int read_int(const char **format, va_list *args)
{
    int value = 0;

    if (**format == '*') {
        ++*format;
        value = va_arg(*args, int);
    } else {
        for (; **format >= '0' && **format <= '9'; ++*format) {
            if (value <= WIDTH_MAX)
                value = value * 10 + (**format - '0');
        }
    }
    return value < WIDTH_MAX ? value : WIDTH_MAX;
}

static const char *read_conversion(const char *format, struct conversion *c, va_list *args)
{
    *c = (struct conversion){.precision = PRECISION_NONE};
    for (; *format == '-' || *format == '0'; format++) {
        c->left |= *format == '-';
        c->zero |= *format == '0';
    }
    c->width = read_int(&format, args);
    if (c->width < 0) {
        c->left = true;
        c->width = -c->width;
    }
    if (*format == '.') {
        format++;
        c->precision = read_int(&format, args);
    }
    for (;; format++) {
        if (*format == 'l')
            c->longs = c->longs == 1 ? 2 : 1;
        else if (*format == 'z')
            c->longs = 3;
        else if (*format == 'h')
            c->longs = 4;
        else
            return format;
    }
}

static void put_text(const struct output *out, const struct conversion *c, const char *text)
{
    size_t len = 0;

    if (!text)
        text = "(null)";
    while ((c->precision < 0 || len < (size_t)c->precision) && text[len])
        len++;
    put_padded(out, c, text, len);
}

static void convert(const struct output *out, char letter, struct conversion *c, va_list *args)
{
    char byte;
    int64_t number;

    switch (letter) {
    case 'd':
        number = take_signed(c, args);
        put_number(out, c, number < 0 ? -(uint64_t)number : (uint64_t)number, 10, number < 0);
        break;
    case 'u':
        put_number(out, c, take_unsigned(c, args), 10, false);
        break;
    case 'x':
        put_number(out, c, take_unsigned(c, args), 16, false);
        break;
    case 'p':
        put(out, "0x", 2);
        put_number(out, c, (uintptr_t)va_arg(*args, void *), 16, false);
        break;
    case 'c':
        byte = (char)va_arg(*args, int);
        put_padded(out, c, &byte, 1);
        break;
    case 's':
        put_text(out, c, va_arg(*args, const char *));
        break;
    default: /* %% and what is not known: the letter itself */
        put(out, &letter, letter != '\0');
    }
}

static void print(const struct output *out, const char *format, va_list *args)
{
    while (*format) {
        const char *from = format;
        while (*format && *format != '%')
            format++;
        put(out, from, (size_t)(format - from));
        if (*format == '\0')
            return;
        struct conversion c;
        format = read_conversion(format + 1, &c, args);
        convert(out, *format, &c, args);
        if (*format)
            format++;
    }
}

void fmt_vto(fmt_sink sink, void *context, const char *format, va_list args)
{
    struct output out = {sink, context};
    va_list copy;

    va_copy(copy, args);
    print(&out, format, &copy);
    va_end(copy);
}

void fmt_to(fmt_sink sink, void *context, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    fmt_vto(sink, context, format, args);
    va_end(args);
}

struct buffer {
    char *to;
    size_t cap;
    size_t len; /* of the whole text */
};

static void buffer_sink(void *context, const char *text, size_t len)
{
    struct buffer *b = context;

    if (b->len + 1 < b->cap) {
        size_t room = b->cap - 1 - b->len;
        memcpy(b->to + b->len, text, len < room ? len : room);
    }
    b->len += len;
}

size_t fmt_vprint(char *to, size_t cap, const char *format, va_list args)
{
    struct buffer b = {to, cap, 0};

    fmt_vto(buffer_sink, &b, format, args);
    if (cap > 0)
        to[b.len < cap ? b.len : cap - 1] = '\0';
    return b.len;
}

size_t fmt_print(char *to, size_t cap, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    size_t len = fmt_vprint(to, cap, format, args);
    va_end(args);
    return len;
}
