/* SPDX-License-Identifier: BSD-2-Clause */
/* `reset`: starts the machine anew. */
#include "monitor/commands/commands.h"
#include "monitor/commands/machine_end.h"

enum { TEST_RESET = 0x7777 }; /* of SiFive's test device */

static enum err run(struct command_call *call)
{
    enum err e = arg_end(call);

    if (e)
        return e;
    machine_end_prepare(call);
    machine_end_by_ports(arch_resets, arch_reset_count, 0);
    machine_end_by_syscon("syscon-reboot");
    machine_end_by_device("sifive,test1", TEST_RESET);
    return command_fail(call, ERR_UNSUPPORTED, NULL,
                        "the machine is still there: no way to reset it is known here");
}

const struct command command_reset = {
    .name = "reset",
    .usage = "reset",
    .summary = "Start the machine anew",
    .run = run,
    .group = GROUP_MACHINE,
};
