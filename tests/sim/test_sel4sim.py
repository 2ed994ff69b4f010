# SPDX-License-Identifier: BSD-2-Clause
"""sel4sim as a program: statuses, sentences, options, terminal, signals, and that a run repeats.

Its root tasks are a few instructions each, put into ELF files here. SEL4SIM names the program
(default: build/host/sel4sim).
"""

import os
import pathlib
import re
import signal
import struct
import subprocess
import time

import pexpect
import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
SIM = os.environ.get("SEL4SIM", str(TOP / "build/host/sel4sim"))

MACHINES = {"x86_64": 62, "aarch64": 183, "riscv64": 243}

# Assembled; "hello" prints "hi" and a newline by DebugPutChar.
CODE = {
    "x86_64": {
        "hello": "48c7c2f7ffffffbf680000000f0548c7c2f7ffffffbf690000000f05"
                 "48c7c2f7ffffffbf0a0000000f05",
        "halt": "48c7c2f5ffffff0f05",  # mov $-11, %rdx; syscall
        "spin": "ebfe",  # 1: jmp 1b
        "die": "0f0b",  # ud2
    },
    "aarch64": {
        "hello": "07018092000d80d2010000d407018092200d80d2010000d407018092400180d2010000d4",
        "halt": "47018092010000d4",  # mov x7, #-11; svc #0
        "spin": "00000014",  # b .
        "die": "00000000",
        # mov x0, #0x20; adr x1, 1f; hlt #0xf000; 1: .quad 0x20026, 33
        "exit": "000480d26100001000005ed41f2003d526000200000000002100000000000000",
    },
    "riscv64": {
        "hello": "dd581305800673000000dd581305900673000000dd58294573000000",
        "halt": "d55873000000",  # li a7, -11; ecall
        "spin": "01a0",  # j .
        "die": "00000000",
    },
}
ARCHS = sorted(CODE)


def elf(machine, code, address=0x400000, kind=2):
    header = b"\x7fELF\x02\x01\x01".ljust(16, b"\0") + struct.pack(
        "<HHIQQQIHHHHHH", kind, machine, 1, address, 64, 0, 0, 64, 56, 1, 64, 0, 0)
    segment = struct.pack("<IIQQQQQQ", 1, 7, 0x1000, address, address, len(code), 0x2000, 0x1000)
    return (header + segment).ljust(0x1000, b"\0") + code


@pytest.fixture
def image(tmp_path):
    def make(arch, *parts):
        path = tmp_path / f"{arch}.elf"
        path.write_bytes(elf(MACHINES[arch], b"".join(bytes.fromhex(CODE[arch][p])
                                                      for p in parts)))
        return str(path)
    return make


def run(*args, input=b"", timeout=20):
    return subprocess.run([SIM, *args], input=input, capture_output=True, timeout=timeout)


@pytest.mark.parametrize("arch", ARCHS)
def test_prints_and_halts(image, arch):
    ran = run(image(arch, "hello", "halt"))
    assert ran.stdout.startswith(b"hi\r\n")
    assert ran.returncode == 72
    assert ran.stderr.startswith(b"sel4sim: ") and ran.stderr.count(b"\n") == 1


@pytest.mark.parametrize("arch", ARCHS)
def test_nothing_can_happen_any_more(image, arch):
    ran = run(image(arch, "hello", "die"))
    assert ran.stdout.startswith(b"hi\r\n")
    assert ran.returncode == 74
    assert b"every thread waits" in ran.stderr


@pytest.mark.parametrize("arch", ARCHS)
def test_limit(image, arch):
    ran = run("--limit", "1M", image(arch, "hello", "spin"))
    assert (ran.returncode, ran.stdout) == (68, b"hi\r\n")
    assert b"limit" in ran.stderr


def test_exit_by_semihosting(image):
    ran = run(image("aarch64", "hello", "exit"))
    assert (ran.returncode, ran.stdout, ran.stderr) == (33, b"hi\r\n", b"")


@pytest.mark.parametrize("arch", ARCHS)
def test_the_same_input_gives_the_same_run(image, arch):
    path = image(arch, "hello", "die")
    traces = {run("--trace", path).stderr for _ in range(3)}
    assert len(traces) == 1
    trace = traces.pop()
    assert len(re.findall(rb"^ *\d+ .*DebugPutChar", trace, re.M)) == 3


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("end", ["spin", "die"])
def test_signals(image, number, end):
    with subprocess.Popen([SIM, image("riscv64", "hello", end)], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE) as sim:
        assert sim.stdout.read(4) == b"hi\r\n"  # printed while it runs on
        sim.send_signal(number)
        assert sim.wait(10) == 128 + number


def test_idle_uses_no_cpu(image):
    with subprocess.Popen([SIM, image("riscv64", "hello", "die")], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as sim:
        sim.stdout.read(4)
        time.sleep(0.2)

        def ticks():
            fields = pathlib.Path(f"/proc/{sim.pid}/stat").read_text().rsplit(")", 1)[1].split()
            return int(fields[11]) + int(fields[12])

        before = ticks()
        time.sleep(1)
        assert ticks() - before <= 1
        sim.stdin.close()
        assert sim.wait(10) == 74


def test_terminal_is_put_back(image):
    shell = pexpect.spawn("/bin/sh", ["-c", f'stty -a > "$0.before"; "{SIM}" "$0"; echo status $?;'
                                      ' stty -a > "$0.after"', image("x86_64", "hello", "die")],
                          timeout=10)
    shell.expect_exact("hi\r\n")
    shell.send("\x03")  # goes to the guest
    time.sleep(0.3)
    assert shell.isalive()
    shell.send("\x1d")
    shell.expect("status 130\r\n")
    shell.expect(pexpect.EOF)
    path = image("x86_64", "hello", "die")
    assert pathlib.Path(path + ".before").read_text() == pathlib.Path(path + ".after").read_text()


def test_pty(image):
    sim = subprocess.Popen([SIM, "--serial", "pty", image("aarch64", "hello", "die")],
                           stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    name = re.search(r"/dev/pts/\d+", sim.stderr.readline()).group()
    line = os.open(name, os.O_RDWR | os.O_NOCTTY)
    said = b""
    while len(said) < 4:
        said += os.read(line, 4)
    assert said.startswith(b"hi\r\n")  # the kernel says more about the end
    os.close(line)
    sim.terminate()
    assert sim.wait(10) == 128 + signal.SIGTERM
    sim.stderr.close()


WRONG = [
    ([], 64), (["a", "b"], 64), (["--nonsense", "a"], 64), (["--gdb", "1234", "a"], 64),
    (["--mem", "lots", "a"], 64), (["--mem", "-1", "a"], 64), (["--limit", "0", "a"], 64),
    (["--limit", "99999999999999999999", "a"], 64),
    (["--serial", "stdio", "--serial", "pty", "--serial", "pty", "a"], 64),
    (["/no/such/file"], 66), (["/"], 66), (["/bin/sh"], 66), ([str(TOP / "LICENSE")], 66),
]


@pytest.mark.parametrize("args, status", WRONG, ids=[" ".join(a) or "nothing" for a, _ in WRONG])
def test_wrong(args, status):
    ran = run(*args)
    assert ran.returncode == status
    assert ran.stderr.strip() and not ran.stdout


def test_wrong_images(tmp_path, image):
    path = tmp_path / "image"
    path.write_bytes(elf(40, b"\0" * 16))  # Arm, 32 bit, in a 64-bit file
    assert run(str(path)).returncode == 66
    path.write_bytes(elf(62, b"\0" * 16, kind=3))
    assert run(str(path)).returncode == 66
    good = image("x86_64", "hello", "halt")
    whole = pathlib.Path(good).read_bytes()
    for cut in range(0, 200, 7):
        path.write_bytes(whole[:cut])
        assert run(str(path)).returncode == 66
    assert run("--mem", "1M", good).returncode == 64
    assert run("--mem", "100G", good).returncode == 64
    assert run("--mem", "64M", good).returncode == 72
    assert run("--serial", "tcp:", good).returncode == 66
    assert run("--serial", "stdio", "--serial", "pty", good).returncode == 72
    assert run("--serial", "stdio", "--serial", "pty",
               image("riscv64", "hello", "halt")).returncode == 66
    assert run("--abi", "/no/such/file", good).returncode == 66


def test_help_and_version():
    ran = run("--help")
    assert ran.returncode == 0 and ran.stdout.startswith(b"usage: sel4sim") and not ran.stderr
    ran = run("--version")
    assert ran.returncode == 0 and re.match(rb"sel4sim \S+, Unicorn 2\.\d+\.\d+\n$", ran.stdout)
