# SPDX-License-Identifier: BSD-2-Clause
"""Ctrl-C in gdb, at any time: while the component runs, between the steps of a command that makes
many, while a condition does not hold."""

import time

import pytest

from at_prompt import GDB, at_gdb
from monitor_server import TOP

SECONDS = 2  # at most, from Ctrl-C to the prompt

# In `while (spin_forever) counter++;`: what gdb is told before, and the command that never ends.
ENDLESS = {
    "continue": ("", "continue"),
    "stepi": ("", "stepi 1000000"),
    "step": ("", "step 1000000"),
    "next": ("", "next 1000000"),
    "until": ("", "until end"),
    "condition": ("break spinning if counter == -5", "continue"),
    "condition-of-gdb": ('break spinning if $_streq("a", "b")', "continue"),
    "ignored": ("ignore 2 1000000", "continue"),
    "watch": ("watch thread_count if counter == -5", "continue"),
    "watch-by-steps": ("watch counter if counter == -5", "continue"),
}


def place(mark):
    lines = (TOP / "tests/gdb/program/program.c").read_text().splitlines()
    return f"program.c:{next(i + 1 for i, text in enumerate(lines) if f'/* {mark} */' in text)}"


@pytest.fixture
def spinning(beside):
    _, gdb = beside("gdbprog")
    at_gdb(gdb, f"tbreak {place('spinning')}", "breakpoint 1")
    at_gdb(gdb, "tbreak main", "breakpoint 2")
    at_gdb(gdb, "continue", "Temporary breakpoint 2, ")
    at_gdb(gdb, "set var spin_forever = 1")
    at_gdb(gdb, "continue", "Temporary breakpoint 1, ")
    return gdb


def test_stops_at_once(spinning):
    for name, (before, command) in ENDLESS.items():
        for wait in (0.2, 0.31):
            at_gdb(spinning, "delete")
            if before.startswith("ignore"):
                at_gdb(spinning, f"break {place('spinning')}")
                before = "ignore $bpnum 1000000"
            for word in ("spinning", "end"):
                before = before.replace(word + " if", place(word) + " if")
                command = command.replace(f" {word}", f" {place(word)}")
            if before:
                at_gdb(spinning, before)
            spinning.sendline(command)
            time.sleep(wait)
            started = time.monotonic()
            spinning.sendintr()
            spinning.expect(r"received signal SIGINT|\^CQuit")
            spinning.expect_exact(GDB)
            took = time.monotonic() - started
            print(f"{name}: {took:.2f} s")
            assert took < SECONDS, (name, took)
    # All of it is there as before.
    at_gdb(spinning, "delete")
    at_gdb(spinning, "set var spin_forever = 0")
    at_gdb(spinning, "continue", "exited with code 03")
