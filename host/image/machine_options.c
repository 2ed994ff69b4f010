/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of machines, see machine_options.h. Rows were seen to boot seL4 16.0.0 in QEMU 7.2. */
#include "host/image/machine_options.h"

#include <inttypes.h>
#include <string.h>

enum {
    OPTIONS_MAX = 6,
    MIB = 1 << 20,
};

struct machine_row {
    const char *platform; /* switch in gen_config.json */
    const char *program;
    const char *machine;    /* NULL: QEMU's default */
    const char *hypervisor; /* appended to the machine for a kernel that runs at EL2 */
    const char *cpu;        /* NULL: from the kernel's switches, or QEMU's default */
    uint64_t memory_start;  /* where the machine's memory begins, if -m follows from the kernel's */
    unsigned memory_mib;    /* else; 0: the machine's own */
    unsigned extra_cores;   /* cores beside those that the kernel uses */
    const char *options[OPTIONS_MAX]; /* the exit device and what the machine needs */
};

struct cpu_row {
    const char *key;
    const char *cpu;
};

static const struct machine_row machine_rows[];
static const struct cpu_row cpu_rows[];

static const struct machine_row *find_machine(const struct prefix *prefix)
{
    for (const struct machine_row *row = machine_rows; row->platform; row++) {
        if (prefix_switch(prefix, row->platform))
            return row;
    }
    return NULL;
}

static const char *find_cpu(const struct prefix *prefix, const struct machine_row *machine)
{
    if (machine->cpu)
        return machine->cpu;
    for (const struct cpu_row *row = cpu_rows; row->key; row++) {
        if (prefix_switch(prefix, row->key))
            return row->cpu;
    }
    return NULL;
}

/* What the kernel was built for reaches to the end of its last range. */
static uint64_t memory_mib(const struct prefix *prefix, const struct machine_row *machine)
{
    uint64_t end = 0;

    if (machine->memory_start == 0)
        return machine->memory_mib;
    for (unsigned i = 0; i < prefix->memory_count; i++) {
        if (prefix->memory[i].end > end)
            end = prefix->memory[i].end;
    }
    return end > machine->memory_start ? (end - machine->memory_start + MIB - 1) / MIB
                                       : machine->memory_mib;
}

bool machine_print(const struct prefix *prefix, const char *image, FILE *to)
{
    const struct machine_row *machine = find_machine(prefix);
    if (!machine) {
        fprintf(stderr, "sel4image: %s is for a board that no QEMU machine is known for here.\n",
                prefix->root);
        return false;
    }

    const char *cpu = find_cpu(prefix, machine);
    uint64_t mib = memory_mib(prefix, machine);
    uint64_t cores = prefix_number(prefix, "MAX_NUM_NODES", 1) + machine->extra_cores;
    bool hypervisor = prefix_switch(prefix, "ARM_HYPERVISOR_SUPPORT");

    fprintf(to, "%s\n-accel\ntcg\n-nic\nnone\n-display\nnone\n-monitor\nnone\n-no-reboot\n",
            machine->program);
    if (machine->machine)
        fprintf(to, "-machine\n%s%s\n", machine->machine,
                hypervisor && machine->hypervisor ? machine->hypervisor : "");
    if (cpu)
        fprintf(to, "-cpu\n%s\n", cpu);
    if (mib > 0)
        fprintf(to, "-m\n%" PRIu64 "\n", mib);
    if (cores > 1)
        fprintf(to, "-smp\n%" PRIu64 "\n", cores);
    for (unsigned i = 0; i < OPTIONS_MAX && machine->options[i]; i++)
        fprintf(to, "%s\n", machine->options[i]);
    if (image) {
        fprintf(to, "-kernel\n%s\n", image);
        if (strcmp(prefix->sel4_arch, "x86_64") == 0)
            fprintf(to, "-initrd\n%s.initrd\n", image);
    }
    return true;
}

static const struct cpu_row cpu_rows[] = {
    {"ARM_CORTEX_A35", "cortex-a35"}, {"ARM_CORTEX_A53", "cortex-a53"},
    {"ARM_CORTEX_A55", "cortex-a55"}, {"ARM_CORTEX_A57", "cortex-a57"},
    {"ARM_CORTEX_A72", "cortex-a72"}, {"ARM_CORTEX_A76", "cortex-a76"},
    {"ARM_CORTEX_A15", "cortex-a15"}, {NULL, NULL},
};

#define SEMIHOSTING "-semihosting-config", "enable=on,userspace=on"

static const struct machine_row machine_rows[] = {
    {
        .platform = "PLAT_PC99",
        .program = "qemu-system-x86_64",
        .cpu = "max",
        .memory_mib = 512,
        .options = {"-device", "isa-debug-exit,iobase=0xf4,iosize=4"},
    },
    {
        .platform = "PLAT_QEMU_ARM_VIRT",
        .program = "qemu-system-aarch64",
        .machine = "virt",
        .hypervisor = ",virtualization=on",
        .memory_start = 0x40000000,
        .memory_mib = 1024,
        .options = {SEMIHOSTING},
    },
    {
        .platform = "PLAT_QEMU_RISCV_VIRT",
        .program = "qemu-system-riscv64",
        .machine = "virt",
        .memory_start = 0x80000000,
        .memory_mib = 3072,
        .options = {"-bios", "default"},
    },
    {
        .platform = "PLAT_ZYNQMP",
        .program = "qemu-system-aarch64",
        .machine = "xlnx-zcu102",
        .hypervisor = ",virtualization=on",
        .cpu = NULL,
        .memory_mib = 4096,
        .options = {SEMIHOSTING},
    },
    {
        .platform = "PLAT_BCM2837",
        .program = "qemu-system-aarch64",
        .machine = "raspi3b",
        .options = {SEMIHOSTING},
    },
    {
        .platform = "PLAT_HIFIVE",
        .program = "qemu-system-riscv64",
        .machine = "sifive_u",
        .memory_mib = 8192,
        .extra_cores = 1,
        .options = {"-bios", "default"},
    },
    {.platform = NULL},
};
