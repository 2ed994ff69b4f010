/* SPDX-License-Identifier: BSD-2-Clause */
/* `read`: bytes to words of memory, at an address of the monitor or a physical one. */
#include "monitor/commands/commands.h"
#include "monitor/commands/common.h"
#include "monitor/commands/memory_range.h"

enum { ROW_BYTES = 16, COUNT_MAX = 1 << 20 };

/* One row's worth of values, read before anything of it is shown. */
struct row {
    uint64_t words[ROW_BYTES];
    uint8_t bytes[ROW_BYTES];
    char text[ROW_BYTES + 1];
};

static void emit_value(struct command_call *call, uint64_t address, uint64_t value)
{
    static const struct column columns[] = {{"address", FIELD_ADDRESS, 0},
                                            {"value", FIELD_WORD, 0}};
    static const struct record_type type = {"value", columns, 2, RECORD_TABLE};
    const struct field fields[] = {{.word = address}, {.word = value}};

    record_emit(call->out, &type, fields);
}

static void emit_bytes(struct command_call *call, uint64_t address, struct row *row, unsigned count)
{
    static const struct column columns[] = {
        {"address", FIELD_ADDRESS, 0}, {"bytes", FIELD_BYTES, 47}, {"text", FIELD_TEXT, 0}};
    static const struct record_type type = {"bytes", columns, 3, RECORD_TABLE};

    for (unsigned i = 0; i < count; i++) {
        row->bytes[i] = (uint8_t)row->words[i];
        row->text[i] = row->bytes[i] >= 0x20 && row->bytes[i] < 0x7f ? (char)row->bytes[i] : '.';
    }
    row->text[count] = '\0';
    const struct field fields[] = {
        {.word = address}, {.bytes = row->bytes, .len = count}, {.text = row->text}};
    record_emit(call->out, &type, fields);
}

static void emit_words(struct command_call *call, uint64_t address, const struct row *row,
                       unsigned count)
{
    static const struct column columns[] = {{"address", FIELD_ADDRESS, 0},
                                            {"words", FIELD_WORDS, 0}};
    static const struct record_type type = {"words", columns, 2, RECORD_TABLE};
    const struct field fields[] = {{.word = address}, {.words = row->words, .len = count}};

    record_emit(call->out, &type, fields);
}

static enum err read_row(struct command_call *call, const struct memory_range *range, uint64_t at,
                         unsigned count, struct row *row)
{
    volatile uint8_t *pointer = NULL;
    uint64_t left = 0;

    for (unsigned i = 0; i < count; i++) {
        enum err e;

        if (left < range->size_bytes) {
            e = memory_range_reach(call, range, at + (uint64_t)i * range->size_bytes, &pointer,
                                   &left);
            if (e)
                return e;
        }
        e = access_read(pointer, range->size_bytes, &row->words[i]);
        if (e)
            return memory_range_fail(call, range, at + (uint64_t)i * range->size_bytes, e,
                                     "reading");
        pointer += range->size_bytes;
        left -= range->size_bytes;
    }
    return ERR_OK;
}

static enum err run(struct command_call *call)
{
    struct memory_range range;
    uint64_t count = 1;
    struct row row;
    unsigned per_row;
    enum err e = memory_range_read(call, sizeof(uintptr_t), &range);

    if (!e)
        e = arg_word(call, 1, "count", 1, COUNT_MAX, true, &count);
    if (!e)
        e = arg_end(call);
    if (e)
        return e;
    per_row = ROW_BYTES / range.size_bytes;
    record_announce(call->out, (count + per_row - 1) / per_row);
    for (uint64_t done = 0; done < count && !e; done += per_row) {
        uint64_t at = done * range.size_bytes;
        unsigned here = count - done < per_row ? (unsigned)(count - done) : per_row;

        if (command_interrupted(call))
            return ERR_INTERRUPTED;
        e = read_row(call, &range, at, here, &row);
        if (e)
            return e;
        if (count == 1)
            emit_value(call, range.address, row.words[0]);
        else if (range.size_bytes == 1)
            emit_bytes(call, range.address + at, &row, here);
        else
            emit_words(call, range.address + at, &row, here);
    }
    return e;
}

const struct command command_read = {
    .name = "read",
    .usage = "read ADDRESS|phys:ADDRESS [COUNT] [size=1|2|4|8]",
    .summary = "Read memory of the monitor, or at a physical address (phys:0x9000000)",
    .help =
        "COUNT is in units of size, which is a word if not given. One unit is left in $value,\n"
        "more in $words0, $words1 of the last row. A physical address is reached through a frame\n"
        "made of the untyped there; of RAM that was free, the kernel makes it zero.",
    .run = run,
    .group = GROUP_MEMORY,
};
