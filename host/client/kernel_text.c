/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The beginnings of the lines that seL4's debug kernels print: messages about refused calls, and
 * the report of a fault that nobody handles.
 */
#include "host/client/kernel_text.h"

#include <string.h>

static const char *const beginnings[] = {
    "<<seL4(CPU ",
    "<<seL4 [",
    "Caught ",
    "while trying to handle:",
    "Found thread has no fault handler",
    "null fault",
    "cap fault in ",
    "vm fault on ",
    "unknown syscall 0x",
    "user exception 0x",
    "Timeout fault for 0x",
    "unknown fault",
    "in thread 0x",
    "at address 0x",
    "With stack:",
    "Invalid vspace",
    "RSP not aligned",
    "SP not aligned",
    "Debug halt syscall from ",
    "Debug snapshot syscall from ",
    "KERNEL ABORT!",
    "KERNEL DATA ABORT!",
    "KERNEL PREFETCH ABORT!",
    "Assertion failed: ",
    "seL4 called fail at ",
    "seL4 failed assertion ",
    "halting...",
};

/* A word of the stack in a fault report: "0x7ffe10: 0x0". */
static bool is_stack_line(const char *line)
{
    size_t n = 0;
    if (strncmp(line, "0x", 2) != 0)
        return false;
    n = 2 + strspn(line + 2, "0123456789abcdef");
    return strncmp(line + n, ": 0x", 4) == 0 &&
           line[n + 4 + strspn(line + n + 4, "0123456789abcdef")] == '\0';
}

bool kernel_text_is_line(const char *line)
{
    for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++)
        if (strncmp(line, beginnings[i], strlen(beginnings[i])) == 0)
            return true;
    return is_stack_line(line);
}

size_t kernel_text_find(const char *text, size_t len)
{
    for (size_t at = 1; at < len; at++)
        for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++)
            if (strncmp(text + at, beginnings[i], strlen(beginnings[i])) == 0)
                return at;
    return len;
}
