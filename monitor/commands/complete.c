/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `complete`: what Tab would offer at the end of a line, as records, for a client with a line
 * editor of its own. Its words take the place of what follows the last blank, "=" or "|".
 *
 * A client that asks aside, in text, gets a line "=" and then of each word only what differs from
 * the one before: a byte of 0x80 and more, which no word has, tells how much to keep of that, and
 * the rest follows. All methods at 115200 baud are a noticeable wait otherwise.
 */
#include "monitor/commands/commands.h"
#include "monitor/shell/shell.h"
#include "arch/lib/str.h"

enum { CANDIDATE_BYTES = 160, KEEP_FIRST = 0x80, KEEP_MAX = 0x7f };

static const struct column columns[] = {
    {"word", FIELD_NAME, 0},
};
static const struct record_type type = {"candidate", columns, 1, RECORD_TABLE};

struct offers {
    struct record_out out;
    const char *line;
    size_t client_start; /* where the client's word begins */
    size_t start;        /* where ours does */
    bool packed;
    char before[CANDIDATE_BYTES];
    char text[2 * CANDIDATE_BYTES];
    size_t len; /* of the text */
};

static void find_start(void *context, const char *word)
{
    (void)context;
    (void)word;
}

static void flush_packed(struct offers *offers)
{
    if (offers->len > 0)
        record_text(&offers->out, offers->text);
    offers->len = 0;
}

static void emit_packed(struct offers *offers, const char *word)
{
    size_t same = 0, len = strlen(word);

    while (same < KEEP_MAX && word[same] && word[same] == offers->before[same])
        same++;
    if (offers->len + 1 + len - same >= sizeof(offers->text))
        flush_packed(offers);
    offers->text[offers->len++] = (char)(KEEP_FIRST + same);
    memcpy(offers->text + offers->len, word + same, len - same + 1);
    offers->len += len - same;
    (void)str_copy(offers->before, sizeof(offers->before), word);
}

static void emit(void *context, const char *word)
{
    struct offers *offers = context;
    char text[CANDIDATE_BYTES];

    fmt_print(text, sizeof(text), "%.*s%s", (int)(offers->start - offers->client_start),
              offers->line + offers->client_start, word);
    const struct field field = {.text = text};
    if (offers->packed)
        emit_packed(offers, text);
    else
        record_emit(&offers->out, &type, &field);
}

static enum err run(struct command_call *call)
{
    const char *line = call->arg_count ? call->args[0].raw : "";
    size_t len = strlen(line);
    struct offers offers = {.out = *call->out, .line = line, .client_start = len};

    offers.out.memory = NULL;
    offers.packed = call->shell->aside && !call->out->json;
    if (offers.packed)
        record_text(&offers.out, "=");
    while (offers.client_start > 0 && !strchr(" \t=|", line[offers.client_start - 1]))
        offers.client_start--;
    offers.start = complete_word(call->shell, line, len, find_start, NULL);
    complete_word(call->shell, line, len, emit, &offers);
    flush_packed(&offers);
    return ERR_OK;
}

const struct command command_complete_line = {
    .name = "complete",
    .usage = "complete LINE",
    .summary = "List the words that could complete a line",
    .run = run,
    .group = GROUP_SHELL,
    .flags = COMMAND_RAW_LINE | COMMAND_KEEPS,
};
