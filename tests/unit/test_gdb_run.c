/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The stub while threads run: continue, steps, conditions, watchpoints, faults, several inferiors,
 * both modes.
 */
#include "tests/unit/gdb_client.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

/* --- running ---------------------------------------------------------------------------------- */
static void test_continue_and_break(void **state)
{
    client_setup(state);
    EXPECT("Z0,2008,1", "OK");
    assert_int_equal(fake.memory[1][0x1008], 0xcc);
    EXPECT("m2008,1", "90");
    EXPECT("M2007,3:112233", "OK");
    assert_int_equal(fake.memory[1][0x1008], 0xcc);
    EXPECT("m2007,3", "112233");
    EXPECT("M2007,3:909090", "OK");
    EXPECT("vCont;c:p1.-1", "-");
    assert_true(fake.state[0] == 'c' && fake.state[1] == 'c');
    fake.words[1][0] = 0x2009; /* past the int3 */
    client_stopped(1, GDB_STOP_BREAK, 0, 0);
    assert_string_equal(client_last_body(), "T05swbreak:;thread:p1.2;6:0000000000000000;"
                                            "7:0040000000000000;10:0820000000000000;");
    assert_true(fake.state[0] == 's' && fake.words[1][0] == 0x2008);
    EXPECT("z0,2008,1", "OK");
    assert_int_equal(fake.memory[1][0x1008], 0x90);
}

static void test_software_step(void **state)
{
    client_setup(state);
    EXPECT("vCont;s:p1.1", "-");
    assert_int_equal(fake.memory[1][0x1001], 0xcc);
    assert_true(fake.state[0] == 'c' && fake.state[1] == 's');
    fake.words[0][0] = 0x2002;
    client_stopped(0, GDB_STOP_BREAK, 0, 0);
    EXPECT_START("g", "88");
    assert_int_equal(fake.words[0][0], 0x2001);
    assert_int_equal(fake.memory[1][0x1001], 0x90);
}

static void test_range_step_is_one_packet(void **state)
{
    client_setup(state);
    fake.hardware = true;
    EXPECT("vCont;r2000,2010:p1.1", "-");
    for (uint64_t pc = 0x2001; pc < 0x2010; pc++) {
        fake.words[0][0] = pc;
        client_stopped(0, GDB_STOP_STEP, 0, 0);
        assert_string_equal(client_line, "");
        assert_int_equal(fake.state[0], 't');
    }
    fake.words[0][0] = 0x2010;
    client_stopped(0, GDB_STOP_STEP, 0, 0);
    assert_true(strncmp(client_last_body(), "T05thread:p1.1;", 15) == 0);
}

/* A thread passes a false condition alone, the other one held, the breakpoint lifted. */
static void test_false_condition(void **state)
{
    client_setup(state);
    fake.hardware = true;
    EXPECT("Z0,2008,1;X6,26000022111327", "E.the text cannot be read");
    EXPECT("Z0,2008,1;X7,26000022111327", "OK"); /* rax == 17 */
    EXPECT("vCont;c:p1.-1", "-");
    for (int hit = 0; hit < 100; hit++) {
        fake.words[0][0] = 0x2009;
        client_stopped(0, GDB_STOP_BREAK, 0, 0);
        assert_string_equal(client_line, "");
        assert_true(fake.state[0] == 't' && fake.state[1] == 's');
        assert_int_equal(fake.memory[1][0x1008], 0x90);
        fake.words[0][0] = 0x2009;
        client_stopped(0, GDB_STOP_STEP, 0, 0);
        assert_true(fake.state[0] == 'c' && fake.state[1] == 'c');
        assert_int_equal(fake.memory[1][0x1008], 0xcc);
    }
    fake.words[0][3] = 17;
    fake.words[0][0] = 0x2009;
    client_stopped(0, GDB_STOP_BREAK, 0, 0);
    assert_true(strncmp(client_last_body(), "T05swbreak:;thread:p1.1;", 24) == 0);
}

/* Its step over a system call may block: the others go on, past the breakpoint until it ends. */
static void test_step_over_a_system_call(void **state)
{
    client_setup(state);
    fake.hardware = true;
    memcpy(fake.memory[1] + 0x1008, "\x0f\x05", 2);
    EXPECT("Z0,2008,1;X3,220027", "OK");
    EXPECT("vCont;c:p1.-1", "-");
    fake.words[0][0] = 0x2009;
    struct gdb_stop stop = {.kind = GDB_STOP_BREAK};
    fake.state[0] = 's';
    assert_true(gdbstub_event(&stub, fake.ids[0], &stop));
    assert_true(fake.state[0] == 't' && fake.state[1] == 'c');
    assert_int_equal(fake.memory[1][0x1008], 0x0f);
    assert_false(gdbstub_busy(&stub)); /* nothing to do until it has ended */
    fake.words[0][0] = 0x200a;
    client_stopped(0, GDB_STOP_STEP, 0, 0);
    assert_true(fake.state[0] == 'c' && fake.state[1] == 'c');
    assert_int_equal(fake.memory[1][0x1008], 0xcc);
}

static void test_software_watch(void **state)
{
    client_setup(state);
    fake.hardware = true;
    EXPECT("Z2,1100,4", "OK");
    EXPECT("vCont;c:p1.1", "-");
    assert_int_equal(fake.state[0], 't');
    client_stopped(0, GDB_STOP_STEP, 0, 0);
    assert_string_equal(client_line, "");
    fake.memory[1][0x102] = 0x77;
    client_stopped(0, GDB_STOP_STEP, 0, 0);
    assert_true(strncmp(client_last_body(), "T05watch:1100;thread:p1.1;", 26) == 0);
    EXPECT("z2,1100,4", "OK");
    EXPECT("vCont;c:p1.1", "-");
    assert_int_equal(fake.state[0], 'c');
}

static void test_faults_and_interrupt(void **state)
{
    static const uint8_t ctrl_c = 3;

    client_setup(state);
    EXPECT("vCont;c", "-");
    client_stopped(0, GDB_STOP_SIGNAL, GDB_SIGSEGV, 0x10);
    assert_true(strncmp(client_last_body(), "T0bthread:p1.1;", 15) == 0);
    EXPECT("vCont;c", "-");
    client_say(&ctrl_c, 1);
    assert_true(strncmp(client_last_body(), "T02thread:p1.1;", 15) == 0);
    assert_true(fake.state[0] == 's' && fake.state[1] == 's');
    client_say(&ctrl_c, 1); /* nothing runs: nothing is said before gdb lets something run */
    assert_string_equal(client_line, "");
    EXPECT_START("vCont;s:p1.1;c", "T02thread:p1.1;");
    assert_true(fake.state[0] == 's' && fake.state[1] == 's');
    client_say(&ctrl_c, 1);
    EXPECT_START("?", "T02thread:p1.1;"); /* it has been forgotten */
    /* A fault that waited while another was told comes with the next continue. */
    EXPECT("vCont;c", "-");
    fake.already[1] = (struct gdb_stop){.kind = GDB_STOP_SIGNAL, .signal = GDB_SIGILL};
    client_stopped(0, GDB_STOP_SIGNAL, GDB_SIGFPE, 0);
    assert_true(strncmp(client_last_body(), "T08thread:p1.1;", 15) == 0);
    EXPECT_START("vCont;c", "T04thread:p1.2;");
}

/* What a proxy need not be sent twice. */
static void test_stops_for_a_proxy(void **state)
{
    client_setup(state);
    (void)client_ask("qSupported:multiprocess+;sel4mon.proxy+");
    EXPECT_START("?", "T05thread:p1.1;");
    assert_non_null(strstr(client_last_body(), "same:0;"));
    size_t len = strlen(client_last_body());
    EXPECT_START("qSel4mon.keep:1,2000,20", "b");
    EXPECT("qSel4mon.keep:4,2000,20", "E16");
    EXPECT("qSel4mon.keep:0,2000,41", "E16");
    EXPECT("qSel4mon.keep:0,5000,20", "E0e");
    EXPECT("vCont;s:p1.1", "-");
    client_stopped(0, GDB_STOP_STEP, 0, 0);
    assert_string_equal(client_last_body(), "t2");
    assert_true(strlen(client_last_body()) < len);
    EXPECT("j", "-"); /* the last vCont */
    fake.memory[1][0x1010] ^= 1;
    client_stopped(0, GDB_STOP_STEP, 0, 0);
    assert_string_equal(client_last_body(), "t0");
    /* The last vCont by one byte, where none gets lost. */
    static const uint8_t again = 1;
    client_say(&again, 1);
    assert_int_equal(fake.state[0], 's');
    EXPECT("QStartNoAckMode", "OK");
    client_say(&again, 1);
    assert_int_not_equal(fake.state[0], 's');
    client_stopped(0, GDB_STOP_STEP, 0, 0);
    assert_string_equal(client_last_body(), "t0");
    /* Another thread's registers are told. */
    EXPECT("vCont;c", "-");
    client_stopped(1, GDB_STOP_SIGNAL, GDB_SIGSEGV, 0);
    assert_int_equal(strlen(client_last_body()), len);
    /* Without a proxy nothing is left out. */
    (void)client_ask("qSupported:multiprocess+");
    EXPECT_START("?", "T05thread:p1.1;");
    assert_null(strstr(client_last_body(), "same"));
}

static void test_inferiors(void **state)
{
    client_setup(state);
    EXPECT("!", "OK");
    EXPECT_START("vAttach;2", "T05thread:p2.1;");
    EXPECT("Hgp2.1", "OK");
    EXPECT("Z0,2040,1", "OK");
    assert_int_equal(fake.memory[2][0x1040], 0xcc);
    assert_int_equal(fake.memory[1][0x1040], 0x90);
    EXPECT("vCont;c", "-");
    assert_true(fake.state[2] == 'c');
    fake.gone[2] = true;
    gdbstub_exited(&stub, 2, 5, GDB_SIGNAL_NONE);
    assert_true(gdbstub_busy(&stub)); /* there is an exit to tell */
    client_pump();
    assert_string_equal(client_last_body(), "W05;process:2");
    assert_true(fake.state[0] == 's');
    EXPECT_START("vRun;;61", "T05thread:p2.1;");
    EXPECT("qAttached:2", "0");
    EXPECT("vKill;2", "OK");
    assert_true(fake.gone[2]);
    EXPECT("D;1", "OK");
    assert_true(fake.state[0] == 'c' && fake.sessions_ended == 0);
    EXPECT_START("?", "T05thread:p1.1;"); /* the one that a debugger gets */
}

static void test_none_resumed(void **state)
{
    client_setup(state);
    EXPECT("vCont;c:p1.2", "-");
    fake.ids[1].tid = 9; /* the thread has gone */
    gdbstub_threads_changed(&stub, 1);
    client_pump();
    assert_string_equal(client_last_body(), "N");
    client_setup(state);
    EXPECT("vCont;c:p7.1", "N");
}

static void test_non_stop(void **state)
{
    client_setup(state);
    EXPECT("QNonStop:1", "OK");
    EXPECT_START("?", "T05thread:p1.1;");
    EXPECT_START("vStopped", "T");
    EXPECT("vStopped", "OK");
    EXPECT("vCont;c:p1.-1", "OK");
    client_stopped(0, GDB_STOP_SIGNAL, GDB_SIGSEGV, 0);
    assert_true(strncmp(client_last_body(), "Stop:T0bthread:p1.1;", 20) == 0);
    assert_true(fake.state[1] == 'c');
    client_stopped(1, GDB_STOP_SIGNAL, GDB_SIGILL, 0);
    assert_string_equal(client_line, ""); /* one notification at a time */
    EXPECT_START("vStopped", "T04thread:p1.2;");
    EXPECT("vStopped", "OK");
    EXPECT("vCont;c:p1.2", "OK");
    EXPECT_START("vCont;t:p1.2", "Stop:T00thread:p1.2;");
    assert_memory_equal(client_line, "$OK#9a%", 7);
    EXPECT("vStopped", "OK");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_continue_and_break),
        cmocka_unit_test(test_software_step),
        cmocka_unit_test(test_range_step_is_one_packet),
        cmocka_unit_test(test_false_condition),
        cmocka_unit_test(test_step_over_a_system_call),
        cmocka_unit_test(test_software_watch),
        cmocka_unit_test(test_faults_and_interrupt),
        cmocka_unit_test(test_stops_for_a_proxy),
        cmocka_unit_test(test_inferiors),
        cmocka_unit_test(test_none_resumed),
        cmocka_unit_test(test_non_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
