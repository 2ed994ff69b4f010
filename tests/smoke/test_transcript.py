# SPDX-License-Identifier: BSD-2-Clause
"""The transcripts themselves: what is masked, what is kept, and that a difference is seen."""

import json

import transcript


def output(*records):
    return "\n".join(json.dumps(record) for record in records)


VERSION = [{"record": "version", "kernel": "16.0.0"}, {"input": "version", "status": "ok"}]


def test_commands_and_version_are_told_apart():
    commands, version = transcript.read_output(output(
        *VERSION, {"record": "x", "n": 1}, {"input": "a b", "file": "f", "line": 3, "status": "ok"},
        {"error": "RANGE", "text": "no", "input": "c", "file": "f", "line": 4},
        {"input": "c", "file": "f", "line": 4, "status": "failed"}))
    assert version == {"record": "version", "kernel": "16.0.0"}
    assert commands == [("a b", [{"record": "x", "n": 1}], "ok"),
                        ("c", [{"error": "RANGE", "text": "no"}], "failed")]
    assert transcript.render(commands) == [
        "> a b", '{"record": "x", "n": 1}', "> c", '{"error": "RANGE", "text": "no"}', "failed"]


def test_fields_of_the_machine_are_masked():
    masked = transcript.mask({"record": "anything", "address": "0x1000", "size": 4096})
    assert masked == {"record": "anything", "address": "*", "size": 4096}


def test_golden_files_read_back(tmp_path):
    path = tmp_path / "x86_64" / "a.txt"
    lines = ["> a", '{"record": "x"}']
    transcript.write_golden(path, {"record": "version", "kernel": "16.0.0", "mcs": False}, lines)
    assert transcript.read_golden(path) == ("kernel 16.0.0, mcs False", lines)


def test_directives(tmp_path):
    script = tmp_path / "a.smoke"
    script.write_text("# What it does.\n# arch: x86_64 aarch64\n\n# arch: riscv64\necho a\n")
    assert transcript.directives(script) == {"arch": ["x86_64", "aarch64"]}
