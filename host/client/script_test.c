/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests: set-up before each, clean-up after each whatever came of it, and a result for whoever
 * reports. A file without tests is one as a whole. See script_walk.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/client/script_walk.h"

static bool append(const struct script_node ***list, size_t *count, const struct script_node *node)
{
    const struct script_node **bigger = realloc(*list, (*count + 1) * sizeof(*bigger));
    if (!bigger)
        return false;
    *list = bigger;
    bigger[(*count)++] = node;
    return true;
}

bool script_test_collect(struct script_walk *walk, const struct script_tree *tree)
{
    struct script_file *file = walk->file;
    for (size_t i = 0; i < tree->body.count; i++) {
        const struct script_node *node = &tree->body.nodes[i];
        if (node->kind == SCRIPT_SETUP && !append(&file->setups, &file->setup_count, node))
            return false;
        if (node->kind == SCRIPT_CLEANUP && !append(&file->cleanups, &file->cleanup_count, node))
            return false;
    }
    return true;
}

/* Is this one of the file's own clean-ups, which need no remembering? */
static bool is_collected(const struct script_walk *walk, const struct script_node *node)
{
    for (size_t i = 0; walk->file && i < walk->file->cleanup_count; i++)
        if (walk->file->cleanups[i] == node)
            return true;
    return false;
}

enum script_flow script_test_later(struct script_walk *walk, const struct script_node *node)
{
    if (is_collected(walk, node))
        return SCRIPT_ON;
    if (!walk->in_test)
        return script_walk_fail(walk, node, script_walk_column(node),
                                "there is no test here that this could clean up after");
    if (walk->later_count == SCRIPT_LATER_MAX)
        return script_walk_fail(walk, node, script_walk_column(node),
                                "more than %d clean-ups in one test", SCRIPT_LATER_MAX);
    struct script_later *later = calloc(1, sizeof(*later));
    if (!later || !script_scope_copy(&later->scope, walk->scope)) {
        free(later);
        return script_walk_fail(walk, node, 1, "out of memory");
    }
    later->node = node;
    later->next = walk->later;
    walk->later = later;
    walk->later_count++;
    return SCRIPT_ON;
}

enum script_flow script_test_setup(struct script_walk *walk, const struct script_node *node)
{
    if (walk->file)
        return SCRIPT_ON;
    return script_walk_fail(walk, node, script_walk_column(node), "a set-up belongs into a file");
}

static void start_clock(struct script_walk *walk, int ms)
{
    walk->timed_out = false;
    walk->deadline_ms = ms ? walk->ops->clock_ms(walk->context) + ms : 0;
    if (walk->file_deadline_ms && walk->deadline_ms > walk->file_deadline_ms)
        walk->deadline_ms = walk->file_deadline_ms;
}

/* Clean-ups of the test, last first, then the file's; one that fails keeps no other from running.
 */
static bool clean_up(struct script_walk *walk)
{
    bool held = true, alive = walk->ops->resume(walk->context);
    walk->cleaning = true;
    while (walk->later) {
        struct script_later *later = walk->later;
        struct script_scope *before = walk->scope;
        walk->scope = &later->scope;
        if (alive)
            held = script_walk_block(walk, &later->node->body) == SCRIPT_ON && held;
        walk->scope = before;
        walk->later = later->next;
        walk->later_count--;
        script_scope_free(&later->scope);
        free(later);
    }
    for (size_t i = 0; alive && walk->file && i < walk->file->cleanup_count; i++)
        held = script_walk_block(walk, &walk->file->cleanups[i]->body) == SCRIPT_ON && held;
    walk->cleaning = false;
    return held;
}

static enum script_flow set_up(struct script_walk *walk)
{
    enum script_flow flow = SCRIPT_ON;
    for (size_t i = 0; flow == SCRIPT_ON && walk->file && i < walk->file->setup_count; i++)
        flow = script_walk_block(walk, &walk->file->setups[i]->body);
    return flow;
}

static enum script_status status_of(struct script_walk *walk, enum script_flow flow)
{
    if (flow == SCRIPT_FAILS)
        return SCRIPT_WRONG;
    if (flow == SCRIPT_STOPS)
        return walk->ops->stopped(walk->context) ? SCRIPT_LOST : SCRIPT_WRONG;
    return flow == SCRIPT_SKIPS ? SCRIPT_SKIPPED : SCRIPT_PASSED;
}

/* Says that the time is over, and gives clean-up its own. */
static void end_time(struct script_walk *walk, const struct script_node *node)
{
    int64_t file_deadline_ms = walk->file_deadline_ms;
    if (walk->deadline_ms && walk->ops->clock_ms(walk->context) >= walk->deadline_ms)
        walk->timed_out = true;
    if (!walk->timed_out)
        return;
    walk->deadline_ms = walk->file_deadline_ms = 0;
    script_walk_fail(walk, node, script_walk_column(node), "not done within its limit of %.3g s",
                     walk->limit_ms / 1000.0);
    start_clock(walk, SCRIPT_CLEANUP_MS);
    walk->file_deadline_ms = file_deadline_ms;
}

/* One test from set-up to clean-up; `at` stands for it in errors. */
static enum script_flow run_case(struct script_walk *walk, const char *name,
                                 const struct script_node *at, const struct script_block *body,
                                 bool whole_file)
{
    struct script_scope scope, *before = walk->scope;
    int64_t start = walk->ops->clock_ms(walk->context);
    script_scope_init(&scope, SCRIPT_SCOPE_TEST, before);
    walk->scope = &scope;
    walk->failure[0] = walk->reason[0] = '\0';
    walk->in_test = true;
    start_clock(walk, walk->limit_ms);
    walk->ops->test_begin(walk->context, name);
    enum script_flow flow = set_up(walk);
    if (flow == SCRIPT_ON)
        flow = script_walk_block(walk, body);
    end_time(walk, at);
    struct script_result result = {
        .file = walk->file ? walk->file->name : NULL,
        .name = name,
        .line = at->line,
        .whole_file = whole_file,
        .status = status_of(walk, flow),
    };
    if (!clean_up(walk) && result.status < SCRIPT_WRONG)
        result.status = walk->ops->stopped(walk->context) ? SCRIPT_LOST : SCRIPT_WRONG;
    walk->in_test = false;
    walk->scope = before;
    script_scope_free(&scope);
    start_clock(walk, walk->limit_ms);
    result.ms = walk->ops->clock_ms(walk->context) - start;
    result.message = result.status == SCRIPT_SKIPPED ? walk->reason : walk->failure;
    walk->ops->test_end(walk->context, &result);
    return result.status == SCRIPT_LOST    ? SCRIPT_STOPS
           : result.status == SCRIPT_WRONG ? SCRIPT_FAILS
                                           : SCRIPT_ON;
}

enum script_flow script_test_run(struct script_walk *walk, const struct script_node *node)
{
    struct script_part part = node->first;
    if (walk->in_test) /* in a file that a test sources: part of that one */
        return script_walk_block(walk, &node->body);
    char *text = script_value_text(walk, node, &part, NULL);
    char *name = text ? script_text_unquote(text, strlen(text)) : NULL;
    free(text);
    if (!name)
        return SCRIPT_FAILS;
    enum script_flow flow = run_case(walk, name, node, &node->body, false);
    free(name);
    walk->failed_tests += flow == SCRIPT_FAILS;
    walk->lost_tests += flow == SCRIPT_STOPS;
    return flow == SCRIPT_FAILS ? SCRIPT_ON : flow; /* the other tests are run all the same */
}

/* A file with tests: a failure between them is told as a test of its own. */
static enum script_flow run_tests(struct script_walk *walk, const struct script_tree *tree)
{
    size_t failed = walk->failed_tests, lost = walk->lost_tests;
    int64_t turns = (int64_t)tree->test_count + SCRIPT_SPARE_TESTS;
    walk->failure[0] = walk->reason[0] = '\0';
    if (walk->limit_ms)
        walk->file_deadline_ms = walk->ops->clock_ms(walk->context) + turns * walk->limit_ms;
    start_clock(walk, walk->limit_ms);
    enum script_flow flow = script_walk_block(walk, &tree->body);
    if (tree->body.count > 0)
        end_time(walk, &tree->body.nodes[0]);
    walk->file_deadline_ms = 0;
    if (walk->lost_tests == lost && (flow == SCRIPT_FAILS || flow == SCRIPT_STOPS)) {
        struct script_result result = {
            .file = tree->file,
            .name = "(outside of the tests)",
            .whole_file = true,
            .status = status_of(walk, flow),
            .message = walk->failure,
        };
        walk->ops->test_end(walk->context, &result);
    }
    return flow == SCRIPT_ON && walk->failed_tests > failed ? SCRIPT_FAILS : flow;
}

enum script_flow script_test_file(struct script_walk *walk, const struct script_tree *tree)
{
    static struct script_node nothing = {.line = 1, .source = (char *)""};
    if (tree->test_count > 0)
        return run_tests(walk, tree);
    const char *slash = tree->file ? strrchr(tree->file, '/') : NULL;
    const char *name = slash ? slash + 1 : tree->file ? tree->file : "typed";
    return run_case(walk, name, tree->body.count ? &tree->body.nodes[0] : &nothing, &tree->body,
                    true);
}
