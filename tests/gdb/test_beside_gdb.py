# SPDX-License-Identifier: BSD-2-Clause
"""gdb at the client's port and the operator at the prompt beside it, both at one component: what
either does shows truly at the other, and nobody waits for ever."""

import time

from at_prompt import GDB, ask, at_gdb


def test_killed_at_the_prompt(beside):
    """gdb hears of it as soon as it asks, and can run the component again."""
    child, gdb = beside("gdbprog")
    at_gdb(gdb, "break work", "Breakpoint 1 at")
    at_gdb(gdb, "run", "Breakpoint 1, work ")
    at_gdb(gdb, "stepi", "")
    ask(child, "kill gdbprog", "kill gdbprog")
    at_gdb(gdb, "print $sp", "")  # gdb knows it still
    at_gdb(gdb, "print watched", "Cannot access memory")
    at_gdb(gdb, "continue", "terminated with signal SIGKILL")
    at_gdb(gdb, "run", "Breakpoint 1, work ")
    # Without asking: run takes it for alive, and kills what there is no more.
    ask(child, "kill gdbprog", "kill gdbprog")
    at_gdb(gdb, "run", "Breakpoint 1, work ")
    ask(child, "kill gdbprog", "kill gdbprog")
    at_gdb(gdb, "kill", "killed")
    at_gdb(gdb, "run", "Breakpoint 1, work ")
    # Another of the same name is another component.
    ask(child, "restart gdbprog", "gdbprog +6 +alive")
    at_gdb(gdb, "continue", "terminated with signal SIGKILL")
    ask(child, "wait gdbprog", "gdbprog +6 +ended")
    at_gdb(gdb, "attach 6", "Attaching to process 6 failed")
    ask(child, "kill gdbprog", "kill gdbprog")
    ask(child, "leaks", r"\s0\s")


def test_killed_while_it_runs(beside):
    child, gdb = beside("gdbprog")
    at_gdb(gdb, "tbreak crash", "breakpoint 1")
    at_gdb(gdb, "continue", "Temporary breakpoint 1, ")
    at_gdb(gdb, "set var spin_forever = 1", "")
    gdb.sendline("continue")
    gdb.expect_exact("Continuing.")
    time.sleep(0.3)
    ask(child, "components", "gdbprog +1 +alive")
    ask(child, "kill gdbprog", "kill gdbprog")
    gdb.expect("terminated with signal SIGKILL")
    gdb.expect_exact(GDB)
    at_gdb(gdb, "tbreak work", "breakpoint 2")
    at_gdb(gdb, "run", "Temporary breakpoint 2, ")
    # Started and stopped by the operator: gdb's component is gdb's.
    ask(child, "stop gdbprog", "gdb has")
    ask(child, "start gdbprog", "gdb has")
    ask(child, "step gdbprog", "gdb has")
    ask(child, "break gdbprog:add", "another debugger|gdb has")
    at_gdb(gdb, "next", "")
