#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Counts the instructions of every function of the C API as compiled with our headers and with the
library of an installed kernel, and prints the worst ratio.

  count_insns.py [--json] [--all] PREFIX...

The same compiler and options for both; bodies of one call each, so that nothing else counts. What
the compiler puts out of line (with -Os) is run by the function and counts with it.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import golden  # noqa: E402
import harness  # noqa: E402
import toolchain  # noqa: E402

TOP = golden.TOP


def body(function, result, params):
    """A function that takes what the API's function takes, and calls it."""
    declared = ", ".join(f"{kind} a{i}" for i, (kind, _) in enumerate(params)) or "void"
    arguments = ", ".join(f"a{i}" for i in range(len(params)))
    back = "" if result == "void" else "return "
    return f"{result} w_{function}({declared}) {{ {back}{function}({arguments}); }}"


def counts(model, includes, table, folder, name, flags):
    """Instructions of each function."""
    lines = {f: body(f, r, p) for f, (r, p) in table.items()}
    path, bad = toolchain.compile_lines(model.arch, folder, name, harness.HEAD, lines, includes,
                                        flags)
    tool = toolchain.compiler(model.arch).replace("gcc", "objdump")
    text = subprocess.run([tool, "-dr", "--no-show-raw-insn", str(path)], capture_output=True,
                          text=True, check=True).stdout
    found = instructions(text)
    return {f: with_callees(found, f"w_{f}") for f in table if f not in bad and f"w_{f}" in found}


# A call whose place the linker puts in.
MOVED = re.compile(r"\s+[0-9a-f]+: R_\w*(?:CALL|JUMP|PLT)\w*\s+(\w+)")


def instructions(text):
    """{function: [instructions, functions it calls or jumps to]} of a disassembly."""
    found, current = {}, None
    for line in text.splitlines():
        label = re.match(r"[0-9a-f]+ <([^>]+)>:", line)
        if label:
            current = label.group(1)
            found[current] = [0, set()]
        elif current and (later := MOVED.match(line)):
            found[current][1].add(later.group(1))
        elif current and re.match(r"\s+[0-9a-f]+:\s+(?!R_)\S", line):
            if re.search(r"\b(nop|xchg\s+%ax,%ax|data16)", line):
                continue
            found[current][0] += 1
            target = re.search(r"<([^>+]+)>", line)
            if target and target.group(1) != current:
                found[current][1].add(target.group(1))
    return found


def with_callees(found, function):
    """Instructions of a function and of all it leads to, each once."""
    seen, wanted = set(), {function}
    while wanted:
        seen |= wanted
        wanted = {c for f in wanted for c in found[f][1] if c in found} - seen
    return sum(found[f][0] for f in seen)


def compare(prefix, flags=("-O2",)):
    """[(ratio, function, ours, theirs)], worst first."""
    sys.path.insert(0, str(TOP / "syscalls/gen"))
    import load_prefix
    model = load_prefix.load(TOP / "syscalls/api", prefix, {})
    with tempfile.TemporaryDirectory() as folder:
        ours = golden.our_includes(None, Path(folder) / "ours", prefix)
        table = golden.functions(ours)
        mine = counts(model, ours, table, folder, "ours", flags)
        theirs = counts(model, golden.library_includes(prefix, folder), table, folder, "theirs",
                        flags)
    rows = [(mine[f] / theirs[f], f, mine[f], theirs[f]) for f in mine if f in theirs]
    return model.config_name, sorted(rows, reverse=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--all", action="store_true", help="every function, not only the worst")
    parser.add_argument("--optimise", default="-O2")
    parser.add_argument("prefix", nargs="+")
    arguments = parser.parse_args()
    for prefix in arguments.prefix:
        config, rows = compare(prefix, (arguments.optimise,))
        if arguments.json:
            ratio, _, mine, theirs = rows[0]
            print(json.dumps({"name": f"stub.insns.worst.{config}", "value": mine,
                              "unit": "instructions", "peer": "libsel4", "peer_value": theirs,
                              "ratio": round(ratio, 3)}))
            continue
        more = sum(r[0] > 1 for r in rows)
        fewer = sum(r[0] < 1 for r in rows)
        print(f"{config}: {len(rows)} functions, worst {rows[0][0]:.2f} ({rows[0][1]}: "
              f"{rows[0][2]} to {rows[0][3]}); {fewer} with fewer, {more} with more")
        for ratio, function, mine, theirs in rows if arguments.all else [
                r for r in rows if r[0] > 1][:15]:
            print(f"  {function}: {mine} to {theirs}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
