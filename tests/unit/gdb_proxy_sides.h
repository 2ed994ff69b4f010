/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For the tests of the proxy: what each side says and has heard. One proxy at a time, made by
 * sides_set_up and given back by sides_tear_down (cmocka's).
 */
#ifndef TESTS_UNIT_GDB_PROXY_SIDES_H
#define TESTS_UNIT_GDB_PROXY_SIDES_H

#include "host/client/gdb_proxy.h"

enum { SIDES_BYTES = 200000 };

extern struct gdb_files sides_files;
extern struct gdb_proxy *sides_proxy;
/* Text that was heard since the last look at it. */
extern char sides_to_gdb[SIDES_BYTES], sides_to_stub[SIDES_BYTES];
extern size_t sides_to_gdb_len, sides_to_stub_len;
extern const char sides_features[]; /* of a stub that has all */

int sides_set_up_line(bool reliable, bool framed);
int sides_set_up(void **state);
int sides_set_up_framed(void **state);
int sides_tear_down(void **state);

/* A packet into gdb_proxy_from_gdb or gdb_proxy_from_line. */
void sides_feed(void (*side)(struct gdb_proxy *, const uint8_t *, size_t), char lead,
                const char *body);
void sides_gdb_says(const char *body);
void sides_stub_says(const char *body);
/* What a side heard is this packet and nothing else; NULL: nothing. */
void sides_gdb_heard(const char *want);
void sides_stub_heard(const char *want);
/* gdb asks, the proxy answers alone. */
void sides_local(const char *request, const char *reply);
/* gdb asks, the stub hears `asked` and answers, gdb hears `reply`. */
void sides_pass(const char *request, const char *asked, const char *answer, const char *reply);
/* A session with a stub of these features; one with all of them and a thread that stands. */
void sides_begin(const char *features);
void sides_begin_stopped(void);

#endif
