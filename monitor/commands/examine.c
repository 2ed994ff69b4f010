/* SPDX-License-Identifier: BSD-2-Clause */
/* `examine`: memory of a component, by its own addresses. */
#include "arch/lib/str.h"
#include "monitor/commands/commands.h"
#include "monitor/commands/debug_common.h"

enum { ROW_BYTES = 16, COUNT_MAX = 1 << 20 };

static void emit_bytes(struct command_call *call, uint64_t address, const uint8_t *bytes,
                       unsigned len)
{
    static const struct column columns[] = {
        {"address", FIELD_ADDRESS, 0}, {"bytes", FIELD_BYTES, 47}, {"text", FIELD_TEXT, 0}};
    static const struct record_type type = {"bytes", columns, 3, RECORD_TABLE};
    char text[ROW_BYTES + 1];

    for (unsigned i = 0; i < len; i++)
        text[i] = (char)(bytes[i] >= 0x20 && bytes[i] < 0x7f ? bytes[i] : '.');
    text[len] = '\0';
    const struct field fields[] = {{.word = address}, {.bytes = bytes, .len = len}, {.text = text}};
    record_emit(call->out, &type, fields);
}

static void emit_words(struct command_call *call, uint64_t address, const uint8_t *bytes,
                       unsigned len, unsigned size)
{
    static const struct column columns[] = {{"address", FIELD_ADDRESS, 0},
                                            {"words", FIELD_WORDS, 0}};
    static const struct record_type type = {"words", columns, 2, RECORD_TABLE};
    uint64_t words[ROW_BYTES] = {0};

    for (unsigned i = 0; i < len / size; i++)
        memcpy(&words[i], bytes + i * size, size);
    const struct field fields[] = {{.word = address}, {.words = words, .len = len / size}};
    record_emit(call->out, &type, fields);
}

static enum err show(struct command_call *call, uint32_t pid, uint64_t at, uint64_t len,
                     unsigned size)
{
    uint8_t bytes[ROW_BYTES];
    size_t done;

    record_announce(call->out, (len + ROW_BYTES - 1) / ROW_BYTES);
    while (len) {
        unsigned here = len < ROW_BYTES ? (unsigned)len : ROW_BYTES;
        if (command_interrupted(call))
            return ERR_INTERRUPTED;
        enum err e = debug_shell_read(pid, at, bytes, here, &done);
        unsigned whole = (unsigned)done / size * size;
        if (whole && size == 1)
            emit_bytes(call, at, bytes, whole);
        else if (whole)
            emit_words(call, at, bytes, whole, size);
        if (e || done < here)
            return command_fail(call, ERR_FAULT, "address", "there is no memory at 0x%llx",
                                (unsigned long long)(at + done));
        at += here;
        len -= here;
    }
    return ERR_OK;
}

static enum err run(struct command_call *call)
{
    uint64_t address = 0, count = 1, size = sizeof(uintptr_t);
    struct component *component;
    enum err e = debug_common_component(call, 0, &component);

    if (!e)
        e = arg_word(call, 1, "address", 0, UINT64_MAX, false, &address);
    if (!e)
        e = arg_word(call, 2, "count", 1, COUNT_MAX, true, &count);
    if (!e)
        e = arg_word(call, ARG_NAMED, "size", 1, 8, true, &size);
    if (!e)
        e = arg_end(call);
    if (e)
        return e;
    if (size & (size - 1))
        return command_fail(call, ERR_ARGUMENT, "size", "size is 1, 2, 4 or 8");
    return show(call, component->pid, address, count * size, (unsigned)size);
}

const struct command command_examine = {
    .name = "examine",
    .usage = "examine COMPONENT ADDRESS [COUNT] [size=1|2|4|8]",
    .summary = "Read memory of a component, by its own addresses",
    .help = "Breakpoints that are set do not show. COUNT is in units of size.",
    .run = run,
    .complete = debug_common_offer,
    .group = GROUP_COMPONENTS,
};
