/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The client: reads the command line, reaches the target, then runs the commands given or a session
 * at a prompt. The subjects are in the other files.
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/client/gdb_mode.h"
#include "host/client/interactive.h"
#include "host/client/options.h"
#include "host/client/output.h"
#include "host/client/script.h"
#include "host/client/signals.h"
#include "host/client/suite.h"
#include "host/client/symbol_notes.h"
#include "host/client/target.h"

#define BATCH_TIMEOUT_MS 60000 /* of one command, when nobody is there to press Ctrl-C */

/* Commands are given, or come from a file or a program: nobody sits at a prompt. */
static bool is_batch(const struct options *o)
{
    return o->job_count > 0 || o->json || !isatty(STDIN_FILENO);
}

/* Hands --set and --arg to the scripts. */
static void set_parameters(struct script *s, const struct options *o)
{
    char count[24];
    snprintf(count, sizeof(count), "%zu", o->argument_count);
    (void)script_scope_set(&s->walk.global, "count", count);
    for (size_t i = 0; i < o->parameter_count; i++)
        (void)script_scope_set(&s->walk.global, o->parameters[i].name, o->parameters[i].value);
}

static int run(const struct options *o, struct target *target, struct output *out)
{
    static struct script s;
    bool batch = is_batch(o);
    int status;
    if (!gdb_mode_open(o, target, out))
        return STATUS_FAILED;
    script_init(&s, target, out);
    set_parameters(&s, o);
    s.device = o->request.where;
    s.walk.limit_ms = (int)(o->limit_s * 1000 + 0.5);
    if (o->timeout_s >= 0)
        s.timeout_ms = (int)(o->timeout_s * 1000 + 0.5);
    else
        s.timeout_ms = batch ? BATCH_TIMEOUT_MS : 0;
    if (o->job_count > 0) {
        status = script_run_jobs(&s, o->jobs, o->job_count);
        if (o->gdb && status == STATUS_OK)
            status = gdb_mode_start(o->gdb_component, target, out);
    } else if (o->gdb) {
        status = gdb_mode_start(o->gdb_component, target, out);
    } else if (batch) {
        script_run_stream(&s, stdin, "stdin");
        status = s.status;
    } else {
        output_note(out, "connected to %s. Tab completes, Ctrl-C interrupts, Ctrl-D leaves.",
                    target->line.name);
        status = interactive_run(&s, !o->no_history);
    }
    script_free(&s);
    return status;
}

int main(int argc, char **argv)
{
    struct options options;
    static struct target target;
    struct output out;
    setlocale(LC_CTYPE, "");
    if (argc > 1 && strcmp(argv[1], "test") == 0)
        return suite_main(argc - 1, argv + 1);
    enum options_result wanted = options_read(&options, argc, argv);
    if (wanted != OPTIONS_RUN)
        return wanted == OPTIONS_EXIT ? STATUS_OK : STATUS_USAGE;
    signals_init();
    output_init(&out, options.json, options.verbose);
    out.annotate = symbol_notes_line;
    out.interactive = !is_batch(&options);
    struct target_listener listener = output_listener(&out);
    int status = STATUS_LOST;
    if (!options.transport)
        status = gdb_mode_alone(&options, &out);
    else if (target_open(&target, options.transport, &options.request, &listener, options.raw) &&
             target_connect(&target, options.json, (int)(options.wait_s * 1000)))
        status = run(&options, &target, &out);
    else
        output_error(&out, "%s", target.message);
    gdb_mode_close();
    if (options.transport)
        target_close(&target);
    if (output_failed(&out) && status == STATUS_OK)
        status = STATUS_FAILED;
    options_free(&options);
    return status;
}
