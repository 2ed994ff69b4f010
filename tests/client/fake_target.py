#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""A target that is none: speaks the shell's protocol as the client knows it, with commands that
misbehave on demand. The client's tests run it in place of a monitor.

usage: fake_target.py [--serial stdio|pty|tcp:ADDR|unix:PATH] [--silent] [--no-greeting] [--talk]
                      [--client-mode] [--stop] [--note TEXT]... [IGNORED...]

It is also called as if it were sel4sim (SEL4SIM=.../fake_target.py): the image's name is ignored.
With pty, tcp and unix it prints one line, the place where it can be reached, on standard output.
"""

import argparse
import json
import os
import select
import socket
import sys
import time
import tty

PROMPT = b"sel4mon> "
COLOURED = (b'\x1b[0m\x1b[1m<<\x1b[0m\x1b[32mseL4(CPU 0)\x1b[0m\x1b[1m [decodeInvocation/588 '
            b'T0xffffff8008000400 "shell" @401234]: Attempted to invoke a null cap #7.>>\x1b[0m\n\r')
PLAIN = (b'Caught cap fault in send phase at address 0\n\rwhile trying to handle:\n\r'
         b'vm fault on data at address 0 with status 0x4\n\rin thread 0xff80 "x" at address 0x40\n\r'
         b'With stack:\n\r0x7ff0: 0x0\n\r')
WORDS = ["bootinfo", "bench", "call", "caps", "echo", "help"]


class Ended(Exception):
    pass


class Target:
    def __init__(self, read_fd, write_fd, options):
        self.read_fd, self.write_fd, self.options = read_fd, write_fd, options
        self.client = options.client_mode
        self.json = False
        self.pending = b""

    def write(self, data):
        while data:
            data = data[os.write(self.write_fd, data):]

    def record(self, **fields):
        self.write(b"\x1e" + json.dumps(fields).encode() + b"\n")

    def text(self, line):
        self.write(line.encode() + b"\r\n")

    def row(self, **fields):
        if self.json:
            self.record(**fields)
        else:
            self.text("  ".join(str(v) for v in fields.values()))

    def error(self, name, text):
        if self.client:
            self.record(error=name, text=text)
        else:
            self.text("error: " + text)
        return False

    def read(self, seconds=None):
        """One byte, or None when the time is over."""
        if not self.pending:
            if not select.select([self.read_fd], [], [], seconds)[0]:
                return None
            try:
                self.pending = os.read(self.read_fd, 4096)
            except OSError:
                raise Ended(0)
            if not self.pending:
                raise Ended(0)
        byte, self.pending = self.pending[:1], self.pending[1:]
        return byte

    def wait(self, seconds):
        """A command that takes time; True if Ctrl-C ended it."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if self.read(left) == b"\x03":
                return True
        return False

    def prompt(self):
        if not self.client:
            self.write(PROMPT)

    def rebuild(self):
        self.client = self.json = False
        self.write(b"\r\nthe shell was rebuilt\r\n")

    def run_forever(self):
        if self.options.talk:
            for i in range(30):
                self.text(f"booting, step {i}")
            self.write(b"half \x80\x1b a line")
        if not self.options.silent and not self.options.talk:
            self.text("Booting all finished, dropped to user space")
            if self.options.stop:
                self.text("sel4mon: the kernel is not the one that this image was built for; build "
                          "the image with the kernel's prefix (--kernel PREFIX)")
                time.sleep(60)
            self.text("sel4mon 0.0 on seL4 0.0, fake")
            for note in self.options.note:
                self.text(note)
            self.prompt()
            if self.options.echo:
                time.sleep(0.1)
                self.text(self.options.echo)
                self.prompt()
        line = b""
        while True:
            byte = self.read()
            if self.options.silent or self.options.talk:
                continue
            if byte in b"\r\n":
                self.take_line(line.decode(errors="replace"))
                line = b""
            elif byte in b"\x05\x15\x03":
                line = b""
            else:
                line += byte
                if not self.client:
                    self.write(byte)

    def take_line(self, line):
        number = 0
        if self.client and line.startswith("@"):
            head, _, line = line.partition(" ")
            number = int(head[1:].rstrip("?"))
        if not self.client:
            self.write(b"\r\n")
        if line == "set client on" and self.options.no_greeting:
            return self.prompt()
        as_json, self.json = self.json, (self.json or line.startswith("json ")) and \
            not line.startswith("text ")
        words = line.removeprefix("json ").removeprefix("text ").split() or [""]
        method = getattr(self, "do_" + words[0].replace("-", "_"), None)
        if not words[0]:
            ok = True
        elif method is None:
            ok = self.error("NOT_FOUND", f"there is no command {words[0]}")
        else:
            ok = method(words[1:]) is not False
        if words[0] != "set":
            self.json = as_json
        if not getattr(self, "no_done", False):
            if self.client:
                self.record(done=number, status="ok" if ok else "failed")
        self.no_done = False
        self.prompt()

    def do_set(self, words):
        if words[0] == "client":
            self.client = words[1] == "on"
        elif words[0] == "output":
            self.json = words[1] == "json"

    def do_echo(self, words):
        self.row(text=" ".join(words))

    def do_help(self, words):
        self.row(command=words[0] if words else "echo")

    def do_count(self, words):
        for i in range(int(words[0])):
            self.row(number=i, square=i * i)

    def do_complete(self, words):
        last = words[-1] if words else ""
        if last == "slowly" and self.wait(60):
            return self.error("INTERRUPTED", "interrupted")
        if not self.json:
            self.text("WORD")
        if len(words) == 1:
            for word in WORDS:
                if word.startswith(last):
                    self.row(word=word)
        elif words[0] == "call" and "depth=".startswith(last):
            self.row(word="depth=")

    def do_crash(self, words):
        self.record(record="text", text="[x] thread 1 (x) tried to write 0x0, where nothing is "
                    "mapped, by the instruction at 0x40")

    def do_start(self, words):
        self.started = True

    def do_stopping(self, words):
        """A component stops after a while, and the target tells."""
        self.stops = time.monotonic() + 0.8
        if os.fork() == 0:
            time.sleep(1)
            self.record(record="text", text="[hello] thread 1 stopped")
            os._exit(0)

    def do_components(self, words):
        if getattr(self, "started", False):
            over = time.monotonic() > getattr(self, "stops", time.monotonic())
            self.row(record="component", name="hello", state="stopped" if over else "alive")
            self.row(record="component", name="other", state="stopped")

    def do_version(self, words):
        self.row(record="version", arch="none", mcs=False, debug=True)

    def do_fail(self, words):
        return self.error("RANGE", "number: 7 is out of the range 0 to 3")

    def do_try(self, words):
        getattr(self, "do_" + words[0])(words[1:])

    def do_slow(self, words):
        if self.wait(float(words[0])):
            return self.error("INTERRUPTED", "interrupted")

    def do_deaf(self, words):
        """Ignores one Ctrl-C; the second rebuilds the shell."""
        for _ in range(2):
            while self.read() != b"\x03":
                pass
        self.rebuild()
        self.no_done = True

    def do_reset(self, words):
        """Starts anew after a while, or with an argument right now."""
        self.client = self.json = False
        time.sleep(float(words[0]) if words else 0)
        self.text("Booting all finished, dropped to user space")
        self.no_done = True

    def do_hang(self, words):
        while True:
            self.read()

    def do_kernel(self, words):
        """The kernel speaks between lines and in the middle of a record."""
        self.write(COLOURED)
        self.row(before=1)
        data = b"\x1e" + json.dumps({"name": "torn", "value": "0x1"}).encode() + b"\n"
        for at in range(1, len(data)):
            self.write(data[:at] + COLOURED + data[at:])

    def do_plain(self, words):
        """The same with a fault report, which has no colours."""
        self.write(b"\x1e" + b'{"name":"to' + PLAIN + b'rn","value":"0x2"}\n')
        self.write(PLAIN)
        self.row(after=1)

    def do_noise(self, words):
        self.write(bytes(range(256)) * 8 + b"\n\x1e{broken\n\x1e[1]\n\x1e\n")
        self.row(after=1)

    def do_endless(self, words):
        for _ in range(40):
            self.write(b"x" * 10000)
        self.write(b"\n")
        self.row(after=1)

    def do_later(self, words):
        """Says something after the command is done."""
        if os.fork() == 0:
            time.sleep(0.3)
            self.text("<<seL4(CPU 0) [x]: late>>")
            self.record(event="late")
            os._exit(0)

    def do_complain(self, words):
        print("fake: a word on standard error", file=sys.stderr, flush=True)

    def do_die(self, words):
        raise Ended(int(words[0]) if words else 0)

    def do_poweroff(self, words):
        raise Ended(int(words[0]) if words else 0)


def listen(where, options):
    kind, _, place = where.partition(":")
    if kind == "tcp":
        host, _, port = place.rpartition(":")
        server = socket.create_server((host or "127.0.0.1", int(port)))
        print("%s:%d" % server.getsockname()[:2], flush=True)
    else:
        server = socket.socket(socket.AF_UNIX)
        server.bind(place)
        server.listen(1)
        print(place, flush=True)
    connection = server.accept()[0]
    return connection.fileno(), connection.fileno(), connection


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--serial", default="stdio")
    parser.add_argument("--note", action="append", default=[])
    parser.add_argument("--echo", default="", help="after the first prompt, with another after it")
    for flag in ("--stop", "--silent", "--no-greeting", "--talk", "--client-mode"):
        parser.add_argument(flag, action="store_true")
    options, _ = parser.parse_known_args()
    keep = None
    if options.serial == "stdio":
        read_fd, write_fd = 0, 1
    elif options.serial == "pty":
        read_fd, slave = os.openpty()
        tty.setraw(slave)
        write_fd = read_fd
        print(os.ttyname(slave), flush=True)
        keep = slave
    else:
        read_fd, write_fd, keep = listen(options.serial, options)
    try:
        Target(read_fd, write_fd, options).run_forever()
    except Ended as end:
        sys.stdout.flush()
        os._exit(end.args[0])
    finally:
        del keep


if __name__ == "__main__":
    main()
