# SPDX-License-Identifier: BSD-2-Clause
"""The other header names that programs include: each only leads to where its content is here."""

FORWARDS = {
    "sel4/config.h": ["autoconf.h", "sel4/gen_config.h", "kernel/gen_config.h"],
    "sel4/simple_types.h": ["sel4/arch/simple_types.h", "sel4/sel4_arch/simple_types.h"],
    "sel4/constants.h": [
        "sel4/arch/constants.h", "sel4/sel4_arch/constants.h", "sel4/plat/api/constants.h",
        "sel4/errors.h", "sel4/invocation.h", "sel4/arch/invocation.h",
        "sel4/sel4_arch/invocation.h", "sel4/syscall.h", "sel4/objecttype.h",
        "sel4/arch/objecttype.h", "sel4/sel4_arch/objecttype.h", "sel4/mode/types.h",
        "sel4/arch/vmenter.h", "sel4/benchmark_utilisation_types.h"],
    "sel4/types.h": [
        "sel4/arch/types.h", "sel4/sel4_arch/types.h", "sel4/sel4_arch/types_gen.h",
        "sel4/shared_types.h", "sel4/shared_types_gen.h", "sel4/arch/shared_types.h",
        "sel4/sel4_arch/pfIPC.h"],
    "sel4/functions.h": ["sel4/arch/mapping.h", "sel4/sel4_arch/mapping.h", "sel4/mapping.h"],
    "sel4/syscalls.h": [
        "sel4/syscalls_master.h", "sel4/syscalls_mcs.h", "sel4/arch/syscalls.h",
        "sel4/sel4_arch/syscalls.h", "sel4/sel4_arch/syscalls_syscall.h",
        "sel4/sel4_arch/syscalls_sysenter.h"],
    "interfaces/sel4_client.h": ["sel4/virtual_client.h"],
    "sel4/bootinfo_types.h": ["sel4/benchmark_tracepoints_types.h"],
    "sel4/faults.h": ["sel4/sel4_arch/faults.h"],
    "sel4/deprecated.h": ["sel4/arch/deprecated.h", "sel4/sel4_arch/deprecated.h"],
}


def forwards():
    """(path, content) of every such header."""
    for target, names in FORWARDS.items():
        for name in names:
            guard = "GENERATED_" + "".join(c if c.isalnum() else "_" for c in name).upper()
            yield name, (f"/* SPDX-License-Identifier: BSD-2-Clause */\n/* Leads to {target}. */\n"
                         f"#ifndef {guard}\n#define {guard}\n#include <{target}>\n#endif\n")
