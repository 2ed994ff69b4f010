/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `expect` and `pause`: waiting for what the target says by itself, or for nothing. See
 * script_walk.h.
 */
#include <stdio.h>
#include <stdlib.h>

#include "host/client/script_walk.h"

#define PUMP_MS 50 /* between two looks at what was heard */

/* Waits until `done` says so or the time is over; true if it did. */
static enum script_flow wait_for(struct script_walk *walk, int ms,
                                 bool (*done)(struct script_walk *walk, void *context),
                                 void *context)
{
    int64_t end = walk->ops->clock_ms(walk->context) + ms;
    for (;;) {
        if (done(walk, context))
            return SCRIPT_ON;
        int64_t left = end - walk->ops->clock_ms(walk->context);
        if (!script_walk_may_go_on(walk))
            return SCRIPT_STOPS;
        if (left <= 0)
            return SCRIPT_FAILS;
        if (!walk->ops->wait(walk->context, left < PUMP_MS ? (int)left : PUMP_MS))
            return done(walk, context) ? SCRIPT_ON : SCRIPT_STOPS;
    }
}

static bool never(struct script_walk *walk, void *context)
{
    (void)walk;
    (void)context;
    return false;
}

enum script_flow script_wait_pause(struct script_walk *walk, const struct script_node *node)
{
    int ms;
    enum script_flow flow = script_value_time(walk, node, &node->first, &ms);
    if (flow != SCRIPT_ON)
        return flow;
    return wait_for(walk, ms, never, NULL) == SCRIPT_STOPS ? SCRIPT_STOPS : SCRIPT_ON;
}

struct listening {
    unsigned hears;
    struct script_pattern pattern;
    char *found;
};

static bool listen(struct script_walk *walk, void *context)
{
    struct listening *l = context;
    l->found = script_heard_take(&walk->heard, l->hears, &l->pattern);
    return l->found != NULL;
}

static enum script_flow say_heard(struct script_walk *walk, const struct script_node *node,
                                  const struct listening *l, enum script_flow flow, int ms)
{
    if (flow == SCRIPT_STOPS || (flow == SCRIPT_ON) != node->negated)
        return flow == SCRIPT_STOPS ? flow : SCRIPT_ON;
    unsigned column = node->first.text ? node->first.column : script_walk_column(node);
    if (node->negated)
        return script_walk_fail(walk, node, column, "not expected: %s", l->found);
    const char *last = script_heard_last(&walk->heard, SCRIPT_HEARS_ANY);
    return script_walk_fail(walk, node, column, "not heard within %.3g s%s%s", ms / 1000.0,
                            last ? "; the last that was heard: " : "", last ? last : "");
}

enum script_flow script_wait_expect(struct script_walk *walk, const struct script_node *node)
{
    struct listening l = {.hears = node->hears};
    char message[200];
    int ms = node->negated ? 0 : SCRIPT_EXPECT_MS;
    char *source = node->first.text ? script_value_text(walk, node, &node->first, NULL) : NULL;
    enum script_flow flow = node->first.text && !source ? SCRIPT_FAILS : SCRIPT_ON;
    if (flow == SCRIPT_ON && node->second.text)
        flow = script_value_time(walk, node, &node->second, &ms);
    if (flow == SCRIPT_ON && !script_pattern_make(&l.pattern, source, message, sizeof(message)))
        flow = script_walk_fail(walk, node, node->first.column, "%s", message);
    if (flow == SCRIPT_ON)
        flow = say_heard(walk, node, &l, wait_for(walk, ms, listen, &l), ms);
    script_pattern_free(&l.pattern);
    free(l.found);
    free(source);
    return flow;
}
