# SPDX-License-Identifier: BSD-2-Clause
"""scripted.smoke, the script language at work with components, and the example of its page, by one
`sel4mon test` on all simulators and kernels at once: every test holds on each, and the report is
joined."""

import pathlib
import subprocess
import xml.etree.ElementTree as ElementTree

import build
from conftest import targets

HERE = pathlib.Path(__file__).resolve().parent
PAGE = build.TOP / "host/client/SCRIPTS.md"
NAMES = ("hello", "counter", "crasher")
TIMEOUT_S = 240


def spec(arch, prefix):
    """What `sel4mon test --target` takes."""
    return build.target_spec(arch, prefix,
                             [build.component_file(name, arch, prefix) for name in NAMES])


def test_on_all_targets_at_once(request, tmp_path):
    wanted = {name: spec(arch, prefix) for name, arch, prefix in targets(request.config)}
    argv = [str(build.host() / "sel4mon"), "test", "--set", "rounds=3", "--format", "junit",
            "-o", str(tmp_path / "report.xml")]
    for name, machine in wanted.items():
        argv += ["--target", f"{name}={machine}"]
    example = tmp_path / "example.smoke"
    example.write_text(PAGE.read_text().split("```")[1])
    result = subprocess.run([*argv, str(HERE / "scripted.smoke"), str(example)], text=True,
                            stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT_S)
    report = (tmp_path / "report.xml").read_text()
    assert result.returncode == 0, result.stdout + result.stderr + report
    suites = {name: [suite for suite in ElementTree.fromstring(report)
                     if suite.get("hostname") == name] for name in wanted}
    for name, arch, prefix in targets(request.config):
        cases = [case for suite in suites[name] for case in suite.findall("testcase")]
        skipped = [case.get("name") for case in cases if case.find("skipped") is not None]
        assert len(cases) == 7 + 2
        assert skipped == ([] if build.has_features(prefix, ["printing"]) else
                           ["the kernel's own words", "the kernel prints its threads"])
