# SPDX-License-Identifier: BSD-2-Clause
"""Holds the smoke suite to its aim: every call of an architecture's table succeeds somewhere, nine
of ten of the errors that the description names are provoked, and what is missing has a reason."""

import pytest

import build
import smoke_coverage
from smoke_coverage import SUCCESS, Coverage


@pytest.mark.parametrize("arch", build.ARCHS)
def test_suite_reaches_its_aim(arch):
    coverage = Coverage(arch)
    report = "\n".join(coverage.report())
    assert coverage.share_of_calls() >= smoke_coverage.AIM_CALLS, report
    assert coverage.share_of_errors() >= smoke_coverage.AIM_ERRORS, report
    assert not coverage.unexplained(), report
    assert not coverage.stale(), report


def test_every_reason_is_needed():
    for row in smoke_coverage.reasons():
        for arch in row["arch"]:
            coverage = Coverage(arch)
            named = coverage.calls | coverage.errors
            needed = any(smoke_coverage.row_for(arch, *pair) is row for pair in named)
            assert needed != row.get("elsewhere", False), (arch, row)


def test_outcomes_are_read_from_a_transcript():
    names = {"A_B": (), "C_D": (), "E_F": ()}
    lines = ["> A_B $t 1", "> try C_D! $t", '{"error": "RangeError", "command": "C_D"}',
             "> A_B $t 2", '{"error": "REFUSED", "command": "A_B"}', "failed",
             "> assert $error == none", "> A_B $t; E_F $t", "> try call E_F 1", "> A_B", "failed"]
    assert list(smoke_coverage.outcomes(lines, names)) == [
        ("A_B", SUCCESS), ("C_D", "RangeError"), ("A_B", "REFUSED"), ("E_F", SUCCESS)]


def test_what_is_missing_is_seen():
    coverage = Coverage("riscv64", {"TCB_Suspend": {SUCCESS}, "DebugHalt": {SUCCESS}})
    assert coverage.share_of_calls() < 0.1 and coverage.share_of_errors() == 0
    assert ("TCB_Suspend", "InvalidCapability") in coverage.unexplained()
    assert ("TCB_Suspend", SUCCESS) not in coverage.unexplained()
    assert coverage.stale() == [("DebugHalt", SUCCESS)]


def test_what_scripts_just_said_is_counted(monkeypatch):
    monkeypatch.setattr(smoke_coverage, "ran", {})
    smoke_coverage.note("riscv64", None, ["> TCB_Suspend $t"])
    smoke_coverage.note("riscv64", None, ["> try TCB_Suspend $c",
                                          '{"error": "IllegalOperation", "command": "TCB_Suspend"}'])
    assert smoke_coverage.ran == {("riscv64", None): {"TCB_Suspend": {SUCCESS, "IllegalOperation"}}}
