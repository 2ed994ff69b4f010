# SPDX-License-Identifier: BSD-2-Clause
"""The shell's own commands over threads, typed at a raw line, and the shell beside gdb."""

import re
import subprocess

import pytest

from monitor_server import MonitorBoard


def symbol(board, name):
    text = subprocess.run(["readelf", "-sW", board.elf], capture_output=True, text=True,
                          check=True).stdout
    return next(int(row.split()[1], 16) for row in text.splitlines()
                if row.split()[-1:] == [name])


def places(said):
    """Where the thread was after each step."""
    return re.findall(r"gdbprog\.1 is at (0x[0-9a-f]+)", said)


def test_steps_and_breakpoints(monitor):
    board = monitor.board
    work, add = symbol(board, "work"), symbol(board, "add")
    said = board.commands([
        "threads", f"until gdbprog {work}", "next gdbprog 3", f"break gdbprog {add}",
        "continue gdbprog", "break", "backtrace gdbprog", "step gdbprog 5", "break delete all",
        "detach gdbprog"])
    assert re.search(r"gdbprog\.1 +gdbprog +new", said), said
    assert f"gdbprog.1 is at {work:#x}" in said
    assert f"gdbprog.1 is at breakpoint 2, {add:#x}" in said
    assert re.search(rf"2  gdbprog +break +{add:#x} +- +1 ", said), said
    assert "by frame pointers" in said
    assert re.search(r"gdbprog +1 +ended .* 3\r", board.commands(["wait gdbprog"]))


def test_registers_and_memory(monitor):
    board = monitor.board
    fp = {"x86_64": "mxcsr", "aarch64": "fpcr", "riscv64": "fcsr"}[monitor.arch]
    value = {"x86_64": 0x1f81, "aarch64": 0x400000, "riscv64": 0x20}[monitor.arch]
    counter = symbol(board, "counter")
    said = board.commands([
        f"until gdbprog {symbol(board, 'work')}", "regs gdbprog", f"regs gdbprog {fp}={value}",
        "regs gdbprog fp", "regs gdbprog nothing=1", f"examine gdbprog {counter} size=4",
        "examine gdbprog 16", "regs gdbprog"])
    assert re.search(rf"{fp} +{value:#x}", said), said
    assert "there is no register 'nothing'" in said
    assert "there is no memory at 0x10" in said
    # What runs in the thread for the floating-point registers leaves no trace.
    general = re.findall(r"regs gdbprog\r\n(.*?)sel4mon", said, re.S)
    assert len(general) == 2 and general[0] == general[1], general


def test_conditions_and_watchpoints(monitor):
    board = monitor.board
    tick, watched = symbol(board, "tick"), symbol(board, "watched")
    argument = {"x86_64": "rdi", "aarch64": "x0", "riscv64": "a0"}[monitor.arch]
    said = board.commands([
        f"watch gdbprog {watched}", "continue gdbprog", "continue gdbprog", "watch",
        "watch delete 1", f'break gdbprog {tick} if="${argument} == 20"', "continue gdbprog",
        "regs gdbprog"])
    assert re.search(r"after watchpoint 1: 0x0 became 0x1\r", said), said
    assert re.search(r"after watchpoint 1: 0x1 became 0x7\r", said), said
    assert f"gdbprog.1 is at breakpoint 2, {tick:#x}" in said
    assert re.search(rf"{argument} +0x14\r", said), said


@pytest.mark.parametrize("kind", [0, 1], ids=["write", "jump"])
def test_a_fault_in_words(monitor, kind):
    board = monitor.board
    said = board.commands([
        f"until gdbprog {symbol(board, 'crash')}",
        "regs gdbprog " + {"x86_64": "rdi", "aarch64": "x0", "riscv64": "a0"}[monitor.arch]
        + ("=1", "=3")[kind], "continue gdbprog wait", "fault gdbprog", "threads"])
    told = ("tried to write 0x10, where nothing is mapped",
            "0x77777770, where nothing is mapped")[kind]
    assert told in said, said
    assert re.search(r"gdbprog\.1 +gdbprog +fault", said), said
    assert re.search(r"cause +VMFault", said), said


def test_one_debugger_at_a_time(monitor):
    monitor.board.commands([f"break gdbprog {symbol(monitor.board, 'add')}"])
    monitor.gdb("""
        assert gdb.selected_inferior().pid == 0
        assert 'failed' in fails('attach 1')
        assert 'shell' in run('monitor threads')
    """, remote="extended-remote")


def test_the_shell_while_gdb_has_it(monitor):
    monitor.gdb("""
        assert 'sel4mon' in run('monitor version')
        assert 'gdb' in run('monitor threads')
        fails('monitor step gdbprog')
        fails('monitor nonsense')
    """)


STEPS = 700  # from main on: text by system calls, calls, recursion, floating point


def stepped(board, way):
    """A repeated string instruction counts once: the kernel stops in the middle of it."""
    said = board.commands([f"until gdbprog {symbol(board, 'main')}",
                           *[f"step gdbprog 1 {way}"] * STEPS])
    seen = places(said)
    assert len(seen) == STEPS + 1, said[-1000:]
    return once(seen)


def once(seen):
    return [pc for pc, before in zip(seen, [None, *seen]) if pc != before]


def test_ways_of_stepping_agree(monitor_of):
    """The kernel's own steps and breakpoints planted ahead, instruction by instruction. Without the
    kernel's, the second run is only as good as the first: the next test is for those."""
    by_kernel = stepped(monitor_of("gdbprog").board, "any")
    assert stepped(monitor_of("gdbprog").board, "software")[:len(by_kernel)] == by_kernel
    assert len(set(by_kernel)) > 150


def test_steps_are_what_runs(monitor_of, tmp_path):
    """What QEMU writes down of the program that nobody debugs is the same as what is stepped."""
    monitor = monitor_of("gdbprog")
    if not monitor.prefix:
        pytest.skip("only QEMU writes down what it runs; test_gdb_nextpc is for the simulator")
    steps = stepped(monitor.board, "software")
    log = tmp_path / "log"
    first = symbol(monitor.board, "main")
    page = first & ~0xfff
    board = MonitorBoard(monitor.arch, monitor.prefix, extra=(
        "-singlestep", "-d", "exec,nochain", "-dfilter", f"{first & ~0xfff:#x}+0x8000", "-D", str(log)))
    try:
        board.commands(["start gdbprog", "wait gdbprog"])
    finally:
        board.end()
    ran = [int(text, 16) for text in
           re.findall(r"^Trace \d+: 0x[0-9a-f]+ \[[0-9a-f]+/([0-9a-f]+)/", log.read_text(), re.M)]
    ran = ran[ran.index(first):]
    assert once([f"{pc:#x}" for pc in ran])[:len(steps)] == steps
