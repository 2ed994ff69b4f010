/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading the command line with getopt_long; the transports' options come from their list.
 */
#include "host/client/options.h"

#include <getopt.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/client/script_text.h"

enum {
    OPT_SCRIPT = 256,
    OPT_JSON,
    OPT_TIMEOUT,
    OPT_WAIT,
    OPT_SET,
    OPT_ARG,
    OPT_LIMIT,
    OPT_NO_HISTORY,
    OPT_RAW,
    OPT_GDB,
    OPT_GDB_PORT,
    OPT_GDB_SERIAL,
    OPT_SYMBOLS,
    OPT_VERSION,
    OPT_HELP,
    OPT_TRANSPORT, /* and one more for each in transport_list */
};

static const struct option fixed[] = {
    {"script", required_argument, NULL, OPT_SCRIPT},
    {"json", no_argument, NULL, OPT_JSON},
    {"timeout", required_argument, NULL, OPT_TIMEOUT},
    {"wait", required_argument, NULL, OPT_WAIT},
    {"set", required_argument, NULL, OPT_SET},
    {"arg", required_argument, NULL, OPT_ARG},
    {"limit", required_argument, NULL, OPT_LIMIT},
    {"no-history", no_argument, NULL, OPT_NO_HISTORY},
    {"verbose", no_argument, NULL, 'v'},
    {"version", no_argument, NULL, OPT_VERSION},
    {"help", no_argument, NULL, OPT_HELP},
    {"raw", no_argument, NULL, OPT_RAW},
    {"gdb", optional_argument, NULL, OPT_GDB},
    {"gdb-port", required_argument, NULL, OPT_GDB_PORT},
    {"gdb-serial", required_argument, NULL, OPT_GDB_SERIAL},
    {"symbols", required_argument, NULL, OPT_SYMBOLS},
};

#define FIXED_COUNT    (sizeof(fixed) / sizeof(fixed[0]))
#define TRANSPORTS_MAX 16

static const char help_head[] =
    "usage: sel4mon TRANSPORT [OPTION]... [-- ARGUMENT...]\n"
    "       sel4mon test --target SPEC... [OPTION]... SUITE... (sel4mon test --help)\n"
    "Talks to a sel4mon monitor: at a prompt, or with -c or --script, not interactively.\n\n"
    "How to reach the target (one of them):\n";

static const char help_tail[] =
    "\nOptions:\n"
    "  -c COMMAND            run COMMAND (again and again, in order, also after one that failed)\n"
    "  --script FILE         run the script FILE, up to the first command that fails; - is "
    "standard\n"
    "                        input (sel4mon-script(7) is about the language)\n"
    "  --set NAME=VALUE      give scripts a variable, $NAME\n"
    "  --arg VALUE           give scripts an argument: the first is $1\n"
    "  --limit SECONDS       end a script, or a test in it, that takes longer\n"
    "  --json                print records as JSON, one object a line\n"
    "  --timeout SECONDS     end a command that takes longer; it has then failed (60 when not\n"
    "                        interactive; 0: never)\n"
    "  --wait SECONDS        how long the target may be silent before its prompt (3 on a line, 10\n"
    "                        for one that is started)\n"
    "  --gdb[=COMPONENT]     start gdb in this terminal, ready for the component\n"
    "  --gdb-port N          a port on loopback for a gdb of your own, beside the prompt (0: any)\n"
    "  --gdb-serial LINE     a second line, for GDB alone: DEV[@BAUD], tcp:HOST:PORT or "
    "unix:PATH;\n"
    "                        with no other target it is all the client has\n"
    "  --symbols [NAME=]FILE the ELF file of a component (again and again), for gdb and symbols\n"
    "  --no-history          neither read nor keep the history of typed lines\n"
    "  --raw                 no frames: the line as a plain terminal uses it\n"
    "  -v, --verbose         show what the target says while it boots\n"
    "  --version, --help\n"
    "\nStatus: 0 all commands held, 1 one failed, 2 the target or the line was lost, 64 wrong "
    "usage.\n"
    "Messages of the kernel go to standard error, marked \"kernel:\".\n";

static void print_help(void)
{
    fputs(help_head, stdout);
    for (const struct transport_ops *const *t = transport_list; *t; t++) {
        char name[40];
        snprintf(name, sizeof(name), "--%s%s%s", (*t)->option, (*t)->argument ? " " : "",
                 (*t)->argument ? (*t)->argument : "");
        printf("  %-21s %s\n", name, (*t)->summary);
    }
    fputs(help_tail, stdout);
}

__attribute__((format(printf, 1, 2))) static enum options_result wrong(const char *format, ...)
{
    va_list args;
    fputs("sel4mon: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputs("; sel4mon --help tells more\n", stderr);
    return OPTIONS_WRONG;
}

bool options_read_seconds(const char *text, double *value)
{
    char *end;
    *value = strtod(text, &end);
    return end != text && *end == '\0' && isfinite(*value) && *value >= 0 && *value <= 1e6;
}

static enum options_result add_job(struct options *o, bool is_script, const char *text)
{
    struct job *jobs = realloc(o->jobs, (o->job_count + 1) * sizeof(*jobs));
    if (!jobs)
        return wrong("out of memory");
    jobs[o->job_count++] = (struct job){.is_script = is_script, .text = text};
    o->jobs = jobs;
    return OPTIONS_RUN;
}

static enum options_result add_parameter(struct options *o, char *name, const char *value)
{
    struct parameter *parameters =
        name ? realloc(o->parameters, (o->parameter_count + 1) * sizeof(*parameters)) : NULL;
    if (!parameters) {
        free(name);
        return wrong("out of memory");
    }
    parameters[o->parameter_count++] = (struct parameter){name, value};
    o->parameters = parameters;
    return OPTIONS_RUN;
}

enum options_result options_add_setting(struct options *o, const char *text)
{
    size_t len = strcspn(text, "=");
    if (text[len] != '=' || !script_text_is_name(text, len))
        return wrong("--set %s: not NAME=VALUE, the name of letters, digits and _", text);
    return add_parameter(o, strndup(text, len), text + len + 1);
}

enum options_result options_add_argument(struct options *o, const char *value)
{
    char number[24];
    snprintf(number, sizeof(number), "%zu", ++o->argument_count);
    return add_parameter(o, strdup(number), value);
}

static enum options_result add_symbols(struct options *o, const char *path)
{
    const char **list = realloc(o->symbols, (o->symbol_count + 1) * sizeof(*list));
    if (!list)
        return wrong("out of memory");
    o->symbols = list;
    o->symbols[o->symbol_count++] = path;
    return OPTIONS_RUN;
}

static enum options_result set_port(struct options *o, const char *text)
{
    char *end;
    long value = strtol(text, &end, 10);
    if (end == text || *end != '\0' || value < 0 || value > 65535)
        return wrong("--gdb-port %s: not a port (0 to 65535; 0: any)", text);
    o->gdb_port = (int)value;
    return OPTIONS_RUN;
}

static enum options_result set_transport(struct options *o, const struct transport_ops *ops,
                                         const char *where)
{
    if (o->transport)
        return wrong("--%s and --%s: one target at a time", o->transport->option, ops->option);
    o->transport = ops;
    o->request.where = where;
    return OPTIONS_RUN;
}

static enum options_result take_option(struct options *o, int which, const char *argument)
{
    switch (which) {
    case 'c':
        return add_job(o, false, argument);
    case OPT_SCRIPT:
        return add_job(o, true, argument);
    case OPT_JSON:
        o->json = true;
        return OPTIONS_RUN;
    case OPT_TIMEOUT:
        return options_read_seconds(argument, &o->timeout_s)
                   ? OPTIONS_RUN
                   : wrong("--timeout %s: not a number of seconds", argument);
    case OPT_WAIT:
        return options_read_seconds(argument, &o->wait_s)
                   ? OPTIONS_RUN
                   : wrong("--wait %s: not a number of seconds", argument);
    case OPT_RAW:
        o->raw = true;
        return OPTIONS_RUN;
    case OPT_SET:
        return options_add_setting(o, argument);
    case OPT_ARG:
        return options_add_argument(o, argument);
    case OPT_LIMIT:
        return options_read_seconds(argument, &o->limit_s)
                   ? OPTIONS_RUN
                   : wrong("--limit %s: not a number of seconds", argument);
    case OPT_GDB:
        o->gdb = true;
        o->gdb_component = argument;
        return OPTIONS_RUN;
    case OPT_GDB_PORT:
        return set_port(o, argument);
    case OPT_GDB_SERIAL:
        o->gdb_serial = argument;
        return OPTIONS_RUN;
    case OPT_SYMBOLS:
        return add_symbols(o, argument);
    case OPT_NO_HISTORY:
        o->no_history = true;
        return OPTIONS_RUN;
    case 'v':
        o->verbose = true;
        return OPTIONS_RUN;
    case OPT_VERSION:
        printf("sel4mon %s\n", SEL4MON_VERSION);
        return OPTIONS_EXIT;
    case OPT_HELP:
        print_help();
        return OPTIONS_EXIT;
    default:
        return set_transport(o, transport_list[which - OPT_TRANSPORT], argument);
    }
}

/* What getopt found wrong, in words. */
static enum options_result wrong_option(int found, char **argv)
{
    const char *given = optopt && optopt < 256 ? "" : argv[optind - 1];
    if (found == ':')
        return optopt == 'c' ? wrong("-c needs a command") : wrong("%s needs an argument", given);
    if (optopt && optopt < 256)
        return wrong("unknown option -%c", optopt);
    return wrong("%s: unknown option, or one that takes no argument", given);
}

static enum options_result check(struct options *o, int argc, char **argv)
{
    bool dashes = optind > 1 && strcmp(argv[optind - 1], "--") == 0;
    if (optind < argc && !dashes)
        return wrong("%s: what is this? A command is given with -c", argv[optind]);
    if (!o->transport && !o->gdb_serial)
        return wrong("which target? Say --sim IMAGE, --qemu, --serial DEV, --tcp HOST:PORT or "
                     "--unix PATH");
    if (dashes && o->transport && !o->transport->takes_args)
        return wrong("--%s takes no arguments after --", o->transport->option);
    o->request.args = argv + optind;
    return OPTIONS_RUN;
}

enum options_result options_read(struct options *o, int argc, char **argv)
{
    struct option list[FIXED_COUNT + TRANSPORTS_MAX + 1] = {0};
    memset(o, 0, sizeof(*o));
    o->timeout_s = -1;
    o->gdb_port = -1;
    memcpy(list, fixed, sizeof(fixed));
    for (size_t i = 0; transport_list[i] && i < TRANSPORTS_MAX; i++)
        list[FIXED_COUNT + i] =
            (struct option){transport_list[i]->option,
                            transport_list[i]->argument ? required_argument : no_argument, NULL,
                            OPT_TRANSPORT + (int)i};
    enum options_result result = OPTIONS_RUN;
    int which;
    opterr = 0;
    while (result == OPTIONS_RUN && (which = getopt_long(argc, argv, "+:c:v", list, NULL)) != -1)
        result = which == '?' || which == ':' ? wrong_option(which, argv)
                                              : take_option(o, which, optarg);
    return result == OPTIONS_RUN ? check(o, argc, argv) : result;
}

void options_free(struct options *o)
{
    for (size_t i = 0; i < o->parameter_count; i++)
        free(o->parameters[i].name);
    free(o->parameters);
    o->parameters = NULL;
    o->parameter_count = 0;
    free(o->jobs);
    free(o->symbols);
    o->jobs = NULL;
    o->job_count = 0;
}
