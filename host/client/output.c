/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Printing, in text or JSON. See output.h.
 */
#include "host/client/output.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/client/pager.h"
#include "host/client/session_log.h"

#define COLOUR_DIM   "\033[2m"
#define COLOUR_RED   "\033[31m"
#define COLOUR_RESET "\033[0m"

static bool wants_colour(int fd)
{
    const char *no_colour = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    return isatty(fd) && !(no_colour && *no_colour) && term && strcmp(term, "dumb") != 0;
}

void output_init(struct output *o, bool json, bool verbose)
{
    memset(o, 0, sizeof(*o));
    o->json = json;
    o->verbose = verbose;
    o->colour_out = wants_colour(STDOUT_FILENO);
    o->colour_err = wants_colour(STDERR_FILENO);
}

static void begin(struct output *o)
{
    if (o->hide)
        o->hide();
}

static void end(struct output *o)
{
    if (o->show)
        o->show();
}

/* Bytes of the character that begins there; 0: it is none of UTF-8. */
static size_t character(const char *text)
{
    unsigned char first = (unsigned char)*text;
    size_t len = first < 0x80                    ? 1
                 : first >= 0xc2 && first < 0xe0 ? 2
                 : first >= 0xe0 && first < 0xf0 ? 3
                 : first >= 0xf0 && first < 0xf5 ? 4
                                                 : 0;
    for (size_t i = 1; i < len; i++)
        if (((unsigned char)text[i] & 0xc0) != 0x80)
            return 0;
    return len;
}

/* Text of the target may hold anything: what could move the cursor, or is no text, becomes '?'. */
static void clean(char *text)
{
    while (*text) {
        size_t len = character(text);
        if (len == 0 || ((unsigned char)*text < 0x20 && *text != '\t') || *text == 0x7f)
            *text = '?';
        text += len ? len : 1;
    }
}

static void put_clean(FILE *to, const char *text)
{
    char *copy = strdup(text);
    if (!copy)
        return;
    clean(copy);
    fputs(copy, to);
    free(copy);
}

/* The log gets all that is shown. One that cannot be written any more is told once. */
static void copy(struct output *o, const char *mark, const char *text)
{
    char path[PATH_MAX];
    const char *now = session_log_path();
    if (!now)
        return;
    snprintf(path, sizeof(path), "%s", now);
    if (!session_log_line(mark, text))
        output_note(o,
                    "the log %s cannot be written any more: %s. It is closed; the session goes on",
                    path, strerror(errno));
}

void output_drawn(struct output *o, const char *line)
{
    copy(o, "", line);
    if (!o->command.text || pager_put(line)) {
        begin(o);
        puts(line);
        if (!o->command.text)
            fflush(stdout);
        end(o);
    }
}

/* A line of a command's output, or of nobody's, on standard output. */
static void put_line(struct output *o, const char *mark, const char *text)
{
    char *line = malloc(strlen(mark) + strlen(text) + 1);
    if (!line)
        return;
    strcpy(line, mark);
    strcat(line, text);
    clean(line);
    output_drawn(o, line);
    free(line);
}

/* A line that the target told, with what the client knows about it. */
static void put_told(struct output *o, const char *mark, const char *text)
{
    char *more = o->annotate ? o->annotate(o->command.text, text) : NULL;
    put_line(o, mark, more ? more : text);
    free(more);
}

/* A marked line on standard error, after all that went to standard output. */
static void put_marked(struct output *o, const char *colour, const char *mark, const char *text)
{
    begin(o);
    fflush(stdout);
    if (o->colour_err)
        fputs(colour, stderr);
    fputs(mark, stderr);
    put_clean(stderr, text);
    if (o->colour_err)
        fputs(COLOUR_RESET, stderr);
    putc('\n', stderr);
    fflush(stderr);
    end(o);
    copy(o, mark, text);
}

static void print_boot(void *context, const char *line)
{
    struct output *o = context;
    if (o->verbose && *line)
        put_marked(o, COLOUR_DIM, "boot: ", line);
}

static void print_banner(void *context, const char *line)
{
    struct output *o = context;
    if (o->interactive && !o->verbose)
        put_marked(o, "", "", line);
}

static void print_note(void *context, const char *line)
{
    const struct output *o = context;
    if (!o->verbose)
        put_marked(context, "", "monitor: ", line);
}

static void print_kernel(void *context, const char *line)
{
    if (*line)
        put_marked(context, COLOUR_DIM, "kernel: ", line);
}

static void print_said(void *context, const char *line)
{
    output_note(context, "%s", line);
}

static void print_aside(void *context, const char *line)
{
    put_marked(context, COLOUR_DIM, "", line);
}

/* `try COMMAND` holds although COMMAND fails: its error is output like any other. */
static bool is_try(const struct output *o)
{
    const char *text = o->command.text;
    return text && strncmp(text, "try", 3) == 0 && (text[3] == ' ' || text[3] == '\t');
}

static void print_text(void *context, const char *line)
{
    struct output *o = context;
    if (o->json) { /* only records are output: this is noise */
        print_kernel(context, line);
        return;
    }
    put_told(o, "", line);
}

static void print_json(struct output *o, const json_t *record)
{
    begin(o);
    json_dumpf(record, stdout, JSON_COMPACT | JSON_PRESERVE_ORDER);
    putc('\n', stdout);
    end(o);
}

static void add_context(const struct output *o, json_t *record)
{
    const struct output_command *c = &o->command;
    if (c->text)
        json_object_set_new(record, "input", json_string(c->text));
    if (c->file) {
        json_object_set_new(record, "file", json_string(c->file));
        json_object_set_new(record, "line", json_integer(c->line));
    }
}

/* An error that the target told: in a script its column is shown by a caret, not by its number. */
static void show_refusal(struct output *o, const char *text, const json_t *column)
{
    const struct output_command *c = &o->command;
    if (!c->file || !json_is_integer(column) || json_integer_value(column) < 1) {
        output_error(o, "%s", text);
        return;
    }
    char clean[2600];
    size_t offset = (size_t)json_integer_value(column) - 1;
    script_text_strip_column(clean, sizeof(clean), text);
    output_error_at(o, c->file, c->line,
                    c->column + (unsigned)(c->map ? script_map_back(c->map, offset) : offset),
                    c->source, clean);
}

static void print_record(void *context, json_t *record)
{
    struct output *o = context;
    const char *error = json_string_value(json_object_get(record, "error"));
    if (o->json) {
        if (error)
            add_context(o, record);
        if (error && !is_try(o) && o->heard_error)
            o->heard_error(o->heard_context, json_string_value(json_object_get(record, "text")));
        print_json(o, record);
        o->error_seen |= error != NULL;
        return;
    }
    const char *text = json_string_value(json_object_get(record, "text"));
    if (error && !is_try(o)) {
        show_refusal(o, text ? text : error, json_object_get(record, "column"));
        return;
    }
    /* A notice is but a text; other records come only if nobody asked for text. */
    char *dump = text ? NULL : json_dumps(record, JSON_COMPACT | JSON_PRESERVE_ORDER);
    put_told(o, error ? "error: " : "", text ? text : dump ? dump : "");
    free(dump);
}

struct target_listener output_listener(struct output *o)
{
    return (struct target_listener){
        .context = o,
        .boot = print_boot,
        .banner = print_banner,
        .note = print_note,
        .text = print_text,
        .kernel = print_kernel,
        .aside = print_aside,
        .said = print_said,
        .record = print_record,
    };
}

void output_note(struct output *o, const char *format, ...)
{
    char text[2600];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    begin(o);
    fflush(stdout);
    fprintf(stderr, "sel4mon: %s\n", text);
    end(o);
    copy(o, "sel4mon: ", text);
}

void output_error_at(struct output *o, const char *file, unsigned line, unsigned column,
                     const char *source, const char *text)
{
    char indent[512];
    begin(o);
    fflush(stdout);
    if (file)
        fprintf(stderr, "%s:%u:%u: ", file, line, column);
    fprintf(stderr, "%serror:%s %s\n", o->colour_err ? COLOUR_RED : "",
            o->colour_err ? COLOUR_RESET : "", text);
    if (source && *source) {
        script_text_indent(indent, sizeof(indent), source, column);
        put_clean(stderr, source);
        fprintf(stderr, "\n%s%s^%s\n", indent, o->colour_err ? COLOUR_RED : "",
                o->colour_err ? COLOUR_RESET : "");
    }
    fflush(stderr);
    o->error_seen = true;
    if (o->heard_error)
        o->heard_error(o->heard_context, text);
    end(o);
    copy(o, "error: ", text);
}

void output_error(struct output *o, const char *format, ...)
{
    char text[2600];
    const struct output_command *c = &o->command;
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    output_error_at(o, c->file, c->line, c->column, c->file ? c->source : NULL, text);
}

void output_say(struct output *o, const char *format, ...)
{
    char text[2600];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    if (o->json)
        output_note(o, "%s", text);
    else
        put_line(o, "", text);
}

void output_command_typed(struct output *o, const char *line)
{
    copy(o, "> ", line);
}

void output_test(struct output *o, const char *name, const char *status, const char *why)
{
    if (o->json) {
        json_t *record =
            json_pack("{s:s, s:s, s:s}", "record", "test", "name", name, "result", status);
        if (record && *why)
            json_object_set_new(record, "reason", json_string(why));
        print_json(o, record);
        json_decref(record);
        return;
    }
    output_say(o, "test %s: %s%s%s", name, status, *why ? ": " : "", why);
    fflush(stdout);
}

void output_done(struct output *o, const char *status)
{
    if (o->json) {
        json_t *record = json_object();
        add_context(o, record);
        json_object_set_new(record, "status", json_string(status));
        print_json(o, record);
        json_decref(record);
    }
    fflush(stdout);
}

bool output_failed(const struct output *o)
{
    (void)o;
    return fflush(stdout) != 0 || ferror(stdout);
}
