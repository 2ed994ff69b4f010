/* SPDX-License-Identifier: BSD-2-Clause */
/* `backtrace`: the callers of a thread, by its chain of frame pointers. */
#include "monitor/commands/commands.h"
#include "monitor/commands/debug_common.h"

enum { FRAMES_MAX = 64 };

static void emit(struct command_call *call, unsigned number, uint64_t pc, uint64_t frame,
                 const char *note)
{
    static const struct column columns[] = {
        {"number", FIELD_COUNT, 6},
        {"pc", FIELD_ADDRESS, 0},
        {"frame", FIELD_ADDRESS, 0},
        {"note", FIELD_TEXT, 0},
    };
    static const struct record_type type = {"frame", columns, 4, RECORD_TABLE};
    const struct field fields[] = {{.word = number}, {.word = pc}, {.word = frame}, {.text = note}};

    record_emit(call->out, &type, fields);
}

static enum err run(struct command_call *call)
{
    uint64_t words[GDB_CONTEXT_WORDS_MAX], pc, frame, last, most = FRAMES_MAX;
    struct gdb_id id;
    struct gdb_code code;
    enum err e = debug_common_thread(call, 0, false, &id);

    if (!e)
        e = arg_word(call, 1, "count", 1, FRAMES_MAX, true, &most);
    if (!e)
        e = arg_end(call);
    if (e)
        return e;
    e = debug_shell_regs_read(id, words, NULL);
    if (e)
        return debug_common_fail(call, e, "reading its registers");
    code = debug_shell_code(&id.pid);
    pc = words[arch_gdb->pc_word];
    frame = words[arch_frame_word];
    for (unsigned i = 0; i < most && pc; i++) {
        emit(call, i, pc, frame,
             i == 0 ? "by frame pointers: code without them is left out" : NULL);
        last = frame;
        if (!arch_frame_up(&frame, &pc, &code) || frame == last)
            break;
    }
    return ERR_OK;
}

const struct command command_backtrace = {
    .name = "backtrace",
    .usage = "backtrace THREAD [COUNT]",
    .summary = "Show the callers of a thread, by its frame pointers",
    .help = "Only code that keeps frame pointers shows (-fno-omit-frame-pointer); the caller of a\n"
            "function that has not set up its frame is missing.",
    .run = run,
    .complete = debug_common_offer,
    .group = GROUP_COMPONENTS,
};
