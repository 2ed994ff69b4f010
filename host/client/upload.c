/* SPDX-License-Identifier: BSD-2-Clause */
/* Uploads: see upload.h; the blocks are monitor/link/upload.h's. */
#include "host/client/upload.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lz4hc.h>

#include "arch/lib/crc32.h"
#include "monitor/link/upload.h"

#define STALL_MS   20000 /* without a byte over: it is given up */
#define DICT_BYTES 65536 /* as far back as LZ4 looks */

struct upload {
    struct target *target;
    const uint8_t *bytes;
    size_t len;
    size_t start, queued; /* packed bytes on the channel; where they begin in the file */
    bool begun, failed;
    struct target_listener others;
    int64_t moved_ms;
    size_t moved; /* on the channel then */
    size_t packed;
    upload_progress progress;
    void *context;
};

static void put_little(uint8_t *to, size_t value, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        to[i] = (uint8_t)(value >> (8 * i));
}

static bool send_block(struct upload *u, LZ4_streamHC_t *stream, size_t at, size_t len)
{
    uint8_t block[UPLOAD_HEAD_BYTES + LZ4_COMPRESSBOUND(UPLOAD_BLOCK_BYTES)];
    int packed = LZ4_compress_HC_continue(stream, (const char *)u->bytes + at,
                                          (char *)block + UPLOAD_HEAD_BYTES, (int)len,
                                          (int)sizeof(block) - UPLOAD_HEAD_BYTES);
    if (packed <= 0 || (size_t)packed >= len)
        packed = 0;
    if (packed == 0)
        memcpy(block + UPLOAD_HEAD_BYTES, u->bytes + at, len);
    put_little(block + UPLOAD_PACKED, (size_t)packed, 2);
    put_little(block + UPLOAD_UNPACKED, len, 2);
    put_little(block + UPLOAD_CHECK, crc32_update(0, u->bytes + at, len), 4);
    size_t total = UPLOAD_HEAD_BYTES + (packed ? (size_t)packed : len);
    u->packed += total;
    return link_send(&u->target->link, LINK_BULK, block, total);
}

/* All blocks from `have` on go into the queue of the channel. */
static void send_from(struct upload *u, size_t have)
{
    LZ4_streamHC_t *stream = LZ4_createStreamHC();
    bool ok = stream && have <= u->len;
    u->begun = true;
    u->start = have;
    u->packed = 0;
    if (ok) {
        size_t dict = have < DICT_BYTES ? have : DICT_BYTES;
        LZ4_resetStreamHC_fast(stream, LZ4HC_CLEVEL_MAX);
        if (dict > 0)
            LZ4_loadDictHC(stream, (const char *)u->bytes + have - dict, (int)dict);
    }
    for (size_t at = have; ok && at < u->len; at += UPLOAD_BLOCK_BYTES) {
        size_t left = u->len - at;
        ok = send_block(u, stream, at, left < UPLOAD_BLOCK_BYTES ? left : UPLOAD_BLOCK_BYTES);
    }
    u->failed = !ok;
    LZ4_freeStreamHC(stream);
}

static void hear_record(void *context, json_t *record)
{
    struct upload *u = context;
    const json_t *have = json_object_get(record, "have");
    if (json_is_integer(have) && !u->begun)
        send_from(u, (size_t)json_integer_value(have));
    else if (!json_object_get(record, "done"))
        u->others.record(u->others.context, record);
}

/* While the command runs: shows how far it is, and ends what does not move any more. */
static void watch(void *context)
{
    struct upload *u = context;
    if (!u->begun)
        return;
    size_t left = link_waiting(&u->target->link, LINK_BULK);
    int64_t now = target_clock_ms();
    if (left != u->moved || u->moved_ms == 0) {
        u->moved = left;
        u->moved_ms = now;
    }
    if (u->failed || (left > 0 && now - u->moved_ms > STALL_MS)) {
        u->failed = true;
        u->moved_ms = now;
        target_interrupt(u->target);
    }
    if (u->progress && u->packed > 0) {
        double part = 1.0 - (double)left / (double)u->packed;
        u->progress(u->context, u->start, u->start + (size_t)((double)(u->len - u->start) * part),
                    u->len, false);
    }
}

static enum target_result try_once(struct upload *u, const char *command)
{
    struct target *t = u->target;
    u->others = t->listener;
    u->begun = u->failed = false;
    u->moved_ms = 0;
    t->watch = watch;
    t->watch_context = u;
    t->tap = hear_record;
    t->tap_context = u;
    enum target_result result = target_run(t, command, 0);
    t->watch = NULL;
    t->tap = NULL;
    link_forget(&t->link, LINK_BULK);
    return result;
}

enum target_result upload_bytes(struct target *t, const char *where, const uint8_t *bytes,
                                size_t len, upload_progress progress, void *context)
{
    struct upload u = {
        .target = t, .bytes = bytes, .len = len, .progress = progress, .context = context};
    char command[256];
    if (t->link.state != LINK_FRAMED) {
        snprintf(t->message, sizeof(t->message),
                 "the line to %s is plain: uploads need a monitor "
                 "that answers in frames",
                 t->line.name);
        return TARGET_REFUSED;
    }
    if (len == 0) {
        snprintf(t->message, sizeof(t->message), "there is nothing to send: the file is empty");
        return TARGET_REFUSED;
    }
    snprintf(command, sizeof(command), "receive %s%sbytes=%zu crc=0x%" PRIx32, where ? where : "",
             where ? " " : "", len, crc32_update(0, bytes, len));
    enum target_result result = try_once(&u, command);
    if (progress)
        progress(context, u.start, result == TARGET_OK ? len : u.start, len, true);
    return result;
}
