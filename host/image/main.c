/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sel4image: kernel, loader and root task in one bootable file, or what QEMU needs to boot it. This
 * file reads the command line, checks that the pieces belong together and speaks; the work is in
 * prefix.c, plan.c, write.c and machine_options.c. Status: 0, 1 if it cannot be done, 64 if what
 * was asked for makes no sense.
 */
#include "host/image/attach.h"
#include "host/image/components.h"
#include "host/image/machine_options.h"
#include "host/image/plan.h"
#include "host/image/prefix.h"
#include "host/image/write.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    STATUS_FAILED = 1,
    STATUS_USAGE = 64,
    PATH_BYTES = 4096,
    PA_BITS_LARGE = 44,
    PA_BITS_SMALL = 40,
    ROOT_CNODE_BITS = 12, /* the kernel's default, and the simulator's */
};

struct request {
    const char *kernel;
    const char *monitor;
    const char *loader;
    const char *dtb;
    const char *output;
    const char *format;
    const char **components;
    unsigned component_count;
    bool print_qemu;
};

/* The ELF files beside the kernel's. */
struct parts {
    struct file_bytes monitor_file;
    struct elf_file monitor;
    struct file_bytes loader_file;
    struct elf_file loader;
};

struct format_row {
    const char *name;
    bool no_kernel; /* it can do without */
    int (*write)(const struct request *request, const struct prefix *prefix,
                 const struct parts *parts);
};

static const struct format_row format_rows[];
static const char usage_text[];

static int complain(int status, const char *before, const char *what, const char *after)
{
    fprintf(stderr, "sel4image: %s%s%s.\n", before, what, after);
    return status;
}

static bool is_x86(const struct prefix *prefix)
{
    return strcmp(prefix->sel4_arch, "x86_64") == 0;
}

/* Reads an ELF file that has to be of the kernel's architecture, if there is a kernel. */
static int open_part(const struct prefix *prefix, const char *path, struct file_bytes *file,
                     struct elf_file *elf)
{
    if (!file_read(path, file))
        return STATUS_USAGE;
    enum err e = elf_open(file->bytes, file->len_bytes, elf);
    if (e)
        return complain(STATUS_USAGE, path, " is not an ELF file that boots: ", err_text(e));
    if (!prefix ||
        (elf->machine == prefix->kernel.machine && elf->word_bytes == prefix->kernel.word_bytes))
        return 0;
    fprintf(stderr, "sel4image: %s is for %s, and the kernel in %s for %s.\n", path,
            machine_name(elf->machine, elf->word_bytes), prefix->root,
            machine_name(prefix->kernel.machine, prefix->kernel.word_bytes));
    return STATUS_USAGE;
}

/* Without --loader it is beside the monitor. */
static int open_loader(const struct request *request, const struct prefix *prefix,
                       struct parts *parts)
{
    char path[PATH_BYTES];
    const char *slash = strrchr(request->monitor, '/');
    int folder = slash ? (int)(slash - request->monitor) + 1 : 0;

    if (is_x86(prefix))
        return 0;
    if (request->loader)
        return open_part(prefix, request->loader, &parts->loader_file, &parts->loader);
    if (snprintf(path, sizeof(path), "%.*sloader.elf", folder, request->monitor) >=
        (int)sizeof(path))
        return complain(STATUS_USAGE, "the path of the monitor is too long", "", "");
    return open_part(prefix, path, &parts->loader_file, &parts->loader);
}

/* The monitor with the components behind it takes the monitor's place. */
static int add_components(const struct request *request, const struct prefix *prefix,
                          struct parts *parts)
{
    struct file_bytes archive, joined;
    uint64_t root_bits =
        prefix ? prefix_number(prefix, "ROOT_CNODE_SIZE_BITS", ROOT_CNODE_BITS) : ROOT_CNODE_BITS;

    if (request->component_count == 0)
        return 0;
    if (!components_read(request->components, request->component_count, &parts->monitor, &archive))
        return STATUS_USAGE;
    const char *why = attach_archive(&parts->monitor, &archive, 1ull << root_bits, &joined);
    file_free(&archive);
    if (why)
        return complain(STATUS_FAILED, why, "", "");
    file_free(&parts->monitor_file);
    parts->monitor_file = joined;
    return elf_open(joined.bytes, joined.len_bytes, &parts->monitor)
               ? complain(STATUS_FAILED, "the monitor cannot be extended", "", "")
               : 0;
}

static int build_blob(const struct request *request, const struct prefix *prefix,
                      const struct parts *parts, struct plan_blob *blob)
{
    struct file_bytes dtb = {0};
    if (request->dtb && !file_read(request->dtb, &dtb))
        return STATUS_USAGE;

    struct plan_input input = {
        .kernel = &prefix->kernel,
        .monitor = &parts->monitor,
        .loader = &parts->loader,
        .dtb = request->dtb ? dtb : prefix->dtb,
        .memory = prefix->memory,
        .memory_count = prefix->memory_count,
        .hypervisor = prefix_switch(prefix, "ARM_HYPERVISOR_SUPPORT"),
        .pa_bits = prefix_switch(prefix, "ARM_PA_SIZE_BITS_40") ? PA_BITS_SMALL : PA_BITS_LARGE,
        .levels = (uint32_t)prefix_number(prefix, "PT_LEVELS", 3),
        .core_count = (uint32_t)prefix_number(prefix, "MAX_NUM_NODES", 1),
        .first_core = prefix_number(prefix, "FIRST_HART_ID", 0),
    };
    const char *why = plan_build(&input, blob);
    file_free(&dtb);
    return why ? complain(STATUS_FAILED, why, "", "") : 0;
}

/* The kernel for multiboot; the root task goes beside it as the module. */
static int write_multiboot(const struct request *request, const struct prefix *prefix,
                           const struct parts *parts)
{
    struct file_bytes kernel;
    char initrd[PATH_BYTES];

    if (snprintf(initrd, sizeof(initrd), "%s.initrd", request->output) >= (int)sizeof(initrd))
        return complain(STATUS_USAGE, "the path of the output is too long", "", "");
    const char *why = write_elf32(&prefix->kernel, &kernel);
    if (why)
        return complain(STATUS_FAILED, why, "", "");
    bool good = write_file(request->output, &kernel) && write_file(initrd, &parts->monitor_file);
    file_free(&kernel);
    return good ? 0 : STATUS_FAILED;
}

static int write_elf(const struct request *request, const struct prefix *prefix,
                     const struct parts *parts)
{
    struct plan_blob blob;
    struct file_bytes elf;

    if (is_x86(prefix))
        return write_multiboot(request, prefix, parts);
    int status = build_blob(request, prefix, parts, &blob);
    if (status)
        return status;
    struct file_bytes content = {blob.bytes, blob.len_bytes};
    const char *why = write_elf64(prefix->kernel.machine, blob.run_paddr, &content, &elf);
    if (why) {
        status = complain(STATUS_FAILED, why, "", "");
    } else {
        status = write_file(request->output, &elf) ? 0 : STATUS_FAILED;
        file_free(&elf);
    }
    free(blob.bytes);
    return status;
}

static int write_bin(const struct request *request, const struct prefix *prefix,
                     const struct parts *parts)
{
    struct plan_blob blob;

    if (is_x86(prefix))
        return complain(STATUS_USAGE, "there is no flat image on x86_64: use --format elf", "", "");
    int status = build_blob(request, prefix, parts, &blob);
    if (status)
        return status;
    struct file_bytes content = {blob.bytes, blob.len_bytes};
    status = write_file(request->output, &content) ? 0 : STATUS_FAILED;
    free(blob.bytes);
    return status;
}

static int write_monitor(const struct request *request, const struct prefix *prefix,
                         const struct parts *parts)
{
    (void)prefix;
    return write_file(request->output, &parts->monitor_file) ? 0 : STATUS_FAILED;
}

static int write_unbuilt(const struct request *request, const struct prefix *prefix,
                         const struct parts *parts)
{
    (void)prefix;
    (void)parts;
    return complain(STATUS_USAGE, "the format ", request->format,
                    " is not built yet: there are elf and bin");
}

/* Checked before anything is read: options that are missing, formats that cannot be had. */
static int check_request(const struct request *request, const struct format_row **format)
{
    const struct format_row *row = format_rows;

    while (row->name && strcmp(row->name, request->format) != 0)
        row++;
    if (!row->name)
        return complain(STATUS_USAGE, "there is no format ", request->format, "");
    if (!request->kernel && (!row->no_kernel || request->print_qemu))
        return complain(STATUS_USAGE, "--kernel PREFIX is missing", "", "");
    if (request->print_qemu && !request->monitor)
        return 0;
    if (!request->monitor || !request->output)
        return complain(STATUS_USAGE, request->monitor ? "-o FILE" : "--monitor ELF", " is missing",
                        "");
    *format = row;
    return row->write == write_unbuilt ? write_unbuilt(request, NULL, NULL) : 0;
}

static int make(const struct request *request, const struct format_row *format,
                const struct prefix *prefix)
{
    struct parts parts = {0};
    int status = open_part(prefix, request->monitor, &parts.monitor_file, &parts.monitor);

    if (!status && !format->no_kernel)
        status = open_loader(request, prefix, &parts);
    if (!status)
        status = add_components(request, prefix, &parts);
    if (!status)
        status = format->write(request, prefix, &parts);
    file_free(&parts.monitor_file);
    file_free(&parts.loader_file);
    return status;
}

static int run(const struct request *request)
{
    const struct format_row *format = NULL;
    struct prefix prefix;
    int status = check_request(request, &format);
    if (status)
        return status;
    if (request->kernel && !prefix_open(request->kernel, &prefix))
        return STATUS_USAGE;
    if (format)
        status = make(request, format, request->kernel ? &prefix : NULL);
    if (!status && request->print_qemu && !machine_print(&prefix, request->output, stdout))
        status = STATUS_FAILED;
    if (request->kernel)
        prefix_close(&prefix);
    return status;
}

/* Where the text of an option goes, by its letter. */
static const char **text_of(struct request *request, int option)
{
    switch (option) {
    case 'k':
        return &request->kernel;
    case 'm':
        return &request->monitor;
    case 'l':
        return &request->loader;
    case 'd':
        return &request->dtb;
    case 'f':
        return &request->format;
    case 'o':
        return &request->output;
    default:
        return NULL;
    }
}

/* 0 if the work can begin, -1 if all is done, or a status. */
static int parse(int argc, char **argv, struct request *request)
{
    static const struct option options[] = {
        {"kernel", required_argument, NULL, 'k'}, {"monitor", required_argument, NULL, 'm'},
        {"loader", required_argument, NULL, 'l'}, {"component", required_argument, NULL, 'c'},
        {"dtb", required_argument, NULL, 'd'},    {"format", required_argument, NULL, 'f'},
        {"output", required_argument, NULL, 'o'}, {"print-qemu", no_argument, NULL, 'q'},
        {"help", no_argument, NULL, 'h'},         {NULL, 0, NULL, 0},
    };
    int option;

    while ((option = getopt_long(argc, argv, "o:h", options, NULL)) != -1) {
        const char **text = text_of(request, option);
        if (text) {
            *text = optarg;
        } else if (option == 'c') {
            request->components[request->component_count++] = optarg;
        } else if (option == 'q') {
            request->print_qemu = true;
        } else if (option == 'h') {
            fputs(usage_text, stdout);
            return -1;
        } else {
            return STATUS_USAGE;
        }
    }
    if (optind < argc)
        return complain(STATUS_USAGE, "what is ", argv[optind], "? See --help");
    return 0;
}

int main(int argc, char **argv)
{
    struct request request = {.format = "elf"};

    request.components = calloc((size_t)argc, sizeof(*request.components));
    if (!request.components)
        return complain(STATUS_FAILED, "there is not enough memory here", "", "");
    int status = parse(argc, argv, &request);
    if (status == 0)
        status = run(&request);
    free(request.components);
    return status < 0 ? 0 : status;
}

static const char usage_text[] =
    "usage: sel4image --kernel PREFIX --monitor ELF [--loader ELF] [--dtb FILE]\n"
    "                 [--component FILE]... [--format elf|bin|monitor|uimage|efi|iso] -o FILE\n"
    "       sel4image --monitor ELF [--component FILE]... --format monitor -o FILE\n"
    "       sel4image --kernel PREFIX --print-qemu [-o FILE]\n"
    "\n"
    "Puts a kernel and a root task into one file that boots.\n"
    "\n"
    "  --kernel PREFIX   an installed kernel, or a board's folder of a Microkit SDK\n"
    "  --monitor ELF     the root task\n"
    "  --loader ELF      the project's loader (Arm, RISC-V); default: loader.elf beside the root "
    "task\n"
    "  --component FILE  a component to put in, again and again: its YAML file, or its ELF file "
    "alone\n"
    "  --dtb FILE        the device tree to hand over, instead of the prefix's\n"
    "  --format F        elf (default): what QEMU's -kernel takes. Arm and RISC-V: loader and "
    "all.\n"
    "                    x86_64: FILE is the kernel as a 32-bit ELF file, FILE.initrd the root "
    "task,\n"
    "                    its multiboot module\n"
    "                    bin: Arm and RISC-V: the same flat, with a Linux Image header (U-Boot's "
    "booti)\n"
    "                    monitor: the root task alone with its components, for the simulator; "
    "needs "
    "no\n"
    "                    kernel\n"
    "                    uimage, efi, iso: not built yet\n"
    "  -o, --output FILE\n"
    "  --print-qemu      print QEMU and its options for the kernel, one a line, without the "
    "serial\n"
    "                    lines; with -o FILE also those that boot FILE. With --monitor it writes\n"
    "                    FILE as well\n"
    "\n"
    "status: 0; 1 if it cannot be done; 64 if what was asked for makes no sense\n";

static const struct format_row format_rows[] = {
    {"elf", false, write_elf},
    {"bin", false, write_bin},
    {"monitor", true, write_monitor},
    {"uimage", false, write_unbuilt},
    {"efi", false, write_unbuilt},
    {"iso", false, write_unbuilt},
    {NULL, false, NULL},
};
