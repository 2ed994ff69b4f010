# SPDX-License-Identifier: BSD-2-Clause
"""Boots each example component as a root task, on the simulator or on a real kernel in QEMU, and
compares what it prints with expected/ (check.py does it)."""

import functools
import pathlib
import subprocess

import pytest

import build
from conftest import NAMES

HERE = pathlib.Path(__file__).resolve().parent
IN_RUST = ("rust_hello", "kv")
ELSEWHERE = {"gdbprog"}  # tests/gdb/program, which is no example


@functools.cache
def components(arch, prefix):
    build.host()
    if prefix is not None:
        build.image(arch, prefix)
    return build.components(arch, prefix)


def check(folder, prefix, name):
    """check.py's result."""
    argv = ["/usr/bin/python3", HERE / "check.py", "--components", folder]
    if prefix is None:
        argv += ["--sim", build.BUILD / "host/sel4sim"]
    else:
        argv += ["--kernel", prefix, "--image", build.BUILD / "host/sel4image", "--timeout", "60"]
        loader = folder.parent / "loader.elf"
        argv += ["--loader", loader] if loader.exists() else []
    return subprocess.run([str(a) for a in argv] + [name], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def test_component(machine, name):
    arch, prefix = machine
    if not build.has_features(prefix, ["printing"]):
        pytest.skip(f"the kernel in {prefix} prints nothing, and a root task has no other way")
    folder = components(arch, prefix)
    if name in IN_RUST and not (folder / f"{name}.elf").exists():
        pytest.skip(f"no Rust with a core library for {arch} here")
    result = check(folder, prefix, name)
    assert result.returncode == 0, result.stdout


def archs(request):
    return request.config.getoption("arch") or build.ARCHS


def test_all_are_expected_and_none_forgotten(request):
    expected = {path.name.partition(".")[0] for path in (HERE / "expected").glob("*.txt")}
    assert expected == set(NAMES)
    for arch in archs(request):
        made = {path.stem for path in components(arch, None).glob("*.elf")}
        assert set(NAMES) - set(IN_RUST) <= made - ELSEWHERE <= set(NAMES)


def test_the_image_does_not_wait_for_components(request):
    """What scripts/run builds."""
    folder = components(archs(request)[0], None).parent
    for target, there in (("image", False), ("all", True)):
        inputs = subprocess.run(["ninja", "-C", folder, "-t", "inputs", target], text=True,
                                capture_output=True, check=True).stdout
        assert "sel4mon.elf" in inputs and ("tests/components/hello.c" in inputs) == there, target


def test_a_missing_line_is_noticed(tmp_path, request):
    """A component under another one's name does not print what is expected of it."""
    hello = components(archs(request)[0], None) / "hello.elf"
    (tmp_path / "counter.elf").write_bytes(hello.read_bytes())
    result = check(tmp_path, None, "counter")
    assert result.returncode == 1 and "counter: FAILED" in result.stdout
