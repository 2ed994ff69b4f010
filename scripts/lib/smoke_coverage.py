# SPDX-License-Identifier: BSD-2-Clause
"""What of an architecture's table the smoke scripts call, and which of the errors that the
description names they provoke.

Read from the golden transcripts: those were recorded on real kernels, and the simulator is held to
them; or from what the scripts just said on a target. What cannot be had is listed with its reason in
tests/smoke/uncovered.yaml. scripts/test --coverage prints the report; tests/smoke/test_coverage.py
holds the suite to the aim.
"""

import fnmatch
import functools
import json
import pathlib
import sys

import yaml

import build
import differences
import transcript

sys.path.insert(0, str(build.TOP / "syscalls/gen"))

import load_api  # noqa: E402
import load_prefix  # noqa: E402

UNCOVERED = transcript.SMOKE / "uncovered.yaml"
SUCCESS = "success"
AIM_CALLS, AIM_ERRORS = 1.0, 0.9
PREFIX_WORDS = ("try", "call", "json", "text")


# What the scripts said on targets of this run: (architecture, kernel's prefix or None) -> calls.
ran = {}


@functools.cache
def table(arch, prefix=None):
    """{name: the errors that it is said to give} of a kernel's by-name table, the default one's if
    there is no prefix."""
    api = build.TOP / "syscalls/api"
    model = load_prefix.load(api, prefix, {}) if prefix else load_api.load(api, arch, {})
    return {**{method.full: tuple(method.errors) for method in model.methods},
            **{call.name: () for call in model.syscalls}}


def method_of(command, names):
    """The method that a command of a script calls, or None. Several on a line are not told apart."""
    words = [word for word in command.split() if word]
    while words and words[0] in PREFIX_WORDS:
        words.pop(0)
    name = words[0].removesuffix("!") if words and ";" not in command else ""
    return name if name in names else None


def outcomes(lines, names):
    """(method, error or SUCCESS) of every call in a transcript."""
    for command, answer in differences.blocks(lines):
        errors = [json.loads(line) for line in answer if line.startswith('{"error"')]
        for error in errors:
            if error.get("command") in names:
                yield error["command"], error["error"]
        method = method_of(command, names)
        if method and not errors and "failed" not in answer:
            yield method, SUCCESS


def seen(arch, golden=transcript.GOLDEN):
    """{method: set of outcomes} in all transcripts of an architecture."""
    found = {}
    for path in sorted((pathlib.Path(golden) / arch).glob("*.txt")):
        for method, outcome in outcomes(transcript.read_golden(path)[1], table(arch)):
            found.setdefault(method, set()).add(outcome)
    return found


def note(arch, prefix, lines):
    """Counts a transcript that a script just made."""
    found = ran.setdefault((arch, prefix), {})
    for method, outcome in outcomes(lines, table(arch, prefix)):
        found.setdefault(method, set()).add(outcome)


@functools.cache
def reasons():
    """Rows of uncovered.yaml: architectures, patterns of methods, outcomes and the reason; `elsewhere`
    says that only kernels of other releases have them."""
    rows = yaml.safe_load(UNCOVERED.read_text())
    for row in rows:
        if {*row} - {"elsewhere"} != {"arch", "methods", "outcomes", "why"}:
            raise build.BuildError(f"{UNCOVERED.name}: a row has arch, methods, outcomes and why, "
                                   f"not {', '.join(row)}")
    return rows


def row_for(arch, method, outcome):
    return next((row for row in reasons() if arch in row["arch"] and outcome in row["outcomes"] and
                 any(fnmatch.fnmatchcase(method, pattern) for pattern in row["methods"])), None)


class Coverage:
    """One architecture's: wanted, reached and missing are sets of (method, outcome)."""

    def __init__(self, arch, found=None, prefix=None):
        self.arch, names = arch, table(arch, prefix)
        self.name = f"{arch} in {prefix}" if prefix else arch
        found = seen(arch) if found is None else found
        self.calls = {(name, SUCCESS) for name in names}
        self.errors = {(name, error) for name, errors in names.items() for error in errors}
        self.reached = {(name, outcome) for name, all_of in found.items() for outcome in all_of}
        self.excused = {pair for pair in self.calls | self.errors if row_for(arch, *pair)}

    def missing(self, wanted):
        return wanted - self.reached

    def unexplained(self):
        """What is neither reached nor listed with a reason."""
        return sorted(self.missing(self.calls | self.errors) - self.excused)

    def stale(self):
        """What is listed as impossible and was seen all the same."""
        return sorted(self.reached & self.excused)

    def share_of_calls(self):
        """Of the calls that can succeed, those that did."""
        possible = self.calls - self.excused
        return len(possible & self.reached) / len(possible)

    def share_of_errors(self):
        """Of all named errors, those that were provoked."""
        return len(self.errors & self.reached) / len(self.errors)

    def line(self):
        calls, errors = self.calls & self.reached, self.errors & self.reached
        return (f"{self.name}: {len(calls)} of {len(self.calls)} calls succeeded, "
                f"{len(errors)} of {len(self.errors)} named errors provoked "
                f"({self.share_of_errors():.0%}), "
                f"{len(self.excused)} cannot be, {len(self.unexplained())} missing")

    def report(self):
        yield self.line()
        for method, outcome in self.unexplained():
            yield f"  missing: {method} {outcome}"
        for method, outcome in sorted(self.excused - self.reached):
            yield f"  cannot be: {method} {outcome}: {row_for(self.arch, method, outcome)['why']}"
        for method, outcome in self.stale():
            yield f"  listed as impossible, but seen: {method} {outcome}"


def tell(archs):
    """Prints the reports of what was recorded; a status: 1 if a call or an error is missing."""
    reports = [Coverage(arch) for arch in archs]
    for coverage in reports:
        print("\n".join(coverage.report()))
    return 1 if any(coverage.unexplained() for coverage in reports) else 0
