/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A target for unit tests of the stub: two inferiors (1 with threads 1 and 2, 2 with one), memory
 * from 0x1000 on, x86_64. Threads do nothing; tests say what happened to them.
 */
#ifndef TESTS_UNIT_GDB_FAKE_H
#define TESTS_UNIT_GDB_FAKE_H

#include "gdbstub/stub.h"

#include <string.h>

enum { FAKE_BASE = 0x1000, FAKE_BYTES = 0x4000, FAKE_THREADS = 3 };

struct fake {
    struct gdb_id ids[FAKE_THREADS];
    uint64_t words[FAKE_THREADS][GDB_CONTEXT_WORDS_MAX];
    char state[FAKE_THREADS]; /* s: stopped, c: continues, t: steps */
    bool gone[4];             /* inferiors, by number */
    uint32_t ran, killed;     /* what the shell did and has not told yet */
    bool hardware;
    struct gdb_stop already[FAKE_THREADS];
    uint8_t memory[4][FAKE_BYTES];
    unsigned sessions_ended, interrupts;
    char command[GDB_TEXT_BYTES];
};

/* Memory counts up; code at 0x2000 is nops; each thread stands at 0x2000 + 16 * its index. */
extern const struct gdb_target_ops fake_ops;
void fake_init(struct fake *f);

#endif
