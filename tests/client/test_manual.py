# SPDX-License-Identifier: BSD-2-Clause
"""The manual pages, the completions and what `cmake --install` puts where."""

import os
import pathlib
import re
import subprocess

import pytest

from conftest import TOP, client_path

PAGES = {name: TOP / path for name, path in {
    "sel4mon": "host/client/sel4mon.1", "sel4sim": "host/sim/sel4sim.1",
    "sel4image": "host/image/sel4image.1", "sel4mon-script": "host/client/sel4mon-script.7"}.items()}
FOLDER = pathlib.Path(client_path()).parent
OPTION = re.compile(r"(?<![\w-])--?[a-z][a-z-]*")


def program(name):
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"{name} is not built in {FOLDER}")
    return str(path)


def help_of(*argv):
    return subprocess.run([*argv, "--help"], capture_output=True, text=True, timeout=30,
                          check=True).stdout



def options_of_page(name):
    """Those that the page explains: `.It Fl -name`, also several on a line."""
    options = set()
    for line in PAGES[name].read_text().splitlines():
        if line.startswith(".It Fl "):
            options |= {"-" + word for word in re.findall(r"(?:Fl|,) (-?[a-z][a-z-]*)(?= |$)", line)}
    return options


def options_of_help(text):
    """Those at the beginning of a line of the list."""
    options = set()
    for line in text.splitlines():
        if re.match(r" +-", line):
            head = re.split(r"  +(?=\S)", line.strip(), maxsplit=1)[0]
            options |= set(OPTION.findall(re.sub(r"[A-Z:@\[\]=]+\S*", " ", head)))
    return options


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())
def test_form(page):
    r = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", str(page)], capture_output=True, text=True)
    assert (r.stdout + r.stderr, r.returncode) == ("", 0)
    r = subprocess.run(["man", "--warnings", "-l", str(page)], capture_output=True, text=True,
                       env={**os.environ, "MANPAGER": "cat", "MANWIDTH": "100", "LC_ALL": "C.UTF-8"})
    assert r.stderr == "" and r.returncode == 0


@pytest.mark.parametrize("name", ["sel4mon", "sel4sim", "sel4image"])
def test_pages_and_help_name_the_same_options(name):
    told = options_of_help(help_of(program(name)))
    if name == "sel4mon":
        told |= options_of_help(help_of(program(name), "test"))
    assert told == options_of_page(name)
    assert len(told) > 5


def test_the_page_of_scripts_names_every_word():
    words = re.findall(r'"(\w+)"', re.search(r"script_keywords\[\] = \{(.*?)\}", (
        TOP / "host/client/script_parse.c").read_text(), re.S).group(1))
    assert len(words) > 15
    page = PAGES["sel4mon-script"].read_text()
    markdown = (TOP / "host/client/SCRIPTS.md").read_text()
    assert [word for word in words if not re.search(rf"\bIc {word}\b", page)] == []
    assert [word for word in words if f"`{word}" not in markdown and f" {word} " not in markdown] == []


def complete(line):
    """What bash offers at the end of a line."""
    script = f"""
        PATH={FOLDER}:$PATH
        . {TOP}/host/client/completion.bash
        COMP_WORDS=({line} ''); [[ '{line}' == *' ' ]] || unset 'COMP_WORDS[-1]'
        COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
        _sel4mon 2>/dev/null
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    return subprocess.run(["bash", "--norc", "-c", script], capture_output=True, text=True,
                          cwd=TOP).stdout.split()


def test_completion_in_bash():
    program("sel4mon")
    assert complete("sel4mon --scr") == ["--script"]
    assert complete("sel4mon te") == ["test"]
    assert complete("sel4mon test --form") == ["--format"]
    assert complete("sel4mon test --format j") == ["junit"]
    assert complete("sel4mon --sim READ") == ["README.md"]
    assert "serial:" in complete("sel4mon test --target ")
    assert complete("sel4image --format b") == ["bin"]


def test_completion_in_zsh():
    path = TOP / "host/client/completion.zsh"
    subprocess.run(["zsh", "-n", str(path)], check=True)
    script = f"""
        PATH={FOLDER}:$PATH
        compadd() {{ print -l -- "$@" }}
        _files() {{ print files }}
        words=(sel4mon --limi); CURRENT=2; PREFIX=--limi
        . {path}
        words=(sel4mon test --format ''); CURRENT=4; PREFIX=
        _sel4mon
        words=(sel4mon --sim ''); CURRENT=3
        _sel4mon
    """
    r = subprocess.run(["zsh", "-f", "-c", script], capture_output=True, text=True)
    lines = r.stdout.split()
    assert r.stderr == "" and "--limit" in lines
    assert [line for line in lines if not line.startswith("-")] == ["text", "tap", "junit", "files"]


def test_installing(tmp_path):
    for folder in (FOLDER, FOLDER.parent):
        if (folder / "cmake_install.cmake").exists():
            break
    else:
        pytest.skip("no build folder")
    for name in ("sel4mon", "sel4sim", "sel4image"):
        program(name)
    subprocess.run(["cmake", "--install", folder, "--prefix", tmp_path, "--component", "host"],
                   check=True, capture_output=True)
    found = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert found >= {"bin/sel4mon", "bin/sel4sim", "bin/sel4image", "share/man/man1/sel4mon.1",
                     "share/man/man1/sel4sim.1", "share/man/man1/sel4image.1",
                     "share/man/man7/sel4mon-script.7", "share/zsh/site-functions/_sel4mon",
                     "share/bash-completion/completions/sel4mon", "share/sel4mon/reference.json"}
    assert help_of(tmp_path / "bin/sel4mon") == help_of(program("sel4mon"))
    r = subprocess.run([tmp_path / "bin/sel4mon", "--sim", "/no/image", "-c", "version"],
                       capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"})
    assert "/no/image" in r.stderr and r.returncode == 2
