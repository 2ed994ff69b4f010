# SPDX-License-Identifier: BSD-2-Clause
"""What another kernel answers otherwise, in sentences: its configuration beside the one of a golden
transcript, and a transcript's commands beside those that were recorded.

Knows transcripts (transcript.py makes them) and nothing of how they were run.
"""

import json
from difflib import SequenceMatcher

SHOWN = 6  # differences of one script that are spelled out
NOTED = 20  # and of one kernel

# Kernels of this run that are not the recorded one: name -> (what sets it apart, what it answers
# otherwise).
noted = {}

# Settings of the monitor's `version` record, as one says them.
SETTINGS = {"arch": "architecture", "kernel": "version", "word_bits": "word size", "mcs": "MCS",
            "debug": "debug build", "printing": "printing", "smp": "multicore",
            "hardware_debug": "hardware debug API", "breakpoints": "breakpoints",
            "watchpoints": "watchpoints", "methods": "number of calls"}
YES_NO = {"True": "on", "False": "off"}
MISSING = {"kernel": "not known"}


def settings(kernel):
    """A transcript's line about its kernel as a dictionary."""
    return dict(item.split(" ", 1) for item in kernel.split(", ") if " " in item)


def of_kernels(wanted, now):
    """What sets a kernel apart from the recorded one: phrases, none if nothing does."""
    def said(kernel, name):
        value = kernel.get(name, MISSING.get(name, "none"))
        return YES_NO.get(value, value)

    old, new = settings(wanted), settings(now)
    return [f"{SETTINGS.get(name, name)} {said(new, name)} instead of {said(old, name)}"
            for name in sorted({*old, *new}, key=[*SETTINGS, *old, *new].index)
            if old.get(name) != new.get(name)]


def blocks(lines):
    """(command, the lines that came of it) of a transcript."""
    command, answer = None, []
    for line in lines:
        if line.startswith("> "):
            if command is not None:
                yield command, answer
            command, answer = line[2:], []
        else:
            answer.append(line)
    if command is not None:
        yield command, answer


def words(answer):
    """What a command answered, in words."""
    records = [json.loads(line) for line in answer if line.startswith("{")]
    errors = [record for record in records if "error" in record]
    if errors:
        return errors[-1].get("text") or errors[-1]["error"]
    if any(not line.startswith("{") for line in answer):
        return answer[-1]
    return f"{len(records)} records" if records else "done"


def fields(old, new):
    """How two records of a kind differ: `size 2048 instead of 4096`."""
    return ", ".join(f"{name} {new.get(name, 'missing')} instead of {old.get(name, 'missing')}"
                     for name in {**old, **new} if old.get(name) != new.get(name))


def of_answers(old, new):
    """One phrase about two answers to a command that are not the same."""
    records = [[json.loads(line) for line in answer if line.startswith("{")] for answer in (old, new)]
    same_kind = [[r.get("record") for r in part] for part in records]
    if same_kind[0] == same_kind[1] and not any("error" in r for part in records for r in part):
        changed = [fields(a, b) for a, b in zip(*records) if a != b]
        if changed:
            return "; ".join(changed[:2])
    return f"{words(new)} (recorded: {words(old)})"


def aligned(old, new):
    """(pairs of answers to the same command, commands left out, commands that are more)"""
    names = [[command for command, _ in part] for part in (old, new)]
    pairs, left_out, more = [], 0, 0
    for kind, a, a_end, b, b_end in SequenceMatcher(None, *names, autojunk=False).get_opcodes():
        if kind == "equal":
            pairs.extend(zip(old[a:a_end], new[b:b_end]))
        else:
            left_out += a_end - a
            more += b_end - b
    return pairs, left_out, more


def of_transcripts(wanted, now):
    """Sentences about the commands of a script that this kernel answers otherwise."""
    old, new = list(blocks(wanted)), list(blocks(now))
    pairs, left_out, more = aligned(old, new)
    sentences = [f"{command}: {of_answers(answer, other)}"
                 for (command, answer), (_, other) in pairs if answer != other]
    if [command for command, _ in old[:len(new)]] == [command for command, _ in new]:
        if len(new) < len(old):
            sentences.append(f"the script ended after {len(new)} of {len(old)} commands")
    else:
        sentences.append(f"{left_out} commands left out and {more} more than recorded: the script "
                         "has changed since, or asks for what this kernel has not")
    if len(sentences) > SHOWN:
        sentences[SHOWN:] = [f"and {len(sentences) - SHOWN} commands more"]
    return sentences


def note(name, apart, sentences):
    """Keeps for the summary what a kernel that is not the recorded one answered otherwise."""
    kernel = noted.setdefault(name, (apart, []))
    kernel[1].extend(sentence for sentence in sentences if sentence not in kernel[1])


def summary():
    """Lines about the kernels that were noted."""
    for name, (apart, sentences) in noted.items():
        yield f"{name} is not the kernel of the transcripts: {'; '.join(apart)}"
        yield f"  what it answers otherwise:{'' if sentences else ' nothing'}"
        yield from (f"    {sentence}" for sentence in sentences[:NOTED])
        if len(sentences) > NOTED:
            yield f"    and {len(sentences) - NOTED} more"
