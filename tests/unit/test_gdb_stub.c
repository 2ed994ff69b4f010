/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The stub, packet by packet, over a target that does nothing by itself: golden exchanges,
 * malformed packets, stops in both modes, breakpoints with conditions, jobs, pools, and random
 * bytes.
 */
#include "tests/unit/gdb_fake.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

static struct gdbstub stub;
static struct fake fake;

/* --- a client --------------------------------------------------------------------------------- */
static char line[8 * GDB_PACKET_BYTES];
static char reply[8 * GDB_PACKET_BYTES];
static size_t line_len;

/* Takes what the stub has to say now. */
static void drain(void)
{
    size_t got;

    while ((got = gdbstub_take(&stub, (uint8_t *)line + line_len, 100)) > 0)
        line_len += got;
    line[line_len] = 0;
}

/* What the shell was asked for has ended by now. */
static void tell_done(void)
{
    if (fake.ran)
        gdbstub_run_done(&stub, ERR_OK, fake.ran, NULL);
    if (fake.killed)
        gdbstub_kill_done(&stub, fake.killed, ERR_OK, NULL);
    fake.ran = fake.killed = 0;
}

static void drain_all(void)
{
    for (int i = 0; i < 50; i++) {
        tell_done();
        gdbstub_poll(&stub);
        drain();
    }
}

static void pump(void)
{
    line_len = 0;
    drain_all();
}

/* Feeds bytes, taking output as it comes; all that was sent is in `line`. */
static void say(const void *bytes, size_t len)
{
    size_t at = 0;

    line_len = 0;
    for (int stuck = 0; at < len; stuck++) {
        size_t used = gdbstub_feed(&stub, (const uint8_t *)bytes + at, len - at);
        at += used;
        stuck = used ? 0 : stuck;
        assert_true(stuck < 10);
        drain();
        gdbstub_poll(&stub);
    }
    drain_all();
}

/* The body of the last packet in `line`, run lengths expanded; "-" if there is none. */
static const char *last_body(void)
{
    const char *start = strrchr(line, '$'), *notice = strrchr(line, '%');
    size_t len = 0;

    if (notice && (!start || notice > start))
        start = notice;
    strcpy(reply, "-");
    if (!start)
        return reply;
    for (start++; *start && *start != '#'; start++) {
        if (*start == '*')
            for (int n = *++start - 29; n > 0; n--, len++)
                reply[len] = reply[len - 1];
        else
            reply[len++] = *start;
    }
    reply[len] = 0;
    return reply;
}

static const char *ask(const char *body)
{
    static char packet[3 * GDB_PACKET_BYTES];
    uint8_t sum = 0;

    for (const char *p = body; *p; p++)
        sum += (uint8_t)*p;
    snprintf(packet, sizeof packet, "$%s#%02x", body, sum);
    say(packet, strlen(packet));
    return last_body();
}

#define EXPECT(body, want) assert_string_equal(ask(body), want)
#define EXPECT_START(body, want)                                                                   \
    do {                                                                                           \
        const char *got = ask(body);                                                               \
        if (strncmp(got, want, strlen(want)) != 0)                                                 \
            fail_msg("%s: %s", body, got);                                                         \
    } while (0)

static int setup(void **state)
{
    (void)state;
    fake_init(&fake);
    gdbstub_init(&stub, &(struct gdbstub_config){
                            .arch = &gdb_arch_x86_64, .ops = &fake_ops, .target = &fake});
    EXPECT_START("qSupported:multiprocess+;swbreak+", "PacketSize=2000;QStartNoAckMode+;multi");
    EXPECT("QStartNoAckMode", "OK");
    assert_true(stub.no_ack);
    EXPECT_START("?", "T05thread:p1.1;");
    return 0;
}

static void stopped(int thread, enum gdb_stop_kind kind, enum gdb_signal signal, uint64_t address)
{
    struct gdb_stop stop = {.kind = (uint8_t)kind, .signal = (uint8_t)signal, .address = address};

    fake.state[thread] = 's';
    assert_true(gdbstub_event(&stub, fake.ids[thread], &stop));
    pump();
}

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
        {"Hgp9.1", "E03"},
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

    setup(state);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *got = ask(rows[i].ask);
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

    setup(state);
    memcpy(before, fake.words[0], sizeof before);
    all[0] = 'G';
    strcpy(all + 1, ask("g"));
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
    size_t at = 0;

    setup(state);
    strcpy(whole, ask("qXfer:features:read:target.xml:0,fff"));
    assert_int_equal(whole[0], 'l');
    do {
        snprintf(ask_text, sizeof ask_text, "qXfer:features:read:target.xml:%zx,25", at);
        ask(ask_text);
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

/* --- running ---------------------------------------------------------------------------------- */
static void test_continue_and_break(void **state)
{
    setup(state);
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
    stopped(1, GDB_STOP_BREAK, 0, 0);
    assert_string_equal(last_body(), "T05swbreak:;thread:p1.2;6:0000000000000000;"
                                     "7:0040000000000000;10:0820000000000000;");
    assert_true(fake.state[0] == 's' && fake.words[1][0] == 0x2008);
    EXPECT("z0,2008,1", "OK");
    assert_int_equal(fake.memory[1][0x1008], 0x90);
}

static void test_software_step(void **state)
{
    setup(state);
    EXPECT("vCont;s:p1.1", "-");
    assert_int_equal(fake.memory[1][0x1001], 0xcc);
    assert_true(fake.state[0] == 'c' && fake.state[1] == 's');
    fake.words[0][0] = 0x2002;
    stopped(0, GDB_STOP_BREAK, 0, 0);
    EXPECT_START("g", "88");
    assert_int_equal(fake.words[0][0], 0x2001);
    assert_int_equal(fake.memory[1][0x1001], 0x90);
}

static void test_range_step_is_one_packet(void **state)
{
    setup(state);
    fake.hardware = true;
    EXPECT("vCont;r2000,2010:p1.1", "-");
    for (uint64_t pc = 0x2001; pc < 0x2010; pc++) {
        fake.words[0][0] = pc;
        stopped(0, GDB_STOP_STEP, 0, 0);
        assert_string_equal(line, "");
        assert_int_equal(fake.state[0], 't');
    }
    fake.words[0][0] = 0x2010;
    stopped(0, GDB_STOP_STEP, 0, 0);
    assert_true(strncmp(last_body(), "T05thread:p1.1;", 15) == 0);
}

/* A thread passes a false condition alone, the other one held, the breakpoint lifted. */
static void test_false_condition(void **state)
{
    setup(state);
    fake.hardware = true;
    EXPECT("Z0,2008,1;X6,26000022111327", "E.the text cannot be read");
    EXPECT("Z0,2008,1;X7,26000022111327", "OK"); /* rax == 17 */
    EXPECT("vCont;c:p1.-1", "-");
    for (int hit = 0; hit < 100; hit++) {
        fake.words[0][0] = 0x2009;
        stopped(0, GDB_STOP_BREAK, 0, 0);
        assert_string_equal(line, "");
        assert_true(fake.state[0] == 't' && fake.state[1] == 's');
        assert_int_equal(fake.memory[1][0x1008], 0x90);
        fake.words[0][0] = 0x2009;
        stopped(0, GDB_STOP_STEP, 0, 0);
        assert_true(fake.state[0] == 'c' && fake.state[1] == 'c');
        assert_int_equal(fake.memory[1][0x1008], 0xcc);
    }
    fake.words[0][3] = 17;
    fake.words[0][0] = 0x2009;
    stopped(0, GDB_STOP_BREAK, 0, 0);
    assert_true(strncmp(last_body(), "T05swbreak:;thread:p1.1;", 24) == 0);
}

/* Its step over a system call may block: the others go on, past the breakpoint until it ends. */
static void test_step_over_a_system_call(void **state)
{
    setup(state);
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
    stopped(0, GDB_STOP_STEP, 0, 0);
    assert_true(fake.state[0] == 'c' && fake.state[1] == 'c');
    assert_int_equal(fake.memory[1][0x1008], 0xcc);
}

static void test_software_watch(void **state)
{
    setup(state);
    fake.hardware = true;
    EXPECT("Z2,1100,4", "OK");
    EXPECT("vCont;c:p1.1", "-");
    assert_int_equal(fake.state[0], 't');
    stopped(0, GDB_STOP_STEP, 0, 0);
    assert_string_equal(line, "");
    fake.memory[1][0x102] = 0x77;
    stopped(0, GDB_STOP_STEP, 0, 0);
    assert_true(strncmp(last_body(), "T05watch:1100;thread:p1.1;", 26) == 0);
    EXPECT("z2,1100,4", "OK");
    EXPECT("vCont;c:p1.1", "-");
    assert_int_equal(fake.state[0], 'c');
}

static void test_faults_and_interrupt(void **state)
{
    static const uint8_t ctrl_c = 3;

    setup(state);
    EXPECT("vCont;c", "-");
    stopped(0, GDB_STOP_SIGNAL, GDB_SIGSEGV, 0x10);
    assert_true(strncmp(last_body(), "T0bthread:p1.1;", 15) == 0);
    EXPECT("vCont;c", "-");
    say(&ctrl_c, 1);
    assert_true(strncmp(last_body(), "T02thread:p1.1;", 15) == 0);
    assert_true(fake.state[0] == 's' && fake.state[1] == 's');
    say(&ctrl_c, 1); /* nothing runs: nothing is said */
    assert_string_equal(line, "");
    /* A fault that waited while another was told comes with the next continue. */
    EXPECT("vCont;c", "-");
    fake.already[1] = (struct gdb_stop){.kind = GDB_STOP_SIGNAL, .signal = GDB_SIGILL};
    stopped(0, GDB_STOP_SIGNAL, GDB_SIGFPE, 0);
    assert_true(strncmp(last_body(), "T08thread:p1.1;", 15) == 0);
    EXPECT_START("vCont;c", "T04thread:p1.2;");
}

static void test_inferiors(void **state)
{
    setup(state);
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
    pump();
    assert_string_equal(last_body(), "W05;process:2");
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
    setup(state);
    EXPECT("vCont;c:p1.2", "-");
    fake.ids[1].tid = 9; /* the thread has gone */
    gdbstub_threads_changed(&stub, 1);
    pump();
    assert_string_equal(last_body(), "N");
    setup(state);
    EXPECT("vCont;c:p7.1", "N");
}

static void test_non_stop(void **state)
{
    setup(state);
    EXPECT("QNonStop:1", "OK");
    EXPECT_START("?", "T05thread:p1.1;");
    EXPECT_START("vStopped", "T");
    EXPECT("vStopped", "OK");
    EXPECT("vCont;c:p1.-1", "OK");
    stopped(0, GDB_STOP_SIGNAL, GDB_SIGSEGV, 0);
    assert_true(strncmp(last_body(), "Stop:T0bthread:p1.1;", 20) == 0);
    assert_true(fake.state[1] == 'c');
    stopped(1, GDB_STOP_SIGNAL, GDB_SIGILL, 0);
    assert_string_equal(line, ""); /* one notification at a time */
    EXPECT_START("vStopped", "T04thread:p1.2;");
    EXPECT("vStopped", "OK");
    EXPECT("vCont;c:p1.2", "OK");
    EXPECT_START("vCont;t:p1.2", "Stop:T00thread:p1.2;");
    assert_memory_equal(line, "$OK#9a%", 7);
    EXPECT("vStopped", "OK");
}

/* --- sessions --------------------------------------------------------------------------------- */
static void test_acknowledgements(void **state)
{
    setup(state);
    ask("qSupported:multiprocess+"); /* a new debugger: acknowledgements again */
    assert_int_equal(line[0], '+');
    say("-", 1); /* once more, please */
    assert_int_equal(line[0], '$');
    say("+$qC#b4", 7);
    assert_string_equal(line, "+$QCp1.1#94");
    say("+$qC#b5", 7); /* damaged */
    assert_string_equal(line, "-");
    say("$X1}#06", 7);
    assert_int_equal(line[0], '+');
    assert_string_equal(last_body(), "E16");
    say("$qC", 3); /* cut */
    say("$qC#b4", 6);
    assert_string_equal(line, "+$QCp1.1#94");
}

static void test_disconnect(void **state)
{
    setup(state);
    EXPECT("Z0,2008,1", "OK");
    gdbstub_disconnect(&stub);
    assert_int_equal(fake.memory[1][0x1008], 0x90);
    assert_true(fake.state[0] == 'c' && fake.state[1] == 'c' && fake.sessions_ended == 1);
    assert_false(gdbstub_attached(&stub, 1));
    fake.already[1] = (struct gdb_stop){.kind = GDB_STOP_SIGNAL, .signal = GDB_SIGSEGV};
    ask("qSupported:multiprocess+");
    assert_true(gdbstub_attached(&stub, 1));
    EXPECT_START("?", "T0bthread:p1.2;"); /* it had faulted before */
    EXPECT("k", "-");
    assert_true(fake.gone[1]);
}

static void test_monitor(void **state)
{
    setup(state);
    EXPECT("qRcmd,6865", "-");
    assert_string_equal(fake.command, "he");
    assert_int_equal(gdbstub_console_write(&stub, "hi\n", 3), 3);
    pump();
    assert_string_equal(last_body(), "O68690a");
    static char text[2000];
    memset(text, 'x', sizeof text);
    assert_int_equal(gdbstub_console_write(&stub, text, sizeof text), GDB_CONSOLE_BYTES);
    assert_int_equal(gdbstub_console_write(&stub, text, 1), 0); /* full: later */
    say("\3", 1);
    assert_int_equal(fake.interrupts, 1);
    gdbstub_console_done(&stub, ERR_OK);
    pump();
    assert_string_equal(last_body(), "OK");
    EXPECT("qRcmd,62757379", "E10");
    assert_non_null(strstr(line, "$O"));
    EXPECT("qRcmd,6", "E16");
    assert_int_equal(gdbstub_print(&stub, "x", 1), 0);
}

static void test_pools(void **state)
{
    char text[64];

    setup(state);
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
    say(packet, len + 3);
    if (random_below(3) == 0)
        say("+", 1);
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
    pump();
}

/* Whatever comes, every byte sent belongs to a well-formed packet. */
static void line_check(void)
{
    const char *end = line + line_len;

    for (const char *p = line; p < end;) {
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
    setup(state);
    seed = 11;
    for (int round = 0; round < 60000; round++) {
        uint32_t what = random_below(20);
        fake.hardware = random_below(2);
        line_len = 0;
        if (what < 13)
            random_packet();
        else if (what < 18)
            random_event();
        else if (what == 18)
            say("\3", 1);
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
    setup(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),          cmocka_unit_test(test_all_registers),
        cmocka_unit_test(test_description),     cmocka_unit_test(test_continue_and_break),
        cmocka_unit_test(test_software_step),   cmocka_unit_test(test_range_step_is_one_packet),
        cmocka_unit_test(test_false_condition), cmocka_unit_test(test_step_over_a_system_call),
        cmocka_unit_test(test_software_watch),  cmocka_unit_test(test_faults_and_interrupt),
        cmocka_unit_test(test_inferiors),       cmocka_unit_test(test_none_resumed),
        cmocka_unit_test(test_non_stop),        cmocka_unit_test(test_acknowledgements),
        cmocka_unit_test(test_disconnect),      cmocka_unit_test(test_monitor),
        cmocka_unit_test(test_pools),           cmocka_unit_test(test_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
