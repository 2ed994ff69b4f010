/* SPDX-License-Identifier: BSD-2-Clause */
/* gdb and the stub on both sides of a proxy: see the header. */
#include "tests/unit/gdb_proxy_sides.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct gdb_files sides_files;
struct gdb_proxy *sides_proxy;
char sides_to_gdb[SIDES_BYTES], sides_to_stub[SIDES_BYTES];
size_t sides_to_gdb_len, sides_to_stub_len;

static void gdb_hears(void *context, const uint8_t *bytes, size_t len)
{
    (void)context;
    assert_true(sides_to_gdb_len + len < sizeof sides_to_gdb);
    memcpy(sides_to_gdb + sides_to_gdb_len, bytes, len);
    sides_to_gdb_len += len;
    sides_to_gdb[sides_to_gdb_len] = '\0';
}

static void stub_hears(void *context, const uint8_t *bytes, size_t len)
{
    (void)context;
    assert_true(sides_to_stub_len + len < sizeof sides_to_stub);
    memcpy(sides_to_stub + sides_to_stub_len, bytes, len);
    sides_to_stub_len += len;
    sides_to_stub[sides_to_stub_len] = '\0';
}

int sides_set_up_line(bool reliable, bool framed)
{
    struct gdb_proxy_config config = {
        .line = {.send = stub_hears, .reliable = reliable, .framed = framed},
        .send = gdb_hears,
        .files = &sides_files};
    sides_to_gdb_len = sides_to_stub_len = 0;
    sides_to_gdb[0] = sides_to_stub[0] = '\0';
    sides_proxy = gdb_proxy_new(&config);
    gdb_proxy_attach(sides_proxy);
    return sides_proxy ? 0 : -1;
}

int sides_set_up(void **state)
{
    (void)state;
    return sides_set_up_line(true, false);
}

int sides_set_up_framed(void **state)
{
    (void)state;
    return sides_set_up_line(true, true);
}

int sides_tear_down(void **state)
{
    (void)state;
    gdb_proxy_free(sides_proxy);
    gdb_files_free(&sides_files);
    return 0;
}

void sides_feed(void (*side)(struct gdb_proxy *, const uint8_t *, size_t), char lead,
                const char *body)
{
    uint8_t *packet = malloc(GDB_WIRE_ENCODED);
    size_t len = gdb_wire_encode(lead, body, strlen(body), packet);
    side(sides_proxy, packet, len);
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

void sides_gdb_says(const char *body)
{
    sides_feed(gdb_proxy_from_gdb, '$', body);
}

void sides_stub_says(const char *body)
{
    sides_feed(gdb_proxy_from_line, '$', body);
}

void sides_gdb_heard(const char *want)
{
    heard(sides_to_gdb, &sides_to_gdb_len, want);
}

void sides_stub_heard(const char *want)
{
    heard(sides_to_stub, &sides_to_stub_len, want);
}

/* gdb asks, the proxy answers alone. */
void sides_local(const char *request, const char *reply)
{
    sides_gdb_says(request);
    sides_stub_heard(NULL);
    sides_gdb_heard(reply);
}

/* gdb asks, the stub hears `asked` and answers, gdb hears `reply`. */
void sides_pass(const char *request, const char *asked, const char *answer, const char *reply)
{
    sides_gdb_says(request);
    sides_gdb_heard(NULL);
    sides_stub_heard(asked);
    sides_stub_says(answer);
    sides_gdb_heard(reply);
}

void sides_begin(const char *features)
{
    sides_gdb_says("qSupported:multiprocess+;swbreak+;xmlRegisters=i386");
    sides_stub_heard("qSupported:sel4mon.proxy+;multiprocess+");
    sides_stub_says(features);
    sides_stub_heard("QStartNoAckMode");
    sides_stub_says("OK");
    assert_non_null(strstr(sides_to_gdb, "QStartNoAckMode+;PacketSize=2000"));
    sides_to_gdb_len = 0;
    sides_to_gdb[0] = '\0';
    sides_local("QStartNoAckMode", "OK");
}

const char sides_features[] = "PacketSize=2000;QStartNoAckMode+;multiprocess+;swbreak+;"
                              "binary-upload+;sel4mon.proxy+";

void sides_begin_stopped(void)
{
    sides_begin(sides_features);
    sides_pass("?", "?", "T05thread:p1.1;10:0010000000000000;",
               "T05thread:p1.1;10:0010000000000000;");
}
