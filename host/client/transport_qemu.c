/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * QEMU as target, or any other command whose standard input and output are the line: the command
 * stands after `--`.
 */
#include "host/client/transport_child.h"

#include <stdio.h>

static bool open_qemu(struct transport *t, const struct transport_request *request)
{
    if (!request->args || !request->args[0])
        return transport_fail(t, "--qemu needs the command after --, as in "
                                 "`sel4mon --qemu -- qemu-system-x86_64 -serial stdio ...`");
    snprintf(t->name, sizeof(t->name), "%s", request->args[0]);
    return transport_child_start(t, request->args);
}

const struct transport_ops transport_qemu = {
    .option = "qemu",
    .argument = NULL,
    .summary = "run the command after --; its standard input and output are the line",
    .check = "Is the kernel built for this machine, with enough memory (-m), and the first serial "
             "line on standard output (-serial stdio or -nographic)?",
    .boots = true,
    .takes_args = true,
    .open = open_qemu,
    .close = transport_child_close,
};
