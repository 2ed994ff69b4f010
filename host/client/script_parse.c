/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The parser: line by line, one function a keyword. See script_parse.h; the language is described
 * in SCRIPTS.md. A line that begins with no keyword is the target's, and is kept as it stands.
 */
#include "host/client/script_parse.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/client/script_text.h"

enum block_end { BLOCK_END, BLOCK_ELSE, BLOCK_FILE_END, BLOCK_WRONG };

struct parser {
    const char *text;
    size_t len, at;
    unsigned line;
    char *source; /* the current line */
    size_t end;   /* of it, without comment */
    unsigned depth;
    bool in_loop, in_function, in_test, in_cleanup;
    struct script_tree *tree;
    struct script_error *error;
};

struct keyword {
    const char *name;
    enum script_kind kind;
    bool opens; /* a block, closed by `end` */
    bool (*parse)(struct parser *p, struct script_node *node, size_t at);
};

static const struct keyword keywords[];

__attribute__((format(printf, 3, 4))) static bool fail(struct parser *p, size_t at,
                                                       const char *format, ...)
{
    va_list args;
    p->error->line = p->line;
    p->error->column = (unsigned)at + 1;
    va_start(args, format);
    vsnprintf(p->error->message, sizeof(p->error->message), format, args);
    va_end(args);
    free(p->error->source);
    p->error->source = strdup(p->source ? p->source : "");
    return false;
}

static bool fail_memory(struct parser *p)
{
    return fail(p, 0, "out of memory");
}

static size_t skip_space(const struct parser *p, size_t at)
{
    while (at < p->end && (p->source[at] == ' ' || p->source[at] == '\t'))
        at++;
    return at;
}

/* The next line into p->source; false at the end of the text or if it holds a NUL byte. */
static bool next_line(struct parser *p, bool *wrong)
{
    *wrong = false;
    free(p->source);
    p->source = NULL;
    if (p->at >= p->len)
        return false;
    const char *start = p->text + p->at;
    const char *newline = memchr(start, '\n', p->len - p->at);
    size_t len = newline ? (size_t)(newline - start) : p->len - p->at;
    p->at += len + 1;
    p->line++;
    while (len > 0 && start[len - 1] == '\r')
        len--;
    p->source = strndup(start, len);
    *wrong = !p->source || strlen(p->source) != len;
    if (*wrong)
        fail(p, p->source ? strlen(p->source) : 0,
             p->source ? "the line holds a NUL byte; is this a script?" : "out of memory");
    else
        p->end = script_text_length(p->source);
    return !*wrong;
}

/* Takes [at, at + len) of the line. */
static bool take(struct parser *p, struct script_part *part, size_t at, size_t len)
{
    while (len > 0 && (p->source[at + len - 1] == ' ' || p->source[at + len - 1] == '\t'))
        len--;
    part->text = strndup(p->source + at, len);
    part->column = (unsigned)at + 1;
    return part->text || fail_memory(p);
}

/* All from `at` on, which must not be nothing. */
static bool take_rest(struct parser *p, struct script_part *part, size_t at, const char *what)
{
    at = skip_space(p, at);
    if (at >= p->end)
        return fail(p, at, "%s is missing here", what);
    return take(p, part, at, p->end - at);
}

static bool expect_nothing(struct parser *p, size_t at)
{
    at = skip_space(p, at);
    return at >= p->end || fail(p, at, "nothing more belongs on this line");
}

/* The word at `at`; false at the end of the line. */
static bool word_at(const struct parser *p, size_t *at, size_t *start, size_t *len)
{
    if (!script_text_word(p->source, at, start, len) || *start >= p->end)
        return false;
    return true;
}

static bool is_word(const struct parser *p, size_t start, size_t len, const char *word)
{
    return strlen(word) == len && strncmp(p->source + start, word, len) == 0;
}

static const struct keyword *find_keyword(const char *word, size_t len);

/* An identifier at `*at`, which moves past it. */
static bool take_name(struct parser *p, char **name, size_t *at, const char *what)
{
    size_t start = skip_space(p, *at), len = 0;
    while (start + len < p->end &&
           (isalnum((unsigned char)p->source[start + len]) || p->source[start + len] == '_'))
        len++;
    if (!script_text_is_name(p->source + start, len))
        return fail(p, start, "%s is missing here: letters, digits and _", what);
    *at = start + len;
    *name = strndup(p->source + start, len);
    return *name || fail_memory(p);
}

/* --- blocks --------------------------------------------------------------------------------- */

static bool parse_statement(struct parser *p, struct script_block *block, enum block_end *end);

/* Statements up to `end` or `else`, which is then the current line. */
static enum block_end parse_block(struct parser *p, struct script_block *block)
{
    bool wrong;
    while (next_line(p, &wrong)) {
        enum block_end end = BLOCK_FILE_END;
        if (!parse_statement(p, block, &end))
            return BLOCK_WRONG;
        if (end != BLOCK_FILE_END)
            return end;
    }
    return wrong ? BLOCK_WRONG : BLOCK_FILE_END;
}

/* The body of `node`, which needs its `end`. */
static enum block_end parse_body(struct parser *p, const struct script_node *node,
                                 struct script_block *block, const char *what, bool can_else)
{
    if (p->depth >= SCRIPT_DEPTH_MAX) {
        fail(p, 0, "more than %d blocks inside each other", SCRIPT_DEPTH_MAX);
        return BLOCK_WRONG;
    }
    p->depth++;
    enum block_end end = parse_block(p, block);
    p->depth--;
    if (end == BLOCK_FILE_END) {
        unsigned last = p->line;
        p->source = strdup(node->source);
        p->line = node->line;
        fail(p, strspn(node->source, " \t"), "this %s has no end (line %u is the last)", what,
             last);
        return BLOCK_WRONG;
    }
    if (end == BLOCK_ELSE && !can_else) {
        fail(p, strspn(p->source, " \t"), "this else belongs to no if");
        return BLOCK_WRONG;
    }
    return end;
}

/* A block whose surroundings are its own: no loop of outside can be left from within. */
static bool parse_apart(struct parser *p, struct script_node *node, const char *what, bool *flag)
{
    bool loop = p->in_loop, was = *flag;
    p->in_loop = false;
    *flag = true;
    bool ok = parse_body(p, node, &node->body, what, false) == BLOCK_END;
    p->in_loop = loop;
    *flag = was;
    return ok;
}

static bool parse_loop_body(struct parser *p, struct script_node *node, const char *what)
{
    bool loop = p->in_loop;
    p->in_loop = true;
    bool ok = parse_body(p, node, &node->body, what, false) == BLOCK_END;
    p->in_loop = loop;
    return ok;
}

static bool parse_if(struct parser *p, struct script_node *node, size_t at);

/* `else` is the current line: what follows it. */
static bool parse_else(struct parser *p, struct script_node *node)
{
    size_t at = strspn(p->source, " \t") + 4, start, len;
    if (!word_at(p, &at, &start, &len))
        return parse_body(p, node, &node->other, "else", false) == BLOCK_END;
    if (!is_word(p, start, len, "if"))
        return fail(p, start, "only `if` may stand after else");
    struct script_node *other = script_tree_add(&node->other);
    if (!other)
        return fail_memory(p);
    other->kind = SCRIPT_IF;
    other->line = p->line;
    other->source = strdup(p->source);
    if (!other->source)
        return fail_memory(p);
    p->depth++;
    bool ok = parse_if(p, other, at);
    p->depth--;
    return ok;
}

static bool parse_if(struct parser *p, struct script_node *node, size_t at)
{
    if (!take_rest(p, &node->first, at, "the condition"))
        return false;
    enum block_end end = parse_body(p, node, &node->body, "if", true);
    if (end == BLOCK_ELSE)
        return parse_else(p, node);
    return end == BLOCK_END;
}

static bool parse_while(struct parser *p, struct script_node *node, size_t at)
{
    return take_rest(p, &node->first, at, "the condition") && parse_loop_body(p, node, "while");
}

/* Where the word `word` stands from `at` on; p->end if nowhere. */
static size_t find_word(const struct parser *p, size_t at, const char *word)
{
    size_t start, len;
    while (word_at(p, &at, &start, &len))
        if (is_word(p, start, len, word))
            return start;
    return p->end;
}

static bool take_until(struct parser *p, struct script_part *part, size_t at, size_t end,
                       const char *what)
{
    at = skip_space(p, at);
    return at < end ? take(p, part, at, end - at) : fail(p, at, "%s is missing here", what);
}

static bool parse_range(struct parser *p, struct script_node *node, size_t at)
{
    size_t to = find_word(p, at, "to");
    if (to == p->end)
        return fail(p, to, "`to` and the last value are missing: for NAME = FIRST to LAST");
    size_t step = find_word(p, to, "step");
    node->kind = SCRIPT_FOR_TO;
    return take_until(p, &node->first, at, to, "the first value") &&
           take_until(p, &node->second, to + 2, step, "the last value") &&
           (step == p->end || take_rest(p, &node->third, step + 4, "the step"));
}

static bool parse_for(struct parser *p, struct script_node *node, size_t at)
{
    size_t start, len;
    if (!take_name(p, &node->name, &at, "the name of the variable"))
        return false;
    at = skip_space(p, at);
    if (p->source[at] == '=') {
        if (!parse_range(p, node, at + 1))
            return false;
    } else {
        if (!word_at(p, &at, &start, &len) || !is_word(p, start, len, "in"))
            return fail(p, skip_space(p, at - len),
                        "for wants NAME in WORD... or NAME = FIRST to "
                        "LAST");
        if (!take(p, &node->first, skip_space(p, at), p->end - skip_space(p, at)))
            return false;
    }
    return parse_loop_body(p, node, "for");
}

static bool parse_function(struct parser *p, struct script_node *node, size_t at)
{
    if (p->depth > 0)
        return fail(p, at - strlen("function"), "a function stands in no other block");
    if (!take_name(p, &node->name, &at, "the name of the function"))
        return false;
    if (find_keyword(node->name, strlen(node->name)))
        return fail(p, at - strlen(node->name), "%s is a word of the language", node->name);
    while (skip_space(p, at) < p->end) {
        char **params = realloc(node->params, (node->param_count + 1) * sizeof(*params));
        if (!params)
            return fail_memory(p);
        node->params = params;
        params[node->param_count] = NULL;
        if (!take_name(p, &params[node->param_count], &at, "the name of a parameter"))
            return false;
        node->param_count++;
    }
    p->tree->has_functions = true;
    return parse_apart(p, node, "function", &p->in_function);
}

static bool parse_test(struct parser *p, struct script_node *node, size_t at)
{
    if (p->in_test || p->in_function || p->in_cleanup)
        return fail(p, at - strlen("test"), "a test stands in no other one, and in no function");
    if (!take_rest(p, &node->first, at, "the name of the test"))
        return false;
    p->tree->test_count++;
    return parse_apart(p, node, "test", &p->in_test);
}

static bool parse_setup(struct parser *p, struct script_node *node, size_t at)
{
    if (p->depth > 0)
        return fail(p, at - strlen("setup"), "setup stands in no other block");
    p->tree->has_functions = true;
    return expect_nothing(p, at) && parse_apart(p, node, "setup", &p->in_cleanup);
}

static bool parse_cleanup(struct parser *p, struct script_node *node, size_t at)
{
    if (p->in_cleanup)
        return fail(p, at - strlen("cleanup"), "cleanup stands in no setup or cleanup");
    p->tree->has_functions = true;
    return expect_nothing(p, at) && parse_apart(p, node, "cleanup", &p->in_cleanup);
}

/* --- statements of one line ----------------------------------------------------------------- */

static bool parse_return(struct parser *p, struct script_node *node, size_t at)
{
    if (!p->in_function)
        return fail(p, at - strlen("return"), "return outside of a function");
    at = skip_space(p, at);
    return at >= p->end || take(p, &node->first, at, p->end - at);
}

static bool parse_leave(struct parser *p, struct script_node *node, size_t at)
{
    (void)node;
    if (!p->in_loop)
        return fail(p, skip_space(p, 0), "there is no loop here");
    return expect_nothing(p, at);
}

static bool parse_var(struct parser *p, struct script_node *node, size_t at)
{
    if (!take_name(p, &node->name, &at, "the name of the variable"))
        return false;
    at = skip_space(p, at);
    if (at >= p->end && node->kind == SCRIPT_PARAM)
        return true;
    if (p->source[at] != '=' || at >= p->end)
        return fail(p, at, "= and a value are missing here");
    return take_rest(p, &node->first, at + 1, "the value");
}

static bool parse_skip(struct parser *p, struct script_node *node, size_t at)
{
    size_t rest = at, start, len;
    if (!word_at(p, &rest, &start, &len))
        return true;
    node->negated = is_word(p, start, len, "unless");
    if (!node->negated && !is_word(p, start, len, "if"))
        return fail(p, start, "skip wants `if` or `unless` and a condition, or nothing");
    return take_rest(p, &node->first, rest, "the condition");
}

static bool parse_pause(struct parser *p, struct script_node *node, size_t at)
{
    return take_rest(p, &node->first, at, "the time, as in 500 ms,");
}

static bool parse_source(struct parser *p, struct script_node *node, size_t at)
{
    return take_rest(p, &node->first, at, "the file");
}

/* Past the regular expression that opens at `at`; 0 if it does not close. */
static size_t regex_end(const struct parser *p, size_t at)
{
    for (at++; at < p->end && p->source[at] != '/'; at++)
        if (p->source[at] == '\\' && at + 1 < p->end)
            at++;
    return at < p->end ? at + 1 : 0;
}

static bool parse_pattern(struct parser *p, struct script_node *node, size_t *at)
{
    size_t start = skip_space(p, *at), len;
    if (start >= p->end || is_word(p, start, strcspn(p->source + start, " \t"), "within"))
        return node->negated || node->hears == SCRIPT_HEARS_FAULT ||
               fail(p, start,
                    "what is to be heard is missing here: \"TEXT\" or /REGULAR EXPRESSION/");
    if (p->source[start] == '/') {
        size_t end = regex_end(p, start);
        if (end == 0)
            return fail(p, start, "the regular expression is not closed: /.../");
        *at = end;
        return take(p, &node->first, start, end - start);
    }
    *at = start;
    word_at(p, at, &start, &len);
    return take(p, &node->first, start, len);
}

static bool parse_expect(struct parser *p, struct script_node *node, size_t at)
{
    static const struct {
        const char *name;
        unsigned hears;
    } sounds[] = {{"text", SCRIPT_HEARS_TEXT},
                  {"kernel", SCRIPT_HEARS_KERNEL},
                  {"fault", SCRIPT_HEARS_FAULT},
                  {"any", SCRIPT_HEARS_ANY}};
    size_t rest = at, start, len;
    node->hears = SCRIPT_HEARS_ANY;
    if (word_at(p, &rest, &start, &len) && is_word(p, start, len, "no")) {
        node->negated = true;
        at = rest;
    }
    rest = at;
    for (size_t i = 0; i < sizeof(sounds) / sizeof(sounds[0]); i++) {
        size_t past = at;
        if (word_at(p, &past, &start, &len) && is_word(p, start, len, sounds[i].name)) {
            node->hears = sounds[i].hears;
            rest = past;
        }
    }
    if (!parse_pattern(p, node, &rest))
        return false;
    at = rest;
    if (!word_at(p, &rest, &start, &len))
        return true;
    if (!is_word(p, start, len, "within"))
        return fail(p, start, "only `within TIME` may stand here");
    return take_rest(p, &node->second, rest, "the time, as in 2 s,");
}

static const struct keyword keywords[] = {
    {"if", SCRIPT_IF, true, parse_if},
    {"while", SCRIPT_WHILE, true, parse_while},
    {"for", SCRIPT_FOR_IN, true, parse_for},
    {"function", SCRIPT_FUNCTION, true, parse_function},
    {"test", SCRIPT_TEST, true, parse_test},
    {"setup", SCRIPT_SETUP, true, parse_setup},
    {"cleanup", SCRIPT_CLEANUP, true, parse_cleanup},
    {"return", SCRIPT_RETURN, false, parse_return},
    {"leave", SCRIPT_LEAVE, false, parse_leave},
    {"again", SCRIPT_AGAIN, false, parse_leave},
    {"var", SCRIPT_VAR, false, parse_var},
    {"param", SCRIPT_PARAM, false, parse_var},
    {"expect", SCRIPT_EXPECT, false, parse_expect},
    {"skip", SCRIPT_SKIP, false, parse_skip},
    {"pause", SCRIPT_PAUSE, false, parse_pause},
    {"source", SCRIPT_SOURCE, false, parse_source},
};

const char *const script_keywords[] = {
    "if",    "else",  "end", "while", "for",    "function", "test",  "setup",  "cleanup", "return",
    "leave", "again", "var", "param", "expect", "skip",     "pause", "source", NULL,
};

static const struct keyword *find_keyword(const char *word, size_t len)
{
    for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++)
        if (strlen(keywords[i].name) == len && strncmp(keywords[i].name, word, len) == 0)
            return &keywords[i];
    return NULL;
}

static bool parse_statement(struct parser *p, struct script_block *block, enum block_end *end)
{
    size_t at = 0, start, len;
    if (!word_at(p, &at, &start, &len))
        return true;
    if (is_word(p, start, len, "end") || is_word(p, start, len, "else")) {
        *end = len == 3 ? BLOCK_END : BLOCK_ELSE;
        if (p->depth == 0)
            return fail(p, start, "nothing is open that this %s could close",
                        len == 3 ? "end" : "else");
        return *end == BLOCK_ELSE || expect_nothing(p, at);
    }
    struct script_node *node = script_tree_add(block);
    if (!node)
        return fail_memory(p);
    node->line = p->line;
    node->source = strdup(p->source);
    if (!node->source)
        return fail_memory(p);
    const struct keyword *keyword = find_keyword(p->source + start, len);
    if (!keyword) {
        node->kind = SCRIPT_LINE;
        return take(p, &node->first, start, strlen(p->source) - start);
    }
    node->kind = keyword->kind;
    return keyword->parse(p, node, at);
}

struct script_tree *script_parse(const char *file, const char *text, size_t len,
                                 unsigned first_line, struct script_error *error)
{
    struct script_tree *tree = calloc(1, sizeof(*tree));
    struct parser p = {
        .text = text, .len = len, .line = first_line - 1, .tree = tree, .error = error};
    memset(error, 0, sizeof(*error));
    if (!tree || (file && !(tree->file = strdup(file)))) {
        fail_memory(&p);
        script_tree_free(tree);
        return NULL;
    }
    enum block_end end = parse_block(&p, &tree->body);
    free(p.source);
    if (end == BLOCK_FILE_END)
        return tree;
    script_tree_free(tree);
    return NULL;
}

int script_parse_depth(const char *line)
{
    size_t at = 0, start, len;
    if (!script_text_word(line, &at, &start, &len))
        return 0;
    const struct keyword *keyword = find_keyword(line + start, len);
    if (keyword)
        return keyword->opens;
    return len == 3 && strncmp(line + start, "end", 3) == 0 ? -1 : 0;
}
