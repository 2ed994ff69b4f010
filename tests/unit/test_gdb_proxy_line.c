/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The proxy on both its lines: acknowledgements, run lengths, malformed input, a debugger that
 * leaves at any moment, and anything at any time.
 */
#include "tests/unit/gdb_proxy_sides.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void test_acknowledgements(void **state)
{
    (void)state;
    gdb_proxy_free(sides_proxy);
    sides_set_up_line(false, false);
    sides_gdb_says("qSupported:multiprocess+");
    assert_string_equal(sides_to_gdb, "+");
    sides_to_gdb[sides_to_gdb_len = 0] = '\0';
    sides_stub_heard("qSupported:sel4mon.proxy+;multiprocess+");
    assert_true(gdb_proxy_waits(sides_proxy));
    gdb_proxy_tick(sides_proxy, 1);
    gdb_proxy_tick(sides_proxy, 900);
    sides_stub_heard(NULL);
    gdb_proxy_tick(sides_proxy, 1100); /* lost: again */
    sides_stub_heard("qSupported:sel4mon.proxy+;multiprocess+");
    gdb_proxy_from_line(sides_proxy, (const uint8_t *)"-", 1);
    sides_stub_heard("qSupported:sel4mon.proxy+;multiprocess+");
    gdb_proxy_from_line(sides_proxy, (const uint8_t *)"+$Pac#00", 8);
    assert_string_equal(sides_to_stub, "-");
    sides_to_stub[sides_to_stub_len = 0] = '\0';
    sides_stub_says("PacketSize=2000");
    assert_string_equal(sides_to_stub, "+"); /* and no QStartNoAckMode on such a line */
    assert_non_null(strstr(sides_to_gdb, "QStartNoAckMode+"));
    sides_to_gdb[sides_to_gdb_len = 0] = '\0';
    /* gdb's side: damaged, and asked for again. */
    gdb_proxy_from_gdb(sides_proxy, (const uint8_t *)"+$qTStatus#00", 13);
    assert_string_equal(sides_to_gdb, "-");
    sides_to_gdb[sides_to_gdb_len = 0] = '\0';
    sides_gdb_says("qTStatus");
    assert_string_equal(sides_to_gdb, "+$#00");
    gdb_proxy_from_gdb(sides_proxy, (const uint8_t *)"-", 1);
    assert_string_equal(sides_to_gdb, "+$#00$#00");
}

static void test_run_lengths(void **state)
{
    (void)state;
    sides_begin_stopped();
    sides_gdb_says("g");
    const char body[] = "0* 1";
    uint8_t packet[32];
    uint8_t sum = 0;
    for (const char *c = body; *c; c++)
        sum += (uint8_t)*c;
    int len = snprintf((char *)packet, sizeof packet, "$%s#%02x", body, sum);
    sides_stub_heard("g");
    gdb_proxy_from_line(sides_proxy, packet, (size_t)len);
    sides_gdb_heard("00001");
}

static void test_leaving_at_any_moment(void **state)
{
    (void)state;
    sides_begin_stopped();
    sides_gdb_says("vCont;c:p1.-1");
    sides_stub_heard("vCont;c:p1.-1");
    gdb_proxy_detach(sides_proxy);
    sides_stub_heard("QSel4mon.bye");
    gdb_proxy_attach(sides_proxy);
    sides_gdb_says("qSupported:multiprocess+");
    sides_stub_heard(NULL); /* not before the stub has let go */
    sides_stub_says("T05thread:p1.1;");
    sides_gdb_heard(NULL); /* for the one who left */
    gdb_proxy_tick(sides_proxy, 1);
    gdb_proxy_tick(sides_proxy, 2000);
    sides_stub_heard("QSel4mon.bye");
    sides_stub_says("bye");
    sides_stub_heard("qSupported:sel4mon.proxy+;multiprocess+");
    gdb_proxy_detach(sides_proxy);
    gdb_proxy_detach(sides_proxy);
}

static void test_malformed(void **state)
{
    static const char *const requests[] = {
        "m",
        "m,",
        "m1",
        "m1,",
        "mzz,4",
        "m1,2,3",
        "M",
        "M1",
        "X1,1",
        "Z",
        "Z0",
        "Z0,",
        "Z0,1",
        "z0,q,1",
        "H",
        "Hg",
        "Hc",
        "Hx",
        "vCont",
        "vCont;",
        "vFile:",
        "vFile:pread:",
        "vFile:pread:1",
        "qXfer:threads:read:",
        "qXfer:threads:read::",
        "qXfer:threads:read::1",
        "qXfer:features:read:target.xml:1",
        "qXfer:exec-file:read:",
        "qXfer:exec-file:read:1:",
        "qSel4mon",
        "QNonStop",
        "D;",
        "vKill;",
        "",
        "P",
        "p",
        "G",
        "qSupported",
        "qSupported:;;;",
        "Hgp1.99999999999999999999999999999999999999999999999999999999999999999999999999999999"};
    (void)state;
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        sides_begin_stopped();
        sides_gdb_says(requests[i]);
        for (int n = 0; n < 8 && !strchr(sides_to_gdb, '$'); n++)
            sides_stub_says("E01");
        if (!strchr(sides_to_gdb, '$'))
            fail_msg("%s got no reply", requests[i]);
        sides_to_gdb[sides_to_gdb_len = 0] = sides_to_stub[sides_to_stub_len = 0] = '\0';
    }
}

/* Anything from either side at any time: nothing breaks, and a new session works. */
static void test_random(void **state)
{
    static const char *const from_gdb[] = {"m1000,4",
                                           "m1000,40",
                                           "X1000,2:ab",
                                           "g",
                                           "Hgp1.1",
                                           "Hgp2.1",
                                           "Z0,1000,1",
                                           "z0,1000,1",
                                           "vCont;c",
                                           "vCont;s:p1.1",
                                           "D;1",
                                           "vKill;1",
                                           "?",
                                           "qSupported:multiprocess+",
                                           "k",
                                           "qXfer:threads:read::0,40",
                                           "qXfer:features:read:target.xml:0,40",
                                           "QNonStop:1",
                                           "QNonStop:0",
                                           "vFile:open:41,0,0",
                                           "qRcmd,41",
                                           "P1=00",
                                           "vRun;41",
                                           "R",
                                           "c",
                                           "Hc-1"};
    static const char *const from_stub[] = {"OK",
                                            "",
                                            "E01",
                                            "T05thread:p1.1;10:0010000000000000;",
                                            "W00;process:1",
                                            "bye",
                                            "l",
                                            "m",
                                            "labc",
                                            "mabc",
                                            "b",
                                            "babcd",
                                            "1000,100",
                                            "1000,100;2000,ffffffffffffffff",
                                            "C1234",
                                            "O4142",
                                            "N",
                                            "PacketSize=2000;binary-upload+;sel4mon.proxy+",
                                            "00112233"};
    uint32_t seed = 12345;
    (void)state;
    for (int i = 0; i < 200000; i++) {
        seed = seed * 1103515245u + 12345u;
        unsigned pick = seed >> 16;
        if (pick % 100 == 0)
            gdb_proxy_detach(sides_proxy);
        else if (pick % 100 == 1)
            gdb_proxy_attach(sides_proxy);
        else if (pick % 100 == 2)
            gdb_proxy_from_gdb(sides_proxy, (const uint8_t *)"\3", 1);
        else if (pick % 100 == 3)
            sides_feed(gdb_proxy_from_line, '%', "Sel4mon:threads");
        else if (pick & 1)
            sides_gdb_says(from_gdb[pick / 128 % (sizeof from_gdb / sizeof *from_gdb)]);
        else
            sides_stub_says(from_stub[pick / 128 % (sizeof from_stub / sizeof *from_stub)]);
        sides_to_gdb[sides_to_gdb_len = 0] = sides_to_stub[sides_to_stub_len = 0] = '\0';
    }
    gdb_proxy_attach(sides_proxy);
    gdb_proxy_detach(sides_proxy);
    sides_stub_says("bye");
    gdb_proxy_attach(sides_proxy);
    sides_to_gdb[sides_to_gdb_len = 0] = sides_to_stub[sides_to_stub_len = 0] = '\0';
    sides_begin_stopped();
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, sides_set_up, sides_tear_down)
    const struct CMUnitTest tests[] = {
        T(test_acknowledgements), T(test_run_lengths), T(test_leaving_at_any_moment),
        T(test_malformed),        T(test_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
