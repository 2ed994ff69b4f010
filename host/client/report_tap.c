/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The report as TAP, version 14 of the Test Anything Protocol: a line a test, what was wrong in a
 * YAML block below it.
 */
#include <string.h>

#include "host/client/report.h"

/* A description: what would begin a directive or end the line is escaped. */
static void put_words(FILE *to, const char *text)
{
    for (; *text; text++) {
        if (*text == '#' || *text == '\\')
            putc('\\', to);
        putc((unsigned char)*text < 0x20 ? ' ' : *text, to);
    }
}

/* A YAML string between double quotes. */
static void put_yaml(FILE *to, const char *text)
{
    putc('"', to);
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            fprintf(to, "\\%c", c);
        else if (c == '\n')
            fputs("\\n", to);
        else if (c < 0x20 || c == 0x7f)
            fprintf(to, "\\x%02x", c);
        else
            putc(c, to);
    }
    fputs("\"\n", to);
}

static void put_details(const struct report_case *c, FILE *to)
{
    fprintf(to, "  ---\n  message: ");
    put_yaml(to, c->message);
    fprintf(to, "  severity: %s\n  duration_ms: %.0f\n  file: ",
            c->status == SCRIPT_LOST ? "error" : "fail", c->seconds * 1000);
    put_yaml(to, c->file);
    if (*c->output) {
        fprintf(to, "  output: ");
        put_yaml(to, c->output);
    }
    fprintf(to, "  ...\n");
}

void report_write_tap(const struct report *report, FILE *to)
{
    fprintf(to, "TAP version 14\n1..%zu\n", report->count);
    for (size_t i = 0; i < report->count; i++) {
        const struct report_case *c = &report->cases[i];
        fprintf(to, "%sok %zu - ", c->status >= SCRIPT_WRONG ? "not " : "", i + 1);
        put_words(to, report->targets[c->target]);
        fputs(": ", to);
        put_words(to, c->file);
        if (!c->whole_file) {
            fputs(": ", to);
            put_words(to, c->name);
        }
        if (c->status == SCRIPT_SKIPPED) {
            fputs(" # SKIP ", to);
            put_words(to, c->message);
        }
        putc('\n', to);
        if (c->status >= SCRIPT_WRONG)
            put_details(c, to);
    }
}
