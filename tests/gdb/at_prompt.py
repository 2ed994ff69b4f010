# SPDX-License-Identifier: BSD-2-Clause
"""At the prompts of client and gdb, in pseudo-terminals (the fixture `terminal`)."""

PROMPT = "sel4mon> "
GDB = "(gdb) "


def ask(child, text, answer, prompt=PROMPT):
    child.sendline(text)
    child.expect(answer)
    said = child.match.group(0)
    child.expect_exact(prompt)
    return said + child.before


def quit_gdb(child):
    child.sendline("quit")
    child.expect(r"Quit anyway\? \(y or n\) ")
    child.sendline("y")


def of_board(board):
    arch, prefix = board
    return ["--arch", arch, *(["--kernel", prefix] if prefix else [])]


def at_gdb(gdb, text, answer=""):
    return ask(gdb, text, answer, GDB)
