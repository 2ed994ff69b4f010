/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The parser: line by line, one function a keyword. See script_parse.h; the language is described
 * in SCRIPTS.md. A line that begins with no keyword is the target's, and is kept as it stands.
 */
#include "host/client/script_parse.h"

#include <stdlib.h>
#include <string.h>

#include "host/client/script_line.h"
#include "host/client/script_text.h"

enum block_end { BLOCK_END, BLOCK_ELSE, BLOCK_FILE_END, BLOCK_WRONG };

struct parser {
    struct script_line line;
    unsigned depth;
    bool in_loop, in_function, in_test, in_cleanup;
    struct script_tree *tree;
};

struct keyword {
    const char *name;
    enum script_kind kind;
    bool opens; /* a block, closed by `end` */
    bool (*parse)(struct parser *p, struct script_node *node, size_t at);
};

static const struct keyword keywords[];

static const struct keyword *find_keyword(const char *word, size_t len);

/* --- blocks --------------------------------------------------------------------------------- */

static bool parse_statement(struct parser *p, struct script_block *block, enum block_end *end);

/* Statements up to `end` or `else`, which is then the current line. */
static enum block_end parse_block(struct parser *p, struct script_block *block)
{
    bool wrong;
    while (script_line_next(&p->line, &wrong)) {
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
        script_line_fail(&p->line, 0, "more than %d blocks inside each other", SCRIPT_DEPTH_MAX);
        return BLOCK_WRONG;
    }
    p->depth++;
    enum block_end end = parse_block(p, block);
    p->depth--;
    if (end == BLOCK_FILE_END) {
        unsigned last = p->line.number;
        p->line.source = strdup(node->source);
        p->line.number = node->line;
        script_line_fail(&p->line, strspn(node->source, " \t"),
                         "this %s has no end (line %u is the last)", what, last);
        return BLOCK_WRONG;
    }
    if (end == BLOCK_ELSE && !can_else) {
        script_line_fail(&p->line, strspn(p->line.source, " \t"), "this else belongs to no if");
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
    size_t at = strspn(p->line.source, " \t") + 4, start, len;
    if (!script_line_word(&p->line, &at, &start, &len))
        return parse_body(p, node, &node->other, "else", false) == BLOCK_END;
    if (!script_line_is(&p->line, start, len, "if"))
        return script_line_fail(&p->line, start, "only `if` may stand after else");
    struct script_node *other = script_tree_add(&node->other);
    if (!other)
        return script_line_fail_memory(&p->line);
    other->kind = SCRIPT_IF;
    other->line = p->line.number;
    other->source = strdup(p->line.source);
    if (!other->source)
        return script_line_fail_memory(&p->line);
    p->depth++;
    bool ok = parse_if(p, other, at);
    p->depth--;
    return ok;
}

static bool parse_if(struct parser *p, struct script_node *node, size_t at)
{
    if (!script_line_take_rest(&p->line, &node->first, at, "the condition"))
        return false;
    enum block_end end = parse_body(p, node, &node->body, "if", true);
    if (end == BLOCK_ELSE)
        return parse_else(p, node);
    return end == BLOCK_END;
}

static bool parse_while(struct parser *p, struct script_node *node, size_t at)
{
    return script_line_take_rest(&p->line, &node->first, at, "the condition") &&
           parse_loop_body(p, node, "while");
}

static bool parse_range(struct parser *p, struct script_node *node, size_t at)
{
    size_t to = script_line_find_word(&p->line, at, "to");
    if (to == p->line.end)
        return script_line_fail(&p->line, to,
                                "`to` and the last value are missing: for NAME = FIRST to LAST");
    size_t step = script_line_find_word(&p->line, to, "step");
    node->kind = SCRIPT_FOR_TO;
    return script_line_take_until(&p->line, &node->first, at, to, "the first value") &&
           script_line_take_until(&p->line, &node->second, to + 2, step, "the last value") &&
           (step == p->line.end ||
            script_line_take_rest(&p->line, &node->third, step + 4, "the step"));
}

static bool parse_for(struct parser *p, struct script_node *node, size_t at)
{
    size_t start, len;
    if (!script_line_take_name(&p->line, &node->name, &at, "the name of the variable"))
        return false;
    at = script_line_skip_space(&p->line, at);
    if (p->line.source[at] == '=') {
        if (!parse_range(p, node, at + 1))
            return false;
    } else {
        if (!script_line_word(&p->line, &at, &start, &len) ||
            !script_line_is(&p->line, start, len, "in"))
            return script_line_fail(&p->line, script_line_skip_space(&p->line, at - len),
                                    "for wants NAME in WORD... or NAME = FIRST to "
                                    "LAST");
        if (!script_line_take(&p->line, &node->first, script_line_skip_space(&p->line, at),
                              p->line.end - script_line_skip_space(&p->line, at)))
            return false;
    }
    return parse_loop_body(p, node, "for");
}

/* One more parameter at `*at`, which moves past it. */
static bool parse_param(struct parser *p, struct script_node *node, size_t *at)
{
    char **params = realloc(node->params, (node->param_count + 1) * sizeof(*params));
    if (!params)
        return script_line_fail_memory(&p->line);
    node->params = params;
    char **name = &params[node->param_count];
    *name = NULL;
    if (!script_line_take_name(&p->line, name, at, "the name of a parameter"))
        return false;
    for (size_t i = 0; i < node->param_count; i++)
        if (strcmp(params[i], *name) == 0) {
            script_line_fail(&p->line, *at - strlen(*name), "there is a parameter %s already",
                             *name);
            free(*name);
            return false;
        }
    node->param_count++;
    return true;
}

static bool parse_function(struct parser *p, struct script_node *node, size_t at)
{
    if (p->depth > 0)
        return script_line_fail(&p->line, at - strlen("function"),
                                "a function stands in no other block");
    if (!script_line_take_name(&p->line, &node->name, &at, "the name of the function"))
        return false;
    if (find_keyword(node->name, strlen(node->name)))
        return script_line_fail(&p->line, at - strlen(node->name), "%s is a word of the language",
                                node->name);
    while (script_line_skip_space(&p->line, at) < p->line.end)
        if (!parse_param(p, node, &at))
            return false;
    p->tree->has_functions = true;
    return parse_apart(p, node, "function", &p->in_function);
}

static bool parse_test(struct parser *p, struct script_node *node, size_t at)
{
    if (p->in_test || p->in_function || p->in_cleanup)
        return script_line_fail(&p->line, at - strlen("test"),
                                "a test stands in no other one, and in no function");
    if (!script_line_take_rest(&p->line, &node->first, at, "the name of the test"))
        return false;
    p->tree->test_count++;
    return parse_apart(p, node, "test", &p->in_test);
}

static bool parse_setup(struct parser *p, struct script_node *node, size_t at)
{
    if (p->depth > 0)
        return script_line_fail(&p->line, at - strlen("setup"), "setup stands in no other block");
    p->tree->has_functions = true;
    return script_line_expect_nothing(&p->line, at) &&
           parse_apart(p, node, "setup", &p->in_cleanup);
}

static bool parse_cleanup(struct parser *p, struct script_node *node, size_t at)
{
    if (p->in_cleanup)
        return script_line_fail(&p->line, at - strlen("cleanup"),
                                "cleanup stands in no setup or cleanup");
    p->tree->has_functions = true;
    return script_line_expect_nothing(&p->line, at) &&
           parse_apart(p, node, "cleanup", &p->in_cleanup);
}

/* --- statements of one line ----------------------------------------------------------------- */

static bool parse_return(struct parser *p, struct script_node *node, size_t at)
{
    if (!p->in_function)
        return script_line_fail(&p->line, at - strlen("return"), "return outside of a function");
    at = script_line_skip_space(&p->line, at);
    return at >= p->line.end || script_line_take(&p->line, &node->first, at, p->line.end - at);
}

static bool parse_leave(struct parser *p, struct script_node *node, size_t at)
{
    (void)node;
    if (!p->in_loop)
        return script_line_fail(&p->line, script_line_skip_space(&p->line, 0),
                                "there is no loop here");
    return script_line_expect_nothing(&p->line, at);
}

static bool parse_var(struct parser *p, struct script_node *node, size_t at)
{
    if (!script_line_take_name(&p->line, &node->name, &at, "the name of the variable"))
        return false;
    at = script_line_skip_space(&p->line, at);
    if (at >= p->line.end && node->kind == SCRIPT_PARAM)
        return true;
    if (p->line.source[at] != '=' || at >= p->line.end)
        return script_line_fail(&p->line, at, "= and a value are missing here");
    return script_line_take_rest(&p->line, &node->first, at + 1, "the value");
}

static bool parse_skip(struct parser *p, struct script_node *node, size_t at)
{
    size_t rest = at, start, len;
    if (!script_line_word(&p->line, &rest, &start, &len))
        return true;
    node->negated = script_line_is(&p->line, start, len, "unless");
    if (!node->negated && !script_line_is(&p->line, start, len, "if"))
        return script_line_fail(&p->line, start,
                                "skip wants `if` or `unless` and a condition, or nothing");
    return script_line_take_rest(&p->line, &node->first, rest, "the condition");
}

static bool parse_pause(struct parser *p, struct script_node *node, size_t at)
{
    return script_line_take_rest(&p->line, &node->first, at, "the time, as in 500 ms,");
}

static bool parse_source(struct parser *p, struct script_node *node, size_t at)
{
    return script_line_take_rest(&p->line, &node->first, at, "the file");
}

static bool parse_pattern(struct parser *p, struct script_node *node, size_t *at)
{
    size_t start = script_line_skip_space(&p->line, *at), len;
    if (start >= p->line.end ||
        script_line_is(&p->line, start, strcspn(p->line.source + start, " \t"), "within"))
        return node->negated || node->hears == SCRIPT_HEARS_FAULT ||
               script_line_fail(
                   &p->line, start,
                   "what is to be heard is missing here: \"TEXT\" or /REGULAR EXPRESSION/");
    if (p->line.source[start] == '/') {
        size_t end = script_line_regex_end(&p->line, start);
        if (end == 0)
            return script_line_fail(&p->line, start, "the regular expression is not closed: /.../");
        *at = end;
        return script_line_take(&p->line, &node->first, start, end - start);
    }
    *at = start;
    script_line_word(&p->line, at, &start, &len);
    if (!script_text_is_closed(p->line.source + start, len))
        return script_line_fail(&p->line, start, "the quote is not closed");
    return script_line_take(&p->line, &node->first, start, len);
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
    if (script_line_word(&p->line, &rest, &start, &len) &&
        script_line_is(&p->line, start, len, "no")) {
        node->negated = true;
        at = rest;
    }
    rest = at;
    for (size_t i = 0; i < sizeof(sounds) / sizeof(sounds[0]); i++) {
        size_t past = at;
        if (script_line_word(&p->line, &past, &start, &len) &&
            script_line_is(&p->line, start, len, sounds[i].name)) {
            node->hears = sounds[i].hears;
            rest = past;
        }
    }
    if (!parse_pattern(p, node, &rest))
        return false;
    at = rest;
    if (!script_line_word(&p->line, &rest, &start, &len))
        return true;
    if (!script_line_is(&p->line, start, len, "within"))
        return script_line_fail(&p->line, start, "only `within TIME` may stand here");
    return script_line_take_rest(&p->line, &node->second, rest, "the time, as in 2 s,");
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
    if (!script_line_word(&p->line, &at, &start, &len))
        return true;
    if (script_line_is(&p->line, start, len, "end") ||
        script_line_is(&p->line, start, len, "else")) {
        *end = len == 3 ? BLOCK_END : BLOCK_ELSE;
        if (p->depth == 0)
            return script_line_fail(&p->line, start, "nothing is open that this %s could close",
                                    len == 3 ? "end" : "else");
        return *end == BLOCK_ELSE || script_line_expect_nothing(&p->line, at);
    }
    struct script_node *node = script_tree_add(block);
    if (!node)
        return script_line_fail_memory(&p->line);
    node->line = p->line.number;
    node->source = strdup(p->line.source);
    if (!node->source)
        return script_line_fail_memory(&p->line);
    const struct keyword *keyword = find_keyword(p->line.source + start, len);
    if (!keyword) {
        node->kind = SCRIPT_LINE;
        return script_line_take(&p->line, &node->first, start, strlen(p->line.source) - start);
    }
    node->kind = keyword->kind;
    return keyword->parse(p, node, at);
}

struct script_tree *script_parse(const char *file, const char *text, size_t len,
                                 unsigned first_line, struct script_error *error)
{
    struct script_tree *tree = calloc(1, sizeof(*tree));
    struct parser p = {
        .tree = tree, .line = {.text = text, .len = len, .number = first_line - 1, .error = error}};
    memset(error, 0, sizeof(*error));
    if (!tree || (file && !(tree->file = strdup(file)))) {
        script_line_fail_memory(&p.line);
        script_tree_free(tree);
        return NULL;
    }
    enum block_end end = parse_block(&p, &tree->body);
    free(p.line.source);
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
