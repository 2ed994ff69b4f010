/* SPDX-License-Identifier: BSD-2-Clause */
/* `poweroff`: ends the machine, an emulator with a status. */
#include "monitor/commands/commands.h"
#include "monitor/commands/machine_end.h"

#include "monitor/core/thread.h"

/* SiFive's test device: a status goes with "fail", and 0 with "pass". */
enum { TEST_PASS = 0x5555, TEST_FAIL = 0x3333 };

static void semihosting(void *status)
{
    arch_semihosting_exit(*(const uint32_t *)status);
}

static enum err run(struct command_call *call)
{
    static const char *const tests[] = {"sifive,test0", "sifive,test1"};
    uint64_t status = 0;
    uint32_t word;
    enum err e = arg_word(call, 0, "status", 0, 127, true, &status);

    if (!e)
        e = arg_end(call);
    if (e)
        return e;
    machine_end_prepare(call);
    word = (uint32_t)status;
    machine_end_by_ports(arch_poweroffs, arch_poweroff_count, word);
    (void)thread_try(semihosting, &word);
    for (unsigned i = 0; i < sizeof tests / sizeof tests[0]; i++)
        machine_end_by_device(tests[i], status ? word << 16 | TEST_FAIL : TEST_PASS);
    machine_end_by_syscon("syscon-poweroff");
    return command_fail(call, ERR_UNSUPPORTED, NULL,
                        "the machine is still there: no way to end it is known here");
}

const struct command command_poweroff = {
    .name = "poweroff",
    .usage = "poweroff [STATUS]",
    .summary = "End the machine; an emulator ends with STATUS (x86 QEMU: 2*STATUS+1)",
    .run = run,
    .group = GROUP_MACHINE,
};
