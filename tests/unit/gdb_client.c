/* SPDX-License-Identifier: BSD-2-Clause */
/* See gdb_client.h. */
#include "tests/unit/gdb_client.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

struct gdbstub stub;
struct fake fake;
char client_line[8 * GDB_PACKET_BYTES];
size_t client_line_len;

static char reply[8 * GDB_PACKET_BYTES];

static void drain(void)
{
    size_t got;

    while ((got = gdbstub_take(&stub, (uint8_t *)client_line + client_line_len, 100)) > 0)
        client_line_len += got;
    client_line[client_line_len] = 0;
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

void client_pump(void)
{
    client_line_len = 0;
    drain_all();
}

/* Feeds bytes, taking output as it comes; all that was sent is in `line`. */
void client_say(const void *bytes, size_t len)
{
    size_t at = 0;

    client_line_len = 0;
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
const char *client_last_body(void)
{
    const char *start = strrchr(client_line, '$'), *notice = strrchr(client_line, '%');
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

const char *client_ask(const char *body)
{
    static char packet[3 * GDB_PACKET_BYTES];
    uint8_t sum = 0;

    for (const char *p = body; *p; p++)
        sum += (uint8_t)*p;
    snprintf(packet, sizeof packet, "$%s#%02x", body, sum);
    client_say(packet, strlen(packet));
    return client_last_body();
}

int client_setup(void **state)
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

void client_stopped(int thread, enum gdb_stop_kind kind, enum gdb_signal signal, uint64_t address)
{
    struct gdb_stop stop = {.kind = (uint8_t)kind, .signal = (uint8_t)signal, .address = address};

    fake.state[thread] = 's';
    assert_true(gdbstub_event(&stub, fake.ids[thread], &stop));
    client_pump();
}
