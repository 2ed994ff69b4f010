/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command line of `sel4mon test`, and the scripts that its folders hold.
 */
#include "host/client/suite.h"

#include <errno.h>
#include <glob.h>
#include <getopt.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    OPT_TARGET = 256,
    OPT_FORMAT,
    OPT_JOBS,
    OPT_LIMIT,
    OPT_TIMEOUT,
    OPT_WAIT,
    OPT_SET,
    OPT_ARG,
    OPT_FRESH,
    OPT_RAW,
    OPT_HELP
};

static const struct option list[] = {
    {"target", required_argument, NULL, OPT_TARGET},
    {"format", required_argument, NULL, OPT_FORMAT},
    {"output", required_argument, NULL, 'o'},
    {"jobs", required_argument, NULL, OPT_JOBS},
    {"limit", required_argument, NULL, OPT_LIMIT},
    {"timeout", required_argument, NULL, OPT_TIMEOUT},
    {"wait", required_argument, NULL, OPT_WAIT},
    {"set", required_argument, NULL, OPT_SET},
    {"arg", required_argument, NULL, OPT_ARG},
    {"fresh", no_argument, NULL, OPT_FRESH},
    {"raw", no_argument, NULL, OPT_RAW},
    {"help", no_argument, NULL, OPT_HELP},
    {NULL, 0, NULL, 0},
};

static const char help[] =
    "usage: sel4mon test --target SPEC... [OPTION]... SUITE...\n"
    "Runs a suite on one or more targets at once, and joins the report. A SUITE is a script, or a\n"
    "folder: all in it that ends in .smoke.\n\n"
    "  --target SPEC         [NAME=]sim:IMAGE, qemu:COMMAND, serial:DEV[@BAUD], tcp:HOST:PORT or\n"
    "                        unix:PATH; again and again\n"
    "  --format FORMAT       text, tap or junit (text)\n"
    "  -o, --output FILE     write the report there, and a summary on standard output\n"
    "  --jobs N              at most N targets at a time (all)\n"
    "  --fresh               start a simulator or QEMU anew for each script; else only after one\n"
    "                        that failed\n"
    "  --limit SECONDS       end a test that takes longer (300; 0: never)\n"
    "  --timeout SECONDS     end a command that takes longer (60; 0: never)\n"
    "  --wait SECONDS        how long a target may be silent before its prompt\n"
    "  --set NAME=VALUE, --arg VALUE\n"
    "                        give the scripts a variable, or an argument\n"
    "  --raw                 no frames: lines as plain terminals use them\n"
    "  --help\n"
    "\nStatus: 0 nothing failed, 1 a test failed, 2 a target was lost or not there, 64 wrong "
    "usage.\n";

__attribute__((format(printf, 1, 2))) static enum options_result wrong(const char *format, ...)
{
    va_list args;
    fputs("sel4mon: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputs("; sel4mon test --help tells more\n", stderr);
    return OPTIONS_WRONG;
}

static enum options_result add_target(struct suite_options *o, const char *text)
{
    char message[400];
    struct target_spec *targets = realloc(o->targets, (o->target_count + 1) * sizeof(*targets));
    if (!targets)
        return wrong("out of memory");
    o->targets = targets;
    if (!target_spec_read(&targets[o->target_count], text, message, sizeof(message)))
        return wrong("%s", message);
    o->target_count++;
    return OPTIONS_RUN;
}

static enum options_result add_file(struct suite_options *o, const char *path)
{
    char **files = realloc(o->files, (o->file_count + 1) * sizeof(*files));
    if (!files)
        return wrong("out of memory");
    o->files = files;
    files[o->file_count] = strdup(path);
    return files[o->file_count++] ? OPTIONS_RUN : wrong("out of memory");
}

static enum options_result add_folder(struct suite_options *o, const char *path)
{
    char pattern[PATH_MAX];
    glob_t found;
    enum options_result result = OPTIONS_RUN;
    size_t len = strlen(path);
    while (len > 1 && path[len - 1] == '/')
        len--;
    snprintf(pattern, sizeof(pattern), "%.*s/*.smoke", (int)len, path);
    if (glob(pattern, 0, NULL, &found) != 0)
        return wrong("the folder %s holds no script (*.smoke)", path);
    for (size_t i = 0; i < found.gl_pathc && result == OPTIONS_RUN; i++)
        result = add_file(o, found.gl_pathv[i]);
    globfree(&found);
    return result;
}

static enum options_result add_suite(struct suite_options *o, const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return wrong("%s: %s", path, strerror(errno));
    if (S_ISDIR(st.st_mode))
        return add_folder(o, path);
    if (S_ISFIFO(st.st_mode))
        return wrong("%s is a pipe, and each target reads the script anew", path);
    return add_file(o, path);
}

static enum options_result take_seconds(const char *option, const char *text, double *value)
{
    return options_read_seconds(text, value)
               ? OPTIONS_RUN
               : wrong("--%s %s: not a number of seconds", option, text);
}

static enum options_result take_jobs(struct suite_options *o, const char *text)
{
    char *end;
    unsigned long n = strtoul(text, &end, 10);
    if (end == text || *end || n == 0 || n > 1000)
        return wrong("--jobs %s: not a number from 1 to 1000", text);
    o->jobs = n;
    return OPTIONS_RUN;
}

static enum options_result take_option(struct suite_options *o, int which, const char *argument)
{
    switch (which) {
    case OPT_TARGET:
        return add_target(o, argument);
    case OPT_FORMAT:
        o->format = report_format(argument);
        return o->format ? OPTIONS_RUN : wrong("--format %s: text, tap or junit", argument);
    case 'o':
        o->output = argument;
        return OPTIONS_RUN;
    case OPT_JOBS:
        return take_jobs(o, argument);
    case OPT_LIMIT:
        return take_seconds("limit", argument, &o->limit_s);
    case OPT_TIMEOUT:
        return take_seconds("timeout", argument, &o->timeout_s);
    case OPT_WAIT:
        return take_seconds("wait", argument, &o->wait_s);
    case OPT_SET:
        return options_add_setting(&o->parameters, argument);
    case OPT_ARG:
        return options_add_argument(&o->parameters, argument);
    case OPT_FRESH:
        o->fresh = true;
        return OPTIONS_RUN;
    case OPT_RAW:
        o->raw = true;
        return OPTIONS_RUN;
    case OPT_HELP:
        fputs(help, stdout);
        return OPTIONS_EXIT;
    default:
        return OPTIONS_WRONG;
    }
}

/* Two targets of one name could not be told apart. */
static enum options_result check_names(const struct suite_options *o)
{
    for (size_t i = 0; i < o->target_count; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(o->targets[i].name, o->targets[j].name) == 0)
                return wrong("two targets are called %s; give them names: --target a=%s",
                             o->targets[i].name, o->targets[i].name);
    return OPTIONS_RUN;
}

enum options_result suite_options_read(struct suite_options *o, int argc, char **argv)
{
    enum options_result result = OPTIONS_RUN;
    int which;
    memset(o, 0, sizeof(*o));
    o->format = report_write_text;
    o->limit_s = SUITE_LIMIT_S;
    o->timeout_s = SUITE_TIMEOUT_S;
    opterr = 0;
    while (result == OPTIONS_RUN && (which = getopt_long(argc, argv, ":o:", list, NULL)) != -1)
        result = which == ':' ? wrong("%s needs an argument", argv[optind - 1])
                 : which == '?'
                     ? wrong("%s: unknown option, or one that takes no argument", argv[optind - 1])
                     : take_option(o, which, optarg);
    if (result != OPTIONS_RUN)
        return result;
    for (; optind < argc && result == OPTIONS_RUN; optind++)
        result = add_suite(o, argv[optind]);
    if (result == OPTIONS_RUN && o->target_count == 0)
        result = wrong("which target? --target sim:IMAGE, for example");
    if (result == OPTIONS_RUN && o->file_count == 0)
        result = wrong("which suite? A script, or a folder of scripts");
    return result == OPTIONS_RUN ? check_names(o) : result;
}

void suite_options_free(struct suite_options *o)
{
    for (size_t i = 0; i < o->target_count; i++)
        target_spec_free(&o->targets[i]);
    free(o->targets);
    for (size_t i = 0; i < o->file_count; i++)
        free(o->files[i]);
    free(o->files);
    options_free(&o->parameters);
    memset(o, 0, sizeof(*o));
}
