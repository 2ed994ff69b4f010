# SPDX-License-Identifier: BSD-2-Clause
"""Pictures of a target on the simulator: the map of memory keeps to its width, and the graphs are
what Graphviz reads, with few objects and with a hundred."""

import pathlib
import subprocess
import sys

import pexpect
import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "scripts/lib"))

import build  # noqa: E402

from conftest import client_path  # noqa: E402

HUNDRED = ["for n = 1 to 50\nnew notification note$n\nend",
           "for n = 1 to 50\nnew tcb thread$n\nend"]


@pytest.fixture(scope="module")
def image():
    files = [build.component_file(name, "x86_64", None) for name in ("pong", "ping", "counter")]
    return build.sim_file(build.image("x86_64"), files)


def run(image, commands, **env):
    argv = [client_path(), "--sim", str(image)]
    for command in commands:
        argv += ["-c", command]
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", **env}
    return subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=120, env=environment)


@pytest.mark.parametrize("width", [40, 80, 200])
def test_map_keeps_to_its_width(image, width):
    result = run(image, ["load pong", "new tcb mine", "untypeds --map"], COLUMNS=str(width))
    assert result.returncode == 0, result.stderr
    lines = result.stdout[result.stdout.index("RAM, "):].splitlines()
    assert max(map(len, lines)) <= width
    assert max(map(len, lines)) > width // 2, "it does not use the width"
    for text in ("device space", "pong's estate", "the monitor's", "free, the largest"):
        assert any(text in line for line in lines), text
    assert "\033" not in result.stdout


def test_map_has_colours_on_a_terminal(image, tmp_path):
    """And none in the log."""
    log = tmp_path / "log"
    child = pexpect.spawn(client_path(), ["--sim", str(image)], encoding="utf-8", timeout=20,
                          dimensions=(60, 100),
                          env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "TERM": "xterm"})
    child.expect("sel4mon> ")
    for line in (f"log {log}", "load pong", "untypeds --map", "log off", "quit"):
        child.sendline(line)
    child.expect("all of it is free")
    assert "\033[32mA" in child.before and "?[" not in child.before
    child.expect(pexpect.EOF)
    assert "  A   256 KiB pong's estate" in log.read_text()


@pytest.mark.parametrize("many", [False, True])
@pytest.mark.parametrize("kind, texts", [
    ("caps", ["c:ping", "o:pingpong", "badge 0x2a", "peer"]),
    ("threads", ["priority 110", "pong.1", "supervisor", "waits on?"]),
    ("memory", ["e:pong", "of which nothing is made", "r-x"]),
])
def test_graph_is_well_formed(image, tmp_path, kind, texts, many):
    file = tmp_path / "a graph.dot"
    result = run(image, ["start pong", "load ping"] + (HUNDRED if many else []) +
                 [f'graph {kind} -o "{file}"', f"graph {kind} -o {tmp_path}/x.svg"])
    assert result.returncode == 0, result.stderr
    dot = file.read_text()
    subprocess.run(["dot", "-Tsvg", "-o", "/dev/null", str(file)], check=True)
    assert "<svg" in (tmp_path / "x.svg").read_text()
    for text in texts:
        assert text in dot, text
    if many and kind == "caps":
        assert "50 x TCB" in dot and "note1, note2, note3 ... note50" in dot
    if many and kind == "threads":  # the kernel knows their names
        assert "the operator's" in dot and "and 49 more like it" in dot and "thread50" in dot
    if many and kind == "memory":  # gathered by the untyped that they are made of
        assert " x TCB of the operator" in dot
    assert dot.count("\n") < 200, "many like things are not gathered"


def test_without_graphviz_the_text_is_kept(image, tmp_path):
    result = run(image, [f"graph caps -o {tmp_path}/x.svg"], PATH="/nonexistent")
    assert result.returncode == 1 and "package graphviz" in result.stderr
    assert (tmp_path / "x.dot").read_text().startswith("digraph")
    assert not (tmp_path / "x.svg").exists()


@pytest.mark.parametrize("command, text", [
    ("graph", "which one?"), ("graph nonsense", "there is no graph 'nonsense'"),
    ("graph caps -o x.pdf", "none of .svg"), ("graph caps -o", "usage:"),
    ("graph caps -o /nonexistent/x.svg", "cannot write /nonexistent/x.svg"),
    ("untypeds --map more", "takes nothing more"),
])
def test_wrong_words(image, command, text):
    result = run(image, [command])
    assert result.returncode == 1 and text in result.stderr
