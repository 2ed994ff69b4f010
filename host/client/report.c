/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keeping and counting results, and the report for people. See report.h.
 */
#include "host/client/report.h"

#include <stdlib.h>
#include <string.h>

static void free_case(struct report_case *c)
{
    free(c->file);
    free(c->name);
    free(c->message);
    free(c->output);
}

bool report_add(struct report *report, const struct report_case *added)
{
    struct report_case *cases = realloc(report->cases, (report->count + 1) * sizeof(*cases));
    if (!cases)
        return false;
    report->cases = cases;
    struct report_case *c = &cases[report->count];
    *c = *added;
    c->file = strdup(added->file ? added->file : "");
    c->name = strdup(added->name ? added->name : "");
    c->message = strdup(added->message ? added->message : "");
    c->output = strdup(added->output ? added->output : "");
    if (!c->file || !c->name || !c->message || !c->output) {
        free_case(c);
        return false;
    }
    report->count++;
    return true;
}

/* By insertion: a target's cases come nearly in order, and keep theirs. */
void report_sort(struct report *report)
{
    for (size_t i = 1; i < report->count; i++) {
        struct report_case moved = report->cases[i];
        size_t at = i;
        for (; at > 0 && report->cases[at - 1].target > moved.target; at--)
            report->cases[at] = report->cases[at - 1];
        report->cases[at] = moved;
    }
}

static void count_case(struct report_counts *counts, const struct report_case *c)
{
    counts->all++;
    counts->passed += c->status == SCRIPT_PASSED;
    counts->failed += c->status == SCRIPT_WRONG;
    counts->skipped += c->status == SCRIPT_SKIPPED;
    counts->lost += c->status == SCRIPT_LOST;
}

struct report_counts report_count(const struct report *report)
{
    struct report_counts counts = {0};
    for (size_t i = 0; i < report->count; i++)
        count_case(&counts, &report->cases[i]);
    return counts;
}

struct report_counts report_count_file(const struct report *report, size_t at, size_t *end,
                                       double *seconds)
{
    struct report_counts counts = {0};
    const struct report_case *first = &report->cases[at];
    *seconds = 0;
    for (*end = at; *end < report->count; ++*end) {
        const struct report_case *c = &report->cases[*end];
        if (c->target != first->target || strcmp(c->file, first->file) != 0)
            break;
        count_case(&counts, c);
        *seconds += c->seconds;
    }
    return counts;
}

/* Each line of a text with something before it. */
static void put_indented(FILE *to, const char *before, const char *text)
{
    while (*text) {
        size_t len = strcspn(text, "\n");
        fprintf(to, "%s%.*s\n", before, (int)len, text);
        text += len + (text[len] == '\n');
    }
}

static void put_case(const struct report_case *c, FILE *to)
{
    static const char *const words[] = {
        [SCRIPT_PASSED] = "ok",
        [SCRIPT_SKIPPED] = "skipped",
        [SCRIPT_WRONG] = "FAILED",
        [SCRIPT_LOST] = "LOST",
    };
    fprintf(to, "  %-8s %s%s%s (%.2f s)\n", words[c->status], c->file, c->whole_file ? "" : ": ",
            c->whole_file ? "" : c->name, c->seconds);
    if (*c->message)
        put_indented(to, "           ", c->message);
    if (c->status >= SCRIPT_WRONG)
        put_indented(to, "           | ", c->output);
}

void report_write_summary(const struct report *report, FILE *to)
{
    struct report_counts n = report_count(report);
    fprintf(to, "%zu passed, %zu failed", n.passed, n.failed);
    if (n.lost)
        fprintf(to, ", %zu not finished", n.lost);
    if (n.skipped)
        fprintf(to, ", %zu skipped", n.skipped);
    if (report->target_count > 1)
        fprintf(to, " on %zu targets", report->target_count);
    fprintf(to, " in %.1f s\n", report->seconds);
}

void report_write_text(const struct report *report, FILE *to)
{
    for (size_t i = 0; i < report->count; i++) {
        const struct report_case *c = &report->cases[i];
        if (i == 0 || c->target != c[-1].target)
            fprintf(to, "%s\n", report->targets[c->target]);
        put_case(c, to);
    }
    report_write_summary(report, to);
}

report_writer report_format(const char *name)
{
    static const struct {
        const char *name;
        report_writer write;
    } formats[] = {
        {"text", report_write_text}, {"tap", report_write_tap}, {"junit", report_write_junit}};
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
        if (strcmp(formats[i].name, name) == 0)
            return formats[i].write;
    return NULL;
}

void report_free(struct report *report)
{
    for (size_t i = 0; i < report->count; i++)
        free_case(&report->cases[i]);
    free(report->cases);
    report->cases = NULL;
    report->count = 0;
}
