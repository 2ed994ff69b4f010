# SPDX-License-Identifier: BSD-2-Clause
"""What another kernel answers otherwise is said in sentences, not shown as a wall of lines."""

import differences

RANGE = '{"error": "RangeError", "text": "RangeError: from 0 to 255", "command": "A_B"}'
WRONG = '{"error": "IllegalOperation", "text": "IllegalOperation: no", "command": "A_B"}'


def test_settings_that_differ_are_named():
    wanted = "arch x86_64, kernel 16.0.0, mcs False, debug True, breakpoints 4, methods 71"
    assert differences.of_kernels(wanted, wanted) == []
    assert differences.of_kernels(wanted, "arch x86_64, kernel 15.0.0, mcs False, debug False, "
                                  "methods 67") == [
        "version 15.0.0 instead of 16.0.0", "debug build off instead of on",
        "breakpoints none instead of 4", "number of calls 67 instead of 71"]
    assert differences.of_kernels("kernel 16.0.0", "") == ["version not known instead of 16.0.0"]


def test_answers_that_differ_are_sentences():
    wanted = ["> A_B 1", RANGE, "> A_B 2", "> A_B 3", '{"record": "x", "size": 4096, "n": 1}']
    assert differences.of_transcripts(wanted, wanted) == []
    now = ["> A_B 1", WRONG, "> A_B 2", WRONG, "> A_B 3", '{"record": "x", "size": 2048, "n": 1}']
    assert differences.of_transcripts(wanted, now) == [
        "A_B 1: IllegalOperation: no (recorded: RangeError: from 0 to 255)",
        "A_B 2: IllegalOperation: no (recorded: done)",
        "A_B 3: size 2048 instead of 4096"]


def test_a_script_that_ended_early_or_changed_is_told():
    wanted = ["> A_B 1", "> A_B 2", "> A_B 3"]
    assert differences.of_transcripts(wanted, wanted[:1]) == [
        "the script ended after 1 of 3 commands"]
    changed = ("{} commands left out and {} more than recorded: the script has changed since, or "
               "asks for what this kernel has not").format
    assert differences.of_transcripts(wanted, ["> A_B 1", "> A_C 2"]) == [changed(2, 1)]
    assert differences.of_transcripts(wanted, [*wanted, "> A_B 4"]) == [changed(0, 1)]
    assert differences.of_transcripts(wanted, ["> A_B 1", "> A_B 3", WRONG]) == [
        "A_B 3: IllegalOperation: no (recorded: done)", changed(1, 0)]


def test_many_differences_are_counted():
    wanted = [line for n in range(20) for line in (f"> A_B {n}", RANGE)]
    now = [line for n in range(20) for line in (f"> A_B {n}", WRONG)]
    told = differences.of_transcripts(wanted, now)
    assert len(told) == differences.SHOWN + 1 and told[-1] == "and 14 commands more"


def test_a_line_without_its_command_is_a_difference():
    wanted = ["> A_B 1", "failed", "> A_B 2"]
    now = ["> A_B 1", "> A_B 2"]
    assert differences.of_transcripts(wanted, now) == ["A_B 1: done (recorded: failed)"]


def test_another_kernel_is_summed_up(monkeypatch):
    monkeypatch.setattr(differences, "noted", {})
    assert list(differences.summary()) == []
    for sentences in (["a", "b"], ["b", "c"], []):
        differences.note("k", ["version 15.0.0 instead of 16.0.0"], sentences)
    differences.note("same", ["multicore on instead of off"], [])
    assert list(differences.summary()) == [
        "k is not the kernel of the transcripts: version 15.0.0 instead of 16.0.0",
        "  what it answers otherwise:", "    a", "    b", "    c",
        "same is not the kernel of the transcripts: multicore on instead of off",
        "  what it answers otherwise: nothing"]
    differences.note("k", [], map(str, range(differences.NOTED)))
    assert "    and 3 more" in differences.summary()
