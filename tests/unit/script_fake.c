/* SPDX-License-Identifier: BSD-2-Clause */
/* See script_fake.h. */
#include "tests/unit/script_fake.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((format(printf, 2, 3))) static void say(struct script_fake *fake, const char *format,
                                                      ...)
{
    va_list args;
    size_t room = sizeof(fake->said) - fake->len;
    va_start(args, format);
    int n = vsnprintf(fake->said + fake->len, room, format, args);
    va_end(args);
    fake->len = n > 0 && (size_t)n < room ? fake->len + (size_t)n : sizeof(fake->said) - 1;
}

/* fail, kernel TEXT, interrupt, die; all else holds. */
static enum script_sent send(void *context, const struct script_line *line)
{
    struct script_fake *fake = context;
    const char *text = line->text;
    say(fake, "> %s\n", text);
    fake->sent++;
    fake->now_ms++;
    if (strncmp(text, "kernel ", 7) == 0)
        script_heard_add(&fake->walk.heard, SCRIPT_HEARS_KERNEL, text + 7);
    if (strcmp(text, "interrupt") == 0)
        fake->interrupted = true;
    if (strcmp(text, "die") == 0)
        fake->gone = true;
    if (fake->gone || fake->interrupted)
        return SCRIPT_GONE;
    if (strncmp(text, "fail", 4) != 0)
        return SCRIPT_HELD;
    script_walk_note(&fake->walk, "failed as told");
    return SCRIPT_FAILED;
}

static bool evaluate(const char *text, unsigned long long *value)
{
    long long a, b = 0;
    char op[4] = "";
    int n = sscanf(text, "%lli %3[=<+-] %lli", &a, op, &b);
    if (n != 3 && n != 1)
        return false;
    *value = (unsigned long long)(n == 1                  ? a
                                  : strcmp(op, "==") == 0 ? a == b
                                  : strcmp(op, "<") == 0  ? a < b
                                  : strcmp(op, "+") == 0  ? a + b
                                                          : a - b);
    return true;
}

static enum script_sent ask(void *context, const char *text, int limit_ms, json_t **records)
{
    struct script_fake *fake = context;
    unsigned long long value;
    char number[40];
    (void)limit_ms;
    fake->asked++;
    *records = json_array();
    if (strcmp(text, "json version") == 0) {
        json_array_append_new(
            *records, json_pack("{s:s,s:b,s:i}", "arch", "none", "mcs", 0, "word_bits", 64));
    } else if (strncmp(text, "json print word", 15) == 0) {
        json_array_append_new(*records, json_pack("{s:s}", "text", "word"));
    } else if (evaluate(text + strlen("json print "), &value)) {
        snprintf(number, sizeof(number), "0x%llx", value);
        json_array_append_new(*records, json_pack("{s:s}", "value", number));
    } else {
        json_array_append_new(*records, json_pack("{s:s,s:s,s:i}", "error", "SYNTAX", "text",
                                                  "no value (column 13)", "column", 13));
        return SCRIPT_FAILED;
    }
    return SCRIPT_HELD;
}

static bool wait_a_moment(void *context, int timeout_ms)
{
    struct script_fake *fake = context;
    fake->now_ms += timeout_ms;
    return !fake->gone;
}

static bool stopped(void *context)
{
    struct script_fake *fake = context;
    return fake->gone || fake->interrupted;
}

static bool resume(void *context)
{
    struct script_fake *fake = context;
    fake->interrupted = false;
    return !fake->gone;
}

static int64_t clock_ms(void *context)
{
    struct script_fake *fake = context;
    return fake->now_ms++;
}

static char *read_file(void *context, const char *path, size_t *len)
{
    struct script_fake *fake = context;
    for (size_t i = 0; i < 8 && fake->files[i][0]; i++) {
        if (strcmp(fake->files[i][0], path) != 0)
            continue;
        *len = strlen(fake->files[i][1]);
        return strdup(fake->files[i][1]);
    }
    errno = ENOENT;
    return NULL;
}

static void show_error(void *context, const struct script_place *place, const char *text)
{
    say(context, "%s:%u:%u: %s\n", place->file ? place->file : "typed", place->line, place->column,
        text);
}

static void test_begin(void *context, const char *name)
{
    (void)context;
    (void)name;
}

static void test_end(void *context, const struct script_result *result)
{
    static const char *const words[] = {"passed", "skipped", "failed", "lost"};
    say(context, "[%s %s%s%s]\n", result->name, words[result->status], *result->message ? ": " : "",
        result->message);
}

static const struct script_ops ops = {
    .send = send,
    .ask = ask,
    .wait = wait_a_moment,
    .stopped = stopped,
    .resume = resume,
    .clock_ms = clock_ms,
    .read_file = read_file,
    .error = show_error,
    .test_begin = test_begin,
    .test_end = test_end,
};

void script_fake_init(struct script_fake *fake)
{
    memset(fake, 0, sizeof(*fake));
    script_walk_init(&fake->walk, &ops, fake);
}

void script_fake_free(struct script_fake *fake)
{
    script_walk_free(&fake->walk);
}

bool script_fake_run(struct script_fake *fake, const char *text)
{
    struct script_error error;
    struct script_tree *tree = script_parse("f.smoke", text, strlen(text), 1, &error);
    if (tree)
        return script_walk_file(&fake->walk, tree);
    say(fake, "%u:%u: %s\n", error.line, error.column, error.message);
    free(error.source);
    return false;
}

void script_fake_try(struct script_fake *fake, const char *text, size_t len)
{
    struct script_error error;
    struct script_tree *tree = script_parse("f.smoke", text, len, 1, &error);
    if (tree)
        (void)script_walk_file(&fake->walk, tree);
    else
        free(error.source);
}
