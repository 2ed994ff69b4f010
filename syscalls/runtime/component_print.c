/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * component_print: a line at a time is gathered in a buffer on the stack and handed to
 * component_write, so that lines of several threads and components do not mix in the middle.
 */
#include "sel4mon/component.h"
#include <stdarg.h>
#include <string.h>

enum { PRINT_BUFFER_BYTES = 128 };

struct print {
    char text[PRINT_BUFFER_BYTES];
    size_t used_bytes;
};

static void print_char(struct print *p, char c)
{
    p->text[p->used_bytes++] = c;
    if (p->used_bytes == sizeof p->text || c == '\n') {
        component_write(p->text, p->used_bytes);
        p->used_bytes = 0;
    }
}

static void print_padded(struct print *p, const char *text, size_t len, unsigned width, char pad)
{
    for (size_t i = len; i < width; i++) {
        print_char(p, pad);
    }
    for (size_t i = 0; i < len; i++) {
        print_char(p, text[i]);
    }
}

static void print_number(struct print *p, unsigned long long v, unsigned base, bool negative,
                         unsigned width, char pad)
{
    char digits[24];
    size_t at = sizeof digits;

    do {
        digits[--at] = "0123456789abcdef"[v % base];
        v /= base;
    } while (v > 0);
    if (negative && pad == '0') {
        print_char(p, '-');
        width -= width > 0;
    } else if (negative) {
        digits[--at] = '-';
    }
    print_padded(p, digits + at, sizeof digits - at, width, pad);
}

/* One directive, after its '%', length and width. The unsigned argument comes ready in `v`. */
struct directive {
    unsigned width;
    char pad;
    unsigned longs;
};

static const char *read_directive(const char *f, struct directive *d)
{
    *d = (struct directive){.pad = ' '};
    if (*f == '0') {
        d->pad = '0';
        f++;
    }
    for (; *f >= '0' && *f <= '9'; f++) {
        d->width = d->width * 10 + (unsigned)(*f - '0');
    }
    for (; *f == 'l' || *f == 'z'; f++) {
        d->longs++;
    }
    return f;
}

static void print_signed(struct print *p, long long v, const struct directive *d)
{
    unsigned long long size = v < 0 ? -(unsigned long long)v : (unsigned long long)v;

    print_number(p, size, 10, v < 0, d->width, d->pad);
}

static void print_text(struct print *p, const char *s, const struct directive *d)
{
    const char *text = s ? s : "(null)";

    print_padded(p, text, strlen(text), d->width, ' ');
}

void component_print(const char *format, ...)
{
    struct print p = {.used_bytes = 0};
    struct directive d;
    va_list args;

    va_start(args, format);
    for (const char *f = format; *f; f++) {
        if (*f != '%') {
            print_char(&p, *f);
            continue;
        }
        f = read_directive(f + 1, &d);
        if (*f == 'd') {
            print_signed(&p,
                         d.longs > 1   ? va_arg(args, long long)
                         : d.longs > 0 ? va_arg(args, long)
                                       : va_arg(args, int),
                         &d);
        } else if (*f == 'u' || *f == 'x') {
            unsigned long long v = d.longs > 1   ? va_arg(args, unsigned long long)
                                   : d.longs > 0 ? va_arg(args, unsigned long)
                                                 : va_arg(args, unsigned);
            print_number(&p, v, *f == 'u' ? 10 : 16, false, d.width, d.pad);
        } else if (*f == 'p') {
            print_text(&p, "0x", &(struct directive){.pad = ' '});
            print_number(&p, (uintptr_t)va_arg(args, void *), 16, false, d.width, '0');
        } else if (*f == 's') {
            print_text(&p, va_arg(args, const char *), &d);
        } else if (*f == 'c') {
            print_char(&p, (char)va_arg(args, int));
        } else if (*f == '%') {
            print_char(&p, '%');
        } else {
            break; /* unknown, or the end of the format: what follows cannot be read */
        }
    }
    va_end(args);
    component_write(p.text, p.used_bytes);
}
