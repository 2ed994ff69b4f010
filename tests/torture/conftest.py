# SPDX-License-Identifier: BSD-2-Clause
"""Options of the torture tests; scripts/test gives them. Without SEL4MON_LONG they run on one
simulated architecture and for a few seconds, with it on all targets given and for minutes."""

import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts/lib"))

import build  # noqa: E402

LONG = os.environ.get("SEL4MON_LONG") == "1"


def pytest_addoption(parser):
    parser.addoption("--arch", action="append", default=[], help="on the simulator")
    parser.addoption("--kernel", action="append", default=[], help="on this kernel, in QEMU")


def pytest_generate_tests(metafunc):
    if "machine" not in metafunc.fixturenames:
        return
    archs, kernels = (metafunc.config.getoption(name) for name in ("--arch", "--kernel"))
    machines = {f"sim-{arch}": (arch, None) for arch in (archs if LONG else archs[:1])}
    machines |= {f"kernel-{os.path.basename(prefix)}": (build.arch_of(prefix), prefix)
                 for prefix in (kernels if LONG else [])}
    metafunc.parametrize("machine", machines.values(), ids=machines.keys())


@pytest.fixture
def argv(machine):
    """The command of a machine with its serial line on standard input and output."""
    arch, prefix = machine
    elf = build.image(arch, prefix)
    if prefix is not None:
        return build.boot_command(prefix, elf)
    return [str(build.BUILD / "host/sel4sim"), "--serial", "stdio", str(elf)]
