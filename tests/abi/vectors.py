#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Checks generated headers against a folder of golden files (constants.json, layout.json,
bitfields.json, stubs.json) and prints passed, failed and skipped for each.

  vectors.py --arch ARCH --include DIR... [--verbose] VECTORS
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import harness  # noqa: E402
import probe_bitfields  # noqa: E402
import probe_constants  # noqa: E402
import probe_layout  # noqa: E402
import probe_stubs  # noqa: E402
from report import Report  # noqa: E402

FILES = ("constants", "layout", "bitfields", "stubs")


def struct_values(arch, folder, includes):
    """Runs the functions that the constants probe made for structures."""
    def values(path, names):
        lines = {n: f"void v_{n}(area *io) {{ OUT(seL4_Word) = ({n}).words[0]; }}" for n in names}
        program = harness.Program(arch, folder, "rights", lines, includes)
        try:
            result = {}
            for name in names:
                program.call(f"v_{name}")
                result[name] = program.result_words(1)[0]
            return result
        finally:
            program.close()
    return values


def check_file(name, arch, folder, includes, records, flags):
    report = Report(f"{name}.json")
    if name == "constants":
        probe_constants.check(report, arch, folder, includes, records,
                              struct_values(arch, folder, includes))
    elif name == "layout":
        probe_layout.check(report, arch, folder, includes, records)
    elif name == "bitfields":
        probe_bitfields.check(report, arch, folder, includes, records)
    else:
        probe_stubs.check(report, arch, folder, includes, records, flags)
    return report


def check_folder(vectors, arch, includes, flags=("-O2",)):
    """A report for each golden file that the folder has."""
    reports = []
    with tempfile.TemporaryDirectory() as folder:
        for name in FILES:
            path = Path(vectors) / f"{name}.json"
            if path.exists():
                records = json.loads(path.read_text(encoding="utf-8"))
                reports.append(check_file(name, arch, folder, [Path(i) for i in includes],
                                          records, flags))
    return reports


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--arch", required=True)
    parser.add_argument("--include", action="append", required=True)
    parser.add_argument("--optimise", default="-O2")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("vectors")
    arguments = parser.parse_args()
    reports = check_folder(arguments.vectors, arguments.arch, arguments.include,
                           (arguments.optimise,))
    for report in reports:
        print(report.line())
        shown = report.failures if arguments.verbose else report.failures[:20]
        for failure in shown:
            print("  " + failure)
    if not reports:
        print(f"{arguments.vectors}: there is no golden file in it", file=sys.stderr)
        return 1
    return 1 if any(r.failed for r in reports) else 0


if __name__ == "__main__":
    sys.exit(main())
