/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `receive`: an upload of the client's, a package of a component or bytes for memory. The client
 * gives this command itself, and sends blocks once it has read where they shall begin.
 */
#include "monitor/commands/commands.h"
#include "monitor/commands/common.h"
#include "monitor/commands/memory_range.h"
#include "monitor/core/line.h"
#include "monitor/core/receive.h"
#include "monitor/core/store.h"

enum { BYTES_MAX = 1 << 28 };

static enum err fail_receive(struct command_call *call, enum err e, size_t have)
{
    if (e == ERR_INTERRUPTED)
        return command_fail(call, e, NULL, "interrupted after %zu bytes, which are kept", have);
    if (e == ERR_FORMAT)
        return command_fail(call, e, NULL, "the upload is damaged after %zu bytes", have);
    return common_fail(call, e, "bytes", "cannot receive");
}

/* Silent: the client's `load` shows the component. */
static enum err keep_package(struct command_call *call)
{
    struct package package;
    const char *why;
    enum err e = store_commit(&package, &why);

    if (e)
        return command_fail(call, e, NULL, "the package: %s", why ? why : err_text(e));
    return ERR_OK;
}

/* Byte by byte at the ends, by words where the address lets it. */
static enum err put_memory(struct command_call *call, const struct memory_range *range,
                           const uint8_t *bytes, size_t len)
{
    for (size_t at = 0; at < len;) {
        volatile uint8_t *pointer;
        uint64_t left, value = 0;
        unsigned size = (range->address + at) % 8 == 0 && len - at >= 8 ? 8 : 1;
        enum err e = memory_range_reach(call, range, at, &pointer, &left);

        if (e)
            return e;
        if (!call->force && access_is_own((uintptr_t)pointer, size))
            return command_fail(call, ERR_REFUSED, "address",
                                "the monitor's own memory is there, after %zu bytes", at);
        __builtin_memcpy(&value, bytes + at, size);
        e = access_write(pointer, size, value);
        if (e)
            return memory_range_fail(call, range, at, e, "writing");
        at += size;
    }
    return ERR_OK;
}

static enum err put_bytes(struct command_call *call, const struct memory_range *range,
                          const uint8_t *bytes, size_t len)
{
    static const struct column columns[] = {{"address", FIELD_ADDRESS, 0},
                                            {"bytes", FIELD_SIZE, 0}};
    static const struct record_type type = {"received", columns, 2, RECORD_TABLE};
    enum err e = put_memory(call, range, bytes, len);

    store_cancel();
    if (e)
        return e;
    const struct field fields[] = {{.word = range->address}, {.word = len}};
    record_emit(call->out, &type, fields);
    return ERR_OK;
}

static void emit_ready(struct command_call *call, size_t have)
{
    static const struct column columns[] = {{"have", FIELD_COUNT, 0}};
    static const struct record_type type = {"receiving", columns, 1, RECORD_TABLE};
    const struct field fields[] = {{.word = have}};
    bool json = call->out->json;

    call->out->json = true; /* for the client, in either form of output */
    record_emit(call->out, &type, fields);
    call->out->json = json;
}

static enum err run(struct command_call *call)
{
    struct memory_range range = {.size_bytes = 0};
    bool to_memory = call->arg_count > 2;
    uint64_t len = 0, check = 0;
    size_t have = 0;
    uint8_t *bytes;
    enum err e = ERR_OK;

    if (to_memory)
        e = memory_range_read(call, 1, &range);
    if (!e)
        e = arg_word(call, ARG_NAMED, "bytes", 1, BYTES_MAX, false, &len);
    if (!e)
        e = arg_word(call, ARG_NAMED, "crc", 0, UINT32_MAX, false, &check);
    if (!e)
        e = arg_end(call);
    if (e)
        return e;
    if (!line_is_framed())
        return command_fail(call, ERR_UNSUPPORTED, NULL,
                            "uploads need the client, whose line is framed");
    e = receive_begin(len, (uint32_t)check, &have);
    if (e)
        return fail_receive(call, e, 0);
    emit_ready(call, have);
    e = receive_run(&have, &bytes);
    if (e)
        return fail_receive(call, e, have);
    return to_memory ? put_bytes(call, &range, bytes, len) : keep_package(call);
}

const struct command command_receive = {
    .name = "receive",
    .usage = "receive [ADDRESS|phys:ADDRESS] bytes=COUNT crc=WORD",
    .summary = "Take an upload; the client's `load FILE` and `upload FILE` give this command",
    .help = "Blocks come over a channel of the framed line. What came stays when the line breaks,\n"
            "and goes on from there with the same bytes and crc.",
    .run = run,
    .group = GROUP_MEMORY,
};
