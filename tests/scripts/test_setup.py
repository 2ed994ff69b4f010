# SPDX-License-Identifier: BSD-2-Clause
"""scripts/setup on machines that are made up: what is missing is listed, asked for, installed."""

import pathlib
import shutil
import subprocess
import time

import pexpect
import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
SETUP = TOP / "scripts/setup"
TOOLS = ("awk", "cat", "dirname", "env", "xargs", "uname", "rm", "touch", "grep")


class Machine:
    """A PATH of its own, with as many tools as are wanted."""

    def __init__(self, folder):
        self.bin = folder / "bin"
        self.bin.mkdir()
        self.log = folder / "log"
        self.log.touch()
        for tool in TOOLS:
            (self.bin / tool).symlink_to(shutil.which(tool))
        (self.bin / "bash").symlink_to("/bin/bash")
        self.tool("id", "echo 0")
        # Unicorn is no matter of these tests: as if it were installed.
        self.tool("pkg-config", '[[ " $* " == *" unicorn "* ]]')

    def tool(self, name, body):
        path = self.bin / name
        path.write_text(f"#!/bin/bash\n{body}\n")
        path.chmod(0o755)

    def debian(self, missing):
        """dpkg and apt; `missing` are the packages that apt would install."""
        names = " ".join(missing)
        self.tool("dpkg-query", f'''for p in "${{@:4}}"; do
            [[ " {names} " == *" $p "* ]] && ! grep -q "install.* $p" {self.log} || echo "installed $p"
        done''')
        self.tool("apt-get", f'echo "apt-get $*" >> {self.log}')

    def run(self, *args, stdin=subprocess.DEVNULL):
        return subprocess.run([SETUP, *args], env={"PATH": str(self.bin)}, stdin=stdin,
                              capture_output=True, text=True, timeout=30)


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def test_nothing_missing_is_quick_and_silent(machine):
    machine.debian([])
    start = time.monotonic()
    r = machine.run()
    assert time.monotonic() - start < 1  # 0.03 on an idle machine
    assert (r.returncode, r.stdout, r.stderr) == (0, "", "")
    assert machine.log.read_text() == ""


def test_missing_packages_are_installed_by_name(machine):
    machine.debian(["ninja-build", "libjansson-dev"])
    r = machine.run()
    assert r.returncode == 0
    assert "libjansson-dev           JSON" in r.stderr and "ninja-build" in r.stderr
    install = machine.log.read_text().splitlines()[-1]
    assert install.endswith("install ninja-build libjansson-dev")
    assert "--no-remove" in install and "multilib" not in install
    assert machine.run().stderr == ""


def test_only_what_it_is_for(machine):
    machine.debian(["qemu-system-arm", "clang-format"])
    assert machine.run("--for", "run").returncode == 0
    assert machine.log.read_text() == ""
    machine.run("--for", "kernel")
    assert machine.log.read_text().splitlines()[-1].endswith("install qemu-system-arm")


def test_check_installs_nothing(machine):
    machine.debian(["clang-format"])
    r = machine.run("--check")
    assert r.returncode == 1 and "clang-format" in r.stderr
    assert machine.log.read_text() == ""


def test_a_failed_installation(machine):
    machine.debian(["ninja-build"])
    machine.tool("apt-get", "exit 100")
    r = machine.run()
    assert r.returncode == 1 and "apt-get could not install them" in r.stderr
    assert "gcc-multilib" not in r.stderr
    machine.tool("dpkg-query", '[ "${@: -1}" != gcc-multilib ] || echo -n installed')
    assert "gcc-multilib is installed" in machine.run().stderr


def test_without_sudo(machine):
    machine.debian(["ninja-build"])
    machine.tool("id", "echo 1000")
    r = machine.run()
    assert r.returncode == 1 and "not root, and there is no sudo" in r.stderr
    machine.tool("sudo", f'echo "sudo" >> {machine.log}; exec "$@"')
    assert machine.run().returncode == 0
    assert "install ninja-build" in machine.log.read_text()


def test_sudo_that_does_not_allow_it(machine):
    machine.debian(["ninja-build"])
    machine.tool("id", "echo 1000")
    machine.tool("sudo", "exit 1")
    r = machine.run()
    assert r.returncode == 1
    assert "sudo does not allow it: have somebody run apt-get install ninja-build" in r.stderr
    assert machine.log.read_text() == ""


def test_lists_that_cannot_be_fetched_stop_nothing(machine):
    machine.debian(["ninja-build"])
    machine.tool("apt-get", f'echo "apt-get $*" >> {machine.log}; [[ " $* " == *" install "* ]]')
    assert machine.run().returncode == 0
    assert "update" in machine.log.read_text()


def test_elsewhere_than_on_debian(machine):
    r = machine.run()
    assert r.returncode == 1
    assert "cmake" in r.stderr and "this is no Debian system" in r.stderr


def test_on_a_terminal_it_asks(machine):
    machine.debian(["ninja-build"])
    child = pexpect.spawn(str(SETUP), env={"PATH": str(machine.bin)}, encoding="utf-8", timeout=10)
    child.expect("Install them with apt-get now")
    child.send("n\r")
    child.expect("setup: not installed")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 1 and machine.log.read_text() == ""
    child = pexpect.spawn(str(SETUP), env={"PATH": str(machine.bin)}, encoding="utf-8", timeout=10)
    child.expect("Install them with apt-get now")
    child.send("\r")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0 and "install ninja-build" in machine.log.read_text()


def test_yes_does_not_ask(machine):
    machine.debian(["ninja-build"])
    child = pexpect.spawn(str(SETUP), ["--yes"], env={"PATH": str(machine.bin)}, encoding="utf-8",
                          timeout=10)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0 and "install ninja-build" in machine.log.read_text()


def test_wrong_usage():
    for args in (["--frob"], ["--for", "fun"]):
        assert subprocess.run([SETUP, *args], capture_output=True).returncode == 64


def test_never_multilib():
    table = [line.split()[0] for line in SETUP.read_text().splitlines() if " run  " in line]
    assert "cmake" in table and not any("multilib" in name for name in table)


def test_every_library_of_the_build_has_its_package():
    """What CMake asks pkg-config for is in the table."""
    import re
    asked = set()
    for path in [*TOP.glob("host/*/CMakeLists.txt"), TOP / "tests/unit/CMakeLists.txt"]:
        asked |= set(re.findall(r"pkg_check_modules\(\w+ REQUIRED IMPORTED_TARGET (\S+?)[)>= ]",
                                path.read_text()))
    assert asked and all(f"pc:{name} " in SETUP.read_text() for name in asked)


