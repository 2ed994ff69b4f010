/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The smallest component: says hello, shows its arguments and what it was given, and ends with
 * status 0, or with the number given as its first argument.
 */
#include <sel4mon/component.h>

static int number(const char *s)
{
    int n = 0;

    while (*s >= '0' && *s <= '9') {
        n = n * 10 + (*s++ - '0');
    }
    return n;
}

int main(int argc, char **argv)
{
    const struct component_start *start = component_start();
    const struct component_cap *caps = (const void *)((const char *)start + start->caps_offset);

    component_print("hello from %s\n", argv[0]);
    for (int i = 1; i < argc; i++) {
        component_print("argument %d: %s\n", i, argv[i]);
    }
    for (unsigned i = 0; i < start->caps_count; i++) {
        component_print("capability %s\n", caps[i].name);
    }
    return argc > 1 ? number(argv[1]) : 0;
}
