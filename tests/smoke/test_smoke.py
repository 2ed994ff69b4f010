# SPDX-License-Identifier: BSD-2-Clause
"""Runs the smoke scripts on the simulator, or on a real kernel in QEMU, and compares what each said
with its golden transcript, which was recorded on a real kernel.

All scripts run one after the other on one target; what then fails or differs runs again by itself.
A difference is either a defect of the simulator or of the monitor: golden transcripts are not
edited, they are recorded again (scripts/test --kernel PREFIX --record).
"""

import dataclasses
import functools
import subprocess

import pytest

import build
import differences
import smoke_coverage
import transcript


@dataclasses.dataclass
class Outcome:
    """What a script did: its commands, the kernel's description, and how it went wrong, if so."""

    commands: list
    version: dict
    failure: str = ""


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


def run(arch, prefix, *scripts):
    argv = client_command(arch, prefix)
    return transcript.run(lambda jobs: with_jobs(argv, jobs), *scripts)


def outcome_alone(arch, prefix, script):
    result = run(arch, prefix, script)
    commands, version = transcript.read_output(result.stdout)
    failure = ""
    if result.returncode != 0:
        failure = failing_command(commands) or f"status {result.returncode}\n{result.stderr[-3000:]}"
    return Outcome(commands, version, failure)


def failing_command(commands):
    """One sentence about the first command that failed; empty if none did."""
    for count, (text, records, status) in enumerate(commands, 1):
        if status != "ok":
            why = next((r["text"] for r in reversed(records) if "text" in r and "error" in r), status)
            return f"command {count}, `{text}`: {why}"
    return ""


@functools.cache
def outcomes_together(arch, prefix, scripts):
    """{script: outcome} of one run of all; a script that the run did not come to is not in it."""
    try:
        text = run(arch, prefix, *scripts).stdout
    except subprocess.TimeoutExpired as error:  # then each script runs by itself
        text = (error.stdout or b"").decode(errors="replace").rpartition("\n")[0]
    parts, version = transcript.read_scripts(text)
    return {script: Outcome(commands, version, failing_command(commands))
            for script in scripts
            if (commands := parts.get(str(script.relative_to(build.TOP)))) is not None}


def beside(request, arch, prefix):
    """The scripts that were chosen to run on the same target, in their order."""
    cases = [item.callspec.params["case"] for item in request.session.items
             if "case" in getattr(getattr(item, "callspec", None), "params", {})]
    return tuple(script for *target, script in cases if target == [arch, prefix])


def problem(outcome, arch, prefix, script):
    """What is wrong with an outcome, in words; empty if it is as it was recorded. On a kernel of
    another version or configuration a script has to hold, its words may differ: that is noted for
    the summary."""
    golden = transcript.golden_path(arch, script)
    if not golden.exists():
        return f"no transcript {golden.relative_to(build.TOP)}: record it on a real kernel"
    kernel, wanted = transcript.read_golden(golden)
    now = transcript.describe_kernel(outcome.version)
    apart = differences.of_kernels(kernel, now) if outcome.version else []
    told = differences.of_transcripts(wanted, transcript.render(outcome.commands))
    if apart:
        differences.note(prefix or f"the simulator of {arch}", apart, told)
    if not outcome.failure:
        return "" if apart else "\n".join(told)
    where = f"{script.relative_to(build.TOP)} does not hold"
    where += f" on a kernel with {'; '.join(apart)}" if apart else ""
    return f"{where}: {outcome.failure}" + "".join(f"\n  {line}" for line in told)


def test_script(case, request):
    arch, prefix, script = case
    if prefix is not None and request.config.getoption("record"):
        outcome = outcome_alone(arch, prefix, script)
        assert not outcome.failure, outcome.failure
        transcript.write_golden(transcript.golden_path(arch, script), outcome.version,
                                transcript.render(outcome.commands))
        return
    scripts = beside(request, arch, prefix)
    together = outcomes_together(arch, prefix, scripts)
    told = problem(together[script], arch, prefix, script) if script in together else "not run"
    if script in together:
        smoke_coverage.note(arch, prefix, transcript.render(together[script].commands))
    if not told:
        return
    alone = problem(outcome_alone(arch, prefix, script), arch, prefix, script)
    assert not alone, alone
    earlier = scripts[:scripts.index(script)]
    if all(other in together and not together[other].failure for other in earlier):
        pytest.fail(f"{script.stem} holds by itself, but not after the scripts before it: {told}")


def test_every_transcript_has_its_script(request):
    for arch in build.ARCHS:
        names = {script.stem for script in transcript.scripts(arch)}
        kept = {path.stem for path in (transcript.GOLDEN / arch).glob("*.txt")}
        assert kept <= names, f"transcripts of {arch} without a script: {kept - names}"
