# SPDX-License-Identifier: BSD-2-Clause
"""The client's GDB port in front of the stub: what it answers without the target, and what it does
when debuggers come and go."""

import socket
import subprocess

import pytest

from figures import check_figures

ARCHS = ("x86_64", "aarch64", "riscv64")

# At most: packets of the debugger's side, bytes from the stub (both ways for the write), with gdb's
# default settings.
FIGURES = {"connect": (16, 5120), "next": (13, 2458), "stepi": (3, 1024), "write": (20, 67 * 1024),
           "condition": (10, 1024)}


@pytest.fixture(params=ARCHS)
def proxied(request, serve):
    made = serve(request.param, "--exec-file")
    made.put_proxy("--symbols", str(made.elf))
    return made


def test_figures(proxied):
    check_figures(proxied, FIGURES)


def test_symbols_load_by_themselves(proxied):
    """With gdb's own settings: the file comes from the client."""
    proxied.gdb("""
        run('break work')
        run('continue')
        assert gdb.selected_frame().name() == 'work'
        assert run('disassemble /r').count('\\n') > 5
    """, load=False)


def test_breakpoints_are_passed_and_hit_again(proxied):
    proxied.gdb("""
        run('break tick')
        run('break add')
        run('continue')
        assert gdb.selected_frame().name() == 'add'
        for i in range(3):
            run('continue')
            assert gdb.selected_frame().name() == 'tick' and number('i') == i
        run('next')
        assert number('counter') == 2
        run('finish')
        run('delete')
        run(f"tbreak {at('threads')}")
        run('continue')
        assert number('counter') == 9999
    """)


def test_code_that_the_debugger_writes_is_seen(proxied):
    proxied.gdb("""
        run('break work')
        run('continue')
        start = number('&blend')
        before = bytes(gdb.selected_inferior().read_memory(start, 8))
        gdb.selected_inferior().write_memory(start, bytes(8))
        assert bytes(gdb.selected_inferior().read_memory(start, 8)) == bytes(8)
        assert 'MIS-MATCHED' in run('compare-sections .text')
        gdb.selected_inferior().write_memory(start, before)
        assert bytes(gdb.selected_inferior().read_memory(start, 8)) == before
        assert 'matched' in run('compare-sections .text')
    """)


def test_a_second_debugger_is_told(proxied):
    proxied.gdb(f"""
        import subprocess
        other = subprocess.run([{proxied.gdb_path!r}, '-nx', '-batch', '-ex',
                                'target remote 127.0.0.1:{proxied.port}'],
                               capture_output=True, text=True, stdin=subprocess.DEVNULL)
        assert 'another debugger is connected to this target' in other.stderr, other.stderr
        run('break work')
        run('continue')
        assert gdb.selected_frame().name() == 'work'
    """)


def test_coming_and_going(proxied):
    """Many short connections, and rubbish."""
    for text in (b"", b"+", b"$", b"+$qSupported:multiprocess+#c6", b"\3", b"$?#3f$g#67$m0,4#fd",
                 b"\xff" * 3000, b"$" + b"a" * 70000 + b"#00", b"-----", b"$vCont;c#a8"):
        for _ in range(5):
            with socket.create_connection(("127.0.0.1", proxied.port)) as line:
                line.sendall(text)
    proxied.gdb("""
        run('info inferiors')
        run('start')
        assert gdb.selected_frame().name() == 'main'
    """, remote="extended-remote")


def test_the_line_ends(serve):
    server = serve("x86_64")
    server.put_proxy()
    server.process.stdin.close()
    server.process.wait(timeout=60)
    _, err = server.proxy.communicate(timeout=60)
    assert server.proxy.returncode == 2 and "was closed by the other end" in err
    server.proxy = None


def test_options_are_checked(serve):
    from conftest import client_path
    for options, word in ((["--gdb-port", "70000", "--gdb-serial", "tcp::1"], "not a port"),
                          (["--gdb-serial", "tcp:127.0.0.1:1"], "anything listening"),
                          (["--gdb-serial", "/nowhere"], "there is no /nowhere")):
        done = subprocess.run([client_path(), *options], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=60)
        assert done.returncode in (2, 64) and word in done.stderr, done


def test_the_port_is_on_loopback_only(proxied):
    with open("/proc/net/tcp", encoding="ascii") as table:
        listening = [row.split()[1] for row in table if row.split()[3] == "0A"]
    assert [at for at in listening if at.endswith(f":{proxied.port:04X}")] == \
        [f"0100007F:{proxied.port:04X}"]
