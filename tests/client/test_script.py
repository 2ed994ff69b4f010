# SPDX-License-Identifier: BSD-2-Clause
"""The script language by the client itself: on the fake target, and where there is an image on the
simulator. What the interpreter does line by line is tested in tests/unit/test_script.c."""

import pathlib
import subprocess

import pytest

from conftest import TOP, client_path


def script(tmp_path, text, name="a.smoke"):
    path = tmp_path / name
    path.write_text(text)
    return path


def test_statements_and_plain_lines(client, tmp_path):
    path = script(tmp_path, "for i = 1 to 2\n  echo turn $i\nend\nif 0\n  echo no\nelse\n  echo $1 $who\nend\n")
    r = client.run("--script", str(path), "--set", "who=me", "--arg", "first")
    assert (r.stdout, r.stderr, r.returncode) == ("turn 1\nturn 2\nfirst me\n", "", 0)


def test_form_is_checked_before_anything_runs(client, tmp_path):
    path = script(tmp_path, "echo one\n\tif\nend\n")
    r = client.run("--script", str(path))
    assert r.stderr == (f"{path}:2:4: error: the condition is missing here\n"
                        "\tif\n\t  ^\n")
    assert (r.stdout, r.returncode) == ("", 1)


def test_tests_are_told_and_the_others_run(client, tmp_path):
    path = script(tmp_path, "cleanup\n  echo down\nend\ntest one\n  fail\nend\ntest two\n  echo two\nend\n"
                            "test three\n  skip\nend\n")
    r = client.run("--script", str(path))
    assert r.stdout == ("down\ntest one: failed\ntwo\ndown\ntest two: passed\ndown\n"
                        "test three: skipped: as the script says\n")
    assert f"{path}:5:3: error: number: 7 is out of the range 0 to 3\n  fail\n  ^\n" == r.stderr
    assert r.returncode == 1


def test_expect_hears_what_comes_later(client, tmp_path):
    path = script(tmp_path, "later\nexpect kernel \"late\" within 5 s\nexpect text /event.*late/\n"
                            "later\nexpect no any\nexpect fault within 500 ms\n")
    r = client.run("--script", str(path))
    assert f"{path}:6:1: error: not heard within 0.5 s; the last that was heard: {{\"event\":\"late\"}}" \
        in r.stderr
    assert r.returncode == 1


def test_faults_of_components_and_of_the_kernels_words(client, tmp_path):
    path = script(tmp_path, "crash\nexpect fault \"tried to write\"\nplain\nexpect fault \"Caught\"\n"
                            "expect no fault /nothing such/\necho fine\n")
    r = client.run("--script", str(path))
    assert r.stdout.splitlines()[-1] == "fine" and r.returncode == 0


def test_a_script_that_never_ends(client, tmp_path):
    path = script(tmp_path, "cleanup\n  echo down\nend\nwhile 1\nend\n")
    r = client.run("--script", str(path), "--limit", "0.5")
    assert "not done within its limit of 0.5 s" in r.stderr
    assert (r.stdout, r.returncode) == ("down\n", 1)
    path = script(tmp_path, "cleanup\n  echo down\nend\nslow 60\n")
    r = client.run("--script", str(path), "--limit", "0.5")
    assert (r.stdout, r.returncode) == ("down\n", 1)


def test_standard_input_has_blocks_too(client):
    r = client.run(input="if 1\necho a\nend\nfrob\nfor x in b c\necho $x\nend\nif 1\n")
    assert r.stdout == "a\nb\nc\n"
    assert "stdin:4:1: error: there is no command frob" in r.stderr
    assert "stdin:8:1: error: this if has no end" in r.stderr
    assert r.returncode == 1


def test_sourced_files_lie_beside_the_script(client, tmp_path):
    (tmp_path / "lib").mkdir()
    script(tmp_path / "lib", "source more.smoke deep\n", "first.smoke")
    script(tmp_path / "lib", "function say what\n  echo $what\nend\nsay $1\n", "more.smoke")
    path = script(tmp_path, "source lib/first.smoke\nsay \"two words\"\nsource none\n")
    r = client.run("--script", str(path))
    assert r.stdout == "deep\ntwo words\n"
    assert f"{path}:3:8: error: cannot read {tmp_path}/none: No such file" in r.stderr


@pytest.mark.parametrize("args, words", [
    (["--set", "x"], "not NAME=VALUE"), (["--set", "1=2"], "not NAME=VALUE"),
    (["--limit", "soon"], "not a number of seconds"),
])
def test_wrong_parameters(client, args, words):
    r = client.run(*args)
    assert words in r.stderr and r.returncode == 64


def image():
    found = sorted((TOP / "build").glob("x86_64-*/sel4mon.elf"), key=lambda p: p.stat().st_mtime)
    simulator = pathlib.Path(client_path()).parent / "sel4sim"
    return found[-1] if found and simulator.exists() else None


@pytest.mark.skipif(not image(), reason="no image for x86_64 is built")
def test_on_the_simulator(tmp_path):
    path = script(tmp_path, """
param most = 255
test "expressions are the target's"
    let n = 1
    while $n < 100 and $n != 0
        let n = $n * 3
    end
    assert $n == 243
end
test "errors have fields"
    new tcb t
    cleanup
        delete t
    end
    try tcb.setpriority t 1 300
    assert $error == RangeError and $max == $most
end
test "the configuration is known"
    skip unless $version.arch == "x86_64"
    if $version.word_bits == 64 and $bootinfo.nodes >= 1
        echo known
    end
end
test "the column is that of the script"
    var name = "nope"
    assert 1 == 1 and $most != $nope
end
test "what was there is gone again"
    leaks
    assert $objects == 0
end
""")
    r = subprocess.run([client_path(), "--sim", image(), "--script", path], capture_output=True,
                       text=True, timeout=60, stdin=subprocess.DEVNULL)
    told = [line for line in r.stdout.splitlines() if line.startswith("test ")]
    assert [line.rpartition(": ")[2] for line in told] == \
        ["passed", "passed", "passed", "failed", "passed"]
    assert f"{path}:26:32: error: there is no $nope" in r.stderr
    assert "    assert 1 == 1 and $most != $nope\n" + " " * 31 + "^\n" in r.stderr
    assert r.returncode == 1
