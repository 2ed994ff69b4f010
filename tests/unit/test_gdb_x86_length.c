/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lengths of x86_64 instructions, against objdump over a large library. Passed over: what objdump
 * itself takes for no instruction, `fwait` which it joins to the next one, and 66 before a near
 * branch, where it follows AMD's processors and the decoder Intel's. Usage: test FILE...
 */
#include "arch/x86_64/nextpc.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static char **files;
static int file_count;

/* "  addr:\tb1 b2 …\ttext": the bytes, 0 if the line has none. */
static unsigned line_bytes(const char *line, uint8_t *bytes, const char **text)
{
    const char *at = strchr(line, '\t');
    unsigned count = 0, value;

    if (line[0] != ' ' || !at || !(*text = strchr(at + 1, '\t')))
        return 0;
    for (at++; count < X86_INSN_BYTES_MAX && sscanf(at, "%2x", &value) == 1; at += 3) {
        bytes[count++] = (uint8_t)value;
        if (at[2] == '\t' || at[3] == ' ' || at[3] == '\t')
            break;
    }
    return count;
}

/* Only prefixes: data that objdump met in the text. */
static bool is_only_prefixes(const uint8_t *bytes, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if ((bytes[i] & 0xf0) != 0x40 &&
            !memchr("\x26\x2e\x36\x3e\x64\x65\x66\x67\xf0\xf2\xf3", bytes[i], 11))
            return false;
    return true;
}

static bool is_passed_over(const uint8_t *bytes, unsigned count, const char *text)
{
    if (strstr(text, "(bad)") || strstr(text, ".byte") || bytes[0] == 0x9b)
        return true;
    if (is_only_prefixes(bytes, count))
        return true;
    for (unsigned i = 0; i + 1 < count; i++)
        if (bytes[i] == 0x66 && ((bytes[i + 1] & 0xfe) == 0xe8 ||
                                 (bytes[i + 1] == 0x0f && (bytes[i + 2] & 0xf0) == 0x80)))
            return true;
    return false;
}

static void file_check(const char *path, unsigned long *checked)
{
    char command[512], line[1024];
    struct x86_insn insn;
    const char *text;

    snprintf(command, sizeof command, "objdump -dw '%s'", path);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    while (fgets(line, sizeof line, pipe)) {
        uint8_t bytes[2 * X86_INSN_BYTES_MAX] = {0};
        unsigned count = line_bytes(line, bytes, &text);
        if (count == 0 || is_passed_over(bytes, count, text))
            continue;
        enum err err = x86_insn_decode(bytes, sizeof bytes, &insn);
        if (err != ERR_OK || insn.len_bytes != count)
            print_error("%s", line);
        assert_int_equal(err, ERR_OK);
        assert_int_equal(insn.len_bytes, count);
        assert_int_equal(x86_insn_decode(bytes, count - 1, &insn), ERR_TRUNCATED);
        ++*checked;
    }
    assert_int_equal(pclose(pipe), 0);
}

static void test_lengths(void **state)
{
    unsigned long checked = 0;

    (void)state;
    for (int i = 0; i < file_count; i++)
        file_check(files[i], &checked);
    print_message("%lu instructions\n", checked);
    assert_true(checked > 100000);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_lengths)};

    files = argv + 1;
    file_count = argc - 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
