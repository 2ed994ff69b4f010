/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A target in one word, as `sel4mon test --target` takes it: [NAME=]TRANSPORT:WHERE, where
 * TRANSPORT is an option of the client without its dashes, as in sim:IMAGE or serial:DEV@BAUD. What
 * is after sim:IMAGE or qemu: is split into words.
 */
#ifndef CLIENT_TARGET_SPEC_H
#define CLIENT_TARGET_SPEC_H

#include "host/client/transport.h"

struct target_spec {
    char *name;
    const struct transport_ops *transport;
    struct transport_request request;
    char **words; /* what the request points into */
    size_t word_count;
};

/* False with a sentence in `message`. */
bool target_spec_read(struct target_spec *spec, const char *text, char *message, size_t cap);

void target_spec_free(struct target_spec *spec);

#endif
