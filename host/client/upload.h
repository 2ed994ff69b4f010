/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sending files to the target: packed, checked at both ends, and from where it stopped if the line
 * broke. What comes out of it is the target's record, to the target's listener.
 */
#ifndef CLIENT_UPLOAD_H
#define CLIENT_UPLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/client/target.h"

/* How far it is: called now and then with the bytes that are over (unpacked; `start` of them were
 * there from before), and once at the end with `done`. */
typedef void (*upload_progress)(void *context, size_t start, size_t sent, size_t total, bool done);

/* Sends bytes to `where`: NULL for a package of a component, else an address as `write` takes it.
 * On anything but TARGET_OK either the target has said why, or t->message does. */
enum target_result upload_bytes(struct target *t, const char *where, const uint8_t *bytes,
                                size_t len, upload_progress progress, void *context);

#endif
