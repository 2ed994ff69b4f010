# SPDX-License-Identifier: BSD-2-Clause
"""Figures of the line between client and monitor: uploads at 115200 baud beside YMODEM, a noisy
line, the time from a key to its echo and from Tab to its words."""

import json
import os
import random
import re
import shutil
import statistics
import subprocess
import tempfile
import time

import pexpect

import build
import serial_line

BAUD = 115200
NOISE = {"flip": 1e-4, "drop": 2e-5, "text": 1e-5}
NOISE_BYTES = 10_000_000
CHUNK = 1 << 20  # the most that one `read` shows
LARGE_FRAMES = {"x86_64": "X86_LargePage", "aarch64": "ARM_LargePage",
                "riscv64": "RISCV_Mega_Page"}
KEYS = 30
COMPLETIONS = [("call TCB_SetP", "\t", "riority "), ("", "\t\t", "wait +watch|write"),
               ("call TCB_", "\t\t", "TCB_WriteRegisters"),
               ("call ", "\t\t", "Display all|TCB_WriteRegisters"),              # all calls
               ("call TCB_SetPriority x 1 pri", "\t", "ority="),                 # a parameter
               ("call Untyped_Retype u type=Not", "\t", "ification "),           # a value of it
               ("delete $", "\t\t", "own_"), ("tcb.suspend $", "\t\t", "own_"),  # objects
               ("new ", "\t\t", "Endpoint"), ("help ", "\t\t", "write")]
TABS = 5


def environment(folder):
    with open(os.path.join(folder, "inputrc"), "w") as file:
        file.write("set enable-bracketed-paste off\n")
    return dict(os.environ, XDG_STATE_HOME=folder, INPUTRC=os.path.join(folder, "inputrc"),
                TERM="xterm", NO_COLOR="1")


def spawn(target, line, folder):
    child = pexpect.spawn(target.client, ["--serial", line.path, "--no-history"],
                          env=environment(folder), encoding="utf-8", timeout=120,
                          dimensions=(24, 120))
    child.delaybeforesend = None
    child.expect_exact("sel4mon> ")
    return child


def stripped(target, name, folder):
    """A component as somebody would send it: without symbols."""
    path = os.path.join(folder, name)
    subprocess.run([f"{target.arch}-linux-gnu-strip", "-o", path,
                    str(build.components(target.arch, target.prefix) / name)], check=True)
    return path


def ymodem(path):
    """Seconds that `sb` takes for a file on the same line, with `rb` at its other end."""
    if not shutil.which("sb"):
        return None
    with tempfile.TemporaryDirectory() as folder:
        receive = ["sh", "-c", f"cd {folder} && exec rb -b -q"]
        with serial_line.SerialLine(receive, baud=BAUD) as line, open(line.path, "r+b", 0) as tty:
            start = time.monotonic()
            sent = subprocess.run(["sb", "-b", "-q", "-k", path], stdin=tty, stdout=tty,
                                  stderr=subprocess.DEVNULL, timeout=120)
            took = time.monotonic() - start
        got = os.path.join(folder, os.path.basename(path))
        whole = os.path.exists(got) and os.path.getsize(got) == os.path.getsize(path)
    return took if sent.returncode == 0 and whole else None


def measure_upload(target, make):
    """The rate of `load FILE` in units of the line's raw rate."""
    with tempfile.TemporaryDirectory() as folder:
        path = stripped(target, "launcher.elf", folder)
        size, ratios = os.path.getsize(path), []
        with serial_line.SerialLine(target.command, baud=BAUD) as line:
            child = spawn(target, line, folder)
            for _ in range(3):
                start = time.monotonic()
                child.sendline(f"load {path}")
                child.expect("loaded")
                child.expect_exact("sel4mon> ")
                ratios.append(size / (time.monotonic() - start) / (BAUD / 10))
                child.sendline("kill launcher")
                child.expect_exact("sel4mon> ")
            child.close(force=True)
        peer = ymodem(path)
    figure = make("upload.ratio", ratios, "times the raw rate")
    if peer:
        figure.peer, figure.peer_value = "sb", size / peer / (BAUD / 10)
    yield figure


def noisy_session(target, line, data, count):
    """Uploads the data so often and reads it back; returns wrong and lost bytes."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        new = subprocess.run(
            [target.client, "--serial", line.path, "--json", "-c",
             f"new {LARGE_FRAMES[target.arch]} big"], capture_output=True, text=True,
            stdin=subprocess.DEVNULL, timeout=120)
        where = json.loads(new.stdout.splitlines()[0])["paddr"]
        # Read back as records the bytes are ten times as many.
        jobs = [f"upload {file.name} phys:{where}"] * count + \
            [f"read phys:{where} {len(data)} size=1"]
        result = subprocess.run([target.client, "--serial", line.path, "--json", "--timeout", "0",
                                 *[word for job in jobs for word in ("-c", job)]],
                                capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if result.returncode != 0:
        return None
    shown = b"".join(bytes.fromhex(match) for match in
                     re.findall('"bytes":"([0-9a-f]+)"', result.stdout))
    return abs(len(data) - len(shown)) + sum(a != b for a, b in zip(data, shown))


def measure_noise(target, make):
    """Bytes wrong or lost of 10 MB each way, and how fast they go."""
    data = random.Random(3).randbytes(CHUNK)
    with serial_line.SerialLine(target.command, **NOISE) as line:
        start = time.monotonic()
        wrong = noisy_session(target, line, data, -(-NOISE_BYTES // CHUNK))
        took = time.monotonic() - start
        up, down = line.up.passed, line.down.passed
        hurt = line.up.flipped + line.down.flipped + line.up.dropped + line.down.dropped
    if wrong is None or not hurt or min(up, down) < NOISE_BYTES:
        return
    yield make("noise.errors", [wrong], "bytes")
    yield make("noise.rate", [(up + down) / took / 1000], "kB/s on the line, both ways")


def measure_echo(target, make):
    """From a key to its echo, on this machine."""
    echoes = []
    with tempfile.TemporaryDirectory() as folder, \
            serial_line.SerialLine(target.command, baud=BAUD) as line:
        child = spawn(target, line, folder)
        for i in range(KEYS):
            key = chr(ord("a") + i % 26)
            start = time.monotonic()
            child.send(key)
            child.expect_exact(key)
            echoes.append((time.monotonic() - start) * 1000)
        child.close(force=True)
    yield make("echo.ms", echoes, "ms")


def measure_complete(target, make):
    """From Tab to its words at 115200 baud: of the slowest kind of them, from one word to the longest
    list there is; the target is asked each time."""
    tabs = {kind: [] for kind in COMPLETIONS}
    with tempfile.TemporaryDirectory() as folder, \
            serial_line.SerialLine(target.command, baud=BAUD) as line:
        child = spawn(target, line, folder)
        for kind in COMPLETIONS * TABS:
            text, keys, words = kind
            child.send(text)
            time.sleep(0.1)
            start = time.monotonic()
            child.send(keys)
            child.expect(words)
            tabs[kind].append((time.monotonic() - start) * 1000)
            # n: do not display all of them. What was answered holds until a command runs.
            child.send("n\x01\x0becho done\r")
            child.expect_exact("\r\ndone\r\n")
            child.expect_exact("sel4mon> ")
        child.close(force=True)
    yield make("complete.ms", max(tabs.values(), key=statistics.median), "ms")


def median_of(target, figure_class):
    def make(name, values, unit):
        spread = (min(values), max(values)) if len(values) > 1 else (None, None)
        return figure_class(target.name(name), statistics.median(values), unit, *spread)
    return make
