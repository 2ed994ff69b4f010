/* SPDX-License-Identifier: BSD-2-Clause */
/* gdb from the prompt: see gdb_command.h. */
#include "host/client/gdb_command.h"

#include <unistd.h>

#include "host/client/gdb_mode.h"
#include "host/client/pager.h"
#include "host/client/script.h"

static bool run_gdb(struct script *s, const char *args)
{
    char word[300];
    bool named = client_command_word(&args, word, sizeof word);

    if (!isatty(STDIN_FILENO) || s->out->json) {
        output_error(s->out, "gdb wants a terminal; --gdb-port opens a port for one of your own");
        return false;
    }
    pager_begin(false); /* it prints itself */
    return gdb_mode_start(named ? word : NULL, s->target, s->out) == STATUS_OK;
}

const struct client_command command_gdb = {
    .name = "gdb",
    .usage = "gdb [COMPONENT]",
    .summary = "Start gdb in this terminal, on the component",
    .help =
        "One that is loaded is stopped and attached; another is started by gdb's `start`. gdb's\n"
        "`quit` comes back here, and what was attached goes on. Its files are those of `symbols`.\n"
        "The environment's SEL4MON_GDB names another gdb than gdb-multiarch.",
    .run = run_gdb,
};
