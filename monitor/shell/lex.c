/* SPDX-License-Identifier: BSD-2-Clause */
/* The splitter. Two passes: where a command begins and ends, then its words into a pool. */
#include "monitor/shell/lex.h"
#include "arch/lib/str.h"

bool lex_is_identifier_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool lex_is_identifier(char c)
{
    return lex_is_identifier_start(c) || (c >= '0' && c <= '9');
}

bool lex_is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static enum err fail(struct lex_error *error, size_t column, const char *reason)
{
    error->column = (uint16_t)column;
    error->reason = reason;
    return ERR_SYNTAX;
}

static size_t skip_space(const char *line, size_t at)
{
    while (lex_is_space(line[at]))
        at++;
    return at;
}

/* Past the closing quote of the string that opens at `at`; 0 if it does not close. */
static size_t quote_end(const char *line, size_t at)
{
    char quote = line[at++];

    for (; line[at]; at++) {
        if (line[at] == quote)
            return at + 1;
        if (line[at] == '\\' && quote == '"' && line[at + 1])
            at++;
    }
    return 0;
}

enum err lex_word_end(const char *line, size_t at, const char *stops, size_t *end,
                      struct lex_error *error)
{
    static const char opening[] = "([{", closing[] = ")]}";
    char open[LIMIT_EXPR_DEPTH];
    size_t opened_at = 0;
    unsigned depth = 0;

    for (; line[at]; at++) {
        char c = line[at];
        const char *bracket;
        if (lex_is_identifier(c))
            continue; /* most of any line; it ends no word and opens nothing */
        if (c == '"' || c == '\'') {
            size_t past = quote_end(line, at);
            if (past == 0)
                return fail(error, at, "the quote is not closed");
            at = past - 1;
        } else if ((bracket = strchr(opening, c)) != NULL) {
            if (depth == LIMIT_EXPR_DEPTH)
                return fail(error, at, "too many parentheses inside each other");
            opened_at = at;
            open[depth++] = closing[bracket - opening];
        } else if (strchr(closing, c)) {
            if (depth == 0 && stops && strchr(stops, c))
                break;
            if (depth == 0 || open[--depth] != c)
                return fail(error, at, "nothing that this would close is open");
        } else if (depth == 0 && (lex_is_space(c) || c == ';' || (stops && strchr(stops, c)))) {
            break;
        }
    }
    if (depth > 0)
        return fail(error, opened_at, "the parenthesis is not closed");
    *end = at;
    return ERR_OK;
}

static unsigned hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    if (c >= 'a' && c <= 'f')
        return (unsigned)(c - 'a') + 10;
    if (c >= 'A' && c <= 'F')
        return (unsigned)(c - 'A') + 10;
    return 16;
}

/* One escape after its backslash; returns the characters taken. */
static size_t unescape(char *to, const char *from, size_t len)
{
    static const char letters[] = "ntr0", bytes[] = "\n\t\r";
    const char *letter = strchr(letters, *from);

    if (*from == 'x' && len >= 3 && hex_digit(from[1]) < 16 && hex_digit(from[2]) < 16) {
        *to = (char)(hex_digit(from[1]) << 4 | hex_digit(from[2]));
        return 3;
    }
    *to = letter && *letter ? bytes[letter - letters] : *from;
    return 1;
}

void lex_unquote(char *to, const char *from, size_t len)
{
    char quote = '\0';

    for (size_t i = 0; i < len; i++) {
        char c = from[i];
        if (quote == '\0' && (c == '"' || c == '\''))
            quote = c;
        else if (quote && c == quote)
            quote = '\0';
        else if (quote == '"' && c == '\\' && i + 1 < len)
            i += unescape(to++, from + i + 1, len - i - 1);
        else
            *to++ = c;
    }
    *to = '\0';
}

/* A copy in the pool; cannot fail for words of one line (see LIMIT_LEX_BYTES), and is checked. */
static char *keep(struct lex_command *out, const char *from, size_t len)
{
    if (len + 1 > sizeof(out->pool) - out->used)
        return NULL;
    char *to = out->pool + out->used;
    memcpy(to, from, len);
    to[len] = '\0';
    out->used = (uint16_t)(out->used + len + 1);
    return to;
}

enum err lex_name(const char *line, size_t at, struct lex_command *out, struct lex_error *error)
{
    size_t end;

    out->word_count = 0;
    out->used = 0;
    out->force = false;
    out->next = (uint16_t)strlen(line);
    at = skip_space(line, at);
    size_t name = at;
    while (lex_is_identifier(line[at]) ||
           (line[at] && !lex_is_space(line[at]) && !strchr(";!#\"'([{", line[at])))
        at++;
    out->column = (uint16_t)name;
    out->name = keep(out, line + name, at - name);
    if (!out->name)
        return ERR_NO_SPACE;
    if (line[at] == '!' && at > name && line[at + 1] != '=') {
        out->force = true;
        at++;
    }
    out->rest = (uint16_t)skip_space(line, at);
    out->rest_end = out->next;
    for (end = at; line[at] && line[at] != ';' && line[at] != '#';) {
        enum err e = lex_word_end(line, at, NULL, &end, error);
        if (e)
            return e;
        at = skip_space(line, end);
    }
    out->rest_end = (uint16_t)(end > out->rest ? end : out->rest);
    if (line[at] == ';')
        out->next = (uint16_t)(at + 1);
    return ERR_OK;
}

static size_t name_length(const char *word, size_t len)
{
    size_t n = 0;

    if (!lex_is_identifier_start(word[0]))
        return 0;
    while (n < len && lex_is_identifier(word[n]))
        n++;
    return n < len && word[n] == '=' && word[n + 1] != '=' ? n : 0;
}

static enum err add_word(const char *line, size_t at, size_t end, struct lex_command *out)
{
    struct lex_word *word = &out->words[out->word_count];
    size_t name = name_length(line + at, end - at);
    size_t value = name ? at + name + 1 : at;
    size_t len = end - value;

    *word = (struct lex_word){.column = (uint16_t)value};
    word->whole = keep(out, line + at, end - at);
    if (!word->whole)
        return ERR_NO_SPACE;
    word->raw = word->whole + (value - at);
    word->text = word->raw;
    if (name) {
        word->name = keep(out, line + at, name);
        if (!word->name)
            return ERR_NO_SPACE;
    }
    char quote = line[value];
    if (len > 0 && (quote == '"' || quote == '\''))
        word->quoted = quote_end(line, value) == end;
    if (strchr(word->raw, '"') || strchr(word->raw, '\'')) {
        char *text = keep(out, word->raw, len);
        if (!text)
            return ERR_NO_SPACE;
        lex_unquote(text, word->raw, len);
        word->text = text;
    }
    out->word_count++;
    return ERR_OK;
}

enum err lex_words(const char *line, struct lex_command *out, struct lex_error *error)
{
    size_t at = out->rest;

    while (at < out->rest_end) {
        size_t end;
        enum err e = lex_word_end(line, at, NULL, &end, error);
        if (e)
            return e;
        if (out->word_count == LIMIT_ARGS) {
            fail(error, at, "too many words");
            return ERR_FULL;
        }
        e = add_word(line, at, end, out);
        if (e) {
            fail(error, at, "the line is too long");
            return e;
        }
        at = skip_space(line, end);
    }
    return ERR_OK;
}
