/* SPDX-License-Identifier: BSD-2-Clause */
/* The proxy and what it need not ask twice: text that nobody writes, the workstation's files. */
#include "tests/unit/gdb_proxy_sides.h"
#include "tests/temporary.h"
#include "gdbstub/crc.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void test_text_is_read_once(void **state)
{
    (void)state;
    sides_begin_stopped();
    sides_gdb_says("m1010,4");
    sides_stub_heard("qSel4mon.text:1");
    sides_stub_says("1000,100;2000,8");
    sides_stub_heard("x1000,100");
    char page[300] = "b";
    memset(page + 1, 'A', 256);
    sides_stub_says(page);
    sides_gdb_heard("41414141");
    sides_local("m10f0,10", "41414141414141414141414141414141");
    sides_pass("m10f8,10", "x10f8,10", "bBBBBBBBBBBBBBBBB", "42424242424242424242424242424242");
    sides_pass("m5000,2", "x5000,2", "bCD", "4344");
    sides_pass("m5000,2", "x5000,2", "bEF", "4546"); /* data: the target's */
    sides_pass("m6000,2", "x6000,2", "E0e", "E0e");
    /* What the debugger writes is seen, whether or not it went well. */
    sides_pass("X1010,2:zz", "X1010,2:zz", "OK", "OK");
    page[1 + 0x10] = 'z';
    sides_gdb_says("m1010,2");
    sides_stub_heard("x1000,100");
    sides_stub_says(page);
    sides_gdb_heard("7a41");
    sides_local("m1010,2", "7a41");
}

static void test_text_that_cannot_be_read(void **state)
{
    (void)state;
    sides_begin_stopped();
    sides_gdb_says("m1010,4");
    sides_stub_heard("qSel4mon.text:1");
    sides_stub_says("1000,100");
    sides_stub_heard("x1000,100");
    sides_stub_says("E0e");
    sides_stub_heard("x1010,4"); /* then as any other memory */
    sides_stub_says("E0e");
    sides_gdb_heard("E0e");
}

/* A minimal ELF file with one segment at 0x10000. */
static void write_elf(const char *path, const char *text, size_t len)
{
    uint8_t head[120] = {0x7f, 'E', 'L', 'F', 2, 1, 1};
    FILE *file = fopen(path, "wb");
    head[16] = 2;  /* ET_EXEC */
    head[18] = 62; /* x86_64 */
    head[20] = 1;
    head[32] = 64; /* the segments */
    head[52] = 64;
    head[54] = 56;
    head[56] = 1;
    head[64] = 1; /* PT_LOAD */
    head[68] = 5;
    head[72] = 120;                    /* offset */
    head[64 + 18] = head[64 + 26] = 1; /* addresses: 0x10000 */
    head[64 + 32] = head[64 + 40] = (uint8_t)len;
    head[64 + 48] = 1;
    assert_non_null(file);
    fwrite(head, 1, sizeof head, file);
    fwrite(text, 1, len, file);
    fclose(file);
}

static char *add_elf(const char *text)
{
    char folder[128], why[200];
    char *path = malloc(sizeof folder + 16);
    assert_non_null(mkdtemp(temporary_path(folder, sizeof folder, "proxy-XXXXXX")));
    snprintf(path, sizeof folder + 16, "%s/hello.elf", folder);
    write_elf(path, text, strlen(text));
    if (!gdb_files_add(&sides_files, path, why, sizeof why))
        fail_msg("%s", why);
    return path;
}

static void remove_elf(char *path)
{
    remove(path);
    *strrchr(path, '/') = '\0';
    remove(path);
    free(path);
}

static void test_text_of_a_file_that_is_the_same(void **state)
{
    char reply[32];
    char *path = add_elf("program!");
    (void)state;
    sides_begin_stopped();
    sides_gdb_says("m10000,2");
    sides_stub_heard("qSel4mon.text:1");
    sides_stub_says("10000,8");
    sides_stub_heard("qCRC:10000,8");
    snprintf(reply, sizeof reply, "C%x", crc_update(CRC_START, "program!", 8));
    sides_stub_says(reply);
    sides_gdb_heard("7072");
    sides_local("m10006,2", "6d21");
    remove_elf(path);
}

static void test_text_of_a_file_that_is_another(void **state)
{
    char *path = add_elf("program!");
    (void)state;
    sides_begin_stopped();
    sides_gdb_says("m10000,2");
    sides_stub_heard("qSel4mon.text:1");
    sides_stub_says("10000,8");
    sides_stub_heard("qCRC:10000,8");
    sides_stub_says("C1234");
    sides_stub_heard("x10000,8");
    sides_stub_says("bPROGRAM?");
    sides_gdb_heard("5052");
    sides_local("m10007,1", "3f");
    remove_elf(path);
}

static void test_files(void **state)
{
    char *path = add_elf("text"), request[200], hex[100] = "", want[200];
    (void)state;
    for (const char *c = path; *c; c++)
        snprintf(hex + 2 * (c - path), 3, "%02x", *c);
    sides_gdb_says("qSupported:multiprocess+");
    sides_stub_says("PacketSize=2000;qXfer:exec-file:read+");
    sides_stub_says("OK");
    assert_non_null(strstr(sides_to_gdb, "qXfer:exec-file:read+"));
    sides_to_gdb[sides_to_gdb_len = 0] = sides_to_stub[sides_to_stub_len = 0] = '\0';
    snprintf(want, sizeof want, "l%s", path);
    sides_pass("qXfer:exec-file:read:1:0,fff", "qXfer:exec-file:read:1:0,fff", "lhello", want);
    sides_pass("qXfer:exec-file:read:1:0,fff", "qXfer:exec-file:read:1:0,fff", "lother", "E02");
    sides_local("vFile:setfs:0", "F0");
    snprintf(request, sizeof request, "vFile:open:%s,0,0", hex);
    sides_local(request, "F1");
    sides_local("vFile:pread:1,4,78", "F4;text");
    sides_local("vFile:pread:1,8,7a", "F2;xt");
    sides_local("vFile:pread:1,8,ffffffffffffffff", "F0;");
    sides_gdb_says("vFile:fstat:1");
    assert_non_null(strstr(sides_to_gdb, "$F40;"));
    sides_to_gdb[sides_to_gdb_len = 0] = '\0';
    sides_local("vFile:close:1", "F0");
    sides_local("vFile:close:1", "F-1,9");
    sides_local("vFile:pread:1,4,0", "F-1,9");
    sides_local("vFile:open:2f6574632f706173737764,0,0", "F-1,2"); /* no other file is served */
    snprintf(request, sizeof request, "vFile:open:%s,1,0", hex);
    sides_local(request, "F-1,1");
    sides_local("vFile:open:zz,0,0", "F-1,16");
    sides_local("vFile:open:", "F-1,16");
    sides_local("vFile:unlink:2f78", "F-1,1");
    sides_local("vFile:other:", "");
    /* Every descriptor, one too many, and again. */
    snprintf(request, sizeof request, "vFile:open:%s,0,0", hex);
    for (unsigned i = 1; i <= GDB_FILES_OPEN; i++) {
        snprintf(want, sizeof want, "F%x", i);
        sides_local(request, want);
    }
    sides_local(request, "F-1,18");
    sides_local("vFile:close:3", "F0");
    sides_local(request, "F3");
    remove_elf(path);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, sides_set_up, sides_tear_down)
    const struct CMUnitTest tests[] = {
        T(test_text_is_read_once),
        T(test_text_that_cannot_be_read),
        T(test_text_of_a_file_that_is_the_same),
        T(test_text_of_a_file_that_is_another),
        T(test_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
