/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The proxy between a gdb and the stub on the target. Bytes of gdb go in, bytes for the stub come
 * out, and back; no I/O in here. What the target cannot know or need not send twice is answered
 * here: files, target descriptions, text that the target says nobody can write, breakpoints that
 * gdb lifts at a stop only to set them again. Data memory is answered from memory of ours only
 * where the target, at this very stop, found it to be the same.
 */
#ifndef CLIENT_GDB_PROXY_H
#define CLIENT_GDB_PROXY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/client/gdb_files.h"

/* A byte pipe to the stub. */
struct gdb_line {
    void *context;
    void (*send)(void *context, const uint8_t *bytes, size_t len);
    bool reliable; /* bytes arrive whole and in order: no acknowledgements of packets */
    bool framed;   /* and the stub gets them all, not only those of packets */
};

struct gdb_proxy_config {
    struct gdb_line line;
    /* Bytes for gdb. */
    void *context;
    void (*send)(void *context, const uint8_t *bytes, size_t len);
    struct gdb_files *files; /* borrowed */
};

struct gdb_proxy;

/* NULL without memory. */
struct gdb_proxy *gdb_proxy_new(const struct gdb_proxy_config *config);
void gdb_proxy_free(struct gdb_proxy *p);

/* A debugger came, or went (without a word or with: the stub is told). */
void gdb_proxy_attach(struct gdb_proxy *p);
void gdb_proxy_detach(struct gdb_proxy *p);

void gdb_proxy_from_gdb(struct gdb_proxy *p, const uint8_t *bytes, size_t len);
void gdb_proxy_from_line(struct gdb_proxy *p, const uint8_t *bytes, size_t len);

/* The target is another one, or began anew: forget what is known of it. */
void gdb_proxy_line_reset(struct gdb_proxy *p);

/* Sends again what was not acknowledged. To be called now and then while gdb_proxy_waits(). */
void gdb_proxy_tick(struct gdb_proxy *p, int64_t now_ms);
bool gdb_proxy_waits(const struct gdb_proxy *p);

#endif
