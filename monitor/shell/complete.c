/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Completion: which words could stand where the cursor is. The words come from the commands' own
 * offers; here is found out what is being completed, and what Tab makes of the candidates.
 */
#include "monitor/shell/method.h"
#include "monitor/shell/scope.h"
#include "monitor/shell/shell.h"
#include "arch/lib/str.h"

enum { CANDIDATE_BYTES = 80 };

/* What stands before the word: which command, and which of its arguments the word is. */
struct place {
    char name[LIMIT_METHOD_BYTES];  /* of the command; "" if the word itself is one */
    char first[LIMIT_METHOD_BYTES]; /* its first argument, for `call NAME` */
    unsigned index;
};

/* Only offers what begins as the word does. */
struct filter {
    const char *prefix;
    const char *before; /* goes before each word: the $ of a variable, or "" */
    command_offer offer;
    void *context;
};

static bool breaks(char c)
{
    return lex_is_space(c) || strchr("=|,;([{!&<>+*/%^~", c) != NULL;
}

static size_t word_start(const char *text, size_t len)
{
    while (len > 0 && !breaks(text[len - 1]))
        len--;
    return len;
}

static void filtered(void *context, const char *word)
{
    const struct filter *filter = context;
    char whole[CANDIDATE_BYTES];

    if (!str_starts_nocase(word, filter->prefix))
        return;
    fmt_print(whole, sizeof(whole), "%s%s", filter->before, word);
    filter->offer(filter->context, whole);
}

static bool is_prefix_word(const struct shell *shell, const char *name)
{
    const struct command *command;

    return shell_find_command(shell, name, &command) == ERR_OK && (command->flags & COMMAND_PREFIX);
}

/* The parameter of `key=word`, while a value is completed. */
static void find_key(struct shell *shell, const char *text, size_t start)
{
    size_t from = start;

    shell->key[0] = '\0';
    if (start == 0 || text[start - 1] != '=')
        return;
    while (from > 1 && lex_is_identifier(text[from - 2]))
        from--;
    fmt_print(shell->key, sizeof(shell->key), "%.*s", (int)(start - from), text + from - 1);
}

/* Walks the words before the one at `start`. Quotes are good enough when they close. */
static void find_place(const struct shell *shell, const char *text, size_t start,
                       struct place *place)
{
    size_t at = 0;

    *place = (struct place){.index = 0};
    while (at < start) {
        size_t from = at, end;
        struct lex_error bad;
        if (lex_is_space(text[at]) || text[at] == ';') {
            if (text[at++] == ';')
                place->name[0] = '\0';
            continue;
        }
        if (lex_word_end(text, at, NULL, &end, &bad) != ERR_OK || end >= start)
            return;
        at = end;
        if (place->name[0] == '\0') {
            fmt_print(place->name, sizeof(place->name), "%.*s", (int)(end - from), text + from);
            place->index = 0;
            if (is_prefix_word(shell, place->name))
                place->name[0] = '\0';
        } else if (place->index++ == 0) {
            fmt_print(place->first, sizeof(place->first), "%.*s", (int)(end - from), text + from);
        }
    }
}

static void offer_names(struct shell *shell, struct filter *filter)
{
    for (unsigned i = 0; i < shell->command_count; i++)
        filtered(filter, shell->commands[i]->name);
    if (method_has_parts(filter->prefix))
        method_offer(filter->prefix, filtered, filter);
}

static void offer_arguments(struct shell *shell, const struct place *place, struct filter *filter)
{
    const struct command *command;
    const struct api_method *method = NULL;
    unsigned index = place->index;
    enum err e = shell_find_command(shell, place->name, &command);

    if (e && method_find(place->name, &method) == ERR_OK) {
        e = shell_find_command(shell, "call", &command);
        index++;
    } else if (method_find(place->first, &method) != ERR_OK) {
        method = NULL;
    }
    shell->invoke.method = method; /* what call's completion asks about */
    if (!e && command->complete)
        command->complete(shell, index, filter->prefix, filtered, filter);
}

size_t complete_word(struct shell *shell, const char *text, size_t len, command_offer offer,
                     void *context)
{
    char head[LIMIT_LINE_BYTES];
    size_t start = word_start(text, len);
    struct filter filter = {.before = "", .offer = offer, .context = context};
    struct place place;

    if (len >= sizeof(head))
        return len;
    memcpy(head, text, len);
    head[len] = '\0';
    filter.prefix = head + start;
    if (head[start] == '$') {
        filter.prefix++;
        filter.before = "$";
        scope_each_variable(shell, filtered, &filter);
        return start;
    }
    find_place(shell, head, start, &place);
    find_key(shell, head, start);
    if (place.name[0] == '\0')
        offer_names(shell, &filter);
    else
        offer_arguments(shell, &place, &filter);
    return start;
}

/* Tab. */

struct candidates {
    unsigned count;
    char common[CANDIDATE_BYTES];
};

static void gather(void *context, const char *word)
{
    struct candidates *c = context;
    size_t len = 0;

    if (c->count++ == 0) {
        str_copy(c->common, sizeof(c->common), word);
        return;
    }
    while (c->common[len] && c->common[len] == word[len])
        len++;
    c->common[len] = '\0';
}

static void print(struct shell *shell, const char *text)
{
    shell->out.sink(shell->out.context, text, strlen(text));
}

struct listing {
    struct shell *shell;
    unsigned column;
};

static void list_one(void *context, const char *word)
{
    struct listing *listing = context;
    unsigned len = (unsigned)strlen(word);

    if (listing->column > 0 && listing->column + len + 2 > listing->shell->line.columns) {
        print(listing->shell, "\n");
        listing->column = 0;
    }
    if (listing->column > 0)
        print(listing->shell, "  ");
    print(listing->shell, word);
    listing->column += len + (listing->column > 0 ? 2 : 0);
}

static void replace_word(struct shell *shell, size_t start, const struct candidates *c)
{
    struct line *line = &shell->line;
    char text[CANDIDATE_BYTES + 1];
    size_t len = strlen(c->common);

    str_copy(text, sizeof(text), c->common);
    if (c->count == 1 && len > 0 && text[len - 1] != '=')
        str_copy(text + len, sizeof(text) - len, " ");
    line_replace(line, start, text, strlen(text));
}

void complete_line(struct shell *shell, bool list)
{
    struct line *line = &shell->line;
    struct candidates c = {0, ""};
    size_t start = complete_word(shell, line->text, line->cursor, gather, &c);

    /* a common part shorter than the word differs in case only: it stays as it was typed */
    if (c.count > 0 && (c.count == 1 || strlen(c.common) > line->cursor - start)) {
        replace_word(shell, start, &c);
        return;
    }
    if (!list || c.count == 0) {
        print(shell, "\a");
        return;
    }
    struct listing listing = {shell, 0};
    print(shell, "\n");
    complete_word(shell, line->text, line->cursor, list_one, &listing);
    print(shell, "\n");
    line_show(line);
}
