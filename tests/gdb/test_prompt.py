# SPDX-License-Identifier: BSD-2-Clause
"""The ways to a debugger that the client has, in a pseudo-terminal: gdb started with the client or
from its prompt, a port beside the prompt, a second line. And what the client knows by the files'
symbols with no gdb: names, source lines, instructions, callers."""

import re
import subprocess

import pexpect

from at_prompt import PROMPT, ask, of_board, quit_gdb
from monitor_server import TOP, build, client_argv

ARGUMENT = {"x86_64": "rdi", "aarch64": "x0", "riscv64": "a0"}
RETURN = {"x86_64": "ret", "aarch64": "ret", "riscv64": "ret"}


def test_a_breakpoint_within_two_commands(board, terminal):
    """The README's way: scripts/run, then `start`."""
    child = terminal(TOP / "scripts/run", *of_board(board), "--gdb", "counter")
    child.expect_exact("(gdb) ")
    said = ask(child, "start", r"Temporary breakpoint 1, (\S+ in )?main \(", "(gdb) ")
    assert "counter.c:" in said
    ask(child, "next", r"\n\d+\s", "(gdb) ")
    ask(child, "monitor threads", r"counter\.1 +counter +stopped", "(gdb) ")
    quit_gdb(child)
    child.expect(pexpect.EOF)
    child.wait()
    assert child.exitstatus == 0


def test_gdb_from_the_prompt_and_back(board, terminal):
    child = terminal(*client_argv(*board, names=("gdbprog", "hello")))
    child.expect_exact(PROMPT)
    ask(child, "load hello", "hello +1 +loaded")
    ask(child, "load gdbprog", "gdbprog +2 +loaded")
    # On the one that was asked for, though another came first.
    child.sendline("gdb gdbprog")
    child.expect_exact("(gdb) ")
    ask(child, "tbreak work", "Temporary breakpoint", "(gdb) ")
    ask(child, "continue", "Temporary breakpoint 1.*, work ", "(gdb) ")
    ask(child, "info inferiors", r"\* 2 +process 2", "(gdb) ")
    quit_gdb(child)
    child.expect_exact(PROMPT)
    # The shell is there again, and both go on to their ends.
    ask(child, "wait gdbprog", "gdbprog +2 +ended")
    ask(child, "gdb nothing", "there is no component 'nothing'")
    # A second time, and one that gdb loads.
    child.sendline("gdb hello")
    child.expect_exact("(gdb) ")
    child.sendline("start")
    assert child.expect(["Temporary breakpoint 1.*, main ", r"from the beginning\? \(y or n\)"]) == 0
    child.expect_exact("(gdb) ")
    quit_gdb(child)
    child.expect_exact(PROMPT)
    ask(child, "1 + 1", "0x2")


def test_ctrl_c_is_gdbs(board, terminal):
    child = terminal(*client_argv(*board))
    child.expect_exact(PROMPT)
    child.sendline("gdb gdbprog")
    child.expect_exact("(gdb) ")
    ask(child, "start", "Temporary breakpoint 1, main", "(gdb) ")
    ask(child, "set var spin_forever = 1", "", "(gdb) ")
    ask(child, f"tbreak program.c:{line_of('crash */')}", "Temporary", "(gdb) ")
    ask(child, "continue", "Temporary breakpoint 2, ", "(gdb) ")
    child.sendline("continue")
    child.expect_exact("Continuing.")
    child.expect(pexpect.TIMEOUT, timeout=0.5)
    child.sendintr()
    child.expect("received signal SIGINT")
    child.expect_exact("(gdb) ")
    quit_gdb(child)
    child.expect_exact(PROMPT)
    ask(child, "kill gdbprog", "gdbprog")


def line_of(mark):
    lines = (TOP / "tests/gdb/program/program.c").read_text().splitlines()
    return next(i + 1 for i, text in enumerate(lines) if mark in text)


def test_a_port_beside_the_prompt(board, terminal):
    child = terminal(*client_argv(*board, options=["--gdb-port", "0"]))
    child.expect(r"GDB port (\d+)")
    port = child.match[1]
    child.expect_exact(PROMPT)
    ask(child, "load gdbprog", "loaded")
    gdb = terminal("gdb-multiarch", "-nx", "-q", "-ex", f"target extended-remote :{port}")
    gdb.expect_exact("(gdb) ")
    ask(gdb, "tbreak work", "Temporary", "(gdb) ")
    ask(gdb, "continue", "Temporary breakpoint 1, work ", "(gdb) ")
    ask(child, "threads", r"gdbprog\.1 +gdbprog +stopped")  # the shell goes on
    ask(child, "gdb gdbprog", "another debugger is connected")
    gdb.sendline("detach")
    gdb.expect_exact("detached")
    gdb.close(force=True)
    ask(child, "wait gdbprog", "ended")


def test_a_line_of_its_own(board, terminal):
    arch, _ = board
    child = terminal(TOP / "scripts/run", *of_board(board), "--gdb-serial", "--component", "counter")
    if arch != "x86_64":
        child.expect("the machine of .* has one serial line")
        child.expect(pexpect.EOF)
        child.wait()
        assert child.exitstatus == 64
        return
    child.expect_exact(PROMPT)
    ask(child, "gdbline", "0x2f8")
    child.sendline("gdb counter")
    child.expect_exact("(gdb) ")
    ask(child, "start", "Temporary breakpoint 1, main ", "(gdb) ")
    quit_gdb(child)
    child.expect_exact(PROMPT)
    ask(child, "1 + 1", "0x2")


def batch(board, *commands, options=()):
    argv = client_argv(*board, options=options)
    jobs = [word for command in commands for word in ("-c", command)]
    argv[1:1] = jobs
    done = subprocess.run(argv, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120,
                          cwd=TOP)
    return done.stdout, done.stderr


def test_gdb_wants_a_terminal(board):
    _, err = batch(board, "gdb gdbprog")
    assert "gdb wants a terminal" in err


def test_callers_by_call_frame_information(board):
    """Five calls deep in a function that calls itself; the names and lines of all."""
    argument = ARGUMENT[board[0]]
    out, err = batch(board, "load gdbprog", f'break gdbprog:factorial if="${argument} == 1"',
                     "continue gdbprog wait", "backtrace gdbprog")
    frames = re.findall(r"^#\d+ +0x[0-9a-f]+  <(\w+)(?:\+0x[0-9a-f]+)?>  (\S+):(\d+)$", out, re.M)
    assert [name for name, _, _ in frames] == ["factorial"] * 5 + ["main"], (out, err)
    assert all(path.endswith("program.c") for _, path, _ in frames)
    recursion = line_of("return n * factorial(n - 1)")
    assert [int(number) for _, _, number in frames[1:5]] == [recursion] * 4
    assert int(frames[5][2]) == line_of("result += factorial(5)")


def test_source_lines(board):
    out, err = batch(board, "list gdbprog:add", "list gdbprog 0x10",
                     "list gdbprog:nothing", "list nobody:main")
    brace = line_of("int add(int a") + 1
    assert f">{brace:5}  {{\n {brace + 1:5}      return a + b; /* in add */\n" in out, out
    assert "no source line is known for 0x10" in err
    assert "gdbprog has no symbol nothing" in err, err


def test_instructions(board):
    out, err = batch(board, "disassemble gdbprog:add 20", "disassemble gdbprog 0x10",
                     "disassemble gdbprog:add 0")
    rows = re.findall(r"^(0x[0-9a-f]+)  (add(?:\+0x[0-9a-f]+)?) +(\S.*)$", out, re.M)
    assert len(rows) >= 5 and rows[0][1] == "add", (out, err)
    assert any(text.startswith(RETURN[board[0]]) for _, _, text in rows), rows
    addresses = [int(address, 16) for address, _, _ in rows]
    assert addresses == sorted(addresses)
    assert "gdbprog has no code at 0x10" in err and "COUNT goes from 1 to 10000" in err
    # The same instructions as binutils has, by their addresses.
    elf = build.image(*board).parent / "components/gdbprog.elf"
    tool = subprocess.run([f"{board[0]}-linux-gnu-objdump", "-d", "--disassemble=add", elf],
                          capture_output=True, text=True, check=True).stdout
    wanted = [int(address, 16) for address in re.findall(r"^ *([0-9a-f]+):\t", tool, re.M)]
    assert addresses[:len(wanted)] == wanted[:len(addresses)]


# The program counter, and the register of the caller's address at a function's first instruction.
PC = {"x86_64": "rip", "aarch64": "pc", "riscv64": "pc"}
LINK = {"x86_64": None, "aarch64": "x30", "riscv64": "ra"}


def test_addresses_by_symbols(board):
    """Registers, the stack, where a thread is, and faults; numbers that are none stay alone. JSON is
    the target's."""
    arch, _ = board
    out, err = batch(board, "load gdbprog", "break gdbprog:add", "continue gdbprog wait",
                     "regs gdbprog")
    entry = rf"add program\.c:{line_of('int add(int a') + 1}"
    assert re.search(rf"^gdbprog\.1 is at breakpoint \d+, 0x[0-9a-f]+  {entry}$", out, re.M), (out, err)
    assert re.search(rf"^{PC[arch]} +0x[0-9a-f]+  {entry}$", out, re.M), out
    caller = line_of("result += add(result, 2)")
    if LINK[arch]:
        assert re.search(rf"^{LINK[arch]} +0x[0-9a-f]+  main\+0x[0-9a-f]+ program\.c:{caller}$", out,
                         re.M), out
    assert re.search(rf"^{ARGUMENT[arch]} +0x[0-9a-f]+$", out, re.M), out
    as_json, _ = batch(board, "load gdbprog", "regs gdbprog", options=["--json"])
    assert '"register"' in as_json and "_start" not in as_json


def test_a_fault_by_symbols(board):
    argv = client_argv(*board, names=("crasher",))
    jobs = [word for command in ("start crasher null-read", "wait crasher", "fault crasher")
            for word in ("-c", command)]
    done = subprocess.run([argv[0], *jobs, *argv[1:]], capture_output=True, text=True, timeout=120,
                          stdin=subprocess.DEVNULL, cwd=TOP)
    notice = re.search(r"^\[crasher\] thread 1 .* by the instruction at (0x[0-9a-f]+)"
                       r"  (null_read\+0x[0-9a-f]+ crash\.c:\d+)$", done.stdout, re.M)
    assert notice, (done.stdout, done.stderr)
    if board[0] == "x86_64":  # whose caller is on the stack
        assert re.search(r"^ +0x\w+  \[0x\w+, 0x\w+\]  main\+0x\w+ crasher\.c:\d+$", done.stdout, re.M)
    assert re.search(rf"^pc +{notice[1]}  {re.escape(notice[2])}$", done.stdout, re.M), done.stdout
