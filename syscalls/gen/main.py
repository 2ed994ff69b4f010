#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Generates the C API, the by-name table, the simulator's tables and the reference page.

  main.py --arch x86_64 [--config mcs=on,printing=off,NAME=VALUE] --out DIR
  main.py --prefix PREFIX --out DIR          for an installed kernel
  main.py --arch x86_64 --print-hash         the ABI hash, for the build folder's name
  main.py --all-sim --out DIR                the simulator's default tables and their names
  main.py --reference --out DIR              reference.json, the longer texts for the client
"""

import argparse
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import emit_client  # noqa: E402
import emit_doc  # noqa: E402
import emit_reference  # noqa: E402
import emit_sim  # noqa: E402
import emit_syscalls  # noqa: E402
import emit_table  # noqa: E402
import emit_traps  # noqa: E402
import emit_types  # noqa: E402
import load_api  # noqa: E402
import load_prefix  # noqa: E402
from cond import ConditionError  # noqa: E402
from errors import DescriptionError  # noqa: E402
from forward import forwards  # noqa: E402
from text import write  # noqa: E402

API = Path(__file__).resolve().parent.parent / "api"
SHORT_NAMES = {"mcs": "KERNEL_MCS", "debug": "DEBUG_BUILD", "printing": "PRINTING",
               "hardware_debug": "HARDWARE_DEBUG_API", "smp": "ENABLE_SMP_SUPPORT",
               "hypervisor": "ARM_HYPERVISOR_SUPPORT", "vtx": "VTX", "iommu": "IOMMU",
               "smmu": "ARM_SMMU", "benchmark": "ENABLE_BENCHMARKS"}
SWITCHES = {"on": True, "yes": True, "true": True, "off": False, "no": False, "false": False}


def parse_config(text):
    """mcs=on,XSAVE_SIZE=832 as settings."""
    settings = {}
    for item in filter(None, (text or "").split(",")):
        name, equals, value = item.partition("=")
        if not equals:
            raise DescriptionError("--config", name, "must be NAME=VALUE")
        name = SHORT_NAMES.get(name, name.removeprefix("CONFIG_"))
        settings[name] = SWITCHES.get(value.lower(), value)
    return settings


def load_model(arguments):
    if arguments.prefix:
        return load_prefix.load(arguments.api, arguments.prefix, parse_config(arguments.config))
    return load_api.load(arguments.api, arguments.arch or "x86_64",
                         parse_config(arguments.config))


def generate(model, arguments):
    out = Path(arguments.out)
    all_methods = load_api.every_method(arguments.api, model)
    headers = emit_types.headers(model) + [
        emit_traps.traps_header(model), emit_syscalls.syscalls_header(model),
        emit_client.client_header(model, all_methods), emit_client.faults_header(model)]
    for header in headers:
        write(out / "include", header.path, header.content())
    for name, content in forwards():
        write(out / "include", name, content)
    write(out, "api_trap.c", emit_traps.api_trap_source(model).content())
    write(out, "api_table.c", emit_table.table_source(model).content())
    write(out, "sim_abi.json", emit_sim.json_text(model))
    write(out, "reference.md", emit_doc.page(model, emit_reference.Texts(arguments.api)))


def generate_sim(arguments):
    """The tables of all architectures, plain and MCS, for one host binary."""
    models = []
    for arch in ("x86_64", "aarch64", "riscv64"):
        for mcs in (False, True):
            models.append(load_api.load(arguments.api, arch, {"KERNEL_MCS": mcs}))
    out = Path(arguments.out)
    names = load_api.all_names(arguments.api)
    write(out / "include", "sel4mon/sim_names.h", emit_sim.names_header(*names).content())
    write(out, "sim_abi_tables.c", emit_sim.tables_source(models, names).content())


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--arch")
    parser.add_argument("--config", help="settings of the embedded default to change")
    parser.add_argument("--prefix", help="installed kernel, or an SDK's board folder")
    parser.add_argument("--out", help="where the products go")
    parser.add_argument("--api", default=str(API), help="the description, syscalls/api")
    parser.add_argument("--print-hash", action="store_true")
    parser.add_argument("--print-arch", action="store_true")
    parser.add_argument("--all-sim", action="store_true")
    parser.add_argument("--reference", action="store_true")
    arguments = parser.parse_args()
    try:
        if arguments.all_sim:
            generate_sim(arguments)
            return 0
        if arguments.reference:
            write(Path(arguments.out), "reference.json", emit_reference.json_text(arguments.api))
            return 0
        model = load_model(arguments)
        if arguments.print_arch:
            print(model.arch)
        if arguments.print_hash:
            print(model.hash())
        if arguments.out:
            generate(model, arguments)
    except (DescriptionError, ConditionError, OSError) as error:
        print(f"syscalls/gen: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
