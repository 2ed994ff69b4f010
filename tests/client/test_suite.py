# SPDX-License-Identifier: BSD-2-Clause
"""`sel4mon test`: suites on several targets at once, the three forms of the report, and targets that
are lost, silent or not there."""

import re
import os
import signal
import subprocess
import time
import xml.etree.ElementTree as ElementTree

import pytest

from conftest import FAKE

GOOD = "test one\n  echo first\nend\ntest \"two # of them\"\n  skip if 1\nend\n"
BAD = "echo <&>\nfail\n"


def suite(tmp_path, **files):
    folder = tmp_path / "suite"
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.smoke").write_text(text)
    (folder / "lib.inc").write_text("this is no script of the suite\n")
    return folder


def run(client, *args, **kwargs):
    return subprocess.run([client.path, "test", "--raw", *map(str, args)], capture_output=True,
                          text=True, timeout=kwargs.pop("timeout", 30), env=client.env,
                          stdin=subprocess.DEVNULL)


def test_text(client, tmp_path):
    r = run(client, "--target", "a=sim:/dev/null", suite(tmp_path, good=GOOD, bad=BAD))
    lines = r.stdout.splitlines()
    assert lines[0] == "a" and r.stderr == ""
    assert lines[1].startswith(f"  FAILED   {tmp_path}/suite/bad.smoke (")
    assert lines[2:7] == ["           number: 7 is out of the range 0 to 3", "           | <&>",
                          f"           | {tmp_path}/suite/bad.smoke:2:1: error: number: 7 is out of "
                          "the range 0 to 3", "           | fail", "           | ^"]
    assert lines[7].startswith(f"  ok       {tmp_path}/suite/good.smoke: one (")
    assert lines[8].startswith(f"  skipped  {tmp_path}/suite/good.smoke: two # of them (")
    assert lines[-1].startswith("1 passed, 1 failed, 1 skipped in ")
    assert r.returncode == 1


def test_tap(client, tmp_path):
    r = run(client, "--format", "tap", "--target", "a=sim:/dev/null",
            suite(tmp_path, good=GOOD, bad=BAD))
    lines = r.stdout.splitlines()
    assert lines[:3] == ["TAP version 14", "1..3", f"not ok 1 - a: {tmp_path}/suite/bad.smoke"]
    assert lines[3] == "  ---" and "  ..." in lines
    assert '  message: "number: 7 is out of the range 0 to 3"' in lines
    assert lines[-2] == f"ok 2 - a: {tmp_path}/suite/good.smoke: one"
    assert lines[-1] == f"ok 3 - a: {tmp_path}/suite/good.smoke: two \\# of them # SKIP 1"


def test_junit(client, tmp_path):
    out = tmp_path / "report.xml"
    r = run(client, "--format", "junit", "-o", out, "--target", "a=sim:/dev/null",
            suite(tmp_path, good=GOOD, bad=BAD))
    assert r.stdout.startswith("1 passed, 1 failed, 1 skipped in ") and r.returncode == 1
    root = ElementTree.parse(out).getroot()
    assert (root.tag, root.get("tests"), root.get("failures"), root.get("skipped")) == \
        ("testsuites", "3", "1", "1")
    bad, good = root.findall("testsuite")
    assert bad.get("hostname") == "a" and bad.get("name").endswith("bad.smoke")
    case = bad.find("testcase")
    assert case.find("failure").get("message") == "number: 7 is out of the range 0 to 3"
    assert case.find("system-out").text.startswith("<&>\n")
    assert [c.get("name") for c in good.findall("testcase")] == ["one", "two # of them"]
    assert good.findall("testcase")[1].find("skipped").get("message") == "1"


def test_several_targets_at_once(client, tmp_path):
    folder = suite(tmp_path, slow="slow 1\n")
    start = time.monotonic()
    r = run(client, *(x for n in "abcd" for x in ("--target", f"{n}=sim:/dev/null")), folder)
    assert time.monotonic() - start < 3.5
    assert [line for line in r.stdout.splitlines() if len(line) == 1] == list("abcd")
    assert "4 passed, 0 failed on 4 targets" in r.stdout and r.returncode == 0
    start = time.monotonic()
    r = run(client, "--jobs", "1", "--target", "a=sim:/dev/null", "--target", "b=sim:/dev/null", folder)
    assert time.monotonic() - start > 2 and r.returncode == 0


def test_a_target_that_is_lost_takes_no_other_down(client, tmp_path):
    folder = suite(tmp_path, a="echo a\n", b="if $1 == 1\nend\necho b\n", c="die 7\n", d="echo d\n")
    process, address = client.start_target("--serial", "tcp:127.0.0.1:0")
    r = run(client, "--target", f"line=tcp:{address}", "--target", "sim=sim:/dev/null",
            "--target", "none=tcp:127.0.0.1:1", "--arg", "1", folder / "a.smoke", folder / "c.smoke",
            folder / "d.smoke")
    process.wait(10)
    text = r.stdout
    line, sim, none = text.split("\nsim\n")[0], text.split("\nsim\n")[1].split("\nnone\n")[0], \
        text.split("\nnone\n")[1]
    assert "LOST     " in line and line.count("LOST") == 2 and "ok  " in line
    assert sim.count("ok  ") == 2 and "the simulator ended with status 7" in sim
    assert re.search(r"LOST .*c[.]smoke \(0[.]\d+ s\)", sim)  # a child that ends is no line to wait for
    assert none.count("LOST") == 3 and "Connection refused" in none
    assert r.returncode == 2


def test_scripts_and_targets_that_never_end(client, tmp_path):
    folder = suite(tmp_path, a="while 1\nend\n", b="test x\n  slow 60\nend\ntest y\n  echo y\nend\n",
                   c="hang\n", d="echo d\n")
    r = run(client, "--limit", "1", "--timeout", "2", "--target", "a=sim:/dev/null", folder, timeout=60)
    assert r.stdout.count("not done within its limit of 1 s") >= 2
    assert "y (" in r.stdout and "ok       " in r.stdout
    assert "does not answer, not even to Ctrl-C" in r.stdout
    assert r.stdout.splitlines()[-1].startswith("2 passed, 2 failed, 1 not finished in ")
    assert r.returncode == 2


def test_a_process_that_dies_is_told(client, tmp_path):
    folder = suite(tmp_path, a="test waits\nslow 60\nend\n")
    process = subprocess.Popen([client.path, "test", "--raw", "--target", "a=sim:/dev/null", folder],
                               env=client.env, stdout=subprocess.PIPE, text=True,
                               stdin=subprocess.DEVNULL)
    time.sleep(1)
    children = open(f"/proc/{process.pid}/task/{process.pid}/children").read().split()
    os.kill(int(children[0]), signal.SIGKILL)
    out, _ = process.communicate(timeout=10)
    assert "LOST     (the run): waits" in out and "ended by signal 9" in out
    assert process.returncode == 2


def test_ctrl_c_leaves_a_report(client, tmp_path):
    folder = suite(tmp_path, a="echo a\n", b="cleanup\n  echo down\nend\nslow 60\n", c="echo c\n")
    process = subprocess.Popen([client.path, "test", "--raw", "--target", "a=sim:/dev/null", folder],
                               env=client.env, stdout=subprocess.PIPE, text=True,
                               stdin=subprocess.DEVNULL, start_new_session=True)
    time.sleep(1.5)
    os.killpg(process.pid, signal.SIGINT)
    out, _ = process.communicate(timeout=10)
    assert "a.smoke (" in out and "LOST     " in out and "| down" in out
    assert process.returncode == 2


def test_qemu_takes_a_command_and_scripts_parameters(client, tmp_path):
    folder = suite(tmp_path, a="echo $1 $who\nassert_none\n")
    r = run(client, "--target", f"q=qemu:{FAKE} --note 'two words'", "--set", "who=me", "--arg", "x",
            folder)
    assert "| x me" in r.stdout and "| monitor: two words" in r.stdout


def test_heads_name_architectures(client, tmp_path):
    folder = suite(tmp_path, a="# arch: none other\n# needs: debug\necho a\n", b="# arch: x86_64\nfail\n",
                   c="# needs: mcs\nfail\n", d="\n# arch: x86_64\necho d\n")
    r = run(client, "--target", "a=sim:/dev/null", folder)
    assert "2 passed, 0 failed, 2 skipped" in r.stdout and "           arch: x86_64" in r.stdout


def test_a_report_that_cannot_be_written(client, tmp_path):
    folder = suite(tmp_path, a="echo a\n")
    for where, words in (("/dev/full", "could not be written to /dev/full: No space left"),
                         (tmp_path / "no/such", "cannot write the report")):
        r = run(client, "-o", where, "--target", "a=sim:/dev/null", folder)
        assert words in r.stderr and r.returncode == 1


def test_a_script_of_the_suite_that_is_none(client, tmp_path):
    r = run(client, "--target", "a=sim:/dev/null", suite(tmp_path, a="if\n", b="echo b\n"))
    assert "the condition is missing here" in r.stdout
    assert "1 passed, 1 failed" in r.stdout and r.returncode == 1


@pytest.mark.parametrize("args, words", [
    ([], "which target?"), (["--target", "sim:x"], "which suite?"),
    (["--target", "what:x"], "what:x is no target"), (["--target", "sim:"], "is missing"),
    (["--target", "sim:x", "--target", "sim:x", "/dev/null"], "two targets are called sim:x"),
    (["--target", "sim:x", "/no/such"], "/no/such: No such file"),
    (["--format", "html"], "text, tap or junit"), (["--jobs", "0"], "not a number from 1"),
    (["--frob"], "unknown option"), (["--limit", "x"], "not a number of seconds"),
])
def test_wrong_usage(client, args, words):
    r = run(client, *args)
    assert words in r.stderr and r.returncode == 64


def test_a_pipe_is_no_script(client, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    r = run(client, "--target", "sim:x", tmp_path / "pipe")
    assert "is a pipe" in r.stderr and r.returncode == 64


def test_an_empty_folder(client, tmp_path):
    r = run(client, "--target", "sim:x", tmp_path)
    assert "holds no script" in r.stderr and r.returncode == 64
