# SPDX-License-Identifier: BSD-2-Clause
"""gdb-multiarch against the stub: what people do with a debugger, on each architecture, with steps
and breakpoints of the machine's own and without."""

import os
import socket
import time

import pexpect
import pytest

from figures import check_figures


def test_break_step_finish(server):
    server.gdb("""
        assert 'in _start' in run('info symbol $pc') or '_start' in run('info symbol $pc')
        run(f"break {at('in add')}")
        run('continue')
        assert here() == line('in add') and number('b') == 2
        run('finish')
        assert number('$') == 10761672 + 2
        run('delete')
        run('tbreak factorial')
        run('continue')
        run(f"break {at('deepest')}")
        run('continue')
        assert [f for f in run('backtrace').splitlines()].__len__() == 6, run('backtrace')
        run('delete')
        run('up 4')
        run('finish')
        assert number('$') == 120
    """)


def test_next_and_step_follow_the_source(server):
    server.gdb("""
        run(f"tbreak {at('step here')}")
        run('continue')
        run('next')
        assert here() == line('step here') + 1
        run('step')
        assert gdb.selected_frame().name() == 'add'
        run('finish')
        assert gdb.selected_frame().name() == 'main'
        before = pc()
        run('stepi')
        assert pc() != before
    """)


def test_watch(server):
    server.gdb("""
        run(f"tbreak {at('watch from here')}")
        run('continue')
        run('watch watched')
        values = []
        for _ in range(2):
            assert go() == 'watchpoint'
            values.append(number('watched'))
        assert values == [1, 7], values
        assert here() in range(line('changes'), line('changes') + 3)
    """)


def test_read_watch_needs_hardware(server):
    server.gdb(f"""
        run(f"tbreak {{at('watch from here')}}")
        run('continue')
        if {server.way!r} == 'hardware':
            run('rwatch threads_done')
            assert go() == 'watchpoint'
        else:
            run('rwatch threads_done')
            fails('continue')
    """)


def test_hardware_breakpoint(server):
    server.gdb(f"""
        run('hbreak tick')
        if {server.way!r} == 'hardware':
            run('continue')
            assert gdb.selected_frame().name() == 'tick'
            run('continue')
            assert number('i') == 1
        else:
            fails('continue')
    """)


def test_condition_and_commands_on_the_target(server):
    """10,000 hits that do not hold, and the print of some that do. Both at one place would be gdb's own
    affair: it sends no commands for a place where a breakpoint is, too."""
    text = server.gdb("""
        run('set breakpoint always-inserted on')
        run('set dprintf-style agent')
        run('dprintf factorial, "factorial %d %x|\\\\n", n, n + 9')
        run('condition 1 n < 4')
        run('break tick if i == 9999')
        stats()
        print(run('continue'))
        packets = stats()[0]
        assert number('i') == 9999
        assert packets <= 10, packets
        assert 'breakpoint already hit 1 time' in run('info breakpoints 2')
    """)
    assert [line for line in text.splitlines() if line.startswith("factorial")] == \
        ["factorial 3 c|", "factorial 2 b|", "factorial 1 a|"]


def test_call_a_function(server):
    server.gdb("""
        run(f"tbreak {at('step here')}")
        run('continue')
        before = run('info registers')
        assert number('factorial(6)') == 720
        assert number('add(40, 2)') == 42
        assert run('info registers') == before
    """)


def test_floating_point(server):
    server.gdb(f"""
        run(f"tbreak {{at('in blend')}}")
        run('continue')
        run('next')
        assert float(value('result')) == 5.25, value('result')
        register = {{'x86_64': '$xmm3.v2_double[0]', 'aarch64': '$v9.d.u',
                    'riscv64': '$fs1.double'}}[{server.arch!r}]
        register = register if {server.arch!r} != 'aarch64' else '$v9.d[0]'
        run(f'set var {{register}} = 6.5')
        run('maintenance flush register-cache')
        assert float(value(register)) == 6.5
        run('set var origin.weight = 0.5')
        assert float(value('origin.weight')) == 0.5
    """)


def test_variables_and_memory(server):
    server.gdb("""
        run(f"tbreak {at('step here')}")
        run('continue')
        run('set var buffer[1] = 0x24')  # $ } # * have to be escaped
        data = bytes(range(256)) * 16
        gdb.selected_inferior().write_memory(number('&buffer'), data)
        assert bytes(gdb.selected_inferior().read_memory(number('&buffer'), 4096)) == data
        where = gdb.selected_inferior().search_memory(number('&buffer'), 4096, b'}#$*'[1:2])
        assert where == number('&buffer') + ord('#')
        assert gdb.selected_inferior().search_memory(number('&buffer'), 4096, b'}}}') is None
        assert 'matched' in run('compare-sections .text')
        assert 'Cannot access memory' in fails('x/4xb 0x10')
    """)


def test_breakpoints_do_not_show_in_memory(server):
    server.gdb("""
        code = bytes(gdb.selected_inferior().read_memory(number('&work'), 64))
        run('set breakpoint always-inserted on')
        run('break work')
        run('break add')
        assert bytes(gdb.selected_inferior().read_memory(number('&work'), 64)) == code
        run('continue')
        assert 'matched' in run('compare-sections .text')
    """)


@pytest.mark.parametrize("kind,signal", [(1, "SIGSEGV"), (2, "SIGILL"), (3, "SIGSEGV")])
def test_faults(server, kind, signal):
    server.gdb(f"""
        run(f"tbreak {{at('crash')}}")
        run('continue')
        run('set var crash_kind = {kind}')
        # The other two compile __builtin_trap() as a breakpoint.
        trap = {kind} == 2 and {server.arch!r} != 'x86_64'
        signal = go()
        # gdb has no event of its own for a SIGTRAP.
        assert signal in (('SIGTRAP', 'stop') if trap else ({signal!r},)), signal
        if {kind} == 3:
            assert pc() == 0x77777770
        else:
            assert gdb.selected_frame().name() == 'crash'
    """)


def test_threads(server):
    server.gdb(f"""
        run('set var thread_count = 3')
        run(f"break {{at('in thread')}}")
        seen = set()
        for _ in range(8):
            assert go() == 'breakpoint'
            seen.add(gdb.selected_thread().name)
        assert len(seen) >= 2, seen
        assert 'worker 1' in run('info threads')
        run('thread 1')
        assert gdb.selected_thread().name == '{server.first_thread}'
        run('delete')
        run(f"tbreak {{at('crash')}}")
        assert go() == 'breakpoint'
        assert number('watched') == 7 + 50 * (1 + 2 + 3), number('watched')
        assert run('info threads').count('Thread') == 1, run('info threads')
    """)


def test_stepping_one_of_several_threads(server):
    server.gdb("""
        run(f"tbreak {at('in thread')}")
        run('continue')
        worker = gdb.selected_thread().num
        for _ in range(30):
            run('stepi')
            assert gdb.selected_thread().num == worker
        run('set scheduler-locking on')
        for _ in range(30):
            run('next')
            assert gdb.selected_thread().num == worker
            if gdb.selected_frame().name() != 'thread_main':
                break
    """)


def test_exit_and_run_again(server):
    server.gdb(f"""
        assert go() == 'exited 3'
        run('break work')
        run('run')
        assert gdb.selected_frame().name() == 'work'
        run('kill')
        assert gdb.selected_inferior().pid == 0
        run('set remote exec-file missing')
        assert 'failed' in fails('run')
        run('set remote exec-file {server.program}')
        run('run')
        assert gdb.selected_frame().name() == 'work'
    """, remote="extended-remote")


def test_two_inferiors(serve):
    for arch in ("x86_64", "aarch64", "riscv64"):
        server = serve(arch, "--inferiors", "2")
        server.gdb("""
            run('set schedule-multiple on')
            run('add-inferior -no-connection')
            run('inferior 2')
            run('file ' + gdb.inferiors()[0].progspace.filename)
            run(f'target extended-remote 127.0.0.1:{PORT}') if False else None
            run('inferior 1')
            run('clone-inferior')
            run('inferior 3')
            run('attach 2')
            assert [i.pid for i in gdb.inferiors() if i.pid] == [1, 2]
            run('break tick')
            run('inferior 1')
            pids = set()
            for _ in range(6):
                run('continue')
                pids.add(gdb.selected_inferior().pid)
            assert pids == {1, 2}, pids
            run('inferior 1')
            run('set var counter = 77')
            run('inferior 3')
            assert number('counter') != 77
            run('kill inferiors 3')
            run('inferior 1')
            run('delete')
            run(f"tbreak {at('threads')}")
            run('continue')
            assert number('counter') == 9999
        """, remote="extended-remote")


def test_interrupt_a_tight_loop(server):
    server.gdb("""
        import os, signal, threading
        run('tbreak crash')
        run('set var spin_forever = 1')
        run('continue')
        threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        assert go() == 'SIGINT'
        first = number('counter')
        run('stepi')
        run('set var spin_forever = 0')
        run(f"tbreak {at('end')}")
        run('continue')
        assert here() == line('end') and number('counter') >= first
    """)


def test_detach_and_attach_again(server):
    server.gdb("""
        run(f"break {at('step here')}")
        run('continue')
        run('set var spin_forever = 1')
        run('detach')
    """)
    time.sleep(0.3)
    server.gdb("""
        assert number('counter') > 9999
        run('set var spin_forever = 0')
        run(f"tbreak {at('end')}")
        run('continue')
        assert here() == line('end')
    """)


def test_disconnect_without_a_word(server):
    server.gdb("""
        run('break work')
        run('continue')
        run('set var spin_forever = 1')
        run('set breakpoint always-inserted on')
        run('disconnect')
    """)
    # A debugger that breaks off in the middle of a packet.
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        line.sendall(b"+$qSupported:multiprocess+#c6+$m1000,")
    server.gdb("""
        assert 'matched' in run('compare-sections .text')
        run('set var spin_forever = 0')
    """)


def test_monitor_commands(server):
    if server.stats_port:
        pytest.skip("the shell's own commands are in test_monitor.py")
    text = server.gdb("""
        assert run('monitor echo $}#*') == 'echo $}#*\\n', run('monitor echo $}#*')
        flood = run('monitor flood')
        assert len(flood) == 20000 and flood[:64] == ('abcdefg' * 9 + 'a')[:63] + '\\n'
        try:
            gdb.execute('monitor busy')
        except gdb.error as error:
            print('refused:', error)
    """)
    assert "refused:" in text and "the shell runs another command" in text


def test_non_stop(server):
    """Driven at its prompt, because gdb takes in notifications only there. Which thread comes first
    is the kernel's affair, and gdb numbers them as they come."""
    gdb = pexpect.spawn(server.gdb_path, ["-nx", "-q", str(server.elf)], encoding="utf-8",
                        timeout=20, env={**os.environ, "TERM": "dumb"})
    prompt = r"\(gdb\) "

    def command(text, *expected):
        gdb.sendline(text)
        for pattern in (*expected, prompt):
            gdb.expect(pattern)
        return gdb.before

    gdb.expect(prompt)
    for setting in ("confirm off", "pagination off", "non-stop on", "style enabled off"):
        command(f"set {setting}")
    command(f"target remote 127.0.0.1:{server.port}")
    command("break thread_main", "Breakpoint 1 at")
    gdb.sendline("continue&")
    number = {}
    for _ in range(2):
        gdb.expect(r'Thread (\d) "worker (\d)" hit Breakpoint 1')
        number[gdb.match[2]] = gdb.match[1]
    assert set(number) == {"1", "2"}
    gdb.sendline("info threads")
    gdb.expect(rf'"{server.first_thread}" +\(running\)')
    for _ in range(2):
        gdb.expect(r"worker \d.*?thread_main")
    command(f"thread {number['1']}")
    command("next", "71|70|69|68")
    command("print number", "= 1")
    gdb.sendline("interrupt -a")
    gdb.expect(f'Thread 1 "{server.first_thread}" stopped')
    command("delete")
    gdb.sendline("continue -a&")
    gdb.expect("exited with code 03")
    gdb.sendline("quit")
    gdb.expect(pexpect.EOF)


def test_small_packets_with_acknowledgements(serve):
    for arch in ("x86_64", "aarch64", "riscv64"):
        server = serve(arch, "--packet", "512")
        server.gdb("""
            run('break work')
            run('continue')
            data = bytes(gdb.selected_inferior().read_memory(number('&buffer'), 4096))
            gdb.selected_inferior().write_memory(number('&buffer'), data)
            run('info all-registers')
            run('next')
        """, before="run('set remote noack-packet off')")


def test_symbols_load_by_themselves(serve):
    server = serve("x86_64", "--exec-file")
    server.gdb("""
        run('break work')
        run('continue')
        assert gdb.selected_frame().name() == 'work'
    """, before="run('set sysroot /')", load=False)


FIGURES = {"next": (20, 3072), "stepi": (6, 1024), "connect": (30, 5120), "write": (20, 67 * 1024),
           "condition": (10, 1024)}


@pytest.mark.parametrize("arch", ["x86_64", "aarch64", "riscv64"])
def test_figures(serve, arch):
    """Packets from gdb and bytes from the stub (both ways for the write), no proxy:
    never more than promised."""
    check_figures(serve(arch), FIGURES)
