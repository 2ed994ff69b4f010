/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The GDB remote stub. Bytes of the line go in, bytes for the line come out, events of threads are
 * told, and in between gdbstub_poll() is called; nothing blocks and nothing is allocated. One
 * debugger at a time. The owner implements target.h and has one struct gdbstub, which is opaque to
 * it but for its size. All calls come from one thread.
 */
#ifndef GDBSTUB_GDBSTUB_H
#define GDBSTUB_GDBSTUB_H

#include "arch/include/gdb_arch.h"
#include "gdbstub/target.h"

struct gdbstub;

struct gdbstub_config {
    const struct gdb_arch *arch;
    const struct gdb_target_ops *ops;
    void *target;
    uint16_t packet_bytes; /* as told to gdb; 0: as large as there is room for. Small ones (512) for
                              a line on which others print */
    uint64_t user_top;     /* first address that no user may map; 0: the architecture's */
};

void gdbstub_init(struct gdbstub *s, const struct gdbstub_config *config);

/* Bytes from the line; returns how many were used. The rest is to be offered again once output was
 * taken. */
size_t gdbstub_feed(struct gdbstub *s, const uint8_t *bytes, size_t len_bytes);
/* Bytes for the line. */
size_t gdbstub_take(struct gdbstub *s, uint8_t *to, size_t cap);
/* To be called whenever the line or a thread gave reason to, and while gdbstub_busy(). */
void gdbstub_poll(struct gdbstub *s);
/* There is work that needs no event and no output to be taken: poll again soon. */
bool gdbstub_busy(const struct gdbstub *s);

/* A thread stopped by itself. False: it is not of an attached inferior, so it is the owner's. */
bool gdbstub_event(struct gdbstub *s, struct gdb_id id, const struct gdb_stop *stop);
/* Threads of an inferior came or went. */
void gdbstub_threads_changed(struct gdbstub *s, uint32_t pid);
/* An inferior ended, by itself with a status, or killed by somebody else (signal not 0). */
void gdbstub_exited(struct gdbstub *s, uint32_t pid, uint8_t status, enum gdb_signal signal);

/* The connection was lost without a word: as if gdb had detached from all. */
void gdbstub_disconnect(struct gdbstub *s);

/* Output of a `monitor` command; returns how much was taken, the rest is to be offered again. */
size_t gdbstub_console_write(struct gdbstub *s, const char *text, size_t len_bytes);
void gdbstub_console_done(struct gdbstub *s, enum err result);
/* Other text for gdb's user: only while threads run in all-stop mode, else 0 is taken. */
size_t gdbstub_print(struct gdbstub *s, const char *text, size_t len_bytes);

/* What the operations run and kill began has ended; not called from within them.
 * `why`: words for an error, kept until the next such call; NULL: the error's own. */
void gdbstub_run_done(struct gdbstub *s, enum err result, uint32_t pid, const char *why);
void gdbstub_kill_done(struct gdbstub *s, uint32_t pid, enum err result, const char *why);

/* The engine below, for another client of it (engine.h). */
struct engine;
struct engine *gdbstub_engine(struct gdbstub *s);

/* gdb has a session with the stub, and the inferior is attached. */
bool gdbstub_attached(const struct gdbstub *s, uint32_t pid);

#endif
