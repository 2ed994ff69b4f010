# SPDX-License-Identifier: BSD-2-Clause
"""What the client's tests share: where the programs are, and how to run them.

SEL4MON_HOST_BIN names the folder with the built client (default: build/host).
"""

import os
import pathlib
import subprocess
import sys

import pexpect
import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
FAKE = TOP / "tests/client/fake_target.py"
PROMPT = "sel4mon> "


def client_path():
    folder = pathlib.Path(os.environ.get("SEL4MON_HOST_BIN", TOP / "build/host"))
    for path in (folder / "sel4mon", folder / "host/client/sel4mon"):
        if path.exists():
            return str(path)
    pytest.exit(f"there is no client in {folder}; run scripts/test, or set SEL4MON_HOST_BIN")


class Client:
    """Runs the client with the fake target in the simulator's place; that one knows no frames, so
    the client is told not to ask for any."""

    def __init__(self, state):
        self.path = client_path()
        self.first = ["--raw"]
        self.env = dict(os.environ, SEL4SIM=str(FAKE), XDG_STATE_HOME=str(state), TERM="xterm",
                        NO_COLOR="1", INPUTRC=str(state.parent / "inputrc"))
        (state.parent / "inputrc").write_text("set enable-bracketed-paste off\n")

    def run(self, *args, target=("--sim", "/dev/null"), input=None, timeout=30, env=None):
        return subprocess.run([self.path, *self.first, *target, *args], input=input, capture_output=True,
                              stdin=subprocess.DEVNULL if input is None else None,
                              text=True, errors="replace", timeout=timeout,
                              env={**self.env, **(env or {})})

    def spawn(self, *args, target=("--sim", "/dev/null"), env=None):
        child = pexpect.spawn(self.path, [*self.first, *target, *args], env={**self.env, **(env or {})},
                              encoding="utf-8", timeout=10, dimensions=(24, 80))
        return child

    def start_target(self, *args):
        """A fake target on a line of its own; returns the process and where it can be reached."""
        process = subprocess.Popen([sys.executable, FAKE, *args], stdout=subprocess.PIPE, text=True)
        return process, process.stdout.readline().strip()


@pytest.fixture
def client(tmp_path):
    return Client(tmp_path / "state")
