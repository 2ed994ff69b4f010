# SPDX-License-Identifier: BSD-2-Clause
"""gdb on the monitor: components that come and go, several at once, and every way to fault."""

import socket
import time

import pytest

from monitor_server import connect


def test_two_components(monitor_of):
    monitor_of("gdbprog", "gdbtwin").gdb("""
        first = gdb.selected_inferior().num
        run('clone-inferior')
        second = gdb.inferiors()[-1].num
        run(f'inferior {second}')
        run('attach 2')
        run('set schedule-multiple on')
        assert sorted(i.pid for i in gdb.inferiors()) == [1, 2]
        run('break add')
        # gdb 13 takes the first stop of the one that it connected to for a part of connecting, and
        # waits on, unless it was told to go on while that one was selected (so with gdbserver).
        run(f'inferior {first}')
        seen = set()
        for _ in range(2):
            assert go() == 'breakpoint'
            seen.add(gdb.selected_inferior().pid)
        assert seen == {1, 2}, seen
        assert '"gdbprog"' in run('info threads') and '"gdbtwin"' in run('info threads')
        # Memory, registers and breakpoints are each one's own.
        run(f'inferior {first}')
        run('set var counter = 77')
        run(f'inferior {second}')
        assert number('counter') != 77
        run('kill')
        assert gdb.selected_inferior().pid == 0
        run(f'inferior {first}')
        run('delete')
        run(f"tbreak {at('end')}")
        assert go() == 'breakpoint' and number('watched') > 7
        assert 'gdbtwin' not in run('monitor components')
        assert go() == 'exited 3'
    """, remote="extended-remote")


def test_run_kill_and_run(monitor):
    monitor.gdb("""
        run('break work')
        for n in range(3):
            assert go('run') == 'breakpoint' and number('counter') == 0
            run('kill')
            assert gdb.selected_inferior().pid == 0
            assert 'gdbprog' not in run('monitor components')
            leaked = run('monitor leaks')
            assert leaked.split()[:2] == ['leaked', '0'], leaked
        run('delete')
        for n in range(2):
            assert go('run') == 'exited 3'
    """, remote="extended-remote")


def test_threads_come_and_go(monitor):
    monitor.gdb("""
        names = lambda: sorted(t.name for t in gdb.selected_inferior().threads())
        run(f"tbreak {at('threads')}")
        run('continue')
        assert names() == ['gdbprog']
        run('set var thread_count = 4')
        run('break component_thread_end')
        counts = []
        for _ in range(4):
            assert go() == 'breakpoint'
            run('info threads')
            counts.append(len(names()))
        assert counts[0] == 5 and sorted(counts, reverse=True) == counts and counts[3] < 5, counts
        run('delete')
        run(f"tbreak {at('crash')}")
        assert go() == 'breakpoint'
        run('info threads')
        assert names() == ['gdbprog'], names()
        assert 'worker' not in run('monitor threads')
    """)


def test_watch_an_atomic_counter(monitor):
    """A watchpoint that stops before the store makes a store-exclusive fail: its loop has to end
    nevertheless."""
    monitor.gdb("""
        run(f"tbreak {at('threads')}")
        run('continue')
        run('watch threads_done')
        for n in (1, 2):
            assert go() == 'watchpoint' and number('threads_done') == n
        run('delete')
        assert go() == 'exited 3'
    """)


@pytest.mark.parametrize("told", [True, False], ids=["detach", "disconnect"])
def test_gdb_leaves(monitor, told):
    """With a breakpoint where the program comes again and again. On a bare line nobody sees a debugger
    that only breaks off: its components stand until the next one comes."""
    monitor.gdb(f"""
        run('tbreak crash')
        run('set var spin_forever = 1')
        run('continue')
        run('set breakpoint always-inserted on')
        run(f"break {{at('spinning')}}")
        assert go() == 'breakpoint' and number('counter') == 9999
        run('stepi')
        run('{"detach" if told else "disconnect"}')
    """)
    if not told:
        with socket.create_connection(("127.0.0.1", monitor.port)) as line:
            line.sendall(b"+$qSupported:multiprocess+#c6+$Z0,40")
    time.sleep(0.2)
    monitor.gdb(f"""
        assert number('counter') > 9999 or not {told}
        assert 'matched' in run('compare-sections .text')
        run('set var spin_forever = 0')
        assert go() == 'exited 3'
    """)


def test_the_shell_is_busy(monitor):
    board = monitor.board
    board.commands(["new endpoint ep"])
    with connect(board.port) as line:
        line.sendall(b"call Recv ep\r")
        time.sleep(0.3)
    text = monitor.gdb("""
        try:
            gdb.execute('monitor version')
        except gdb.error as error:
            print('refused:', error)
        run('break work')
        assert go() == 'breakpoint'
        run('detach')
    """)
    assert "the shell runs another command" in text and "refused:" in text, text


SIGNALS = {
    "null-read": "SIGSEGV", "null-write": "SIGSEGV", "null-jump": "SIGSEGV", "far-read": "SIGSEGV",
    "far-jump": "SIGSEGV", "code-write": "SIGSEGV", "data-jump": "SIGSEGV",
    "stack-overflow": "SIGSEGV", "no-capability": "SIGSYS", "syscall": "SIGSYS",
    "undefined": "SIGILL", "privileged": "SIGILL", "breakpoint": "stop",  # SIGTRAP has no event
}


def test_each_kind_of_crash(monitor_of):
    monitor = monitor_of("crasher")
    monitor.program = "crasher"
    signals = dict(SIGNALS)
    if monitor.arch == "x86_64":
        signals["privileged"] = "SIGSEGV"  # what Linux gives, too
    monitor.elf = monitor.board.elf.with_name("crasher.elf")
    monitor.gdb(f"""
        run('set remote exec-file crasher')
        for kind, signal in {signals!r}.items():
            run('set args ' + kind)
            got = go('run')
            assert got == signal, (kind, got)
            if kind.endswith('jump') and kind != 'data-jump':
                assert pc() == (0 if kind[0] == 'n' else 0x3f00000000), (kind, hex(pc()))
            elif kind in ('null-read', 'code-write', 'stack-overflow'):
                assert gdb.selected_frame().name() in (kind.replace('-', '_'), 'descend')
    """, remote="extended-remote", load=True)


# An instruction that faults, and the register that it needs.
CODE = {
    "x86_64": ("f7f1", "rcx", "0", "SIGFPE"),             # div %ecx
    "aarch64": ("207c5f88", "x1", "&buffer[1]", "SIGBUS"),  # ldxr w0, [x1]
    "riscv64": ("2fa5b500", "a1", "&buffer[1]", "SIGBUS"),  # amoadd.w a0, a1, (a1)
}


def test_a_fault_of_written_code(monitor):
    code, register, value, signal = CODE[monitor.arch]
    monitor.gdb(f"""
        run(f"tbreak {{at('step here')}}")
        run('continue')
        run('set var ${register} = {value}')
        gdb.selected_inferior().write_memory(pc(), bytes.fromhex('{code}'))
        at = pc()
        assert (go(), pc()) == ('{signal}', at)
    """)
