/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The client: reads the command line, reaches the target, then runs the commands given or a session
 * at a prompt. The subjects are in the other files.
 */
#include <locale.h>
#include <stdlib.h>
#include <unistd.h>

#include "host/client/interactive.h"
#include "host/client/options.h"
#include "host/client/output.h"
#include "host/client/script.h"
#include "host/client/signals.h"
#include "host/client/target.h"

#define BATCH_TIMEOUT_MS 60000 /* of one command, when nobody is there to press Ctrl-C */

/* Commands are given, or come from a file or a program: nobody sits at a prompt. */
static bool is_batch(const struct options *o)
{
    return o->job_count > 0 || o->json || !isatty(STDIN_FILENO);
}

static int run(const struct options *o, struct target *target, struct output *out)
{
    bool batch = is_batch(o);
    struct script s = {.target = target, .out = out};
    if (o->timeout_s >= 0)
        s.timeout_ms = (int)(o->timeout_s * 1000 + 0.5);
    else
        s.timeout_ms = batch ? BATCH_TIMEOUT_MS : 0;
    if (o->job_count > 0)
        return script_run_jobs(&s, o->jobs, o->job_count);
    if (batch) {
        script_run_file(&s, "-", false);
        return s.status;
    }
    output_note(out, "connected to %s. Tab completes, Ctrl-C interrupts, Ctrl-D leaves.",
                target->line.name);
    return interactive_run(&s, !o->no_history);
}

int main(int argc, char **argv)
{
    struct options options;
    static struct target target;
    struct output out;
    setlocale(LC_CTYPE, "");
    enum options_result wanted = options_read(&options, argc, argv);
    if (wanted != OPTIONS_RUN)
        return wanted == OPTIONS_EXIT ? STATUS_OK : STATUS_USAGE;
    signals_init();
    output_init(&out, options.json, options.verbose);
    out.interactive = !is_batch(&options);
    struct target_listener listener = output_listener(&out);
    int status = STATUS_LOST;
    if (target_open(&target, options.transport, &options.request, &listener, options.raw) &&
        target_connect(&target, options.json, (int)(options.wait_s * 1000)))
        status = run(&options, &target, &out);
    else
        output_error(&out, "%s", target.message);
    target_close(&target);
    if (output_failed(&out) && status == STATUS_OK)
        status = STATUS_FAILED;
    options_free(&options);
    return status;
}
