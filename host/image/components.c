/* SPDX-License-Identifier: BSD-2-Clause */
/* See components.h. */
#include "host/image/components.h"
#include "host/package/package_make.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *machine_name(unsigned machine, unsigned word_bytes)
{
    switch (machine) {
    case ELF_MACHINE_X86_64:
        return "x86_64";
    case ELF_MACHINE_I386:
        return "ia32";
    case ELF_MACHINE_AARCH64:
        return "aarch64";
    case ELF_MACHINE_ARM:
        return "aarch32";
    case ELF_MACHINE_RISCV:
        return word_bytes == 8 ? "riscv64" : "riscv32";
    default:
        return "an unknown architecture";
    }
}

static bool check_machine(const struct package_made *made, const struct elf_file *monitor,
                          struct package_why *why)
{
    if (made->machine == monitor->machine)
        return true;
    return package_fail(why, "%s is for %s, and the monitor for %s", made->elf_path,
                        machine_name(made->machine, 8),
                        machine_name(monitor->machine, monitor->word_bytes));
}

static bool check_name(const struct package_made *made, unsigned count, const char *const *paths,
                       struct package_why *why)
{
    for (unsigned i = 0; i < count; i++) {
        if (strcmp(made[i].head->name, made[count].head->name) == 0)
            return package_fail(why, "%s and %s have the same name, %s", paths[i], paths[count],
                                made[i].head->name);
    }
    return true;
}

static bool read_all(const char *const *paths, unsigned count, const struct elf_file *monitor,
                     struct package_made *made, struct package_why *why)
{
    for (unsigned i = 0; i < count; i++) {
        if (!package_make(paths[i], &made[i], why) || !check_machine(&made[i], monitor, why) ||
            !check_name(made, i, paths, why))
            return false;
    }
    return true;
}

bool components_read(const char *const *paths, unsigned count, const struct elf_file *monitor,
                     struct file_bytes *archive)
{
    struct package_made *made = calloc(count, sizeof(*made));
    struct package_why why = {"there is not enough memory here"};
    bool good = made && read_all(paths, count, monitor, made, &why) &&
                package_archive(made, count, &archive->bytes, &archive->len_bytes, &why);

    if (!good)
        fprintf(stderr, "sel4image: %s.\n", why.text);
    for (unsigned i = 0; made && i < count; i++)
        package_free(&made[i]);
    free(made);
    return good;
}
