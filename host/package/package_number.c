/* SPDX-License-Identifier: BSD-2-Clause */
/* See package_number.h. */
#include "host/package/package_number.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    unsigned shift;
} units[] = {{"", 0}, {"B", 0}, {"KiB", 10}, {"MiB", 20}, {"GiB", 30}};

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* Reads digits; returns what follows them, NULL if there is no number or it is too large. */
static const char *read_digits(const char *text, uint64_t *out)
{
    bool is_hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    int base = is_hex ? 16 : 10;
    const char *at = text + (is_hex ? 2 : 0);
    uint64_t value = 0;

    if (digit_of(*at) < 0 || digit_of(*at) >= base)
        return NULL;
    for (; *at; at++) {
        int digit = digit_of(*at);
        if (*at == '_')
            continue;
        if (digit < 0 || digit >= base)
            break;
        if (__builtin_mul_overflow(value, (uint64_t)base, &value) ||
            __builtin_add_overflow(value, (uint64_t)digit, &value))
            return NULL;
    }
    *out = value;
    return at;
}

bool package_number(const char *text, uint64_t *out)
{
    const char *rest = read_digits(text, out);

    return rest && *rest == 0;
}

bool package_size(const char *text, uint64_t *out)
{
    uint64_t value;
    const char *rest = read_digits(text, &value);

    if (!rest)
        return false;
    rest += strspn(rest, " ");
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (strcmp(rest, units[i].name) == 0) {
            *out = value << units[i].shift;
            return *out >> units[i].shift == value;
        }
    }
    return false;
}

void package_number_write(uint64_t value, bool is_size, char to[PACKAGE_NUMBER_BYTES])
{
    size_t unit = sizeof(units) / sizeof(units[0]) - 1;

    while (units[unit].shift > 0 &&
           (!is_size || value == 0 || value % (1ull << units[unit].shift) != 0))
        unit--;
    snprintf(to, PACKAGE_NUMBER_BYTES, "%" PRIu64 "%s%s", value >> units[unit].shift,
             units[unit].shift ? " " : "", units[unit].shift ? units[unit].name : "");
}
