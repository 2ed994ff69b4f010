/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sel4sim: runs a root task of seL4 with no kernel. This file is the command line only; the machine
 * is in machine/, the model of the kernel in kernel/. See DESIGN.md, "The simulator".
 */
#include "host/sim/machine/machine.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicorn/unicorn.h>

static const char usage_text[] =
    "usage: sel4sim [OPTION]... IMAGE\n"
    "Runs IMAGE, a static ELF program, as the root task of a simulated seL4 kernel, on a machine\n"
    "like QEMU's of the image's architecture: x86_64 (pc99), aarch64 or riscv64 (virt).\n"
    "\n"
    "  --serial WHERE  connect a serial line: stdio (default for the first), pty,\n"
    "                  tcp:[HOST:]PORT or unix:PATH (listens; loopback without a host).\n"
    "                  Once for the first line, again for the second\n"
    "  --mem SIZE      memory, as 512M or 1G (default 512M, 1G, 3G)\n"
    "  --abi FILE      the kernel interface, as written by the generator; default: the built-in\n"
    "  --limit N       end after N instructions\n"
    "  --trace         print every kernel entry, decoded, on standard error\n"
    "  --gdb ADDR      a GDB port of the simulator's own (not built yet)\n"
    "  --help, --version\n"
    "\n"
    "On a terminal, Ctrl-] ends the simulation.\n"
    "\n"
    "Status: what the guest's exit device says (x86_64: 2v+1 for a value v written to port 0xf4;\n"
    "aarch64: semihosting; riscv64: the test device), 0 for a reset; 64 wrong usage, 66 an image,\n"
    "interface or serial line that cannot be had, 68 the limit, 70 a failure of the simulator, 72 "
    "a\n"
    "halted kernel, 74 nothing can happen any more, 128+N signal N.\n";

enum option_id {
    OPTION_SERIAL = 256,
    OPTION_MEM,
    OPTION_ABI,
    OPTION_LIMIT,
    OPTION_TRACE,
    OPTION_GDB,
    OPTION_HELP,
    OPTION_VERSION,
};

static const struct option options_known[] = {
    {"serial", required_argument, NULL, OPTION_SERIAL},
    {"mem", required_argument, NULL, OPTION_MEM},
    {"abi", required_argument, NULL, OPTION_ABI},
    {"limit", required_argument, NULL, OPTION_LIMIT},
    {"trace", no_argument, NULL, OPTION_TRACE},
    {"gdb", required_argument, NULL, OPTION_GDB},
    {"help", no_argument, NULL, OPTION_HELP},
    {"version", no_argument, NULL, OPTION_VERSION},
    {0},
};

/* A number with an optional K, M or G; ERR_RANGE if it does not fit, ERR_SYNTAX if it is none. */
static enum err parse_size(const char *text, uint64_t *out)
{
    static const char units[] = "KMG";
    char *end;
    uint64_t value;
    unsigned shift = 0;

    errno = 0;
    value = strtoull(text, &end, 0);
    if (end == text || text[0] == '-') {
        return ERR_SYNTAX;
    }
    if (*end) {
        const char *unit = strchr(units, *end);
        if (!unit || end[1]) {
            return ERR_SYNTAX;
        }
        shift = 10 * (unsigned)(unit - units + 1);
    }
    if (errno || value > UINT64_MAX >> shift || value == 0) {
        return ERR_RANGE;
    }
    *out = value << shift;
    return ERR_OK;
}

static int wrong(const char *format, const char *argument)
{
    fprintf(stderr, "sel4sim: ");
    fprintf(stderr, format, argument);
    fprintf(stderr, "\nTry sel4sim --help.\n");
    return MACHINE_STATUS_USAGE;
}

static int take_serial(struct machine_options *options, const char *where)
{
    unsigned i = 0;

    while (i < BOARD_SERIALS_MAX && options->serials[i]) {
        i++;
    }
    if (i == BOARD_SERIALS_MAX) {
        return wrong("--serial %s is one too many: there are two lines", where);
    }
    options->serials[i] = where;
    return 0;
}

/* One option; -1: go on, else the status to end with. */
static int take_option(struct machine_options *options, int id)
{
    switch (id) {
    case OPTION_SERIAL:
        return take_serial(options, optarg) ? MACHINE_STATUS_USAGE : -1;
    case OPTION_MEM:
        return parse_size(optarg, &options->ram_bytes) ? wrong("--mem %s is no size", optarg) : -1;
    case OPTION_ABI:
        options->abi_path = optarg;
        return -1;
    case OPTION_LIMIT:
        return parse_size(optarg, &options->limit) ? wrong("--limit %s is no number", optarg) : -1;
    case OPTION_TRACE:
        options->trace = true;
        return -1;
    case OPTION_GDB:
        return wrong("--gdb %s: the simulator's own GDB port is not built yet", optarg);
    case OPTION_HELP:
        fputs(usage_text, stdout);
        return 0;
    case OPTION_VERSION:
        printf("sel4sim %s, Unicorn %u.%u.%u\n", SEL4MON_VERSION, uc_version(NULL, NULL) >> 24,
               uc_version(NULL, NULL) >> 16 & 0xff, uc_version(NULL, NULL) >> 8 & 0xff);
        return 0;
    }
    fputs("Try sel4sim --help.\n", stderr);
    return MACHINE_STATUS_USAGE;
}

static int run(const struct machine_options *options)
{
    struct machine *machine;
    char message[256];
    const char *why;
    int status;
    enum err error = machine_new(options, &machine, message, sizeof message);

    if (error) {
        fprintf(stderr, "sel4sim: %s\n", message);
        return error == ERR_RANGE ? MACHINE_STATUS_USAGE : MACHINE_STATUS_IMAGE;
    }
    status = machine_run(machine, &why);
    char said[256];
    snprintf(said, sizeof said, "%s", why);
    machine_free(machine); /* puts the terminal back, before the sentence */
    if (said[0]) {
        fprintf(stderr, "sel4sim: %s\n", said);
    }
    return status;
}

int main(int argc, char **argv)
{
    struct machine_options options = {0};
    int id;

    while ((id = getopt_long(argc, argv, "", options_known, NULL)) != -1) {
        int status = take_option(&options, id);
        if (status >= 0) {
            return status;
        }
    }
    if (optind + 1 != argc) {
        return wrong("%s", optind == argc ? "there is no image" : "there is more than one image");
    }
    options.image_path = argv[optind];
    if (!options.serials[0]) {
        options.serials[0] = "stdio";
    }
    return run(&options);
}
