# SPDX-License-Identifier: BSD-2-Clause
"""scripts/run: builds what is missing and runs the client with the target asked for.

Status: the client's (0 all commands held, 1 one failed, 2 the target was lost), 2 if there was no
target to build or boot, 64 for wrong usage.
"""

import argparse
import os
import pathlib
import re
import socket
import sys

import build


class Parser(argparse.ArgumentParser):
    def error(self, message):
        build.usage_error("run", message)


class Job(argparse.Action):
    """-c and --script keep the order in which they are given."""

    def __call__(self, parser, namespace, value, option=None):
        namespace.jobs.extend([option, value])


def parse(argv):
    extra = []
    if "--" in argv:
        at = argv.index("--")
        argv, extra = argv[:at], argv[at + 1:]
    parser = Parser(prog="scripts/run", allow_abbrev=False, description="Opens the monitor: on the "
                    "simulator, or with --kernel on a real kernel in QEMU.",
                    usage="scripts/run [--arch A] [--kernel PREFIX] [--script FILE]... "
                    "[-c COMMAND]... [--component FILE|NAME]... [--json] [--gdb [COMPONENT]] "
                    "[--gdb-port N] [--gdb-serial] [--timeout S] "
                    "[--print-target] [--yes] [-- QEMU OPTIONS]")
    parser.set_defaults(jobs=[])
    parser.add_argument("--arch", choices=build.ARCHS, metavar="A",
                        help="x86_64 (default; with a prefix, the prefix's own), aarch64, riscv64")
    parser.add_argument("--kernel", metavar="PREFIX", help="boot this installed kernel in QEMU")
    parser.add_argument("-c", action=Job, metavar="COMMAND", help="run a command, not interactively")
    parser.add_argument("--script", action=Job, metavar="FILE", help="run a script of commands")
    parser.add_argument("--component", action="append", default=[], metavar="FILE",
                        help="put a component into the boot image: its YAML file, its ELF file "
                        "alone, or the name of an example in tests/components (again and again)")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--gdb", nargs="?", const="", metavar="COMPONENT",
                        help="start gdb in this terminal, ready for the component, which is put "
                        "into the boot image (as with --component)")
    parser.add_argument("--gdb-port", metavar="N",
                        help="a port on loopback for a gdb of your own, beside the prompt (0: any)")
    parser.add_argument("--gdb-serial", action="store_true",
                        help="gdb on a second serial line of the machine, for it alone (a PC's)")
    parser.add_argument("--print-target", action="store_true",
                        help="only print what `sel4mon test --target` takes for it")
    parser.add_argument("--timeout", metavar="S", help="end a command that takes longer")
    parser.add_argument("--verbose", "-v", action="store_true", help="show what is said at boot")
    parser.add_argument("--yes", action="store_true", help="install packages without asking")
    parser.epilog = "What follows -- goes to QEMU, or without --kernel to the simulator."
    options = parser.parse_args(argv)
    if options.kernel is not None:
        options.kernel = os.path.abspath(options.kernel)
    if options.gdb and options.gdb not in options.component:
        options.component.append(options.gdb)
    return options, extra


def symbols(files):
    """Options for the client: the ELF file of each component, by its name."""
    for path in files:
        elf = path
        if path.suffix in (".yaml", ".yml"):
            named = re.search(r"^elf: *(\S+)", path.read_text(), re.M)
            elf = path.parent / named.group(1) if named else path.with_suffix(".elf")
        yield from ("--symbols", f"{path.stem}={elf}")


def second_line(arch, kernel):
    """Options of the client and of the machine, for a line of GDB alone."""
    if arch != "x86_64":
        raise build.UsageError(f"--gdb-serial: the machine of {arch} has one serial line")
    with socket.create_server(("127.0.0.1", 0)) as server:
        where = f"tcp:127.0.0.1:{server.getsockname()[1]}"
    machine = ["-serial", where + ",server=on,wait=off,nodelay=on"] if kernel else \
        ["--serial", where]
    return ["--gdb-serial", where], machine


def chosen(options):
    """(architecture, the components' files)"""
    arch = build.choose_arch(options.arch, options.kernel)
    return arch, [build.component_file(word, arch, options.kernel) for word in options.component]


def client_command(options, extra):
    """The client's command line; builds what it names."""
    arch, files = chosen(options)
    client = build.host() / "sel4mon"
    elf = build.image(arch, options.kernel)
    argv = [str(client), *options.jobs]
    for flag in ("json", "verbose"):
        if getattr(options, flag):
            argv.append("--" + flag)
    argv += symbols(files)
    if options.gdb is not None:
        argv.append("--gdb" + (f"={pathlib.Path(options.gdb).stem}" if options.gdb else ""))
    if options.gdb_port is not None:
        argv += ["--gdb-port", options.gdb_port]
    if options.gdb_serial:
        serial, machine = second_line(arch, options.kernel)
        argv, extra = argv + serial, machine + extra
    if options.timeout is not None:
        argv += ["--timeout", options.timeout]
    if options.kernel is None:
        return argv + ["--sim", str(build.sim_file(elf, files))] + (["--", *extra] if extra else [])
    return argv + ["--qemu", "--", *build.boot_command(options.kernel, elf, files), *extra]


def main():
    options, extra = parse(sys.argv[1:])
    if options.print_target:
        arch, files = chosen(options)
        print(build.target_spec(arch, options.kernel, files, extra))
        return 0
    argv = client_command(options, extra)
    os.execv(argv[0], argv)


build.run_main("run", main)
