/* SPDX-License-Identifier: BSD-2-Clause */
/* Uploads: see receive.h. */
#include "monitor/core/receive.h"

#include "arch/lib/crc32.h"
#include "monitor/core/console.h"
#include "monitor/core/ipc.h"
#include "monitor/core/store.h"
#include "monitor/link/lz4.h"
#include "monitor/link/upload.h"

/* Bytes read after which the supervisor shall tell the client of the room. */
enum { ROOM_STEP = LIMIT_CONSOLE_BYTES / 4 };

static struct {
    size_t len, have;
    uint32_t check;
    uint8_t packed[UPLOAD_BLOCK_BYTES];
} upload;

enum err receive_begin(size_t len_bytes, uint32_t check, size_t *have)
{
    uint8_t *bytes = store_unfinished(len_bytes);
    enum err e = ERR_OK;

    console.bulk.read = console.bulk.written;
    if (!bytes || upload.len != len_bytes || upload.check != check) {
        upload.have = 0;
        e = store_begin(len_bytes, &bytes);
    }
    upload.len = len_bytes;
    upload.check = check;
    *have = upload.have;
    return e;
}

/* Waits for so many bytes of the channel. */
static enum err take(uint8_t *to, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        while (!ring_get(&console.bulk, &to[i])) {
            if (console.interrupted)
                return ERR_INTERRUPTED;
            if (console.polled)
                ipc_signal(console.wake_input);
            else
                (void)console_wait(CONSOLE_INPUT | CONSOLE_INTERRUPT);
        }
        if (console.bulk.read % ROOM_STEP == 0)
            ipc_signal(console.wake_input);
    }
    return ERR_OK;
}

static uint32_t little(const uint8_t *bytes, unsigned count)
{
    uint32_t value = 0;

    for (unsigned i = 0; i < count; i++)
        value |= (uint32_t)bytes[i] << (8 * i);
    return value;
}

static enum err take_block(uint8_t *bytes)
{
    uint8_t head[UPLOAD_HEAD_BYTES];
    enum err e = take(head, sizeof head);
    size_t packed = little(head + UPLOAD_PACKED, 2), len = little(head + UPLOAD_UNPACKED, 2);
    size_t end = upload.have + len;

    if (e)
        return e;
    if (len == 0 || len > UPLOAD_BLOCK_BYTES || end > upload.len || packed > UPLOAD_BLOCK_BYTES)
        return ERR_FORMAT;
    e = take(packed ? upload.packed : bytes + upload.have, packed ? packed : len);
    if (e)
        return e;
    if (packed && !lz4_unpack(upload.packed, packed, bytes, upload.have, end))
        return ERR_FORMAT;
    if (crc32_update(0, bytes + upload.have, len) != little(head + UPLOAD_CHECK, 4))
        return ERR_FORMAT;
    upload.have = end;
    return ERR_OK;
}

enum err receive_run(size_t *have, uint8_t **bytes)
{
    enum err e = ERR_OK;

    *bytes = store_unfinished(upload.len);
    if (!*bytes)
        return ERR_NOT_FOUND;
    while (upload.have < upload.len && !e)
        e = take_block(*bytes);
    *have = upload.have;
    if (e)
        return e;
    if (crc32_update(0, *bytes, upload.len) == upload.check)
        return ERR_OK;
    *have = upload.have = 0;
    store_cancel();
    return ERR_FORMAT;
}
