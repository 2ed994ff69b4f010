/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The simulator as target: the program sel4sim that lies beside the client, or the one that the
 * environment variable SEL4SIM names. What comes after `--` are options of the simulator.
 */
#include "host/client/transport_child.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The simulator's path; false if the client cannot tell where it lies itself. */
static bool find_simulator(char *path, size_t cap)
{
    const char *given = getenv("SEL4SIM");
    if (given && *given)
        return (size_t)snprintf(path, cap, "%s", given) < cap;
    char self[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
    if (len < 0)
        return false;
    self[len] = '\0';
    char *slash = strrchr(self, '/');
    if (!slash)
        return false;
    *slash = '\0';
    return (size_t)snprintf(path, cap, "%s/sel4sim", self) < cap;
}

static bool open_sim(struct transport *t, const struct transport_request *request)
{
    char program[PATH_MAX];
    if (access(request->where, R_OK) != 0)
        return transport_fail(t, "cannot read the image %s: %s", request->where, strerror(errno));
    if (!find_simulator(program, sizeof(program)))
        return transport_fail(t, "cannot tell where the simulator sel4sim lies");
    size_t extra = 0;
    while (request->args && request->args[extra])
        extra++;
    char **argv = calloc(extra + 5, sizeof(*argv));
    if (!argv)
        return transport_fail(t, "out of memory");
    size_t n = 0;
    argv[n++] = program;
    argv[n++] = "--serial";
    argv[n++] = "stdio";
    for (size_t i = 0; i < extra; i++)
        argv[n++] = request->args[i];
    argv[n++] = (char *)request->where;
    bool ok = transport_child_start(t, argv);
    free(argv);
    snprintf(t->name, sizeof(t->name), "the simulator");
    return ok;
}

const struct transport_ops transport_sim = {
    .option = "sim",
    .argument = "IMAGE",
    .summary = "run IMAGE on the simulator; options of sel4sim may follow after --",
    .check = "Is the image a root task of this project (build/ARCH-ABIHASH/sel4mon.elf)? "
             "`-- --trace` shows what it does.",
    .boots = true,
    .takes_args = true,
    .open = open_sim,
    .close = transport_child_close,
};
