# SPDX-License-Identifier: BSD-2-Clause
"""A serial line that is none, between a program's standard input and output and a pseudo-terminal:
as slow as a baud rate, noisy, with somebody else's text in between, and it can be unplugged. For
tests and scripts/bench."""

import contextlib
import os
import pathlib
import random
import select
import subprocess
import tempfile
import threading
import time
import tty

KERNEL_TEXT = b"<<seL4(CPU 0) [decode/588 T0xffff \"x\" @401234]: refused.>>\n\r"
TICK_S = 0.002


class Way:
    """One direction: bytes that wait, and what happens to them on their way."""

    def __init__(self, rate, flip, drop, text, seed):
        self.rate, self.text, self.random = rate, text, random.Random(seed)
        self.flip, self.drop = flip * 8 if flip else 0, drop  # chances of a byte
        self.waiting, self.ready = bytearray(), bytearray()
        self.credit, self.since = 0.0, time.monotonic()
        self.passed = self.flipped = self.dropped = self.texts = 0

    def gaps(self, chance, count):
        """Where among so many bytes something of that chance happens."""
        at = -1
        while chance:
            at += 1 + int(self.random.expovariate(chance))
            if at >= count:
                return
            yield at

    def spoil(self, data):
        self.passed += len(data)
        for at in self.gaps(self.flip, len(data)):
            data[at] ^= 1 << self.random.randrange(8)
            self.flipped += 1
        for at in reversed(list(self.gaps(self.drop, len(data)))):
            del data[at]
            self.dropped += 1
        for at in reversed(list(self.gaps(self.text, len(data)))):
            data[at:at] = KERNEL_TEXT
            self.texts += 1
        return data

    def due(self):
        """The bytes whose time has come, spoiled."""
        now = time.monotonic()
        count = len(self.waiting)
        if self.rate:
            self.credit = min(self.credit + (now - self.since) * self.rate, self.rate * 0.02 + 16)
            count = min(count, int(self.credit))
            self.credit -= count
        self.since = now
        data = self.waiting[:count]
        del self.waiting[:count]
        if not self.waiting:
            self.credit = 0.0  # time in which nothing waited is no time gained
        return self.spoil(data)


class SerialLine:
    """`argv` is started with its line on standard input and output; `path` is the other end. Rates
    in baud (ten bits a byte); `flip`: chance of a bit, `drop` and `text` of a byte."""

    def __init__(self, argv, baud=None, flip=0.0, drop=0.0, text=0.0, seed=1):
        rate = baud / 10 if baud else None
        self.argv = argv
        self.up = Way(rate, flip, drop, 0, seed)
        self.down = Way(rate, flip, drop, text, seed + 1)
        self.folder = tempfile.TemporaryDirectory()
        self.path = str(pathlib.Path(self.folder.name) / "tty")
        self.master = None
        self.lock = threading.Lock()
        self.ended = False
        self.start()
        self.plug()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.ended = True
        self.thread.join()
        self.unplug()
        self.process.kill()
        self.process.wait()
        self.folder.cleanup()

    def start(self):
        self.process = subprocess.Popen(self.argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, bufsize=0)
        os.set_blocking(self.process.stdin.fileno(), False)

    def restart(self):
        """The machine is switched off and on."""
        with self.lock:
            self.process.kill()
            self.process.wait()
            self.start()

    def plug(self):
        with self.lock:
            self.master, slave = os.openpty()
            tty.setraw(slave)
            os.set_blocking(self.master, False)
            os.symlink(os.ttyname(slave), self.path)
            self.slave = slave

    def unplug(self):
        with self.lock:
            if self.master is None:
                return
            os.unlink(self.path)
            os.close(self.slave)
            os.close(self.master)
            self.master = None
            for way in (self.up, self.down):
                way.waiting.clear()
                way.ready.clear()

    def run(self):
        while not self.ended:
            with self.lock:
                self.step()
            time.sleep(0 if self.up.rate is None else TICK_S / 4)

    def read(self, fd, way):
        """As much as a driver's buffer would hold; the rest waits at its writer."""
        if len(way.waiting) < 4096:
            with contextlib.suppress(OSError):
                way.waiting += os.read(fd, 4096)

    def write(self, fd, way):
        """Writes what is due; what the other side does not take now is kept."""
        if len(way.ready) < 4096:
            way.ready += way.due()
        with contextlib.suppress(OSError):
            del way.ready[:os.write(fd, way.ready)]

    def step(self):
        out, into = self.process.stdout.fileno(), self.process.stdin.fileno()
        fds = [out] + ([self.master] if self.master is not None else [])
        ready, _, _ = select.select(fds, [], [], TICK_S)
        if out in ready:
            self.read(out, self.down)
        if self.master is None:
            self.down.waiting.clear()
            return
        if self.master in ready:
            self.read(self.master, self.up)
        self.write(into, self.up)
        self.write(self.master, self.down)
