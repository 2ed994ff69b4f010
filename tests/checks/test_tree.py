# SPDX-License-Identifier: BSD-2-Clause
"""Checks of the source tree itself: form, direction of the includes, and that nothing generated or
foreign is committed."""

import pathlib
import re
import subprocess

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
C_SUFFIXES = (".c", ".h")


def committed():
    names = subprocess.run(["git", "ls-files", "-z"], cwd=TOP, capture_output=True, text=True,
                           check=True).stdout.split("\0")
    return [pathlib.Path(name) for name in names if name and (TOP / name).exists()]


FILES = committed() if (TOP / ".git").exists() else []

pytestmark = pytest.mark.skipif(not FILES, reason="not a git checkout")

# What each folder may include from, as in DESIGN.md ("Where things are"), longest match first. A
# pattern is the beginning of a path from the top of the tree.
MAY_USE = [
    ("syscalls/", ["syscalls/"]),
    ("arch/", ["arch/", "syscalls/"]),
    ("gdbstub/", ["gdbstub/", "arch/"]),
    ("monitor/core/", ["monitor/core/", "monitor/drivers/", "monitor/link/", "monitor/shell/",
                       "gdbstub/", "arch/", "syscalls/"]),
    ("monitor/", ["monitor/", "gdbstub/", "arch/", "syscalls/"]),
    ("host/", ["host/", "monitor/link/", "gdbstub/", "arch/"]),
    ("tests/", [""]),
]
# Headers under <sel4/...> and <sel4mon/...> are the bindings: whoever uses syscalls/ may have them.
# On the host the generated tables, and nothing that makes calls.
BINDINGS = re.compile(r"<(sel4|sel4mon|interfaces)/")
HOST_BINDINGS = re.compile(r"<sel4mon/(sim_|api_table)")


def rule_of(path):
    return next((allowed for start, allowed in MAY_USE if str(path).startswith(start)), None)


def includes(path):
    text = (TOP / path).read_text(errors="replace")
    return re.findall(r'^[ \t]*#[ \t]*include[ \t]+("[^"]+"|<[^>]+>)', text, re.M)


def find_include(path, name):
    """The file from the top of the tree that a quoted include means; None if nothing is there,
    as for what is generated."""
    for folder in (path.parent, path.parent.parent, pathlib.Path("syscalls/include"),
                   pathlib.Path("syscalls/runtime/include"), pathlib.Path(".")):
        if (TOP / folder / name).exists():
            return str(folder / name)
    return None


def wrong_includes(path):
    allowed = rule_of(path)
    for include in includes(path):
        if include.startswith("<"):
            if str(path).startswith("host/") and BINDINGS.match(include) and \
                    not HOST_BINDINGS.match(include):
                yield include
            continue
        found = find_include(path, include.strip('"')) or include.strip('"')
        if not any(found.startswith(start) for start in allowed):
            yield include


def test_includes_run_upwards_only():
    wrong = [f"{path}: {include}" for path in FILES
             if path.suffix in C_SUFFIXES + (".S",) and rule_of(path)
             for include in wrong_includes(path)]
    assert wrong == []


def test_the_include_check_sees_wrong_ones(tmp_path):
    rules = dict(MAY_USE)
    assert "monitor/" not in rules["arch/"] and "host/" not in rules["monitor/"]
    assert rule_of(pathlib.Path("arch/lib/x.c")) == ["arch/", "syscalls/"]
    assert rule_of(pathlib.Path("host/client/x.c")) == rules["host/"]


# Headers that a freestanding compiler brings itself; the runtime of components has a string.h.
# A workstation with a C library for the target hides that a source uses more than these.
FREESTANDING = {"<stdalign.h>", "<stdarg.h>", "<stdatomic.h>", "<stdbool.h>", "<stddef.h>",
                "<stdint.h>", "<stdnoreturn.h>"}
TARGET_ONLY = re.compile(r"(arch/|monitor/|syscalls/(?!sim/)|tests/components/)")
WITH_STRING_H = ("syscalls/runtime/", "tests/components/")


def hosted_includes(path):
    for include in includes(path):
        if include.startswith('"') or BINDINGS.match(include) or include in FREESTANDING:
            continue
        if not (include == "<string.h>" and str(path).startswith(WITH_STRING_H)):
            yield include


def test_target_code_needs_no_c_library():
    wrong = [f"{path}: {include}" for path in FILES
             if path.suffix in C_SUFFIXES + (".S",) and TARGET_ONLY.match(str(path))
             for include in hosted_includes(path)]
    assert wrong == []


def test_clang_format():
    sources = [str(path) for path in FILES if path.suffix in C_SUFFIXES]
    result = subprocess.run(["clang-format", "--dry-run", "-Werror", "--ferror-limit=3", *sources],
                            cwd=TOP, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr[-4000:]


def needs_licence_line(path):
    if path.parts[:2] == ("tests", "golden") or \
            path.suffix in (".md", ".json", ".jsonl", ".txt", ".lock"):
        return path.name == "CMakeLists.txt"
    return path.name not in ("LICENSE", ".gitignore", ".clang-format", ".gitattributes")


def test_every_source_names_the_licence():
    missing = []
    for path in filter(needs_licence_line, FILES):
        head = (TOP / path).read_text(errors="replace").splitlines()[:3]
        if not any("SPDX-License-Identifier: BSD-2-Clause" in line for line in head):
            missing.append(str(path))
    assert missing == []


# Marks of text that was taken from elsewhere; the pattern is cut so that this file holds none.
FOREIGN = re.compile("|".join(["Data" + "61", "NIC" + "TA", "Proof" + "craft", r"GNU General Pub" +
                               "lic", "SPDX-License-Id" + "entifier: (?!BSD-2-Clause)",
                               "Copyright.*Trustworthy" + " Systems"]))


def test_nothing_foreign_is_committed():
    found = []
    for path in FILES:
        data = (TOP / path).read_bytes()
        if FOREIGN.search(data.decode(errors="replace")):
            found.append(f"{path}: text of somebody else")
        if b"\0" in data:
            found.append(f"{path}: binary")
    assert found == []


GENERATED = re.compile(r"(^|/)(build|__pycache__|\.pytest_cache|CMakeFiles|_deps)/"
                       r"|\.(o|a|so|elf|bin|img|dtb|pyc|map|gz|xz|zip|cpio|iso)$"
                       r"|(^|/)(CMakeCache\.txt|compile_commands\.json|build\.ninja)$")


def test_nothing_generated_is_committed():
    assert [str(path) for path in FILES if GENERATED.search(str(path))] == []
    said = [str(path) for path in FILES if path.suffix in C_SUFFIXES + (".S",)
            and re.search("generated by|do not " + "edit", (TOP / path).read_text()[:400], re.I)]
    assert said == []


def test_executables_have_an_interpreter():
    wrong = []
    for path in FILES:
        runs = (TOP / path).stat().st_mode & 0o111
        first = (TOP / path).read_bytes()[:64].split(b"\n")[0]
        known = first in (b"#!/bin/bash", b"#!/usr/bin/python3", b"#!/bin/sh")
        if runs and not known:
            wrong.append(str(path))
    assert wrong == []


def shell_scripts():
    return [path for path in FILES if (TOP / path).read_bytes().startswith(b"#!/bin/bash")]


def test_scripts_parse():
    for path in shell_scripts():
        subprocess.run(["bash", "-n", str(path)], cwd=TOP, check=True)
    for path in FILES:
        if path.suffix == ".py":
            compile((TOP / path).read_text(), str(path), "exec")


def test_no_unfinished_marks():
    mark = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
    found = [str(path) for path in FILES if path.suffix in C_SUFFIXES + (".py", ".S", ".yaml")
             and mark.search((TOP / path).read_text(errors="replace"))]
    assert found == []
