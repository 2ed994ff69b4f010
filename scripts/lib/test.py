# SPDX-License-Identifier: BSD-2-Clause
"""scripts/test: builds everything and runs all tests with their own runners, ctest and pytest.

With --kernel what runs on a machine runs on those kernels in QEMU, too; with --record the scripts'
transcripts become the golden ones. The last line says how many tests passed, failed and were
skipped. Status: 0 if all passed, 1 if not, 2 if something could not be built, 64 for wrong usage.
"""

import argparse
import os
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ElementTree
from concurrent import futures

import build
import smoke_coverage


class Parser(argparse.ArgumentParser):
    def error(self, message):
        build.usage_error("test", message)


def parse(argv):
    parser = Parser(prog="scripts/test", allow_abbrev=False,
                    description="Builds everything and runs all tests.")
    parser.add_argument("--arch", action="append", choices=build.ARCHS, metavar="A",
                        help="images and smoke scripts of this architecture only (again and again)")
    parser.add_argument("--kernel", action="append", default=[], metavar="PREFIX",
                        help="run what runs on a machine on this installed kernel, too")
    parser.add_argument("--record", action="store_true",
                        help="keep what the kernels given say as the golden transcripts")
    parser.add_argument("--coverage", action="store_true",
                        help="only tell what the recorded smoke scripts call and provoke, and what "
                        "is missing, with the reason")
    parser.add_argument("--long", action="store_true", help="fuzzing and torture as well")
    parser.add_argument("--yes", action="store_true", help="install packages without asking")
    options = parser.parse_args(argv)
    options.kernel = [os.path.abspath(prefix) for prefix in options.kernel]
    if options.record and not options.kernel:
        parser.error("--record needs --kernel: transcripts are recorded on real kernels only")
    return options


class Counts:
    """How many tests passed, failed and were skipped so far."""

    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.lock = threading.Lock()

    def add_junit(self, path, what):
        """Adds a runner's JUnit file; one that wrote none has failed as a whole."""
        try:
            suites = list(ElementTree.parse(path).getroot().iter("testsuite"))
        except (OSError, ElementTree.ParseError):
            print(f"test: {what} left no results", file=sys.stderr)
            self.failed += 1
            return
        for suite in suites:
            tests, bad, skipped = (int(suite.get(key) or 0) for key in
                                   ("tests", "failures", "skipped"))
            bad += int(suite.get("errors") or 0)
            skipped += int(suite.get("disabled") or 0)
            self.passed += tests - bad - skipped
            self.failed += bad
            self.skipped += skipped


def run_tests(counts, what, argv, junit, env=None):
    """Runs a test runner, and prints its output when it is done: others may run beside it."""
    junit.unlink(missing_ok=True)
    start = time.monotonic()
    result = subprocess.run([str(a) for a in argv], cwd=build.TOP, env={**os.environ, **(env or {})},
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, errors="replace")
    with counts.lock:
        print(f"--- {what} ({time.monotonic() - start:.1f} s)\n{result.stdout.rstrip()}", flush=True)
        before = counts.failed
        counts.add_junit(junit, what)
        if result.returncode != 0 and counts.failed == before:
            print(f"test: {what} ended with status {result.returncode}", file=sys.stderr)
            counts.failed += 1


def run_ctest(counts, folder, env):
    junit = build.BUILD / "test-ctest.xml"
    run_tests(counts, "unit tests", ["ctest", "--test-dir", folder, "-j", build.jobs(),
                                     "--output-on-failure", "--no-tests=error",
                                     "--output-junit", junit], junit, env)


def run_pytest(counts, what, folder, arguments, env):
    if not (build.TOP / folder).exists():
        return
    junit = build.BUILD / f"test-{folder.replace('/', '-')}.xml"
    run_tests(counts, what,
              ["/usr/bin/python3", "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=short",
               "-rs", f"--junitxml={junit}", folder, *arguments], junit, env)


def run_interface(counts, prefix):
    """One test each: the interface can be read (what differs from the described release is told,
    and no failure: other releases do), and it sends the same messages as the library that was
    installed with the kernel, if its headers are there."""
    checks = [("check-abi", [build.TOP / "scripts/check-abi", prefix])]
    if os.path.exists(os.path.join(prefix, "libsel4/include/sel4/sel4.h")):
        checks.append(("comparison with libsel4", [sys.executable, "-B", build.TOP /
                                                   "tests/abi/golden.py", "--compare", prefix]))
    for what, argv in checks:
        result = subprocess.run([str(a) for a in argv], stdin=subprocess.DEVNULL, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        with counts.lock:
            print(f"--- {what} of {prefix}\n{result.stdout.rstrip()}", flush=True)
            held = result.returncode == 0 or (what == "check-abi" and "differences" in
                                              result.stdout.rpartition(";")[2])
            counts.passed += held
            counts.failed += not held


def build_all(options):
    """The sanitised host programs with the unit tests, the plain ones, and the images."""
    asan = build.host("host-asan", targets=[])
    build.host()
    return asan, {arch: build.image(arch, targets=["all"]) for arch in options.arch or build.ARCHS}


def suites(options, machines):
    """(what, folder, arguments, are the host programs sanitised), the longest first. Those that
    are not would be measured, or wait for a simulator most of the time."""
    kernels = [f"--kernel={prefix}" for prefix in options.kernel]
    smoke = machines + (["--record"] if options.record else [])
    return [
        ("gdb", "tests/gdb", kernels, True),
        ("components", "tests/components", machines, True),
        ("the client", "tests/client", [], True),
        ("the kernel's interface", "tests/abi", [], True),
        ("smoke scripts", "tests/smoke", smoke, False),
        ("torture", "tests/torture", machines, False),
        ("the line", "tests/line", machines[:1] + kernels, False),
        ("the scripts", "tests/scripts", [], True),
        ("checks of the tree", "tests/checks", [], True),
    ]


def main():
    options = parse(sys.argv[1:])
    if options.coverage:
        return smoke_coverage.tell(options.arch or build.ARCHS)
    counts = Counts()
    start = time.monotonic()
    for prefix in options.kernel:
        build.arch_of(prefix)
    asan, images = build_all(options)
    print(f"built in {time.monotonic() - start:.0f} s", flush=True)
    machines = [f"--arch={arch}" for arch in images]
    machines += [f"--kernel={prefix}" for prefix in options.kernel]
    common = {"SEL4MON_LONG": "1" if options.long else "", "PYTHONDONTWRITEBYTECODE": "1"}
    # Many tests wait for a machine most of the time, so one suite runs beside another; what a test
    # times, it compares with something in the same run.
    with futures.ThreadPoolExecutor(max_workers=2) as pool:
        running = [pool.submit(run_ctest, counts, asan, common)]
        for what, folder, arguments, sanitised in suites(options, machines):
            env = {**common, "SEL4MON_HOST_BIN": str(asan if sanitised else build.BUILD / "host")}
            running.append(pool.submit(run_pytest, counts, what, folder, arguments, env))
        for prefix in options.kernel:
            running.append(pool.submit(run_interface, counts, prefix))
    for future in running:
        future.result()
    print(f"all tests: {time.monotonic() - start:.0f} s")
    print(f"{counts.passed} passed, {counts.failed} failed, {counts.skipped} skipped")
    return 1 if counts.failed else 0


build.run_main("test", main)
