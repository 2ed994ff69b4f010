/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The interpreter: one function a kind of statement, in a table. See script_walk.h; tests are in
 * script_test.c, values in script_value.c.
 */
#include "host/client/script_walk.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void script_walk_init(struct script_walk *walk, const struct script_ops *ops, void *context)
{
    memset(walk, 0, sizeof(*walk));
    walk->ops = ops;
    walk->context = context;
    script_scope_init(&walk->global, SCRIPT_SCOPE_GLOBAL, NULL);
    walk->scope = &walk->global;
}

void script_walk_forget(struct script_walk *walk)
{
    json_decref(walk->version);
    json_decref(walk->bootinfo);
    walk->version = walk->bootinfo = NULL;
}

void script_walk_free(struct script_walk *walk)
{
    script_walk_forget(walk);
    script_heard_clear(&walk->heard);
    script_scope_free(&walk->global);
    for (size_t i = 0; i < walk->tree_count; i++)
        script_tree_free(walk->trees[i]);
    free(walk->trees);
    free(walk->functions);
}

void script_walk_note(struct script_walk *walk, const char *text)
{
    if (walk->failure[0] == '\0')
        snprintf(walk->failure, sizeof(walk->failure), "%s", text);
}

const char *script_walk_file_name(const struct script_walk *walk)
{
    return walk->file ? walk->file->name : NULL;
}

enum script_flow script_walk_fail(struct script_walk *walk, const struct script_node *node,
                                  unsigned column, const char *format, ...)
{
    char text[SCRIPT_MESSAGE_BYTES];
    struct script_place place = {script_walk_file_name(walk), node->line, column, node->source};
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    walk->ops->error(walk->context, &place, text);
    script_walk_note(walk, text);
    return SCRIPT_FAILS;
}

unsigned script_walk_column(const struct script_node *node)
{
    return (unsigned)strspn(node->source, " \t") + 1;
}

/* Milliseconds until the script's time is over, at least 1; 0 without a limit. */
int script_walk_time_left(struct script_walk *walk)
{
    if (walk->deadline_ms == 0)
        return 0;
    int64_t left = walk->deadline_ms - walk->ops->clock_ms(walk->context);
    return left < 1 ? 1 : (int)left;
}

bool script_walk_may_go_on(struct script_walk *walk)
{
    if (walk->ops->stopped(walk->context))
        return false;
    if (walk->deadline_ms && walk->ops->clock_ms(walk->context) >= walk->deadline_ms)
        walk->timed_out = true;
    return !walk->timed_out;
}

/* --- lines ---------------------------------------------------------------------------------- */

static const struct script_node *find_function(const struct script_walk *walk, const char *name,
                                               size_t len)
{
    for (size_t i = walk->function_count; i > 0; i--) {
        const struct script_node *node = walk->functions[i - 1];
        if (strlen(node->name) == len && strncmp(node->name, name, len) == 0)
            return node;
    }
    return NULL;
}

/* One word as an argument: '...' as it stands, else with the script's variables. NULL on failure.
 */
static char *argument_of(struct script_walk *walk, const struct script_node *node,
                         const struct script_part *words, size_t start, size_t len)
{
    char *word = script_text_unquote(words->text + start, len);
    struct script_part part = {word, words->column + (unsigned)start};
    if (!word || words->text[start] == '\'')
        return word;
    char *text = script_value_text(walk, node, &part, NULL);
    free(word);
    return text;
}

bool script_walk_bind(struct script_walk *walk, const struct script_node *node,
                      const struct script_part *words, struct script_scope *scope, size_t *count)
{
    size_t at = 0, start, len;
    char number[24];
    bool ok = true;
    *count = 0;
    script_text_word(words->text, &at, &start, &len); /* the function's or the file's name */
    while (ok && script_text_word(words->text, &at, &start, &len) && words->text[start] != '#') {
        char *value = argument_of(walk, node, words, start, len);
        snprintf(number, sizeof(number), "%zu", ++*count);
        ok = value && script_scope_set_here(scope, number, value);
        free(value);
    }
    snprintf(number, sizeof(number), "%zu", *count);
    return ok && script_scope_set_here(scope, "count", number);
}

/* Names the arguments as the function does. */
static bool name_arguments(struct script_scope *scope, const struct script_node *function)
{
    char number[24];
    for (size_t i = 0; i < function->param_count; i++) {
        snprintf(number, sizeof(number), "%zu", i + 1);
        const char *value = script_scope_get(scope, number);
        if (!value || !script_scope_set_here(scope, function->params[i], value))
            return false;
    }
    return true;
}

static enum script_flow run_function(struct script_walk *walk, const struct script_node *node,
                                     const struct script_node *function, struct script_scope *scope)
{
    struct script_scope *before = walk->scope;
    if (!name_arguments(scope, function))
        return script_walk_fail(walk, node, node->first.column, "out of memory");
    walk->calls++;
    walk->scope = scope;
    enum script_flow flow = script_walk_block(walk, &function->body);
    walk->scope = before;
    walk->calls--;
    if (flow != SCRIPT_RETURNS)
        return flow;
    const char *result = script_scope_get(scope, "result");
    if (result && !script_scope_set(before, "result", result))
        return script_walk_fail(walk, node, node->first.column, "out of memory");
    return SCRIPT_ON;
}

static enum script_flow call_function(struct script_walk *walk, const struct script_node *node,
                                      const struct script_node *function)
{
    struct script_scope scope;
    size_t given;
    enum script_flow flow = SCRIPT_FAILS;
    if (walk->calls == SCRIPT_CALLS_MAX)
        return script_walk_fail(walk, node, node->first.column,
                                "more than %d calls inside each other", SCRIPT_CALLS_MAX);
    script_scope_init(&scope, SCRIPT_SCOPE_CALL, &walk->global);
    if (!script_walk_bind(walk, node, &node->first, &scope, &given))
        flow = SCRIPT_FAILS;
    else if (given != function->param_count)
        flow = script_walk_fail(walk, node, node->first.column, "%s takes %zu argument%s, not %zu",
                                function->name, function->param_count,
                                function->param_count == 1 ? "" : "s", given);
    else
        flow = run_function(walk, node, function, &scope);
    script_scope_free(&scope);
    return flow;
}

const char *script_walk_function(const struct script_walk *walk, size_t i)
{
    return i < walk->function_count ? walk->functions[i]->name : NULL;
}

/* Commands that make nothing happen: what was heard before them still waits for its `expect`. */
static bool is_quiet(const char *text)
{
    static const char *const names[] = {"assert", "let", "echo", "print"};
    size_t len = strcspn(text, " \t;");
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strlen(names[i]) == len && strncmp(text, names[i], len) == 0 && !strchr(text, ';'))
            return true;
    return false;
}

static enum script_flow send_line(struct script_walk *walk, const struct script_node *node,
                                  const char *text, const struct script_map *map)
{
    struct script_line line = {
        .text = text,
        .place = {script_walk_file_name(walk), node->line, node->first.column, node->source},
        .map = map,
        .limit_ms = script_walk_time_left(walk),
    };
    if (!is_quiet(text))
        script_heard_clear(&walk->heard);
    switch (walk->ops->send(walk->context, &line)) {
    case SCRIPT_HELD:
        return SCRIPT_ON;
    case SCRIPT_FAILED:
        return SCRIPT_FAILS;
    case SCRIPT_GONE:
        break;
    }
    return SCRIPT_STOPS;
}

/* The line with the script's variables in it, but its comment as it stands. NULL on failure. */
static char *expand_line(struct script_walk *walk, const struct script_node *node,
                         struct script_map *map)
{
    const char *text = node->first.text;
    size_t len = script_text_length(text), cap;
    struct script_part head = {strndup(text, len), node->first.column};
    char *line = head.text ? script_value_text(walk, node, &head, map) : NULL;
    free(head.text);
    if (!line)
        return NULL;
    cap = strlen(line) + strlen(text + len) + 1;
    char *whole = realloc(line, cap);
    if (whole)
        strcat(whole, text + len);
    else
        free(line);
    return whole;
}

static enum script_flow run_line(struct script_walk *walk, const struct script_node *node)
{
    const char *text = node->first.text;
    size_t at = 0, start, len;
    struct script_map map = {0};
    if (text[0] == '#')
        return SCRIPT_ON;
    script_text_word(text, &at, &start, &len);
    const struct script_node *function = find_function(walk, text + start, len);
    if (function)
        return call_function(walk, node, function);
    if (!strchr(text, '$'))
        return send_line(walk, node, text, NULL);
    char *line = expand_line(walk, node, &map);
    enum script_flow flow = line ? send_line(walk, node, line, &map) : SCRIPT_FAILS;
    free(line);
    script_map_free(&map);
    return flow;
}

/* --- control flow --------------------------------------------------------------------------- */

static enum script_flow run_if(struct script_walk *walk, const struct script_node *node)
{
    unsigned long long holds;
    enum script_flow flow = script_value_number(walk, node, &node->first, &holds);
    if (flow != SCRIPT_ON)
        return flow;
    return script_walk_block(walk, holds ? &node->body : &node->other);
}

/* One turn of a loop: true if there may be another one. */
static bool run_turn(struct script_walk *walk, const struct script_node *node,
                     enum script_flow *flow)
{
    *flow = script_walk_may_go_on(walk) ? script_walk_block(walk, &node->body) : SCRIPT_STOPS;
    if (*flow == SCRIPT_REPEATS)
        *flow = SCRIPT_ON;
    if (*flow != SCRIPT_LEAVES)
        return *flow == SCRIPT_ON;
    *flow = SCRIPT_ON;
    return false;
}

static enum script_flow run_while(struct script_walk *walk, const struct script_node *node)
{
    for (;;) {
        unsigned long long holds;
        enum script_flow flow = script_value_number(walk, node, &node->first, &holds);
        if (flow != SCRIPT_ON || !holds || !run_turn(walk, node, &flow))
            return flow;
    }
}

static enum script_flow set(struct script_walk *walk, const struct script_node *node,
                            const char *value)
{
    if (script_scope_set(walk->scope, node->name, value))
        return SCRIPT_ON;
    return script_walk_fail(walk, node, script_walk_column(node), "out of memory");
}

static enum script_flow run_for_in(struct script_walk *walk, const struct script_node *node)
{
    char *words = script_value_text(walk, node, &node->first, NULL);
    size_t at = 0, start, len;
    enum script_flow flow = words ? SCRIPT_ON : SCRIPT_FAILS;
    while (flow == SCRIPT_ON && script_text_word(words, &at, &start, &len)) {
        char *word = script_text_unquote(words + start, len);
        flow = word ? set(walk, node, word) : SCRIPT_FAILS;
        free(word);
        if (flow == SCRIPT_ON && !run_turn(walk, node, &flow))
            break;
    }
    free(words);
    return flow;
}

static void tell_turn(struct script_walk *walk, const struct script_node *node,
                      unsigned long long done, unsigned long long total)
{
    if (walk->ops->so_far)
        walk->ops->so_far(walk->context, "for", node->name, (size_t)done, (size_t)total);
}

static enum script_flow run_for_to(struct script_walk *walk, const struct script_node *node)
{
    unsigned long long from, to, step = 1;
    char text[24];
    enum script_flow flow = script_value_number(walk, node, &node->first, &from);
    if (flow == SCRIPT_ON)
        flow = script_value_number(walk, node, &node->second, &to);
    if (flow == SCRIPT_ON && node->third.text)
        flow = script_value_number(walk, node, &node->third, &step);
    if (flow == SCRIPT_ON && step == 0)
        flow = script_walk_fail(walk, node, node->third.column, "with a step of 0 there is no end");
    unsigned long long first = from, turns = from <= to && step ? (to - from) / step + 1 : 0;
    while (flow == SCRIPT_ON && from <= to) {
        tell_turn(walk, node, (from - first) / step, turns);
        snprintf(text, sizeof(text), "%llu", from);
        flow = set(walk, node, text);
        if (flow != SCRIPT_ON || !run_turn(walk, node, &flow) || to - from < step)
            break;
        from += step;
    }
    tell_turn(walk, node, turns, 0);
    return flow;
}

static enum script_flow run_leave(struct script_walk *walk, const struct script_node *node)
{
    (void)walk;
    return node->kind == SCRIPT_LEAVE ? SCRIPT_LEAVES : SCRIPT_REPEATS;
}

static enum script_flow run_var(struct script_walk *walk, const struct script_node *node)
{
    struct script_value value;
    enum script_flow flow = script_value_of(walk, node, &node->first, &value);
    if (flow == SCRIPT_ON)
        flow = set(walk, node, value.text);
    free(value.text);
    return flow;
}

static enum script_flow run_param(struct script_walk *walk, const struct script_node *node)
{
    if (script_scope_get(walk->scope, node->name))
        return SCRIPT_ON;
    if (node->first.text)
        return run_var(walk, node);
    return script_walk_fail(walk, node, script_walk_column(node),
                            "%s has to be given: --set %s=VALUE", node->name, node->name);
}

static enum script_flow run_return(struct script_walk *walk, const struct script_node *node)
{
    struct script_value value;
    if (!node->first.text)
        return SCRIPT_RETURNS;
    enum script_flow flow = script_value_of(walk, node, &node->first, &value);
    if (flow == SCRIPT_ON && !script_scope_set_here(walk->scope, "result", value.text))
        flow = script_walk_fail(walk, node, node->first.column, "out of memory");
    free(value.text);
    return flow == SCRIPT_ON ? SCRIPT_RETURNS : flow;
}

static enum script_flow run_skip(struct script_walk *walk, const struct script_node *node)
{
    unsigned long long holds = 1;
    enum script_flow flow = SCRIPT_ON;
    if (node->first.text)
        flow = script_value_number(walk, node, &node->first, &holds);
    if (flow != SCRIPT_ON || !holds != node->negated)
        return flow;
    snprintf(walk->reason, sizeof(walk->reason), "%s%s", node->negated ? "not " : "",
             node->first.text ? node->first.text : "as the script says");
    return SCRIPT_SKIPS;
}

static enum script_flow nothing(struct script_walk *walk, const struct script_node *node)
{
    (void)walk;
    (void)node;
    return SCRIPT_ON;
}

static enum script_flow (*const runners[])(struct script_walk *, const struct script_node *) = {
    [SCRIPT_LINE] = run_line,
    [SCRIPT_IF] = run_if,
    [SCRIPT_WHILE] = run_while,
    [SCRIPT_FOR_IN] = run_for_in,
    [SCRIPT_FOR_TO] = run_for_to,
    [SCRIPT_FUNCTION] = nothing,
    [SCRIPT_RETURN] = run_return,
    [SCRIPT_LEAVE] = run_leave,
    [SCRIPT_AGAIN] = run_leave,
    [SCRIPT_VAR] = run_var,
    [SCRIPT_PARAM] = run_param,
    [SCRIPT_EXPECT] = script_wait_expect,
    [SCRIPT_SKIP] = run_skip,
    [SCRIPT_PAUSE] = script_wait_pause,
    [SCRIPT_TEST] = script_test_run,
    [SCRIPT_SETUP] = script_test_setup,
    [SCRIPT_CLEANUP] = script_test_later,
    [SCRIPT_SOURCE] = script_source_run,
};

enum script_flow script_walk_block(struct script_walk *walk, const struct script_block *block)
{
    enum script_flow all = SCRIPT_ON;
    for (size_t i = 0; i < block->count; i++) {
        if (!script_walk_may_go_on(walk))
            return SCRIPT_STOPS;
        if (block == walk->sourced && walk->ops->so_far)
            walk->ops->so_far(walk->context, "source", script_walk_file_name(walk), i,
                              block->count);
        enum script_flow flow = runners[block->nodes[i].kind](walk, &block->nodes[i]);
        if (flow == SCRIPT_FAILS && walk->cleaning)
            all = flow; /* clean-up goes on */
        else if (flow != SCRIPT_ON)
            return flow;
    }
    return all;
}

bool script_walk_file(struct script_walk *walk, struct script_tree *tree)
{
    struct script_file file = {.name = tree->file}, *before = walk->file;
    walk->file = &file;
    walk->timed_out = false;
    enum script_flow flow = SCRIPT_FAILS;
    if (script_source_adopt(walk, tree) && script_test_collect(walk, tree))
        flow = script_test_file(walk, tree);
    walk->file = before;
    free(file.setups);
    free(file.cleanups);
    return flow == SCRIPT_ON || flow == SCRIPT_SKIPS || flow == SCRIPT_RETURNS;
}

bool script_walk_lines(struct script_walk *walk, struct script_tree *tree, bool on)
{
    bool held = true;
    walk->timed_out = false;
    walk->deadline_ms = walk->limit_ms ? walk->ops->clock_ms(walk->context) + walk->limit_ms : 0;
    if (!script_source_adopt(walk, tree))
        return false;
    for (size_t i = 0; i < tree->body.count && (held || on); i++) {
        struct script_block one = {&tree->body.nodes[i], 1};
        enum script_flow flow = script_walk_block(walk, &one);
        held = flow != SCRIPT_FAILS && flow != SCRIPT_STOPS && held;
        if (flow == SCRIPT_STOPS || flow == SCRIPT_SKIPS)
            break;
    }
    if (!tree->has_functions)
        script_source_drop(walk, tree);
    return held;
}
