# SPDX-License-Identifier: BSD-2-Clause
"""What an operator sees: the client on a pseudo-terminal, its screen read back."""

import os
import re
import signal
import time

import pexpect
import pyte
import pytest

from conftest import PROMPT


class Terminal:
    """A client at a terminal of 24 rows and 80 columns."""

    def __init__(self, client, *args, env=None):
        self.child = client.spawn(*args, env=env)
        self.screen = pyte.Screen(80, 24)
        self.stream = pyte.Stream(self.screen)

    def read(self, seconds=0.3):
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            try:
                self.stream.feed(self.child.read_nonblocking(65536, timeout=left))
            except (pexpect.TIMEOUT, pexpect.EOF):
                break
        return self.lines()

    def lines(self):
        return [line.rstrip() for line in self.screen.display]

    def wait(self, pattern, seconds=8):
        """Until a row of the screen fits; returns the rows."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if any(re.search(pattern, line) for line in self.read(0.1)):
                return self.lines()
        raise AssertionError(f"{pattern} is not on the screen:\n" + "\n".join(self.lines()))

    def type(self, text):
        self.child.send(text)

    def prompt(self):
        """Until the cursor is after a prompt with nothing typed."""
        for _ in range(80):
            self.read(0.1)
            if self.lines()[self.screen.cursor.y] == PROMPT.strip() and \
                    self.screen.cursor.x == len(PROMPT):
                return self.lines()
        raise AssertionError("no prompt:\n" + "\n".join(self.lines()))


@pytest.fixture
def terminal(client):
    open_ones = []

    def make(*args, **kwargs):
        open_ones.append(Terminal(client, *args, **kwargs))
        open_ones[-1].prompt()
        return open_ones[-1]
    yield make
    for one in open_ones:
        one.child.close(force=True)


def test_late_output_leaves_the_typed_line_whole(terminal):
    t = terminal()
    t.type("later\r")
    t.prompt()
    t.type("echo half a li")
    lines = t.wait("event")
    t.type("ne\r")
    lines = t.wait("^half a line$")
    at = lines.index("half a line")
    assert lines[at - 1] == PROMPT + "echo half a line"
    assert lines[at - 3:at - 1] == ["kernel: <<seL4(CPU 0) [x]: late>>", '{"event":"late"}']


def test_blocks_are_typed_in_lines_and_are_one_entry_of_the_history(terminal, tmp_path):
    t = terminal()
    t.type("for i = 1 to 2\recho turn $i\rend\r")
    lines = t.wait("^turn 2$")
    assert "......> echo turn $i" in lines and "turn 1" in lines
    t.prompt()
    t.type("\x04")
    t.read(1)
    assert (tmp_path / "state/sel4mon/history").read_text() == "for i = 1 to 2\x1fecho turn $i\x1fend\n"
    t = terminal()
    t.type("\x12turn")
    t.wait("reverse-i-search")
    t.type("\r")
    t.wait("^turn 2$")
    t.prompt()
    t.type("if 1\r")
    t.wait("......>")
    t.type("\x03")
    t.prompt()
    t.type("echo fine\r")
    t.wait("^fine$")


def test_long_output_is_paged(terminal):
    t = terminal()
    t.type("count 60\r")
    lines = t.wait("-- 39 more: blank a page, Enter a line, q no more --")
    assert lines[-3] == "20  400"
    t.type("\r")
    assert t.wait("-- 38 more")[-3] == "21  441"
    t.type(" ")
    assert t.wait("-- 16 more")[-3] == "43  1849"
    t.type("q")
    lines = t.prompt()
    assert not any("more" in line for line in lines) and "44  1936" not in lines
    t.type("count 60\r")
    t.wait("-- 39 more")
    t.type("\x03")
    t.prompt()
    t.type("count 3\r")
    t.wait("^2  4$")
    t.type("set pager off\r")
    t.prompt()
    t.type("count 60\r")
    t.wait("^59  3481$")
    t.prompt()


def test_paging_in_a_narrow_terminal(client):
    t = Terminal(client)
    t.child.setwinsize(24, 30)
    t.screen.resize(24, 30)
    t.prompt()
    t.type("count 60\r")
    t.wait("^-- [0-9]+ more: blank a page,")
    t.type("\r\r\rq")
    assert not any("more" in line for line in t.prompt())
    t.child.close(force=True)


def test_a_terminal_that_becomes_smaller_while_paging(terminal):
    t = terminal()
    t.type("count 60\r")
    t.wait("-- 39 more: blank a page")
    t.child.setwinsize(12, 30)
    t.screen.resize(12, 30)
    t.read(0.5)
    t.type(" ")
    lines = t.wait("^-- 29 more: blank a page,")
    assert not any("q no more" in line for line in lines)
    t.type("q")
    assert "ready" in t.prompt()[-1]


def test_a_pager_of_the_operators_own(terminal):
    t = terminal(env={"PAGER": "sed -e 's/^/paged: /' | tail -2"})
    t.type("set pager program\r")
    t.prompt()
    t.type("count 3\r")
    assert "paged: 2  4" not in t.prompt()
    t.type("count 60\r")
    t.wait("^paged: 59  3481$")
    t.type("set pager sideways\r")
    t.wait("pager is off, on, or program")


def test_the_log_has_all_with_the_time(terminal, tmp_path):
    t = terminal()
    log = tmp_path / "a log"
    t.type(f"log '{log}'\r")
    t.prompt()
    t.type("echo hello\r")
    t.prompt()
    t.type("fail\r")
    t.prompt()
    t.type("plain\r")
    t.prompt()
    t.type("log off\r")
    t.prompt()
    t.type("echo gone\r")
    t.prompt()
    lines = log.read_text().splitlines()
    stamp = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} ")
    assert all(stamp.match(line) for line in lines)
    texts = [stamp.sub("", line) for line in lines]
    assert texts[:4] == ["> echo hello", "hello", "> fail", "error: number: 7 is out of the range 0 to 3"]
    assert "kernel: in thread 0xff80 \"x\" at address 0x40" in texts and "gone" not in texts
    assert texts[-1] == "> log off"


def test_a_full_disk_ends_the_log_and_not_the_session(terminal):
    t = terminal()
    t.type("log /dev/full\r")
    t.prompt()
    t.type("echo hello\r")
    lines = t.wait("cannot be written any more: No space left on device")
    assert sum("cannot be written" in line for line in lines) == 1
    t.wait("^hello$")
    t.prompt()
    t.type("log\r")
    t.wait("nothing is logged")
    t.type("log /no/such/file\r")
    t.wait("cannot log to /no/such/file: No such file")


def test_aliases_and_the_file_of_first_commands(terminal, tmp_path):
    config = tmp_path / "config/sel4mon"
    config.mkdir(parents=True)
    (config / "config").write_text("alias e = echo from\nfunction greet who\n  echo hello $who\nend\n"
                                   "alias oops\nalias g = greet\n")
    t = terminal(env={"XDG_CONFIG_HOME": str(tmp_path / "config")})
    assert any(f"{config}/config:5:1: error: alias wants NAME = TEXT" in line for line in t.lines()) or \
        any("alias wants NAME = TEXT" in line for line in t.lines())
    t.type("e here\r")
    t.wait("^from here$")
    t.type("g world\r")
    t.wait("^hello world$")
    t.type("alias\r")
    assert "alias e = echo from" in t.wait("^alias g = greet$")
    t.type("unalias e\r")
    t.prompt()
    t.type("e here\r")
    t.wait("there is no command e")


def test_source_and_completion_of_files(terminal, tmp_path):
    (tmp_path / "a_script.smoke").write_text("echo sourced $1\n")
    t = terminal()
    t.type(f"source {tmp_path}/a_scr\t")
    t.wait("_script.smoke$")
    t.type("arg\r")
    t.wait("^sourced arg$")
    t.type("unal\t")
    t.wait("unalias $|unalias")
    t.type("\x15sou\t")
    t.wait("source")


@pytest.mark.parametrize("typed, whole", [("untypeds --", "untypeds --map"), ("graph th", "graph threads"),
                                          ("set pa", "set pager"), ("set sta", "set status")])
def test_completion_of_the_clients_own_words(terminal, typed, whole):
    t = terminal()
    t.type(typed + "\t")
    t.wait(f"^sel4mon> {whole}$")


def test_other_programs(terminal):
    t = terminal()
    t.type("!echo to $SEL4MON_DEVICE and $SEL4MON_TARGET\r")
    t.wait("^to /dev/null and the simulator$")
    t.prompt()
    t.type("!exit 3\r")
    t.wait("ended with status 3")
    t.prompt()
    t.type("run printf 'echo by another\\r' >&3; read x <&3; read y <&3; echo \"got $y\"\r")
    t.wait("^got by another")
    t.prompt()
    t.type("echo fine\r")
    t.wait("^fine$")


def test_ctrl_c_is_the_other_programs(terminal):
    t = terminal()
    t.type("!sleep 60\r")
    t.read(0.7)
    t.type("\x03")
    t.wait("ended by signal 2")
    t.prompt()


def status(t):
    return t.lines()[-1]


def test_the_last_row_tells_what_runs(terminal):
    t = terminal()
    assert re.match(" ready +the simulator$", status(t))
    t.type("slow 3.4\r")
    t.wait("^ slow 3.4 runs for 1 s; Ctrl-C ends it +the simulator$")
    t.wait("^ slow 3.4 runs for 2 s")
    t.prompt()
    t.wait("^ ready +the simulator$")
    t.type("count 20\r")
    t.prompt()
    t.type("count 20\r")
    lines = t.prompt()
    assert lines[-2] == PROMPT.strip() and lines[-3] == "19  361" and "ready" in lines[-1]
    assert sum("ready" in line for line in lines) == 1
    t.type("\x0c")
    lines = t.prompt()
    assert lines[0] == PROMPT.strip() and "ready" in lines[-1]


def test_the_last_row_tells_components_also_while_a_line_is_typed(terminal):
    t = terminal()
    t.type("start hello\r")
    t.wait(r"^ ready \| hello runs, other stopped +the simulator$")
    t.prompt()
    t.type("stopping\r")
    t.prompt()
    t.type("echo half a li")
    t.wait(r"^ ready \| hello stopped, other stopped")
    assert t.lines()[t.screen.cursor.y] == PROMPT + "echo half a li"
    t.type("ne\r")
    t.wait("^half a line$")


def scrolls_whole(t):
    margins = t.screen.margins
    return margins is None or (margins.top, margins.bottom) == (0, t.screen.lines - 1)


def test_the_last_row_is_given_back(terminal, client, tmp_path):
    t = terminal()
    assert t.screen.margins.bottom == 22
    t.type("!stty size\r")
    t.wait("^24 80$")
    t.prompt()
    t.wait("^ ready")
    t.type("set status off\r")
    t.prompt()
    assert not any("ready" in line for line in t.lines()) and scrolls_whole(t)
    t.type("slow 2.4\r")
    t.wait(r"^\[slow 2.4 runs for 1 s; Ctrl-C ends it\]$")
    t.prompt()
    assert not any("runs for" in line for line in t.lines())
    t.type("start hello\r")
    t.wait("^sel4mon: hello runs, other stopped$")
    t.type("set status on\r")
    t.wait("^ ready")
    t.screen.resize(12, 60)
    t.child.setwinsize(12, 60)
    t.wait("^ ready .*hello runs.*the simulator$")
    assert t.screen.margins.bottom == 10 and "ready" in status(t)
    t.prompt()
    t.type("\x04")
    t.read(1)
    assert scrolls_whole(t) and not any("ready" in line for line in t.lines())


def test_the_last_row_is_given_back_by_a_client_that_dies(terminal):
    for number in (signal.SIGTERM, signal.SIGABRT):
        t = terminal()
        os.kill(t.child.pid, number)
        t.read(1)
        assert scrolls_whole(t) and not any("ready" in line for line in t.lines())


def test_how_far_a_loop_is(terminal):
    t = terminal()
    t.type("for i = 1 to 40\rslow 0.1\rend\r")
    t.wait(r"^ for i \[#+[.]+\] \d+ of 40 turns, \d+ turns/s, \d s left")
    t.prompt()


def test_help_names_the_clients_own_commands(terminal):
    t = terminal()
    t.type("help log\r")
    lines = t.wait("^log \\[FILE . off\\]$")
    assert "Keep all that is typed and shown in a file, with the time" in lines
    t.prompt()
    t.type("help\r")
    t.prompt()
    assert max(len(line) for line in t.lines() if line.startswith("  ")) < 80, t.lines()
    assert any(re.match(r" +load FILE.yaml\|FILE.elf +Send a component", line) for line in t.lines())
    assert any(re.match(r" +upload +Send a file", line) for line in t.lines())
    t.type("help load\r")
    lines = t.prompt()
    assert lines.index("Of the client:") < lines.index("load FILE.yaml|FILE.elf")


def test_no_colour_where_it_is_not_wanted(client, tmp_path):
    for env, colour in (({"NO_COLOR": ""}, True), ({"NO_COLOR": "1"}, False),
                        ({"NO_COLOR": "", "TERM": "dumb"}, False)):
        child = client.spawn(env=env)
        child.expect(PROMPT)
        child.send("fail\r")
        child.expect("error:.*range")
        assert ("\x1b[31m" in child.before + child.after) == colour
        child.close(force=True)
    r = client.run("-c", "fail", env={"NO_COLOR": ""})
    assert "\x1b" not in r.stderr
