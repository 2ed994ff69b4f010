# SPDX-License-Identifier: BSD-2-Clause
"""Options of the components' tests; scripts/test gives them."""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts/lib"))

import build  # noqa: E402

NAMES = ("hello", "counter", "pingpong", "float", "crasher", "maker", "nurse", "alarm",
         "launcher", "rust_hello", "kv")


def pytest_addoption(parser):
    parser.addoption("--arch", action="append", default=[], help="on the simulator")
    parser.addoption("--kernel", action="append", default=[], help="on this kernel, in QEMU")


def targets(config):
    """(name, architecture, kernel's prefix or None) of all that the components run on."""
    for arch in config.getoption("arch") or build.ARCHS:
        yield f"sim-{arch}", arch, None
    for prefix in config.getoption("kernel"):
        yield f"kernel-{os.path.basename(prefix)}", build.arch_of(prefix), prefix


def pytest_generate_tests(metafunc):
    if "machine" in metafunc.fixturenames:
        machines = list(targets(metafunc.config))
        metafunc.parametrize("machine", [m[1:] for m in machines], ids=[m[0] for m in machines])
    if "name" in metafunc.fixturenames:
        metafunc.parametrize("name", NAMES)
