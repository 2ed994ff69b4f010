# SPDX-License-Identifier: BSD-2-Clause
"""The client without a prompt: -c, --script, --json, exit statuses, the kernel's text."""

import json

import pytest

from conftest import FAKE


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


def test_commands_run_in_order_also_after_a_failure(client):
    r = client.run("-c", "echo one", "-c", "fail", "-c", "echo two")
    assert r.stdout == "one\ntwo\n"
    assert r.stderr == "error: number: 7 is out of the range 0 to 3\n"
    assert r.returncode == 1


def test_status_is_zero_if_all_held(client):
    r = client.run("-c", "echo one", "-c", "count 2")
    assert (r.stdout, r.stderr, r.returncode) == ("one\n0  0\n1  1\n", "", 0)


def test_commands_and_scripts_keep_their_order(client, tmp_path):
    script = tmp_path / "s"
    script.write_text("echo two\n")
    r = client.run("-c", "echo one", "--script", str(script), "-c", "echo three")
    assert r.stdout.split() == ["one", "two", "three"]


def test_script_stops_at_its_first_failure_and_names_the_place(client, tmp_path):
    script = tmp_path / "bad.script"
    script.write_text("# a comment\n\necho one\n  fail now\necho two\n")
    r = client.run("--script", str(script))
    assert r.stdout == "one\n"
    assert r.stderr == (f"{script}:4:3: error: number: 7 is out of the range 0 to 3\n"
                        "  fail now\n  ^\n")
    assert r.returncode == 1


def test_a_failed_script_does_not_stop_the_next(client, tmp_path):
    script = tmp_path / "s"
    script.write_text("fail\necho never\n")
    r = client.run("--script", str(script), "-c", "echo after")
    assert (r.stdout, r.returncode) == ("after\n", 1)


def test_a_script_that_cannot_be_read(client, tmp_path):
    for path in (tmp_path / "none", tmp_path):
        r = client.run("--script", str(path))
        assert f"cannot read the script {path}: " in r.stderr
        assert r.returncode == 1


def test_a_tried_command_may_fail(client, tmp_path):
    script = tmp_path / "s"
    script.write_text("try fail\necho on\n")
    r = client.run("--script", str(script))
    assert r.stdout == "error: number: 7 is out of the range 0 to 3\non\n"
    assert (r.stderr, r.returncode) == ("", 0)


def test_json(client):
    r = client.run("--json", "-c", "count 2", "-c", "fail")
    assert lines(r.stdout) == [
        {"number": 0, "square": 0}, {"number": 1, "square": 1},
        {"input": "count 2", "status": "ok"},
        {"error": "RANGE", "text": "number: 7 is out of the range 0 to 3", "input": "fail"},
        {"input": "fail", "status": "failed"}]
    assert r.stderr == ""
    assert r.returncode == 1


def test_json_names_file_and_line(client, tmp_path):
    script = tmp_path / "s"
    script.write_text("\nfail\n")
    first, last = lines(client.run("--json", "--script", str(script)).stdout)
    assert (first["file"], first["line"]) == (last["file"], last["line"]) == (str(script), 2)


def test_standard_input_is_a_list_of_commands(client):
    r = client.run(input="echo one\nfail\necho two\n")
    assert r.stdout == "one\ntwo\n"
    assert "stdin:2:1: error: number: 7 " in r.stderr
    assert r.returncode == 1


def test_a_command_that_takes_too_long_is_interrupted(client):
    r = client.run("--timeout", "0.3", "-c", "slow 60", "-c", "echo after")
    assert "not done after 0.3 s; interrupted" in r.stderr
    assert (r.stdout, r.returncode) == ("after\n", 1)


def test_a_target_that_ignores_ctrl_c_is_lost(client):
    r = client.run("--timeout", "0.2", "-c", "hang", "-c", "echo never")
    assert "does not answer, not even to Ctrl-C" in r.stderr
    assert (r.stdout, r.returncode) == ("", 2)


def test_the_target_dies(client):
    r = client.run("-c", "die 7", "-c", "echo never")
    assert "the simulator ended with status 7" in r.stderr
    assert (r.stdout, r.returncode) == ("", 2)


def test_poweroff_at_the_end_is_no_loss(client):
    r = client.run("-c", "echo one", "-c", "poweroff 3")
    assert (r.stdout, r.stderr, r.returncode) == ("one\n", "", 0)
    r = client.run("-c", "fail", "-c", "poweroff")
    assert r.returncode == 1


def test_commands_after_poweroff_are_not_forgotten(client):
    r = client.run("-c", "poweroff", "-c", "echo never")
    assert "not run: the simulator ended with status 0" in r.stderr
    assert r.returncode == 2


def test_reset_waits_for_the_prompt(client):
    for wait in ("0.1", "4"):
        r = client.run("-c", "echo one", "-c", f"reset {wait}", "-c", "echo two")
        assert r.stdout.splitlines()[0] == "one" and r.stdout.splitlines()[-1] == "two"
        assert (r.stderr, r.returncode) == ("", 0)


def test_kernel_text_tears_nothing(client):
    r = client.run("--json", "-c", "kernel", "-c", "plain")
    records = lines(r.stdout)
    torn = [x for x in records if x.get("name") == "torn"]
    assert torn[:-1] == [{"name": "torn", "value": "0x1"}] * len(torn[:-1]) and len(torn) > 30
    assert torn[-1] == {"name": "torn", "value": "0x2"}
    marked = r.stderr.splitlines()
    assert all(line.startswith("kernel: ") for line in marked)
    assert sum("Attempted to invoke a null cap #7.>>" in line for line in marked) == len(torn)
    assert "\x1b" not in r.stderr
    assert marked.count("kernel: in thread 0xff80 \"x\" at address 0x40") == 2
    assert r.returncode == 0


def test_noise_is_survived(client):
    r = client.run("--json", "-c", "noise", "-c", "endless", "-c", "echo still", timeout=60)
    assert {"text": "still"} in lines(r.stdout)
    assert r.returncode == 0


def test_long_line_and_control_characters(client):
    r = client.run("-c", "echo " + "x" * 10000)
    assert r.stdout == "x" * 10000 + "\n"
    r = client.run("-c", "echo \x03", "-c", "echo after")
    assert "control character (0x03, character 6)" in r.stderr
    assert (r.stdout, r.returncode) == ("after\n", 1)


def test_several_lines_in_one_command(client):
    assert client.run("-c", "echo one\necho two").stdout == "one\ntwo\n"


def test_standard_error_of_the_target_is_passed_on(client):
    assert "fake: a word on standard error" in client.run("-c", "complain").stderr


def test_closed_standard_output_is_an_error(client):
    import subprocess
    with open("/dev/full", "w") as full:
        r = subprocess.run([client.path, "--sim", "/dev/null", "-c", "echo x"], env=client.env,
                           stdout=full, stdin=subprocess.DEVNULL, timeout=30)
    assert r.returncode == 1


@pytest.mark.parametrize("args, words", [
    ([], "which target?"),
    (["--sim"], "--sim needs an argument"),
    (["--sim", "a", "--tcp", "b:1"], "one target at a time"),
    (["--frob"], "--frob: unknown option"),
    (["-x"], "unknown option -x"),
    (["--sim", "a", "-c"], "-c needs a command"),
    (["--sim", "a", "--timeout", "soon"], "not a number of seconds"),
    (["--sim", "a", "--timeout", "-1"], "not a number of seconds"),
    (["--sim", "a", "bootinfo"], "bootinfo: what is this?"),
    (["--tcp", "localhost:1", "--", "x"], "takes no arguments after --"),
])
def test_wrong_usage(client, args, words):
    r = client.run(*args, target=())
    assert words in r.stderr and r.stdout == ""
    assert r.returncode == 64


def test_help_and_version(client):
    r = client.run("--help", target=())
    assert r.returncode == 0 and r.stderr == ""
    for word in ("--sim IMAGE", "--qemu", "--serial DEV[@BAUD]", "--tcp HOST:PORT", "--unix PATH",
                 "-c COMMAND", "--script FILE", "--json", "--timeout", "--no-history"):
        assert word in r.stdout
    assert client.run("--version", target=()).stdout.startswith("sel4mon ")


def test_boot_is_shown_when_asked(client):
    assert "boot: Booting all finished" in client.run("-v", "-c", "echo").stderr
    assert client.run("-c", "echo").stderr == ""


def test_the_command_is_the_target_for_qemu(client):
    r = client.run("-c", "echo hi", "--", str(FAKE), target=("--qemu",))
    assert (r.stdout, r.returncode) == ("hi\n", 0)
    r = client.run("-c", "echo hi", "--", "/no/such/qemu", target=("--qemu",))
    assert "/no/such/qemu was not found" in r.stderr
    assert r.returncode == 2
    r = client.run("-c", "echo hi", target=("--qemu",))
    assert "--qemu needs the command after --" in r.stderr
    assert r.returncode == 2


def test_what_the_monitor_says_at_its_start(client):
    r = client.run("-c", "echo x", "--", "--note", "Something is amiss.")
    assert (r.stdout, r.stderr) == ("x\n", "monitor: Something is amiss.\n")


def test_a_monitor_that_cannot_run_is_not_waited_for(client):
    r = client.run("--wait", "20", "-c", "echo x", "--", "--stop", timeout=15)
    assert "the monitor cannot run there" in r.stderr
    assert "is not the one that this image was built for" in r.stderr
    assert "(--kernel PREFIX)" in r.stderr
    assert r.returncode == 2
