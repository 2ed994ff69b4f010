# SPDX-License-Identifier: BSD-2-Clause
"""scripts/check-abi: holds a kernel's prefix against syscalls/api, and prints each difference in a
line. With --vectors also generates the bindings of that kernel and runs them against golden data.

Status: 0 if there is no difference and every vector is met, 1 if not, 64 for wrong usage.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(TOP / "syscalls/gen"), str(TOP / "tests/abi")]

import load_prefix  # noqa: E402
import main as generator  # noqa: E402
from cond import ConditionError  # noqa: E402
from errors import DescriptionError  # noqa: E402

API = TOP / "syscalls/api"


class Parser(argparse.ArgumentParser):
    def error(self, message):
        print(f"check-abi: {message}; scripts/check-abi --help tells more", file=sys.stderr)
        sys.exit(64)


def parse(argv):
    parser = Parser(prog="scripts/check-abi", allow_abbrev=False,
                    description="Compares a kernel's interface with the project's description.")
    parser.add_argument("prefix", metavar="PREFIX",
                        help="an installed kernel, or a board's folder in an SDK")
    parser.add_argument("--vectors", metavar="DIR",
                        help="golden files (constants, layout, bitfields, stubs .json) to check "
                        "the bindings generated from PREFIX against")
    parser.add_argument("--verbose", action="store_true", help="every record that failed")
    parser.add_argument("--yes", action="store_true", help="install packages without asking")
    return parser.parse_args(argv)


def differences(prefix):
    model = load_prefix.load(API, prefix, {})
    for line in model.differences:
        print(line)
    print(f"{model.config_name}-{model.hash()}: {len(model.methods)} methods, "
          f"{len(model.syscalls)} system calls; "
          f"{len(model.differences) or 'no'} difference{'' if len(model.differences) == 1 else 's'}")
    return model


def check_vectors(prefix, folder, arch, verbose):
    """Prints a line a file; whether all was met."""
    import vectors
    if not any((Path(folder) / f"{name}.json").exists() for name in vectors.FILES):
        print(f"check-abi: {folder} has no golden files: nothing was run", file=sys.stderr)
    with tempfile.TemporaryDirectory() as out:
        arguments = argparse.Namespace(prefix=prefix, api=str(API), out=out, arch=None,
                                       config="LIB_SEL4_USE_THREAD_LOCALS=off")
        generator.generate(generator.load_model(arguments), arguments)
        reports = vectors.check_folder(folder, arch, [Path(out) / "include",
                                                      TOP / "syscalls/include"])
    for report in reports:
        print(report.line())
        for failure in report.failures if verbose else report.failures[:20]:
            print("  " + failure)
    return not any(report.failed for report in reports)


def main():
    options = parse(sys.argv[1:])
    for folder in filter(None, (options.prefix, options.vectors)):
        if not os.path.isdir(folder):
            print(f"check-abi: {folder} is no folder", file=sys.stderr)
            sys.exit(64)
    try:
        model = differences(options.prefix)
        met = not options.vectors or check_vectors(options.prefix, options.vectors, model.arch,
                                                   options.verbose)
    except (DescriptionError, ConditionError) as error:
        print(f"check-abi: {error}", file=sys.stderr)
        sys.exit(64)
    sys.exit(0 if met and not model.differences else 1)


if __name__ == "__main__":
    main()
