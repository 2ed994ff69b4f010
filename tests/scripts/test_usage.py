# SPDX-License-Identifier: BSD-2-Clause
"""The command lines of scripts/run, test and bench: what is wrong is said, with status 64."""

import json
import pathlib
import subprocess

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]


def run(program, *args):
    return subprocess.run([TOP / "scripts" / program, *args], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=60)


@pytest.fixture
def prefix(tmp_path):
    """Something that looks like an installed kernel, as far as its configuration goes."""
    def make(arch, **settings):
        folder = tmp_path / "libsel4/include/kernel"
        folder.mkdir(parents=True)
        (folder / "gen_config.json").write_text(json.dumps({"SEL4_ARCH": arch, **settings}))
        return str(tmp_path)
    return make


@pytest.mark.parametrize("program", ["run", "test", "bench"])
def test_help(program):
    r = run(program, "--help")
    assert r.returncode == 0 and "--kernel" in r.stdout


@pytest.mark.parametrize("program, args, words", [
    ("run", ["--frob"], "--frob"),
    ("run", ["--arch", "vax"], "vax"),
    ("run", ["-c"], "expected one argument"),
    ("run", ["--gdb", "nosuch"], "there is no file nosuch, nor an example component of that name"),
    ("run", ["--gdb-port", "99999"], "not a port"),
    ("run", ["--component", "helo"], "there is no file helo, nor an example component of that name: "
     "there are alarm, counter, crasher, "),
    ("run", ["-c", "version", "--component"], "expected one argument"),
    ("run", ["--kernel", "/no/such"], "there is no folder /no/such"),
    ("run", ["--kernel", "/usr"], "is no installed kernel"),
    ("test", ["--record"], "needs --kernel"),
    ("test", ["--kernel", "/no/such"], "there is no folder"),
    ("bench", ["--kernel", "/no/such"], "there is no folder"),
    ("bench", ["--only"], "expected one argument"),
])
def test_wrong_usage(program, args, words):
    r = run(program, *args)
    assert words in r.stderr and r.stdout == ""
    assert r.returncode == 64


def test_architecture_of_the_kernel(prefix):
    arm = prefix("aarch64")
    r = run("run", "--arch", "riscv64", "--kernel", arm)
    assert r.returncode == 64
    assert "is for aarch64, and --arch says riscv64" in r.stderr


def test_architecture_without_a_monitor(prefix):
    r = run("run", "--kernel", prefix("ia32"))
    assert r.returncode == 64 and "is for ia32; there is a monitor for x86_64" in r.stderr


def test_mcs_kernels_are_not_there_yet(prefix):
    r = run("run", "--kernel", prefix("aarch64", KERNEL_MCS=True))
    assert r.returncode == 64 and "is an MCS kernel" in r.stderr


def test_a_checkout_that_cannot_be_written():
    code = ("import sys, pathlib; sys.path.insert(0, 'scripts/lib'); import build; "
            "build.BUILD = pathlib.Path('/proc/nothing'); build.run_main('run', build.host)")
    r = subprocess.run(["/usr/bin/python3", "-B", "-c", code], cwd=TOP, capture_output=True, text=True)
    assert r.stderr.startswith("run: cannot write in /proc/nothing") and r.returncode == 2
