/* SPDX-License-Identifier: BSD-2-Clause */
/* The stub, fed with whatever comes: every byte it sends belongs to a well-formed packet. */
#include "tests/unit/gdb_client.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

/* --- anything at all -------------------------------------------------------------------------- */
static uint32_t seed;

static uint32_t random_below(uint32_t n)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % n;
}

static const char *const corpus[] = {
    "qSupported:multiprocess+;error-message+",
    "QStartNoAckMode",
    "?",
    "g",
    "p10",
    "P10=00200000000000",
    "Gffffffffffffffff",
    "m1000,40",
    "x1000,40",
    "M1000,2:abcd",
    "X1000,2:ab",
    "Hgp1.2",
    "Hcp1.-1",
    "Tp1.1",
    "qC",
    "qfThreadInfo",
    "qThreadExtraInfo,p1.1",
    "qAttached:1",
    "vCont;c:p1.-1",
    "vCont;s:p1.1;c",
    "vCont;r2000,2010:p1.1",
    "vCont;t:p1.1",
    "vCont?",
    "vStopped",
    "vCtrlC",
    "c",
    "s",
    "C05",
    "S05;2000",
    "vRun;61;62",
    "vAttach;1",
    "vAttach;2",
    "vKill;2",
    "D;1",
    "D",
    "!",
    "QNonStop:1",
    "QNonStop:0",
    "Z0,2008,1",
    "Z0,2008,1;X7,26000022111327",
    "Z0,2010,1;X3,220027;cmds:0,X3,220127",
    "Z2,1000,4",
    "z0,2008,1",
    "z2,1000,4",
    "qCRC:1000,3000",
    "qSearch:memory:1000;3000;abc",
    "qRcmd,6869",
    "qXfer:features:read:target.xml:0,fff",
    "qXfer:threads:read::0,20",
    "qXfer:memory-map:read::0,fff",
    "qXfer:exec-file:read:1:0,fff",
    "k",
};

static void random_packet(void)
{
    static char packet[600];
    uint8_t sum = 0;
    size_t len = 1;

    strcpy(packet + 1, corpus[random_below(sizeof corpus / sizeof *corpus)]);
    len += strlen(packet + 1);
    for (uint32_t changes = random_below(4); changes > 1; changes--) {
        switch (random_below(4)) {
        case 0:
            packet[1 + random_below((uint32_t)len - 1)] = (char)random_below(256);
            break;
        case 1:
            len = 1 + random_below((uint32_t)len);
            break;
        case 2:
            packet[len++] = "0123456789abcdef,;:-p."[random_below(22)];
            break;
        default:
            for (uint32_t n = random_below(500); n > 0 && len < 550; n--)
                packet[len++] = (char)('0' + random_below(10));
        }
        if (len < 2)
            packet[len++] = 'm';
    }
    packet[0] = '$';
    for (size_t i = 1; i < len; i++)
        sum += (uint8_t)packet[i];
    snprintf(packet + len, 4, "#%02x", sum);
    client_say(packet, len + 3);
    if (random_below(3) == 0)
        client_say("+", 1);
}

static void random_event(void)
{
    int thread = (int)random_below(FAKE_THREADS);
    struct gdb_stop stop = {.kind = (uint8_t)(1 + random_below(5)),
                            .signal = (uint8_t)random_below(16),
                            .address = 0x1000 + random_below(16)};

    if (fake.state[thread] == 's' || fake.gone[fake.ids[thread].pid])
        return;
    fake.state[thread] = 's';
    fake.words[thread][0] = 0x1ff0 + random_below(64);
    (void)gdbstub_event(&stub, fake.ids[thread], &stop);
    client_pump();
}

/* Whatever comes, every byte sent belongs to a well-formed packet. */
static void line_check(void)
{
    const char *end = client_line + client_line_len;

    for (const char *p = client_line; p < end;) {
        uint8_t sum = 0;
        char want[4];
        if (*p == '+' || *p == '-') {
            p++;
            continue;
        }
        assert_true(*p == '$' || *p == '%');
        for (p++; p < end && *p != '#'; p++)
            sum += (uint8_t)*p;
        assert_true(end - p >= 3);
        snprintf(want, sizeof want, "#%02x", sum);
        assert_memory_equal(p, want, 3);
        p += 3;
    }
}

static void test_random(void **state)
{
    client_setup(state);
    seed = 11;
    for (int round = 0; round < 60000; round++) {
        uint32_t what = random_below(20);
        fake.hardware = random_below(2);
        client_line_len = 0;
        if (what < 13)
            random_packet();
        else if (what < 18)
            random_event();
        else if (what == 18)
            client_say("\3", 1);
        else
            gdbstub_console_done(&stub, ERR_OK);
        line_check();
        if (round % 500 == 499) { /* all comes back */
            gdbstub_disconnect(&stub);
            for (int i = 0; i < GDB_SITES_MAX; i++)
                assert_int_equal(stub.engine.sites[i].uses, 0);
            assert_int_equal(stub.engine.agent_used, 0);
            fake_init(&fake);
        }
    }
    client_setup(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
