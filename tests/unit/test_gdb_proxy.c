/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The proxy between gdb and stub: exchanges as they are to be, packet by packet on both sides, what
 * is answered without the target, malformed input, and a debugger that leaves at any moment.
 */
#include "host/client/gdb_proxy.h"
#include "gdbstub/crc.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct gdb_files files;
static struct gdb_proxy *proxy;
static char to_gdb[200000], to_stub[200000];
static size_t to_gdb_len, to_stub_len;

static void gdb_hears(void *context, const uint8_t *bytes, size_t len)
{
    (void)context;
    assert_true(to_gdb_len + len < sizeof to_gdb);
    memcpy(to_gdb + to_gdb_len, bytes, len);
    to_gdb_len += len;
    to_gdb[to_gdb_len] = '\0';
}

static void stub_hears(void *context, const uint8_t *bytes, size_t len)
{
    (void)context;
    assert_true(to_stub_len + len < sizeof to_stub);
    memcpy(to_stub + to_stub_len, bytes, len);
    to_stub_len += len;
    to_stub[to_stub_len] = '\0';
}

static int set_up_line(bool reliable, bool framed)
{
    struct gdb_proxy_config config = {
        .line = {.send = stub_hears, .reliable = reliable, .framed = framed},
        .send = gdb_hears,
        .files = &files};
    to_gdb_len = to_stub_len = 0;
    to_gdb[0] = to_stub[0] = '\0';
    proxy = gdb_proxy_new(&config);
    gdb_proxy_attach(proxy);
    return proxy ? 0 : -1;
}

static int set_up(void **state)
{
    (void)state;
    return set_up_line(true, false);
}

static int set_up_framed(void **state)
{
    (void)state;
    return set_up_line(true, true);
}

static int tear_down(void **state)
{
    (void)state;
    gdb_proxy_free(proxy);
    gdb_files_free(&files);
    return 0;
}

static void feed(void (*side)(struct gdb_proxy *, const uint8_t *, size_t), char lead,
                 const char *body)
{
    uint8_t *packet = malloc(GDB_WIRE_ENCODED);
    size_t len = gdb_wire_encode(lead, body, strlen(body), packet);
    side(proxy, packet, len);
    free(packet);
}

/* What a side heard is this packet, and nothing else (acknowledgements apart). */
static void heard(char *text, size_t *len, const char *want)
{
    uint8_t packet[4096];
    size_t n = want ? gdb_wire_encode('$', want, strlen(want), packet) : 0;
    char *at = text;
    packet[n] = '\0';
    while (*at == '+')
        at++;
    if (strcmp(at, (char *)packet) != 0)
        fail_msg("heard %s, not %s", at, (char *)packet);
    *len = 0;
    text[0] = '\0';
}

static void gdb_says(const char *body)
{
    feed(gdb_proxy_from_gdb, '$', body);
}

static void stub_says(const char *body)
{
    feed(gdb_proxy_from_line, '$', body);
}

static void gdb_heard(const char *want)
{
    heard(to_gdb, &to_gdb_len, want);
}

static void stub_heard(const char *want)
{
    heard(to_stub, &to_stub_len, want);
}

/* gdb asks, the proxy answers alone. */
static void local(const char *request, const char *reply)
{
    gdb_says(request);
    stub_heard(NULL);
    gdb_heard(reply);
}

/* gdb asks, the stub hears `asked` and answers, gdb hears `reply`. */
static void passes(const char *request, const char *asked, const char *answer, const char *reply)
{
    gdb_says(request);
    gdb_heard(NULL);
    stub_heard(asked);
    stub_says(answer);
    gdb_heard(reply);
}

static void begin(const char *features)
{
    gdb_says("qSupported:multiprocess+;swbreak+;xmlRegisters=i386");
    stub_heard("qSupported:sel4mon.proxy+;multiprocess+");
    stub_says(features);
    stub_heard("QStartNoAckMode");
    stub_says("OK");
    assert_non_null(strstr(to_gdb, "QStartNoAckMode+;PacketSize=2000"));
    to_gdb_len = 0;
    to_gdb[0] = '\0';
    local("QStartNoAckMode", "OK");
}

static const char all_features[] = "PacketSize=2000;QStartNoAckMode+;multiprocess+;swbreak+;"
                                   "binary-upload+;sel4mon.proxy+";

static void begin_stopped(void)
{
    begin(all_features);
    passes("?", "?", "T05thread:p1.1;10:0010000000000000;", "T05thread:p1.1;10:0010000000000000;");
}

static void test_start(void **state)
{
    (void)state;
    begin(all_features);
    local("vMustReplyEmpty", "");
    local("qTStatus", "");
    local("qOffsets", "");
    local("qSymbol::", "");
    local("Hgp0.0", "OK");
    passes("!", "!", "OK", "OK");
    passes("qUnknown", "qUnknown", "", "");
    passes("vCont?", "vCont?", "vCont;c;s", "vCont;c;s");
    local("vCont?", "vCont;c;s");
}

static void test_documents_are_fetched_once(void **state)
{
    (void)state;
    begin(all_features);
    gdb_says("qXfer:features:read:target.xml:0,4");
    stub_heard("qXfer:features:read:target.xml:0,fff");
    stub_says("mabcde");
    stub_heard("qXfer:features:read:target.xml:5,fff");
    stub_says("lfg");
    gdb_heard("mabcd");
    local("qXfer:features:read:target.xml:4,4", "lefg");
    local("qXfer:features:read:target.xml:9,4", "l");
    /* The next debugger finds it here, another target does not. */
    gdb_proxy_detach(proxy);
    stub_heard("QSel4mon.bye");
    stub_says("bye");
    gdb_proxy_attach(proxy);
    begin(all_features);
    local("qXfer:features:read:target.xml:0,fff", "labcdefg");
    gdb_proxy_line_reset(proxy);
    gdb_says("qXfer:features:read:target.xml:0,fff");
    stub_heard("qXfer:features:read:target.xml:0,fff");
    stub_says("E01");
    gdb_heard("E01");
}

static void test_threads_are_listed_when_they_change(void **state)
{
    (void)state;
    begin_stopped();
    passes("qXfer:threads:read::0,1000", "qXfer:threads:read::0,fff", "l<threads/>", "l<threads/>");
    passes("vCont;c:p1.-1", "vCont;c:p1.-1", "T05thread:p1.1;", "T05thread:p1.1;");
    local("qXfer:threads:read::0,1000", "l<threads/>");
    feed(gdb_proxy_from_line, '%', "Sel4mon:threads");
    gdb_heard(NULL);
    passes("qXfer:threads:read::0,1000", "qXfer:threads:read::0,fff", "l<threads>2</threads>",
           "l<threads>2</threads>");
    /* Other notices are gdb's. */
    feed(gdb_proxy_from_line, '%', "Stop:T05thread:p1.1;");
    assert_non_null(strstr(to_gdb, "%Stop:T05thread:p1.1;#"));
}

static void test_the_thread_is_told_where_it_matters(void **state)
{
    (void)state;
    begin_stopped();
    local("Hgp1.2", "OK");
    local("Hgp1.1", "OK");
    passes("g", "g", "00112233", "00112233"); /* the stub means p1.1 since it stopped */
    local("g", "00112233");
    local("Hgp1.2", "OK");
    gdb_says("g");
    stub_heard("Hgp1.2");
    stub_says("OK");
    stub_heard("g");
    stub_says("44556677");
    gdb_heard("44556677");
    local("Hgp1.1", "OK");
    local("g", "00112233");
    /* Any thread is the one that it means, as after attaching to another process. */
    passes("vAttach;2", "vAttach;2", "T05thread:p2.1;", "T05thread:p2.1;");
    local("Hgp0.0", "OK");
    passes("qC", "qC", "QCp2.1", "QCp2.1");
    passes("?", "?", "T05thread:p1.1;", "T05thread:p1.1;");
    passes("g", "g", "00112233", "00112233");
    /* A thread that has gone: the error is that of what needed it. */
    local("Hgp1.3", "OK");
    passes("p4", "Hgp1.3", "E03", "E03");
    local("Hgp1.1", "OK");
    gdb_says("P1=00");
    stub_heard("Hgp1.1");
    stub_says("OK");
    stub_heard("P1=00");
    stub_says("OK");
    gdb_heard("OK");
    passes("g", "g", "88", "88");
    /* Also what ran has other registers. */
    passes("vCont;s:p1.1", "vCont;s:p1.1", "T05thread:p1.1;", "T05thread:p1.1;");
    passes("g", "g", "99", "99");
}

static void test_breakpoints_stay_between_stops(void **state)
{
    static const char stop[] = "T05swbreak:;thread:p1.1;10:0010000000000000;";
    (void)state;
    begin_stopped();
    passes("Z0,1000,1", "Z0,1000,1", "OK", "OK");
    passes("Z0,2000,1;X1,27", "Z0,2000,1;X1,27", "OK", "OK");
    passes("Z0,3000,1", "Z0,3000,1", "E.no room", "E.no room");
    passes("vCont;c:p1.-1", "vCont;c:p1.-1", stop, stop);
    local("z0,1000,1", "OK");
    local("z0,2000,1", "OK");
    passes("z0,3000,1", "z0,3000,1", "OK", "OK"); /* was never set */
    local("Z0,2000,1;X1,27", "OK");
    local("z0,2000,1", "OK");
    /* One instruction of the thread at 0x1000: only that breakpoint has to go. */
    gdb_says("vCont;s:p1.1");
    stub_heard("z0,1000,1");
    stub_says("OK");
    stub_heard("vCont;s:p1.1");
    stub_says("T05thread:p1.1;10:0110000000000000;");
    gdb_heard("T05thread:p1.1;10:0110000000000000;");
    /* Another condition is another breakpoint; what is not set again goes when all runs. */
    passes("Z0,2000,1;X1,28", "Z0,2000,1;X1,28", "OK", "OK");
    local("z0,2000,1", "OK");
    gdb_says("vCont;c:p1.-1");
    stub_heard("z0,2000,1");
    stub_says("OK");
    stub_heard("vCont;c:p1.-1");
    stub_says("W00;process:1");
    gdb_heard("W00;process:1");
    passes("vCont;c:p1.-1", "j", "N", "N");
}

static void test_breakpoints_of_another_inferior(void **state)
{
    (void)state;
    begin_stopped();
    passes("Z0,1000,1", "Z0,1000,1", "OK", "OK");
    local("z0,1000,1", "OK");
    local("Hgp2.1", "OK");
    gdb_says("Z0,1000,1"); /* none that is set */
    stub_heard("Hgp2.1");
    stub_says("OK");
    stub_heard("Z0,1000,1");
    stub_says("OK");
    gdb_heard("OK");
    gdb_says("vCont;c");
    stub_heard("Hgp1.0");
    stub_says("OK");
    stub_heard("z0,1000,1");
    stub_says("OK");
    stub_heard("vCont;c");
    stub_says("T05thread:p2.1;");
    gdb_heard("T05thread:p2.1;");
}

static void test_non_stop_tells_all_at_once(void **state)
{
    (void)state;
    begin_stopped();
    passes("QNonStop:1", "QNonStop:1", "OK", "OK");
    passes("Z0,1000,1", "Z0,1000,1", "OK", "OK");
    passes("z0,1000,1", "z0,1000,1", "OK", "OK");
    passes("vCont;c:p1.-1", "vCont;c:p1.-1", "OK", "OK");
    passes("qXfer:threads:read::0,fff", "qXfer:threads:read::0,fff", "la", "la");
    passes("qXfer:threads:read::0,fff", "qXfer:threads:read::0,fff", "lb", "lb");
}

/* Where frames carry the bytes, one of them is enough for the same again. */
static void test_the_same_again_in_a_byte(void **state)
{
    (void)state;
    begin_stopped();
    passes("vCont;s:p1.1", "vCont;s:p1.1", "T05thread:p1.1;same:0;",
           "T05thread:p1.1;10:0010000000000000;");
    to_stub_len = 0;
    gdb_says("vCont;s:p1.1");
    assert_int_equal(to_stub_len, 1);
    assert_int_equal(to_stub[0], 1);
    to_stub_len = 0;
    stub_says("t0");
    gdb_heard("T05thread:p1.1;10:0010000000000000;");
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
    begin_stopped();
    passes("vCont;s:p1.1", "vCont;s:p1.1", "T05thread:p1.1;6:aa;7:bb;10:01;same:0;", first);
    gdb_says("m5000,20");
    stub_heard("qSel4mon.text:1");
    stub_says("");
    stub_heard("qSel4mon.keep:1,5000,20");
    stub_says(same);
    gdb_heard(hex);
    passes("m5000,20", "qSel4mon.keep:1,5000,20", same, hex);   /* at this stop: the target's */
    passes("vCont;s:p1.1", "j", "T05thread:p1.1;10:02;same:2;", /* the same again */
           "T05thread:p1.1;10:02;6:aa;7:bb;");
    local("m5000,20", hex);
    passes("m5000,20", "qSel4mon.keep:1,5000,20", same, hex); /* once */
    /* Another place, one that cannot be read, and what the debugger itself has written. */
    gdb_says("m6000,20");
    stub_heard("qSel4mon.keep:2,6000,20");
    stub_says("E0e");
    stub_heard("x6000,20");
    stub_says("E0e");
    gdb_heard("E0e");
    passes("vCont;s:p1.1", "j", "t3", "T05thread:p1.1;10:02;6:aa;7:bb;");
    passes("vCont;s:p1.1", "j", "t6:ab;3", "T05thread:p1.1;6:ab;10:02;7:bb;");
    passes("M5000,1:00", "M5000,1:00", "OK", "OK");
    passes("m5000,20", "qSel4mon.keep:1,5000,20", same, hex);
    /* Another thread has nothing left out. */
    passes("vCont;s:p1.1", "j", "T05thread:p1.2;6:cc;7:bb;10:01;same:0;",
           "T05thread:p1.2;6:cc;7:bb;10:01;");
    passes("m5000,20", "qSel4mon.keep:1,5000,20", same, hex);
    passes("vCont;c", "vCont;c", "W00;process:1", "W00;process:1");
}

static void test_interrupt(void **state)
{
    (void)state;
    begin_stopped();
    gdb_says("vCont;c:p1.-1");
    stub_heard("vCont;c:p1.-1");
    gdb_proxy_from_gdb(proxy, (const uint8_t *)"\3", 1);
    assert_string_equal(to_stub, "\3");
    to_stub[to_stub_len = 0] = '\0';
    stub_says("O68690a"); /* output meanwhile */
    gdb_heard("O68690a");
    stub_says("T02thread:p1.1;");
    gdb_heard("T02thread:p1.1;");
    /* Before what it is to stop was sent: it goes after that. */
    passes("Z0,1000,1", "Z0,1000,1", "OK", "OK");
    local("z0,1000,1", "OK");
    gdb_says("vCont;c:p1.-1");
    stub_heard("z0,1000,1");
    gdb_proxy_from_gdb(proxy, (const uint8_t *)"\3", 1);
    stub_heard(NULL);
    stub_says("OK");
    assert_string_equal(to_stub, "$j#6a\3");
    to_stub[to_stub_len = 0] = '\0';
}

static void test_text_is_read_once(void **state)
{
    (void)state;
    begin_stopped();
    gdb_says("m1010,4");
    stub_heard("qSel4mon.text:1");
    stub_says("1000,100;2000,8");
    stub_heard("x1000,100");
    char page[300] = "b";
    memset(page + 1, 'A', 256);
    stub_says(page);
    gdb_heard("41414141");
    local("m10f0,10", "41414141414141414141414141414141");
    passes("m10f8,10", "x10f8,10", "bBBBBBBBBBBBBBBBB", "42424242424242424242424242424242");
    passes("m5000,2", "x5000,2", "bCD", "4344");
    passes("m5000,2", "x5000,2", "bEF", "4546"); /* data: the target's */
    passes("m6000,2", "x6000,2", "E0e", "E0e");
    /* What the debugger writes is seen, whether or not it went well. */
    passes("X1010,2:zz", "X1010,2:zz", "OK", "OK");
    page[1 + 0x10] = 'z';
    gdb_says("m1010,2");
    stub_heard("x1000,100");
    stub_says(page);
    gdb_heard("7a41");
    local("m1010,2", "7a41");
}

static void test_text_that_cannot_be_read(void **state)
{
    (void)state;
    begin_stopped();
    gdb_says("m1010,4");
    stub_heard("qSel4mon.text:1");
    stub_says("1000,100");
    stub_heard("x1000,100");
    stub_says("E0e");
    stub_heard("x1010,4"); /* then as any other memory */
    stub_says("E0e");
    gdb_heard("E0e");
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
    char folder[] = "/tmp/proxy-XXXXXX", why[200];
    char *path = malloc(64);
    assert_non_null(mkdtemp(folder));
    snprintf(path, 64, "%s/hello.elf", folder);
    write_elf(path, text, strlen(text));
    if (!gdb_files_add(&files, path, why, sizeof why))
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
    begin_stopped();
    gdb_says("m10000,2");
    stub_heard("qSel4mon.text:1");
    stub_says("10000,8");
    stub_heard("qCRC:10000,8");
    snprintf(reply, sizeof reply, "C%x", crc_update(CRC_START, "program!", 8));
    stub_says(reply);
    gdb_heard("7072");
    local("m10006,2", "6d21");
    remove_elf(path);
}

static void test_text_of_a_file_that_is_another(void **state)
{
    char *path = add_elf("program!");
    (void)state;
    begin_stopped();
    gdb_says("m10000,2");
    stub_heard("qSel4mon.text:1");
    stub_says("10000,8");
    stub_heard("qCRC:10000,8");
    stub_says("C1234");
    stub_heard("x10000,8");
    stub_says("bPROGRAM?");
    gdb_heard("5052");
    local("m10007,1", "3f");
    remove_elf(path);
}

static void test_files(void **state)
{
    char *path = add_elf("text"), request[200], hex[100] = "", want[200];
    (void)state;
    for (const char *c = path; *c; c++)
        snprintf(hex + 2 * (c - path), 3, "%02x", *c);
    gdb_says("qSupported:multiprocess+");
    stub_says("PacketSize=2000;qXfer:exec-file:read+");
    stub_says("OK");
    assert_non_null(strstr(to_gdb, "qXfer:exec-file:read+"));
    to_gdb[to_gdb_len = 0] = to_stub[to_stub_len = 0] = '\0';
    snprintf(want, sizeof want, "l%s", path);
    passes("qXfer:exec-file:read:1:0,fff", "qXfer:exec-file:read:1:0,fff", "lhello", want);
    passes("qXfer:exec-file:read:1:0,fff", "qXfer:exec-file:read:1:0,fff", "lother", "E02");
    local("vFile:setfs:0", "F0");
    snprintf(request, sizeof request, "vFile:open:%s,0,0", hex);
    local(request, "F1");
    local("vFile:pread:1,4,78", "F4;text");
    local("vFile:pread:1,8,7a", "F2;xt");
    local("vFile:pread:1,8,ffffffffffffffff", "F0;");
    gdb_says("vFile:fstat:1");
    assert_non_null(strstr(to_gdb, "$F40;"));
    to_gdb[to_gdb_len = 0] = '\0';
    local("vFile:close:1", "F0");
    local("vFile:close:1", "F-1,9");
    local("vFile:pread:1,4,0", "F-1,9");
    local("vFile:open:2f6574632f706173737764,0,0", "F-1,2"); /* no other file is served */
    snprintf(request, sizeof request, "vFile:open:%s,1,0", hex);
    local(request, "F-1,1");
    local("vFile:open:zz,0,0", "F-1,16");
    local("vFile:open:", "F-1,16");
    local("vFile:unlink:2f78", "F-1,1");
    local("vFile:other:", "");
    /* Every descriptor, one too many, and again. */
    snprintf(request, sizeof request, "vFile:open:%s,0,0", hex);
    for (unsigned i = 1; i <= GDB_FILES_OPEN; i++) {
        snprintf(want, sizeof want, "F%x", i);
        local(request, want);
    }
    local(request, "F-1,18");
    local("vFile:close:3", "F0");
    local(request, "F3");
    remove_elf(path);
}

static void test_acknowledgements(void **state)
{
    (void)state;
    gdb_proxy_free(proxy);
    set_up_line(false, false);
    gdb_says("qSupported:multiprocess+");
    assert_string_equal(to_gdb, "+");
    to_gdb[to_gdb_len = 0] = '\0';
    stub_heard("qSupported:sel4mon.proxy+;multiprocess+");
    assert_true(gdb_proxy_waits(proxy));
    gdb_proxy_tick(proxy, 1);
    gdb_proxy_tick(proxy, 900);
    stub_heard(NULL);
    gdb_proxy_tick(proxy, 1100); /* lost: again */
    stub_heard("qSupported:sel4mon.proxy+;multiprocess+");
    gdb_proxy_from_line(proxy, (const uint8_t *)"-", 1);
    stub_heard("qSupported:sel4mon.proxy+;multiprocess+");
    gdb_proxy_from_line(proxy, (const uint8_t *)"+$Pac#00", 8);
    assert_string_equal(to_stub, "-");
    to_stub[to_stub_len = 0] = '\0';
    stub_says("PacketSize=2000");
    assert_string_equal(to_stub, "+"); /* and no QStartNoAckMode on such a line */
    assert_non_null(strstr(to_gdb, "QStartNoAckMode+"));
    to_gdb[to_gdb_len = 0] = '\0';
    /* gdb's side: damaged, and asked for again. */
    gdb_proxy_from_gdb(proxy, (const uint8_t *)"+$qTStatus#00", 13);
    assert_string_equal(to_gdb, "-");
    to_gdb[to_gdb_len = 0] = '\0';
    gdb_says("qTStatus");
    assert_string_equal(to_gdb, "+$#00");
    gdb_proxy_from_gdb(proxy, (const uint8_t *)"-", 1);
    assert_string_equal(to_gdb, "+$#00$#00");
}

static void test_run_lengths(void **state)
{
    (void)state;
    begin_stopped();
    gdb_says("g");
    const char body[] = "0* 1";
    uint8_t packet[32];
    uint8_t sum = 0;
    for (const char *c = body; *c; c++)
        sum += (uint8_t)*c;
    int len = snprintf((char *)packet, sizeof packet, "$%s#%02x", body, sum);
    stub_heard("g");
    gdb_proxy_from_line(proxy, packet, (size_t)len);
    gdb_heard("00001");
}

static void test_leaving_at_any_moment(void **state)
{
    (void)state;
    begin_stopped();
    gdb_says("vCont;c:p1.-1");
    stub_heard("vCont;c:p1.-1");
    gdb_proxy_detach(proxy);
    stub_heard("QSel4mon.bye");
    gdb_proxy_attach(proxy);
    gdb_says("qSupported:multiprocess+");
    stub_heard(NULL); /* not before the stub has let go */
    stub_says("T05thread:p1.1;");
    gdb_heard(NULL); /* for the one who left */
    gdb_proxy_tick(proxy, 1);
    gdb_proxy_tick(proxy, 2000);
    stub_heard("QSel4mon.bye");
    stub_says("bye");
    stub_heard("qSupported:sel4mon.proxy+;multiprocess+");
    gdb_proxy_detach(proxy);
    gdb_proxy_detach(proxy);
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
        begin_stopped();
        gdb_says(requests[i]);
        for (int n = 0; n < 8 && !strchr(to_gdb, '$'); n++)
            stub_says("E01");
        if (!strchr(to_gdb, '$'))
            fail_msg("%s got no reply", requests[i]);
        to_gdb[to_gdb_len = 0] = to_stub[to_stub_len = 0] = '\0';
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
            gdb_proxy_detach(proxy);
        else if (pick % 100 == 1)
            gdb_proxy_attach(proxy);
        else if (pick % 100 == 2)
            gdb_proxy_from_gdb(proxy, (const uint8_t *)"\3", 1);
        else if (pick % 100 == 3)
            feed(gdb_proxy_from_line, '%', "Sel4mon:threads");
        else if (pick & 1)
            gdb_says(from_gdb[pick / 128 % (sizeof from_gdb / sizeof *from_gdb)]);
        else
            stub_says(from_stub[pick / 128 % (sizeof from_stub / sizeof *from_stub)]);
        to_gdb[to_gdb_len = 0] = to_stub[to_stub_len = 0] = '\0';
    }
    gdb_proxy_attach(proxy);
    gdb_proxy_detach(proxy);
    stub_says("bye");
    gdb_proxy_attach(proxy);
    to_gdb[to_gdb_len = 0] = to_stub[to_stub_len = 0] = '\0';
    begin_stopped();
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(test_start),
        T(test_documents_are_fetched_once),
        T(test_threads_are_listed_when_they_change),
        T(test_the_thread_is_told_where_it_matters),
        T(test_breakpoints_stay_between_stops),
        T(test_breakpoints_of_another_inferior),
        T(test_non_stop_tells_all_at_once),
        T(test_interrupt),
        cmocka_unit_test_setup_teardown(test_the_same_again_in_a_byte, set_up_framed, tear_down),
        T(test_stop_replies_made_short),
        T(test_text_is_read_once),
        T(test_text_that_cannot_be_read),
        T(test_text_of_a_file_that_is_the_same),
        T(test_text_of_a_file_that_is_another),
        T(test_files),
        T(test_acknowledgements),
        T(test_run_lengths),
        T(test_leaving_at_any_moment),
        T(test_malformed),
        T(test_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
