/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The shell on a terminal of the host, with fake surroundings, for trying it by hand. Calls of the
 * kernel succeed and return zeros. Ctrl-\ ends it.
 */
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include "tests/unit/shell_fake.h"

static struct shell_fake fake;
static struct termios before;

static void print(const char *text, size_t len)
{
    if (write(STDOUT_FILENO, text, len) < 0)
        exit(1);
    fake.len = 0;
}

static void restore(void)
{
    tcsetattr(STDIN_FILENO, TCSANOW, &before);
}

int main(void)
{
    uint8_t byte;

    if (tcgetattr(STDIN_FILENO, &before) == 0) {
        struct termios raw = before;
        cfmakeraw(&raw);
        tcsetattr(STDIN_FILENO, TCSANOW, &raw);
        atexit(restore);
    }
    fake_init(&fake);
    fake.also = print;
    shell_start(&fake.shell);
    while (read(STDIN_FILENO, &byte, 1) == 1 && byte != 0x1c)
        shell_input(&fake.shell, byte);
    return 0;
}
