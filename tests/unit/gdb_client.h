/* SPDX-License-Identifier: BSD-2-Clause */
/* A debugger for the tests of the stub: a stub over the target that does nothing by itself, packets
 * for it, and what it said. */
#ifndef TESTS_UNIT_GDB_CLIENT_H
#define TESTS_UNIT_GDB_CLIENT_H

#include "tests/unit/gdb_fake.h"

extern struct gdbstub stub;
extern struct fake fake;
/* All that was sent since the last call of one of these. */
extern char client_line[8 * GDB_PACKET_BYTES];
extern size_t client_line_len;

/* Begins a session without acknowledgements, with one component attached; for cmocka. */
int client_setup(void **state);
/* Feeds bytes, taking output as it comes. */
void client_say(const void *bytes, size_t len);
/* Sends a packet; the body of the last one that came, run lengths expanded; "-" for none. */
const char *client_ask(const char *body);
/* Takes what the stub has to say by itself. */
void client_pump(void);
/* A thread of the target stops. */
void client_stopped(int thread, enum gdb_stop_kind kind, enum gdb_signal signal, uint64_t address);
const char *client_last_body(void);

#define EXPECT(body, want) assert_string_equal(client_ask(body), want)
#define EXPECT_START(body, want)                                                                   \
    do {                                                                                           \
        const char *got = client_ask(body);                                                        \
        if (strncmp(got, want, strlen(want)) != 0)                                                 \
            fail_msg("%s: %s", body, got);                                                         \
    } while (0)

#endif
