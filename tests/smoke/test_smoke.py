# SPDX-License-Identifier: BSD-2-Clause
"""Runs each smoke script on the simulator, or on a real kernel in QEMU, and compares what it said
with the golden transcript, which was recorded on a real kernel.

A difference is either a defect of the simulator or of the monitor: golden transcripts are not
edited, they are recorded again (scripts/test --kernel PREFIX --record).
"""

import difflib
import functools

import pytest

import build
import transcript


@functools.cache
def client_command(arch, prefix):
    client = str(build.BUILD / "host/sel4mon")
    elf = build.image(arch, prefix)
    if prefix is None:
        return [client, "--sim", str(elf)]
    return [client, "--qemu", "--", *build.boot_command(prefix, elf)]


def with_jobs(argv, jobs):
    """The client's options go before what follows its `--`."""
    at = argv.index("--") if "--" in argv else len(argv)
    return argv[:at] + jobs + argv[at:]


def run(arch, prefix, script):
    argv = client_command(arch, prefix)
    return transcript.run(lambda jobs: with_jobs(argv, jobs), script)


def test_script(case, request):
    arch, prefix, script = case
    result = run(arch, prefix, script)
    assert result.returncode == 0, f"status {result.returncode}\n{result.stderr[-3000:]}"
    commands, version = transcript.read_output(result.stdout)
    lines = transcript.render(commands)
    golden = transcript.golden_path(arch, script)
    if prefix is not None and request.config.getoption("record"):
        transcript.write_golden(golden, version, lines)
        return
    if not golden.exists():
        pytest.fail(f"no transcript {golden.relative_to(build.TOP)}: record it on a real kernel")
    kernel, wanted = transcript.read_golden(golden)
    if prefix is not None and kernel != transcript.describe_kernel(version):
        return  # another configuration: the script held, its words may differ
    difference = list(difflib.unified_diff(wanted, lines, "golden", "now", lineterm="", n=2))
    assert not difference, "\n".join(difference)


def test_every_transcript_has_its_script(request):
    for arch in build.ARCHS:
        names = {script.stem for script in transcript.scripts(arch)}
        kept = {path.stem for path in (transcript.GOLDEN / arch).glob("*.txt")}
        assert kept <= names, f"transcripts of {arch} without a script: {kept - names}"
