/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Running commands and scripts on a target. See script.h.
 */
#include "host/client/script.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/client/ask.h"
#include "host/client/command.h"
#include "host/client/reference.h"
#include "host/client/script_parse.h"
#include "host/client/script_ops.h"
#include "host/client/signals.h"

void script_init(struct script *s, struct target *target, struct output *out)
{
    memset(s, 0, sizeof(*s));
    s->target = target;
    s->out = out;
    s->own_command = client_command_run;
    script_ops_attach(s);
}

void script_free(struct script *s)
{
    script_walk_free(&s->walk);
}

static void show_parse_error(struct script *s, const char *file, struct script_error *error)
{
    output_error_at(s->out, file, error->line, error->column, error->source, error->message);
    free(error->source);
    if (s->status < STATUS_FAILED)
        s->status = STATUS_FAILED;
}

static void set_status(struct script *s, bool held)
{
    if (!held && s->status < STATUS_FAILED)
        s->status = STATUS_FAILED;
}

void script_run_command(struct script *s, const char *text)
{
    struct script_error error;
    s->halted = false;
    struct script_tree *tree = script_parse(NULL, text, strlen(text), 1, &error);
    if (!tree) {
        show_parse_error(s, NULL, &error);
        return;
    }
    set_status(s, script_walk_lines(&s->walk, tree, true));
}

/* All of a stream in new memory; NULL with errno. */
static char *read_all(FILE *file, size_t *len)
{
    char *text = NULL;
    size_t cap = 0;
    *len = 0;
    for (;;) {
        if (cap - *len < 4096) {
            char *bigger = realloc(text, cap = cap * 2 + 8192);
            if (!bigger)
                break;
            text = bigger;
        }
        size_t n = fread(text + *len, 1, cap - *len, file);
        *len += n;
        if (n == 0 && !ferror(file))
            return text;
        if (n == 0)
            break;
    }
    free(text);
    return NULL;
}

char *script_read_file(const char *path, size_t *len)
{
    if (strcmp(path, "-") == 0)
        return read_all(stdin, len);
    FILE *file = fopen(path, "re");
    if (!file)
        return NULL;
    char *text = read_all(file, len);
    int e = errno;
    fclose(file);
    errno = e;
    return text;
}

bool script_run_file(struct script *s, const char *path)
{
    struct script_error error;
    size_t len;
    const char *name = strcmp(path, "-") == 0 ? "stdin" : path;
    char *text = script_read_file(path, &len);
    s->halted = false;
    if (!text) {
        output_error(s->out, "cannot read the script %s: %s", path, strerror(errno));
        set_status(s, false);
        return false;
    }
    struct script_tree *tree = script_parse(name, text, len, 1, &error);
    free(text);
    if (!tree) {
        show_parse_error(s, name, &error);
        return false;
    }
    bool held = script_walk_file(&s->walk, tree);
    set_status(s, held);
    return held;
}

/* Lines gathered until no block is open. */
struct gathering {
    char *text;
    size_t len;
    unsigned first_line;
    int depth;
};

static void gather(struct gathering *g, const char *line, size_t len, unsigned number)
{
    char *text = realloc(g->text, g->len + len + 1);
    if (!text)
        return;
    if (g->len == 0)
        g->first_line = number;
    memcpy(text + g->len, line, len);
    g->len += len;
    text[g->len] = '\0';
    g->depth += script_parse_depth(text + g->len - len);
    g->text = text;
}

static void run_gathered(struct script *s, struct gathering *g, const char *name)
{
    struct script_error error;
    struct script_tree *tree = script_parse(name, g->text, g->len, g->first_line, &error);
    struct script_file file = {.name = name};
    g->len = 0;
    g->depth = 0;
    if (!tree) {
        show_parse_error(s, name, &error);
        return;
    }
    s->walk.file = &file;
    bool collected = script_test_collect(&s->walk, tree);
    set_status(s, script_walk_lines(&s->walk, tree, true) && collected);
    s->walk.file = NULL;
    free(file.setups);
    free(file.cleanups);
}

void script_run_stream(struct script *s, FILE *file, const char *name)
{
    struct gathering g = {0};
    char *text = NULL;
    size_t cap = 0;
    ssize_t len;
    for (unsigned line = 1; (len = getline(&text, &cap, file)) >= 0; line++) {
        gather(&g, text, (size_t)len, line);
        if (g.depth > 0)
            continue;
        run_gathered(s, &g, name);
        if (s->interrupted || s->status == STATUS_LOST)
            break;
    }
    if (g.len > 0)
        run_gathered(s, &g, name);
    if (ferror(file)) {
        output_error(s->out, "cannot read %s: %s", name, strerror(errno));
        set_status(s, false);
    }
    free(g.text);
    free(text);
}

int script_run_jobs(struct script *s, const struct job *jobs, size_t count)
{
    for (size_t i = 0; i < count && !s->interrupted && s->status != STATUS_LOST; i++) {
        if (jobs[i].is_script)
            script_run_file(s, jobs[i].text);
        else
            script_run_command(s, jobs[i].text);
    }
    return s->status;
}
