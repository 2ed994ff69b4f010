# SPDX-License-Identifier: BSD-2-Clause
"""What people try that cannot be, or in an odd order: an error that says so, and gdb, the component
and the monitor go on."""

import os
import signal
import time

from at_prompt import GDB, ask, at_gdb


def test_what_cannot_be_is_said(monitor):
    monitor.gdb("""
        def here_still():
            "gdb has the component as it was, and the stub answers"
            assert gdb.selected_frame().name() == 'work', run('backtrace')
            assert number('n') == 16 and number('watched') == 0
        run('break work')
        assert go() == 'breakpoint'
        run('delete')
        for address in ('0x10', '0x3f00000000', '0x7ffffffff000'):
            run(f'break *{address}')
            said = fails('continue')
            assert 'aborted' in said, said
            run('delete')
            here_still()
        for n in range(12):
            run(f'hbreak *({pc()} + {4 * n + 4})')
        said = fails('continue')
        assert 'aborted' in said, said
        run('delete')
        here_still()
        for n in range(12):
            run(f'rwatch *(int *)&buffer[{8 * n}]')
        said = fails('continue')
        assert 'aborted' in said, said
        run('delete')
        here_still()
        # Watched without hardware when that is used up.
        for n in range(12):
            run(f'watch *(int *)&large[{8 * n + 8}]')
        run(f"tbreak {at('in add')}")
        assert go() == 'breakpoint' and gdb.selected_frame().name() == 'add'
        run('delete')
        assert number('large[0]') == 0
        for command in ('x/4x 0', 'print *(int *)16', 'set var *(int *)16 = 1',
                        'dump memory /dev/null &large[65528] &large[1<<22]'):
            assert 'Cannot access memory' in fails(command), command
        for command in ('reverse-stepi', 'record btrace', 'checkpoint', 'catch syscall', 'tstart',
                        'info os processes', 'monitor nothing', 'monitor',
                        'call nothing()'):
            try:
                run(command)
            except gdb.error as error:
                print('SAID', command, error)
        for packet in ('qXfer:nothing:read::0,10', 'm' + 'f' * 3000, 'Z0', 'P0=zz', 'vRun;zz', '}'):
            run('maint packet ' + packet)
        assert gdb.selected_frame().name() == 'add'
        run(f"tbreak {at('crash')}")
        assert go() == 'breakpoint'
        run('delete')
        assert go() == 'exited 3'
    """)


def test_a_called_function_that_faults(monitor):
    monitor.gdb("""
        run('break work')
        assert go() == 'breakpoint'
        before = run('info registers')
        run('set unwindonsignal on')
        for kind in (1, 2, 3):
            said = fails(f'print crash({kind})')
            assert 'signaled while in a function called from GDB' in said, said
            assert run('info registers') == before
        assert number('factorial(5)') == 120
        run('delete')
        assert go() == 'exited 3'
    """)


def test_writing_where_the_component_may_not(monitor):
    """A debugger may write what the component may only read, as breakpoints do."""
    monitor.gdb("""
        run('break work')
        assert go() == 'breakpoint'
        word = number('*(unsigned char *)add')
        run('set var *(unsigned char *)add = 0x5a')
        assert number('*(unsigned char *)add') == 0x5a
        assert 'MIS-MATCHED' in run('compare-sections .text')
        run(f'set var *(unsigned char *)add = {word}')
        assert 'MIS-MATCHED' not in run('compare-sections .text')
        # gdb's own load: all of the file anew, and the program counter at its entry.
        run('load')
        assert 'MIS-MATCHED' not in run('compare-sections')
        assert pc() == number('(long)&_start')
        assert go('run') == 'breakpoint' and number('n') == 16
        run('delete')
        assert go() == 'exited 3'
    """, remote="extended-remote")


def test_gdb_is_killed_in_the_middle_of_a_step(beside):
    child, gdb = beside("gdbprog")
    at_gdb(gdb, "tbreak crash", "breakpoint 1")
    at_gdb(gdb, "continue", "Temporary breakpoint 1, ")
    at_gdb(gdb, "set var spin_forever = 1")
    for command in ("stepi 10000000", "continue", "watch counter if counter == -1"):
        gdb.sendline(command)
        if command.startswith("watch"):
            gdb.expect_exact(GDB)
            gdb.sendline("continue")
        time.sleep(0.3)
        os.kill(gdb.pid, signal.SIGKILL)
        gdb.close(force=True)
        ask(child, "threads gdbprog", r"gdbprog\.1 +gdbprog +(\w+)")
        gdb = beside.again()
        at_gdb(gdb, "print counter", r"\$1 = \d+")
        at_gdb(gdb, "compare-sections .text", "matched")
    at_gdb(gdb, "set var spin_forever = 0")
    at_gdb(gdb, "continue", "exited with code 03")
    ask(child, "kill gdbprog", "kill gdbprog")
    ask(child, "leaks", r"\s0\s")


def test_odd_orders(beside):
    child, gdb = beside("gdbprog")
    at_gdb(gdb, "tbreak crash", "breakpoint 1")
    at_gdb(gdb, "continue", "Temporary breakpoint 1, ")
    at_gdb(gdb, "set var spin_forever = 1")
    at_gdb(gdb, "kill", "killed")
    at_gdb(gdb, "kill", "not being run")
    at_gdb(gdb, "detach", "not being run")
    at_gdb(gdb, "continue", "not being run")
    at_gdb(gdb, "tbreak work", "breakpoint 2")
    at_gdb(gdb, "run", "Temporary breakpoint 2, ")
    at_gdb(gdb, "break add", "Breakpoint 3")
    at_gdb(gdb, "detach", "detached")  # with a breakpoint inside
    ask(child, "wait gdbprog", "gdbprog +2 +ended")
    at_gdb(gdb, "run", "Breakpoint 3, ")
    at_gdb(gdb, "delete")
    at_gdb(gdb, "set var spin_forever = 1")
    at_gdb(gdb, "continue&", "Continuing")
    at_gdb(gdb, "info threads", "running")
    at_gdb(gdb, "kill", "Cannot execute this command while the target is running")
    at_gdb(gdb, "interrupt", "")
    gdb.expect("received signal SIGINT|stopped")
    at_gdb(gdb, "kill", "killed")
    at_gdb(gdb, "run&", "Starting")
    gdb.expect("exited with code 03")
    # What stands at the shell's breakpoint is the shell's, and begun anew comes there again.
    ask(child, "kill gdbprog", "kill gdbprog")
    ask(child, "load gdbprog", "loaded")
    ask(child, "break gdbprog:work", "break")
    ask(child, "continue gdbprog wait", "is at breakpoint")
    at_gdb(gdb, "attach 5", "Attaching to process 5 failed")
    ask(child, "restart gdbprog", "gdbprog +6 +alive")
    ask(child, "wait gdbprog", "gdbprog +6 +stopped")
    ask(child, "break delete all", "break delete all")
    ask(child, "continue gdbprog", "continue gdbprog")
    ask(child, "wait gdbprog", "gdbprog +6 +ended")
    ask(child, "kill gdbprog", "kill gdbprog")
    ask(child, "leaks", r"\s0\s")
