/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The stub, packet by packet: golden exchanges, malformed packets, registers, sessions, pools.
 */
#include "tests/unit/gdb_client.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

/* --- exchanges -------------------------------------------------------------------------------- */
static void test_golden(void **state)
{
    static const struct {
        const char *ask, *answer;
    } rows[] = {
        {"qC", "QC"
               "p1.1"},
        {"!", "OK"},
        {"Hgp1.2", "OK"},
        {"Hgp9.1", "E03"}, /* what is asked now is of that one, and of no other */
        {"qC", ""},
        {"g", "E03"},
        {"p0", "E03"},
        {"m1000,4", "E03"},
        {"Z0,2000,1", "E.no such thing"},
        {"Hgp1.9", "E03"},
        {"g", "E03"},
        {"m1000,4", "00010203"},
        {"Hgp1.2", "OK"},
        {"Hgp0.0", "OK"}, /* any: the one that is selected */
        {"qC", "QC"
               "p1.2"},
        {"Hgp1.1", "OK"},
        {"Hcp1.-1", "OK"},
        {"Hx", "E16"},
        {"Tp1.2", "OK"},
        {"Tp1.3", "E03"},
        {"qfThreadInfo", "mp1.1,p1.2"},
        {"qsThreadInfo", "l"},
        {"qThreadExtraInfo,p1.2", "613c623e"},
        {"qAttached:1", "1"},
        {"qAttached:7", "E03"},
        {"qXfer:threads:read::0,fff", "l<threads><thread id=\"p1.1\" name=\"main\"/>"
                                      "<thread id=\"p1.2\" name=\"a&lt;b&gt;\"/></threads>"},
        {"qXfer:threads:read::3,8", "mreads><t"},
        {"qXfer:memory-map:read::0,fff",
         "l<memory-map><memory type=\"ram\" start=\"0\" length=\"0x800000000000\"/></memory-map>"},
        {"qXfer:features:read:other.xml:0,fff", "E16"},
        {"qXfer:exec-file:read:1:0,fff", ""},
        {"m1000,4", "00010203"},
        {"m4ffe,8", "feff"},
        {"m5000,1", "E0e"},
        {"m0,1", "E0e"},
        {"mzz,1", "E16"},
        {"m1000", "E16"},
        {"m1000,0", "E16"},
        {"mffffffffffffffff,10", "E0e"},
        {"M1000,4:a1b2c3d4", "OK"},
        {"m1000,5", "a1b2c3d404"},
        {"M1000,4:a1b2c3", "E16"},
        {"M1000,2:a1g2", "E16"},
        {"M4fff,2:0102", "E0e"},
        {"X1000,0:", "OK"},
        {"X1000,2:x}\x03", "OK"},
        {"m1000,3", "7823c3"},
        {"X1000,3:x", "E16"},
        {"x1000,2", "bx}\x03"},
        {"p0", "8877665544332211"},
        {"p10", "0020000000000000"},
        {"p12", "xxxxxxxx"},
        {"p28", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"},
        {"pff", "E03"},
        {"p", "E16"},
        {"P0=0100000000000000", "OK"},
        {"p0", "0100000000000000"},
        {"P0=01", "E16"},
        {"P12=00000000", "E03"},
        {"qCRC:1010,9", "C277a7348"},
        {"qCRC:4fff,2", "E0e"},
        {"qSearch:memory:1000;1000;\x40\x41\x42", "1,1040"},
        {"qSearch:memory:1000;80;zzz", "0"},
        {"qSearch:memory:4f00;1000;zzz", "E0e"},
        {"qSearch:memory:1000;80;", "E22"},
        {"vCont?", "vCont;c;C;s;S;t;r"},
        {"vCont;q", "E16"},
        {"vCont", "E16"},
        {"vMustReplyEmpty", ""},
        {"vFile:open:00", ""},
        {"qSymbol::", ""},
        {"qOffsets", ""},
        {"Z5,0,1", ""},
        {"Z2,1000,9", ""},
        {"Z3,1000,4", ""},
        {"Z0,2000,7", "E.an argument is not valid"},
        {"Z0,9000,1", "E.the memory cannot be accessed"},
        {"Z0,2000,1;X2,27", "E.the text cannot be read"},
        {"z0,2345,1", "OK"},
        {"vAttach;1", "E.that exists already"},
        {"vAttach;9", "E.no such thing"},
        {"vRun;78;79", "E.the shell runs another command"},
        {"vKill;9", "E.no such thing"},
        {"D;9", "E03"},
        {"", ""},
    };

    client_setup(state);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *got = client_ask(rows[i].ask);
        if (strcmp(got, rows[i].answer) != 0)
            fail_msg("%s: %s instead of %s", rows[i].ask, got, rows[i].answer);
    }
    assert_string_equal(fake.command, "x y");
}

/* G takes back what g gave. */
static void test_all_registers(void **state)
{
    static char all[4096];
    uint64_t before[20];

    client_setup(state);
    memcpy(before, fake.words[0], sizeof before);
    all[0] = 'G';
    strcpy(all + 1, client_ask("g"));
    assert_int_equal(strlen(all) - 1, 2 * (17 * 8 + 7 * 4 + 8 * 10 + 8 * 4 + 16 * 16 + 4 + 16));
    memset(fake.words[0], 0xee, sizeof before);
    EXPECT(all, "OK");
    before[2] = 0xeeeeeeee00000000 | (uint32_t)before[2]; /* eflags is the lower half */
    assert_memory_equal(before, fake.words[0], sizeof before);
    EXPECT("Gzz", "E16");
}

/* The description is the same in whatever pieces it is read, and every register is in it once. */
static void test_description(void **state)
{
    static char whole[8192], pieces[8192], ask_text[64];
    const char *reply;
    size_t at = 0;

    client_setup(state);
    strcpy(whole, client_ask("qXfer:features:read:target.xml:0,fff"));
    assert_int_equal(whole[0], 'l');
    do {
        snprintf(ask_text, sizeof ask_text, "qXfer:features:read:target.xml:%zx,25", at);
        reply = client_ask(ask_text);
        strcpy(pieces + at, reply + 1);
        at += strlen(reply + 1);
    } while (reply[0] == 'm');
    assert_string_equal(whole + 1, pieces);
    assert_true(strlen(whole) < 3500);
    EXPECT("qXfer:features:read:target.xml:ffff,25", "l");
    for (unsigned i = 0; i < gdb_arch_x86_64.reg_count; i++) {
        snprintf(ask_text, sizeof ask_text, "<reg name=\"%s\"", gdb_arch_x86_64.regs[i].name);
        assert_non_null(strstr(whole, ask_text));
        assert_null(strstr(strstr(whole, ask_text) + 1, ask_text));
    }
}

/* --- sessions --------------------------------------------------------------------------------- */
static void test_acknowledgements(void **state)
{
    client_setup(state);
    client_ask("qSupported:multiprocess+"); /* a new debugger: acknowledgements again */
    assert_int_equal(client_line[0], '+');
    client_say("-", 1); /* once more, please */
    assert_int_equal(client_line[0], '$');
    client_say("+$qC#b4", 7);
    assert_string_equal(client_line, "+$QCp1.1#94");
    client_say("+$qC#b5", 7); /* damaged */
    assert_string_equal(client_line, "-");
    client_say("$X1}#06", 7);
    assert_int_equal(client_line[0], '+');
    assert_string_equal(client_last_body(), "E16");
    client_say("$qC", 3); /* cut */
    client_say("$qC#b4", 6);
    assert_string_equal(client_line, "+$QCp1.1#94");
}

static void test_disconnect(void **state)
{
    client_setup(state);
    EXPECT("Z0,2008,1", "OK");
    gdbstub_disconnect(&stub);
    assert_int_equal(fake.memory[1][0x1008], 0x90);
    assert_true(fake.state[0] == 'c' && fake.state[1] == 'c' && fake.sessions_ended == 1);
    assert_false(gdbstub_attached(&stub, 1));
    fake.already[1] = (struct gdb_stop){.kind = GDB_STOP_SIGNAL, .signal = GDB_SIGSEGV};
    client_ask("qSupported:multiprocess+");
    assert_true(gdbstub_attached(&stub, 1));
    EXPECT_START("?", "T0bthread:p1.2;"); /* it had faulted before */
    EXPECT("k", "-");
    assert_true(fake.gone[1]);
}

static void test_monitor(void **state)
{
    client_setup(state);
    EXPECT("qRcmd,6865", "-");
    assert_string_equal(fake.command, "he");
    assert_int_equal(gdbstub_console_write(&stub, "hi\n", 3), 3);
    client_pump();
    assert_string_equal(client_last_body(), "O68690a");
    static char text[2000];
    memset(text, 'x', sizeof text);
    assert_int_equal(gdbstub_console_write(&stub, text, sizeof text), GDB_CONSOLE_BYTES);
    assert_int_equal(gdbstub_console_write(&stub, text, 1), 0); /* full: later */
    client_say("\3", 1);
    assert_int_equal(fake.interrupts, 1);
    gdbstub_console_done(&stub, ERR_OK);
    client_pump();
    assert_string_equal(client_last_body(), "OK");
    EXPECT("qRcmd,62757379", "E10");
    assert_non_null(strstr(client_line, "$O"));
    EXPECT("qRcmd,6", "E16");
    assert_int_equal(gdbstub_print(&stub, "x", 1), 0);
}

static void test_pools(void **state)
{
    char text[64];

    client_setup(state);
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < GDB_BREAKS_MAX; i++) {
            snprintf(text, sizeof text, "Z0,%x,1;X3,220127", 0x2000 + i);
            EXPECT(text, "OK");
        }
        EXPECT("Z0,3000,1", "E.a table of the monitor is full");
        EXPECT("Z0,2000,1;X3,220027", "OK"); /* the same again, with other bytecode */
        assert_int_equal(stub.engine.agent_used, GDB_BREAKS_MAX * 6);
        for (int i = GDB_BREAKS_MAX; i-- > 0;) {
            snprintf(text, sizeof text, "z0,%x,1", 0x2000 + i);
            EXPECT(text, "OK");
        }
        assert_int_equal(stub.engine.agent_used, 0);
        for (int i = 0; i < GDB_SITES_MAX; i++)
            assert_int_equal(stub.engine.sites[i].uses, 0);
    }
    for (int i = 0; i < 0x100; i++)
        assert_int_equal(fake.memory[1][0x1000 + i], 0x90);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),      cmocka_unit_test(test_all_registers),
        cmocka_unit_test(test_description), cmocka_unit_test(test_acknowledgements),
        cmocka_unit_test(test_disconnect),  cmocka_unit_test(test_monitor),
        cmocka_unit_test(test_pools),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
