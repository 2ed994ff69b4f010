/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The proxy between gdb and stub: exchanges as they are to be, packet by packet on both sides, and
 * what is answered without the target.
 */
#include "tests/unit/gdb_proxy_sides.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void test_start(void **state)
{
    (void)state;
    sides_begin(sides_features);
    sides_local("vMustReplyEmpty", "");
    sides_local("qTStatus", "");
    sides_local("qOffsets", "");
    sides_local("qSymbol::", "");
    sides_local("Hgp0.0", "OK");
    sides_pass("!", "!", "OK", "OK");
    sides_pass("qUnknown", "qUnknown", "", "");
    sides_pass("vCont?", "vCont?", "vCont;c;s", "vCont;c;s");
    sides_local("vCont?", "vCont;c;s");
}

static void test_documents_are_fetched_once(void **state)
{
    (void)state;
    sides_begin(sides_features);
    sides_gdb_says("qXfer:features:read:target.xml:0,4");
    sides_stub_heard("qXfer:features:read:target.xml:0,fff");
    sides_stub_says("mabcde");
    sides_stub_heard("qXfer:features:read:target.xml:5,fff");
    sides_stub_says("lfg");
    sides_gdb_heard("mabcd");
    sides_local("qXfer:features:read:target.xml:4,4", "lefg");
    sides_local("qXfer:features:read:target.xml:9,4", "l");
    /* The next debugger finds it here, another target does not. */
    gdb_proxy_detach(sides_proxy);
    sides_stub_heard("QSel4mon.bye");
    sides_stub_says("bye");
    gdb_proxy_attach(sides_proxy);
    sides_begin(sides_features);
    sides_local("qXfer:features:read:target.xml:0,fff", "labcdefg");
    gdb_proxy_line_reset(sides_proxy);
    sides_gdb_says("qXfer:features:read:target.xml:0,fff");
    sides_stub_heard("qXfer:features:read:target.xml:0,fff");
    sides_stub_says("E01");
    sides_gdb_heard("E01");
}

static void test_threads_are_listed_when_they_change(void **state)
{
    (void)state;
    sides_begin_stopped();
    sides_pass("qXfer:threads:read::0,1000", "qXfer:threads:read::0,fff", "l<threads/>",
               "l<threads/>");
    sides_pass("vCont;c:p1.-1", "vCont;c:p1.-1", "T05thread:p1.1;", "T05thread:p1.1;");
    sides_local("qXfer:threads:read::0,1000", "l<threads/>");
    sides_feed(gdb_proxy_from_line, '%', "Sel4mon:threads");
    sides_gdb_heard(NULL);
    sides_pass("qXfer:threads:read::0,1000", "qXfer:threads:read::0,fff", "l<threads>2</threads>",
               "l<threads>2</threads>");
    /* Other notices are gdb's. */
    sides_feed(gdb_proxy_from_line, '%', "Stop:T05thread:p1.1;");
    assert_non_null(strstr(sides_to_gdb, "%Stop:T05thread:p1.1;#"));
}

static void test_the_thread_is_told_where_it_matters(void **state)
{
    (void)state;
    sides_begin_stopped();
    sides_local("Hgp1.2", "OK");
    sides_local("Hgp1.1", "OK");
    sides_pass("g", "g", "00112233", "00112233"); /* the stub means p1.1 since it stopped */
    sides_local("g", "00112233");
    sides_local("Hgp1.2", "OK");
    sides_gdb_says("g");
    sides_stub_heard("Hgp1.2");
    sides_stub_says("OK");
    sides_stub_heard("g");
    sides_stub_says("44556677");
    sides_gdb_heard("44556677");
    sides_local("Hgp1.1", "OK");
    sides_local("g", "00112233");
    /* Any thread is the one that it means, as after attaching to another process. */
    sides_pass("vAttach;2", "vAttach;2", "T05thread:p2.1;", "T05thread:p2.1;");
    sides_local("Hgp0.0", "OK");
    sides_pass("qC", "qC", "QCp2.1", "QCp2.1");
    sides_pass("?", "?", "T05thread:p1.1;", "T05thread:p1.1;");
    sides_pass("g", "g", "00112233", "00112233");
    /* A thread that has gone: the error is that of what needed it. */
    sides_local("Hgp1.3", "OK");
    sides_pass("p4", "Hgp1.3", "E03", "E03");
    sides_local("Hgp1.1", "OK");
    sides_gdb_says("P1=00");
    sides_stub_heard("Hgp1.1");
    sides_stub_says("OK");
    sides_stub_heard("P1=00");
    sides_stub_says("OK");
    sides_gdb_heard("OK");
    sides_pass("g", "g", "88", "88");
    /* Also what ran has other registers. */
    sides_pass("vCont;s:p1.1", "vCont;s:p1.1", "T05thread:p1.1;", "T05thread:p1.1;");
    sides_pass("g", "g", "99", "99");
}

static void test_breakpoints_stay_between_stops(void **state)
{
    static const char stop[] = "T05swbreak:;thread:p1.1;10:0010000000000000;";
    (void)state;
    sides_begin_stopped();
    sides_pass("Z0,1000,1", "Z0,1000,1", "OK", "OK");
    sides_pass("Z0,2000,1;X1,27", "Z0,2000,1;X1,27", "OK", "OK");
    sides_pass("Z0,3000,1", "Z0,3000,1", "E.no room", "E.no room");
    sides_pass("vCont;c:p1.-1", "vCont;c:p1.-1", stop, stop);
    sides_local("z0,1000,1", "OK");
    sides_local("z0,2000,1", "OK");
    sides_pass("z0,3000,1", "z0,3000,1", "OK", "OK"); /* was never set */
    sides_local("Z0,2000,1;X1,27", "OK");
    sides_local("z0,2000,1", "OK");
    /* One instruction of the thread at 0x1000: only that breakpoint has to go. */
    sides_gdb_says("vCont;s:p1.1");
    sides_stub_heard("z0,1000,1");
    sides_stub_says("OK");
    sides_stub_heard("vCont;s:p1.1");
    sides_stub_says("T05thread:p1.1;10:0110000000000000;");
    sides_gdb_heard("T05thread:p1.1;10:0110000000000000;");
    /* Another condition is another breakpoint; what is not set again goes when all runs. */
    sides_pass("Z0,2000,1;X1,28", "Z0,2000,1;X1,28", "OK", "OK");
    sides_local("z0,2000,1", "OK");
    sides_gdb_says("vCont;c:p1.-1");
    sides_stub_heard("z0,2000,1");
    sides_stub_says("OK");
    sides_stub_heard("vCont;c:p1.-1");
    sides_stub_says("W00;process:1");
    sides_gdb_heard("W00;process:1");
    sides_pass("vCont;c:p1.-1", "j", "N", "N");
}

static void test_breakpoints_of_another_inferior(void **state)
{
    (void)state;
    sides_begin_stopped();
    sides_pass("Z0,1000,1", "Z0,1000,1", "OK", "OK");
    sides_local("z0,1000,1", "OK");
    sides_local("Hgp2.1", "OK");
    sides_gdb_says("Z0,1000,1"); /* none that is set */
    sides_stub_heard("Hgp2.1");
    sides_stub_says("OK");
    sides_stub_heard("Z0,1000,1");
    sides_stub_says("OK");
    sides_gdb_heard("OK");
    sides_gdb_says("vCont;c");
    sides_stub_heard("Hgp1.0");
    sides_stub_says("OK");
    sides_stub_heard("z0,1000,1");
    sides_stub_says("OK");
    sides_stub_heard("vCont;c");
    sides_stub_says("T05thread:p2.1;");
    sides_gdb_heard("T05thread:p2.1;");
}

static void test_non_stop_tells_all_at_once(void **state)
{
    (void)state;
    sides_begin_stopped();
    sides_pass("QNonStop:1", "QNonStop:1", "OK", "OK");
    sides_pass("Z0,1000,1", "Z0,1000,1", "OK", "OK");
    sides_pass("z0,1000,1", "z0,1000,1", "OK", "OK");
    sides_pass("vCont;c:p1.-1", "vCont;c:p1.-1", "OK", "OK");
    sides_pass("qXfer:threads:read::0,fff", "qXfer:threads:read::0,fff", "la", "la");
    sides_pass("qXfer:threads:read::0,fff", "qXfer:threads:read::0,fff", "lb", "lb");
}

/* Where frames carry the bytes, one of them is enough for the same again. */
static void test_the_same_again_in_a_byte(void **state)
{
    (void)state;
    sides_begin_stopped();
    sides_pass("vCont;s:p1.1", "vCont;s:p1.1", "T05thread:p1.1;same:0;",
               "T05thread:p1.1;10:0010000000000000;");
    sides_to_stub_len = 0;
    sides_gdb_says("vCont;s:p1.1");
    assert_int_equal(sides_to_stub_len, 1);
    assert_int_equal(sides_to_stub[0], 1);
    sides_to_stub_len = 0;
    sides_stub_says("t0");
    sides_gdb_heard("T05thread:p1.1;10:0010000000000000;");
}

/* The stub leaves out what is as at the thread's last stop; gdb gets all of it. */
static void test_stop_replies_made_short(void **state)
{
    static const char first[] = "T05thread:p1.1;6:aa;7:bb;10:01;";
    static const char same[] = "bAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    char hex[65];
    memset(hex, '4', 64);
    for (int i = 1; i < 64; i += 2)
        hex[i] = '1';
    hex[64] = '\0';
    (void)state;
    sides_begin_stopped();
    sides_pass("vCont;s:p1.1", "vCont;s:p1.1", "T05thread:p1.1;6:aa;7:bb;10:01;same:0;", first);
    sides_gdb_says("m5000,20");
    sides_stub_heard("qSel4mon.text:1");
    sides_stub_says("");
    sides_stub_heard("qSel4mon.keep:1,5000,20");
    sides_stub_says(same);
    sides_gdb_heard(hex);
    sides_pass("m5000,20", "qSel4mon.keep:1,5000,20", same, hex);   /* at this stop: the target's */
    sides_pass("vCont;s:p1.1", "j", "T05thread:p1.1;10:02;same:2;", /* the same again */
               "T05thread:p1.1;10:02;6:aa;7:bb;");
    sides_local("m5000,20", hex);
    sides_pass("m5000,20", "qSel4mon.keep:1,5000,20", same, hex); /* once */
    /* Another place, one that cannot be read, and what the debugger itself has written. */
    sides_gdb_says("m6000,20");
    sides_stub_heard("qSel4mon.keep:2,6000,20");
    sides_stub_says("E0e");
    sides_stub_heard("x6000,20");
    sides_stub_says("E0e");
    sides_gdb_heard("E0e");
    sides_pass("vCont;s:p1.1", "j", "t3", "T05thread:p1.1;10:02;6:aa;7:bb;");
    sides_pass("vCont;s:p1.1", "j", "t6:ab;3", "T05thread:p1.1;6:ab;10:02;7:bb;");
    sides_pass("M5000,1:00", "M5000,1:00", "OK", "OK");
    sides_pass("m5000,20", "qSel4mon.keep:1,5000,20", same, hex);
    /* Another thread has nothing left out. */
    sides_pass("vCont;s:p1.1", "j", "T05thread:p1.2;6:cc;7:bb;10:01;same:0;",
               "T05thread:p1.2;6:cc;7:bb;10:01;");
    sides_pass("m5000,20", "qSel4mon.keep:1,5000,20", same, hex);
    sides_pass("vCont;c", "vCont;c", "W00;process:1", "W00;process:1");
}

static void test_interrupt(void **state)
{
    (void)state;
    sides_begin_stopped();
    sides_gdb_says("vCont;c:p1.-1");
    sides_stub_heard("vCont;c:p1.-1");
    gdb_proxy_from_gdb(sides_proxy, (const uint8_t *)"\3", 1);
    assert_string_equal(sides_to_stub, "\3");
    sides_to_stub[sides_to_stub_len = 0] = '\0';
    sides_stub_says("O68690a"); /* output meanwhile */
    sides_gdb_heard("O68690a");
    sides_stub_says("T02thread:p1.1;");
    sides_gdb_heard("T02thread:p1.1;");
    /* Before what it is to stop was sent: it goes after that. */
    sides_pass("Z0,1000,1", "Z0,1000,1", "OK", "OK");
    sides_local("z0,1000,1", "OK");
    sides_gdb_says("vCont;c:p1.-1");
    sides_stub_heard("z0,1000,1");
    gdb_proxy_from_gdb(sides_proxy, (const uint8_t *)"\3", 1);
    sides_stub_heard(NULL);
    sides_stub_says("OK");
    assert_string_equal(sides_to_stub, "$j#6a\3");
    sides_to_stub[sides_to_stub_len = 0] = '\0';
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, sides_set_up, sides_tear_down)
    const struct CMUnitTest tests[] = {
        T(test_start),
        T(test_documents_are_fetched_once),
        T(test_threads_are_listed_when_they_change),
        T(test_the_thread_is_told_where_it_matters),
        T(test_breakpoints_stay_between_stops),
        T(test_breakpoints_of_another_inferior),
        T(test_non_stop_tells_all_at_once),
        cmocka_unit_test_setup_teardown(test_the_same_again_in_a_byte, sides_set_up_framed,
                                        sides_tear_down),
        T(test_stop_replies_made_short),
        T(test_interrupt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
