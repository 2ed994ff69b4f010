/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The report as JUnit's XML, as CI systems read it: a testsuite for each target and file. A target
 * that was lost is an error, an assertion that did not hold a failure.
 */
#include <string.h>

#include "host/client/report.h"

/* The length of the UTF-8 character at `text`, 0 if it is none that XML may hold. */
static size_t character(const char *text)
{
    const unsigned char *s = (const unsigned char *)text;
    size_t len = s[0] < 0x80                   ? 1
                 : s[0] >= 0xc2 && s[0] < 0xe0 ? 2
                 : s[0] >= 0xe0 && s[0] < 0xf0 ? 3
                 : s[0] >= 0xf0 && s[0] < 0xf5 ? 4
                                               : 0;
    if (len == 1 && (s[0] == 0x7f || (s[0] < 0x20 && !strchr("\t\n\r", s[0]))))
        return 0;
    for (size_t i = 1; i < len; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    if (len < 3)
        return len;
    unsigned long code = len == 3 ? (s[0] & 0xfUL) << 12 | (s[1] & 0x3fUL) << 6 | (s[2] & 0x3fUL)
                                  : (s[0] & 7UL) << 18 | (s[1] & 0x3fUL) << 12 |
                                        (s[2] & 0x3fUL) << 6 | (s[3] & 0x3fUL);
    bool ok = len == 3 ? code >= 0x800 && (code < 0xd800 || code > 0xdfff) && code < 0xfffe
                       : code >= 0x10000 && code < 0x110000;
    return ok ? len : 0;
}

static void put_xml(FILE *to, const char *text, bool in_attribute)
{
    static const struct {
        char c;
        const char *entity;
    } entities[] = {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\n', "&#10;"}};
    while (*text) {
        size_t len = character(text);
        const char *entity = len == 0 ? "?" : NULL;
        for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++)
            if (*text == entities[i].c && (*text != '\n' || in_attribute))
                entity = entities[i].entity;
        if (entity)
            fputs(entity, to);
        else
            fwrite(text, 1, len, to);
        text += len ? len : 1;
    }
}

static void put_attribute(FILE *to, const char *name, const char *value)
{
    fprintf(to, " %s=\"", name);
    put_xml(to, value, true);
    putc('"', to);
}

static void put_outcome(const struct report_case *c, FILE *to)
{
    static const char *const elements[] = {
        [SCRIPT_SKIPPED] = "skipped", [SCRIPT_WRONG] = "failure", [SCRIPT_LOST] = "error"};
    if (c->status == SCRIPT_PASSED)
        return;
    fprintf(to, "      <%s", elements[c->status]);
    put_attribute(to, "message", c->message);
    fputs("/>\n", to);
}

static void put_case(const struct report *report, const struct report_case *c, FILE *to)
{
    char class[300];
    snprintf(class, sizeof(class), "%s.%s", report->targets[c->target], c->file);
    fputs("    <testcase", to);
    put_attribute(to, "name", c->name);
    put_attribute(to, "classname", class);
    put_attribute(to, "file", c->file);
    fprintf(to, " time=\"%.3f\">\n", c->seconds);
    put_outcome(c, to);
    if (*c->output) {
        fputs("      <system-out>", to);
        put_xml(to, c->output, false);
        fputs("</system-out>\n", to);
    }
    fputs("    </testcase>\n", to);
}

static void put_counts(const struct report_counts *n, double seconds, FILE *to)
{
    fprintf(to, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\" time=\"%.3f\">\n",
            n->all, n->failed, n->lost, n->skipped, seconds);
}

void report_write_junit(const struct report *report, FILE *to)
{
    struct report_counts all = report_count(report);
    size_t end;
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"sel4mon\"", to);
    put_counts(&all, report->seconds, to);
    for (size_t at = 0; at < report->count; at = end) {
        double seconds;
        struct report_counts n = report_count_file(report, at, &end, &seconds);
        fputs("  <testsuite", to);
        put_attribute(to, "name", report->cases[at].file);
        put_attribute(to, "hostname", report->targets[report->cases[at].target]);
        put_counts(&n, seconds, to);
        for (size_t i = at; i < end; i++)
            put_case(report, &report->cases[i], to);
        fputs("  </testsuite>\n", to);
    }
    fputs("</testsuites>\n", to);
}
