# SPDX-License-Identifier: BSD-2-Clause
"""A project outside, which has the installed tree and nothing else, builds a component, with CMake
and without; the component runs on the simulator."""

import os
import shutil
import subprocess

import pytest

import build
from test_components import HERE, check, components

PROJECT = """
cmake_minimum_required(VERSION 3.25)
project(outside LANGUAGES C)
find_package(sel4mon-sel4 REQUIRED)
sel4mon_component(hello hello.c)
target_compile_options(hello.elf PRIVATE -Wall -Wextra -Werror)
"""


def run(*argv, env=None):
    made = subprocess.run([str(a) for a in argv], stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          env={**os.environ, **(env or {})})
    assert made.returncode == 0, made.stdout
    return made.stdout


def compiler(arch):
    names = [f"{arch}-linux-gnu-gcc"] + (["gcc"] if arch == os.uname().machine else [])
    return next(name for name in names if shutil.which(name))


@pytest.fixture
def installed(machine, tmp_path):
    """The installed tree and its architecture."""
    arch, prefix = machine
    if prefix is not None:
        pytest.skip("one installation of an architecture is enough")
    folder = components(arch, None).parent
    build.image(arch)
    run("cmake", "--install", folder, "--component", "bindings", "--prefix", tmp_path / "tree")
    # Elsewhere than where it was installed to: nothing in it names its place.
    return arch, (tmp_path / "tree").rename(tmp_path / "moved")


def outside(tmp_path):
    folder = tmp_path / "outside"
    folder.mkdir()
    shutil.copy(HERE / "hello.c", folder)
    return folder


def runs(folder):
    result = check(folder, None, "hello")
    assert result.returncode == 0, result.stdout


def test_a_project_finds_it_with_cmake(installed, tmp_path):
    arch, tree = installed
    source = outside(tmp_path)
    (source / "CMakeLists.txt").write_text(PROJECT)
    run("cmake", "-G", "Ninja", "-S", source, "-B", source / "build", f"-DCMAKE_PREFIX_PATH={tree}",
        f"-DCMAKE_C_COMPILER={compiler(arch)}", "-DCMAKE_SYSTEM_NAME=Generic",
        "-DCMAKE_TRY_COMPILE_TARGET_TYPE=STATIC_LIBRARY", "-DCMAKE_BUILD_TYPE=Release")
    run("ninja", "-C", source / "build")
    runs(source / "build")


def test_a_makefile_finds_it_with_pkg_config(installed, tmp_path):
    arch, tree = installed
    source = outside(tmp_path)
    env = {"PKG_CONFIG_PATH": str(tree / "lib/pkgconfig")}
    cflags = run("pkg-config", "--cflags", "sel4mon-component", env=env).split()
    libs = run("pkg-config", "--libs", "sel4mon-component", env=env).split()
    run(compiler(arch), "-O2", "-Wall", "-Wextra", "-Werror", *cflags, source / "hello.c", *libs,
        "-o", source / "hello.elf")
    runs(source)
