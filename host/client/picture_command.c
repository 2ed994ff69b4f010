/* SPDX-License-Identifier: BSD-2-Clause */
/* The client's commands `untypeds --map` and `graph`: they ask, draw, and write files. */
#include "host/client/picture_command.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/client/picture.h"
#include "host/client/script.h"

#define WIDTH_DEFAULT 80
#define WIDTH_MOST    1000

/* True if all is there; else it has been said, and the picture is freed. */
static bool ask(struct script *s, struct picture *p, unsigned parts)
{
    char why[2300];

    if (picture_init(p) && picture_ask(p, s->target, s->timeout_ms, parts, why, sizeof(why)))
        return true;
    output_error(s->out, "%s", json_array_size(p->components) || why[0] ? why : "no memory");
    picture_free(p);
    return false;
}

/* --- untypeds --map --------------------------------------------------------------------------- */

static unsigned terminal_width(void)
{
    const char *columns = getenv("COLUMNS");
    struct winsize size;
    unsigned long given = columns ? strtoul(columns, NULL, 10) : 0;

    if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col)
        return size.ws_col;
    return given && given < WIDTH_MOST ? (unsigned)given : WIDTH_DEFAULT;
}

static void show_line(void *context, const char *line)
{
    struct script *s = context;

    if (s->out->json) {
        json_t *record = json_pack("{s:s, s:s}", "record", "map", "text", line);
        s->target->listener.record(s->target->listener.context, record);
        json_decref(record);
    } else {
        output_drawn(s->out, line);
    }
}

static bool is_map(const char *args)
{
    char word[16];

    return client_command_word(&args, word, sizeof(word)) && strcmp(word, "--map") == 0;
}

static bool run_map(struct script *s, const char *args)
{
    struct picture p;
    char word[64];

    (void)client_command_word(&args, word, sizeof(word));
    if (client_command_word(&args, word, sizeof(word))) {
        output_error(s->out, "untypeds --map takes nothing more, and '%s' is there", word);
        return false;
    }
    if (!ask(s, &p, PICTURE_PIECES))
        return false;
    picture_map(&p, terminal_width(), s->out->colour_out && !s->out->json, show_line, s);
    picture_free(&p);
    return true;
}

/* --- graph ------------------------------------------------------------------------------------ */

static const struct graph {
    const char *name;
    unsigned parts;
    void (*draw)(const struct picture *p, FILE *to);
} graphs[] = {
    {"caps", PICTURE_PIECES | PICTURE_UNTYPEDS | PICTURE_OBJECTS | PICTURE_HELD,
     picture_graph_caps},
    {"threads", PICTURE_THREADS | PICTURE_OBJECTS | PICTURE_HELD, picture_graph_threads},
    {"memory", PICTURE_PIECES | PICTURE_UNTYPEDS | PICTURE_REGIONS | PICTURE_HELD,
     picture_graph_memory},
};

/* Ends of names, and what Graphviz calls them; NULL: the text itself. */
static const struct format {
    const char *suffix, *option;
} formats[] = {{".dot", NULL}, {".gv", NULL}, {".svg", "-Tsvg"}, {".png", "-Tpng"}};

static const struct format *format_of(const char *file)
{
    size_t len = strlen(file);

    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        size_t suffix = strlen(formats[i].suffix);

        if (len > suffix && strcmp(file + len - suffix, formats[i].suffix) == 0)
            return &formats[i];
    }
    return NULL;
}

static bool read_args(struct script *s, const char *args, const struct graph **graph, char *file,
                      unsigned cap)
{
    char word[32];

    *graph = NULL;
    file[0] = '\0';
    if (!client_command_word(&args, word, sizeof(word))) {
        output_error(s->out, "graph: which one? caps, threads or memory");
        return false;
    }
    for (size_t i = 0; i < sizeof(graphs) / sizeof(graphs[0]); i++) {
        if (strcmp(word, graphs[i].name) == 0)
            *graph = &graphs[i];
    }
    if (!*graph) {
        output_error(s->out, "there is no graph '%s'; there are caps, threads and memory", word);
        return false;
    }
    if (!client_command_word(&args, word, sizeof(word))) {
        snprintf(file, cap, "sel4mon-%s.svg", (*graph)->name);
        return true;
    }
    if (strcmp(word, "-o") != 0 || !client_command_word(&args, file, cap) ||
        client_command_word(&args, word, sizeof(word))) {
        output_error(s->out, "usage: graph caps|threads|memory [-o FILE]");
        return false;
    }
    return true;
}

/* The text into a file. */
static bool write_text(struct script *s, const char *file, const char *text, size_t len)
{
    FILE *to = fopen(file, "we");
    bool held = to && fwrite(text, 1, len, to) == len;
    int e = errno;

    if (to && fclose(to) != 0) {
        held = false;
        e = errno;
    }
    if (!held)
        output_error(s->out, "cannot write %s: %s", file, strerror(e));
    return held;
}

/* Runs Graphviz with the text as its input; 127 if there is none, else its status. */
static int run_dot(const char *option, const char *file, FILE *text)
{
    int status;
    pid_t pid = fork();

    if (pid < 0)
        return 126;
    if (pid == 0) {
        int nowhere = open("/dev/null", O_WRONLY);

        if (dup2(fileno(text), STDIN_FILENO) >= 0 && dup2(nowhere, STDOUT_FILENO) >= 0 &&
            dup2(nowhere, STDERR_FILENO) >= 0)
            execlp("dot", "dot", option, "-o", file, (char *)NULL);
        _exit(errno == ENOENT ? 127 : 126);
    }
    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR)
            return 126;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 126;
}

static void tell(struct script *s, const char *file)
{
    char text[4200];
    json_t *record;

    snprintf(text, sizeof(text), "written to %s", file);
    if (!s->out->json) {
        s->target->listener.text(s->target->listener.context, text);
        return;
    }
    record = json_pack("{s:s, s:s}", "record", "graph", "file", file);
    s->target->listener.record(s->target->listener.context, record);
    json_decref(record);
}

/* Without Graphviz the text is kept beside where the picture would be. */
static bool keep_text(struct script *s, const char *file, const char *text, size_t len)
{
    char beside[4200];

    snprintf(beside, sizeof(beside), "%.*s.dot", (int)(strlen(file) - 4), file);
    if (!write_text(s, beside, text, len))
        return false;
    output_error(s->out,
                 "Graphviz's program dot is not here (package graphviz), so the graph's text was "
                 "written to %s; draw it with dot -Tsvg",
                 beside);
    return false;
}

static bool draw(struct script *s, const struct format *format, const char *file, const char *text,
                 size_t len)
{
    FILE *input;
    int status;

    if (!format->option)
        return write_text(s, file, text, len);
    if (!write_text(s, file, "", 0))
        return false;
    input = tmpfile();
    if (!input || fwrite(text, 1, len, input) != len || fflush(input) != 0) {
        output_error(s->out, "cannot write a temporary file: %s", strerror(errno));
        if (input)
            fclose(input);
        return false;
    }
    rewind(input);
    status = run_dot(format->option, file, input);
    fclose(input);
    if (status == 0)
        return true;
    unlink(file);
    if (status == 127)
        return keep_text(s, file, text, len);
    output_error(s->out, "Graphviz could not draw the graph (status %d)", status);
    return false;
}

static bool run_graph(struct script *s, const char *args)
{
    const struct graph *graph;
    const struct format *format;
    struct picture p;
    char file[4096], *text = NULL;
    size_t len = 0;
    FILE *to;
    bool held = false;

    if (!read_args(s, args, &graph, file, sizeof(file)))
        return false;
    format = format_of(file);
    if (!format) {
        output_error(s->out, "'%s' ends in none of .svg, .png and .dot", file);
        return false;
    }
    if (!ask(s, &p, graph->parts))
        return false;
    to = open_memstream(&text, &len);
    if (to) {
        graph->draw(&p, to);
        held = fclose(to) == 0 && draw(s, format, file, text, len);
    }
    if (held)
        tell(s, file);
    free(text);
    picture_free(&p);
    return held;
}

const struct client_command client_command_map = {
    .name = "untypeds",
    .usage = "untypeds --map",
    .summary = "Draw the physical memory: what is free and whose the rest is",
    .help = "RAM as bars of letters, once as a whole and once from near where it is not free;\n"
            "then the device space. A legend tells the letters and the sums.",
    .words = (const char *const[]){"--map", NULL},
    .is_own = is_map,
    .run = run_map,
};

const struct client_command client_command_graph = {
    .name = "graph",
    .usage = "graph caps|threads|memory [-o FILE.svg|FILE.png|FILE.dot]",
    .summary = "Draw capabilities, threads or memory with Graphviz",
    .help =
        "caps: components, the capabilities they hold and share, the operator's objects, and\n"
        "the untypeds they are made of. threads: by priority, with what they do, their faults\n"
        "and what they may wait for. memory: untypeds, what is made of them, and where that is\n"
        "mapped. Without -o the file is sel4mon-caps.svg and so on.",
    .words = (const char *const[]){"caps", "threads", "memory", NULL},
    .run = run_graph,
};
