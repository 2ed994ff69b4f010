# SPDX-License-Identifier: BSD-2-Clause
"""Packet by packet at the monitor's own line, and what of the stub gdb's other tests do not show."""

import re
import socket

import pytest


class Wire:
    """A debugger of few words, with acknowledgements."""

    def __init__(self, port):
        self.line = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.got = b""

    def send(self, raw):
        self.line.sendall(raw)

    def until(self, pattern):
        while not (found := re.search(pattern, self.got, re.S)):
            data = self.line.recv(4096)
            assert data, self.got
            self.got += data
        self.got = self.got[found.end():]
        return found

    def reply(self):
        body = self.until(rb"\$([^#]*)#..")[1]
        self.send(b"+")
        return re.sub(rb"(.)\*(.)", lambda m: m[1] * (m[2][0] - 28), body)

    def ask(self, body):
        self.send(b"$" + body + b"#%02x" % (sum(body) & 255))
        return self.reply()


@pytest.fixture
def wire(monitor):
    made = Wire(monitor.port)
    assert b"PacketSize=" in made.ask(b"qSupported:multiprocess+")
    yield made
    made.line.close()


def test_malformed_packets(wire):
    wire.send(b"$m1000,4#00")
    wire.until(rb"-")
    wire.send(b"$m1000,$qC#b4")  # cut short by the next
    assert wire.reply() == b"QCp1.1"
    assert wire.ask(b"m" + b"1" * 9000).startswith(b"E")  # too long
    for body in (b"mzz,1", b"m1000", b"M10000000,2:0g", b"X10000000,1:}", b"P0=zz", b"Z0,zz,1", b"vCont;q",
                 b"Hgp1.99999999999999999999", b"qXfer:features:read:target.xml:q,1", b"vRun;zz", b"}"):
        assert wire.ask(body).startswith(b"E"), body
    assert wire.ask(b"qNothingOfThisName") == b""
    assert wire.ask(b"qC") == b"QCp1.1"
    assert wire.ask(b"D") == b"OK"


def test_memory_that_ends(wire):
    """An error for the part that cannot be read, never a guess."""
    start = int.from_bytes(bytes.fromhex(re.search(rb"(?:;|5)(?:07|7|1f|2):(\w{16});", wire.ask(b"?"))[1]
                                         .decode()), "little")  # the stack pointer
    end = start - 1
    while wire.ask(b"m%x,1" % end) != b"E0e":
        end = (end | 0xfff) + 1
    assert end >= start and len(wire.ask(b"m%x,40" % (end - 8))) == 16
    assert wire.ask(b"m%x,40" % end) == b"E0e"
    assert wire.ask(b"M%x,2:0102" % (end - 1)).startswith(b"E")
    assert wire.ask(b"D") == b"OK"


def test_stop_reasons(monitor, wire):
    """swbreak with the PC at the breakpoint, hwbreak, watchpoints, each by its name."""
    from test_monitor import symbol
    add, work = symbol(monitor.board, "add"), symbol(monitor.board, "work")
    wire.ask(b"?")
    assert wire.ask(b"Z0,%x,%d" % (work, 1 if monitor.arch == "x86_64" else 4)) == b"OK"
    stop = wire.ask(b"vCont;c")
    assert stop.startswith(b"T05swbreak:;") and work.to_bytes(8, "little").hex().encode() in stop, stop
    assert wire.ask(b"z0,%x,%d" % (work, 1 if monitor.arch == "x86_64" else 4)) == b"OK"
    answer = wire.ask(b"Z1,%x,4" % add)
    assert answer == (b"OK" if monitor.way == "hardware" else b"")
    if answer:
        stop = wire.ask(b"vCont;c")
        assert stop.startswith(b"T05hwbreak:;") and add.to_bytes(8, "little").hex().encode() in stop
        assert wire.ask(b"z1,%x,4" % add) == b"OK"
    watched = symbol(monitor.board, "watched")
    assert wire.ask(b"Z2,%x,8" % watched) == b"OK"
    assert wire.ask(b"vCont;c").startswith(b"T05watch:%x;" % watched)
    assert wire.ask(b"D") == b"OK"


def test_no_component_no_inferior(monitor):
    monitor.board.commands(["kill gdbprog"])
    monitor.gdb("""
        assert 'not running' in fails(TARGET)
        run(TARGET.replace('remote', 'extended-remote'))
        assert gdb.selected_inferior().pid == 0 and 'No threads' in run('info threads')
        assert 'gdbprog' not in run('monitor components')
        run('set remote exec-file gdbprog')
        run('break work')
        assert go('run') == 'breakpoint'
    """.replace("TARGET", f"'target remote 127.0.0.1:{monitor.port}'"), remote=None)


def test_all_stop_holds_the_attached_alone(monitor_of):
    monitor_of("gdbprog", "gdbtwin").gdb("""
        import time
        def state(name):
            return next(line for line in run('monitor components').splitlines()
                        if line.startswith(name)).split()[2]
        run('break work')
        assert go() == 'breakpoint' and [i.pid for i in gdb.inferiors()] == [1]
        run('monitor start gdbtwin')
        for _ in range(50):
            if state('gdbtwin') == 'ended':
                break
            time.sleep(0.1)
        assert (state('gdbprog'), state('gdbtwin')) == ('stopped', 'ended')
        assert gdb.selected_frame().name() == 'work'
        assert run('info mem').count('rw') == 1, run('info mem')
    """)


def test_access_watchpoint(monitor):
    monitor.gdb(f"""
        run('break work')
        assert go() == 'breakpoint'
        run('delete')
        run('awatch watched')
        if {monitor.way!r} == 'hardware':
            for _ in range(2):
                assert go() == 'watchpoint'
        else:
            fails('continue')
    """)
