# SPDX-License-Identifier: BSD-2-Clause
"""A monitor on the simulator or on a real kernel in QEMU, spoken to over its serial line without the
client: as a terminal does, or in client mode (`set client on`). What does not answer after one
Ctrl-C, and then after two quick ones, is Dead.
"""

import contextlib
import json
import os
import re
import select
import subprocess
import time

MARK = b"\x1e"
CONTROL_C = b"\x03"
PROMPT = rb"sel4mon> "
LONGEST_MATCH = 4096


class Dead(Exception):
    """The monitor does not answer any more; the text says since what, and what it said last."""


class Target:
    """One machine, booted to the prompt. `argv`: the simulator's or QEMU's command, its serial line
    on standard input and output."""

    def __init__(self, argv):
        self.process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, bufsize=0)
        os.set_blocking(self.process.stdin.fileno(), False)
        self.text = b""  # what came and was not expected yet
        self.last = b""  # the end of all that came
        self.number = 0
        if self.expect(PROMPT, 60) is None:
            raise Dead(f"no prompt; {self.tail()}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def tail(self):
        return f"the last it said: {self.last!r}"

    def take(self, timeout_s):
        """Takes what comes in that time."""
        ready, _, _ = select.select([self.process.stdout], [], [], timeout_s)
        if not ready:
            return
        data = os.read(self.process.stdout.fileno(), 65536)
        if not data:
            raise Dead(f"the machine ended; {self.tail()}")
        self.text += data
        self.last = (self.last + data)[-600:]

    def send(self, data):
        """Sends all, and takes what comes meanwhile, so that neither side waits for the other."""
        end = time.monotonic() + 120
        while data:
            if time.monotonic() > end:
                raise Dead(f"it takes no input; {self.tail()}")
            _, writable, _ = select.select([], [self.process.stdin], [], 0.05)
            with contextlib.suppress(BlockingIOError):
                if writable:
                    data = data[os.write(self.process.stdin.fileno(), data[:512]):]
            self.take(0)

    def expect(self, pattern, timeout_s):
        """Takes everything up to the pattern: (what came before, its match). None if it does not
        come in time."""
        end = time.monotonic() + timeout_s
        pattern, start = re.compile(pattern), 0
        while True:
            match = pattern.search(self.text, start)
            start = max(0, len(self.text) - LONGEST_MATCH)  # the rest was looked at
            if match:
                before, self.text = self.text[:match.start()], self.text[match.end():]
                return before, match
            left = end - time.monotonic()
            if left <= 0:
                return None
            self.take(min(left, 0.2))

    # --- as a terminal ---------------------------------------------------------------------------

    def check_alive(self, what, timeout_s=30):
        """A line of its own has to be answered, after a Ctrl-C or two if need be: what was sent
        before may still be at work."""
        for breaks in (b"", CONTROL_C, CONTROL_C * 2, CONTROL_C * 2):
            self.number += 1
            self.send(breaks + b"\recho alive %d.\r" % self.number)
            if self.expect(rb"\nalive %d\.\r\n" % self.number, timeout_s):
                return
        raise Dead(f"no answer after {what}; {self.tail()}")

    # --- client mode -----------------------------------------------------------------------------

    def set_client_mode(self):
        self.send(b"set client on\r")
        if self.expect(MARK + rb'\{"done"[^\n]*\n', 30) is None:
            raise Dead(f"no client mode; {self.tail()}")

    def run(self, command, timeout_s=5):
        """Runs a command and returns (error, records); what takes longer is interrupted."""
        self.number += 1
        done = MARK + rb'\{"done":%d,[^\n]*"error":"(\w+)"\}\n' % self.number
        self.send(b"@%d %s\n" % (self.number, command.encode("latin-1")))
        answer = self.expect(done, timeout_s)
        for breaks in (CONTROL_C, CONTROL_C * 2, CONTROL_C * 2):
            if answer is None:
                self.send(breaks)
                answer = self.expect(done, 10)
        if answer is None:
            raise Dead(f"no end of: {command}; {self.tail()}")
        return answer[1].group(1).decode(), read_records(answer[0])

    def records(self, command, timeout_s=20):
        """The records of a command that has to succeed."""
        error, records = self.run("json " + command, timeout_s)
        assert error == "none", f"{command}: {error} {records}"
        return records

    def leaked(self):
        return self.records("leaks")[-1]["leaked"]


def read_records(text):
    """The records in a text; what the kernel printed between, or into them, is left out."""
    found = []
    for piece in text.split(MARK)[1:]:
        with contextlib.suppress(ValueError):
            found.append(json.loads(piece.split(b"\n")[0]))
    return found
