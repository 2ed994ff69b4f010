# SPDX-License-Identifier: BSD-2-Clause
"""Options of the smoke tests; scripts/test gives them."""

import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts/lib"))

import build  # noqa: E402
import differences  # noqa: E402
import smoke_coverage  # noqa: E402
import transcript  # noqa: E402


def pytest_addoption(parser):
    parser.addoption("--arch", action="append", default=[], help="on the simulator")
    parser.addoption("--kernel", action="append", default=[], help="on this kernel, in QEMU")
    parser.addoption("--record", action="store_true", help="keep what the kernels say as golden")


def pytest_configure(config):
    try:
        for prefix in config.getoption("kernel"):
            build.arch_of(prefix)
    except build.BuildError as error:  # no kernel, or one that there is no monitor for
        raise pytest.UsageError(str(error)) from error


def targets(config):
    """(name, architecture, kernel's prefix or None) of all that the scripts run on."""
    for arch in config.getoption("arch"):
        yield f"sim-{arch}", arch, None
    for prefix in config.getoption("kernel"):
        yield f"kernel-{os.path.basename(prefix)}", build.arch_of(prefix), prefix


def cases_of(config):
    """{name of a test: (architecture, kernel's prefix or None, script)}"""
    return {f"{name}-{script.stem}": (arch, prefix, script)
            for name, arch, prefix in targets(config)
            for script in transcript.scripts(arch)
            if build.has_features(prefix, transcript.directives(script).get("needs", []))}


def pytest_generate_tests(metafunc):
    if "case" not in metafunc.fixturenames:
        return
    cases = cases_of(metafunc.config)
    metafunc.parametrize("case", cases.values(), ids=cases.keys())


def pytest_terminal_summary(terminalreporter):
    """What the suite covers, in a line an architecture, and what it did on this run's targets, if
    all of it ran. scripts/test shows it."""
    for arch in build.ARCHS:
        terminalreporter.write_line("transcripts of " + smoke_coverage.Coverage(arch).line())
    for (arch, prefix), found in smoke_coverage.ran.items():
        coverage = smoke_coverage.Coverage(arch, found, prefix)
        if coverage.share_of_calls() >= smoke_coverage.AIM_ERRORS:
            where = "on the kernel for " if prefix else "on the simulator of "
            terminalreporter.write_line(where + coverage.line())
            for method, outcome in coverage.unexplained():
                terminalreporter.write_line(f"  not seen: {method} {outcome}")
    for line in differences.summary():
        terminalreporter.write_line(line)
