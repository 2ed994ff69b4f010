/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `complete`: what Tab would offer at the end of a line, as records, for a client with a line
 * editor of its own. Its words take the place of what follows the last blank, "=" or "|".
 */
#include "monitor/commands/commands.h"
#include "monitor/shell/shell.h"
#include "arch/lib/str.h"

enum { CANDIDATE_BYTES = 160 };

static const struct column columns[] = {
    {"word", FIELD_NAME, 0},
};
static const struct record_type type = {"candidate", columns, 1, RECORD_TABLE};

struct offers {
    struct record_out out;
    const char *line;
    size_t client_start; /* where the client's word begins */
    size_t start;        /* where ours does */
};

static void find_start(void *context, const char *word)
{
    (void)context;
    (void)word;
}

static void emit(void *context, const char *word)
{
    struct offers *offers = context;
    char text[CANDIDATE_BYTES];

    fmt_print(text, sizeof(text), "%.*s%s", (int)(offers->start - offers->client_start),
              offers->line + offers->client_start, word);
    const struct field field = {.text = text};
    record_emit(&offers->out, &type, &field);
}

static enum err run(struct command_call *call)
{
    const char *line = call->arg_count ? call->args[0].raw : "";
    size_t len = strlen(line);
    struct offers offers = {.out = *call->out, .line = line, .client_start = len};

    offers.out.memory = NULL;
    while (offers.client_start > 0 && !strchr(" \t=|", line[offers.client_start - 1]))
        offers.client_start--;
    offers.start = complete_word(call->shell, line, len, find_start, NULL);
    complete_word(call->shell, line, len, emit, &offers);
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
