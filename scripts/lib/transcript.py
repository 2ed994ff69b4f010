# SPDX-License-Identifier: BSD-2-Clause
"""Smoke scripts and their transcripts: running one, and writing down what it said with everything
masked that differs by nature between two machines. Used by tests/smoke and scripts/bench.

What is masked, and why, is in this file only; tests/golden/README.md explains it.
"""

import json
import pathlib
import re
import subprocess

TOP = pathlib.Path(__file__).resolve().parents[2]
SMOKE = TOP / "tests/smoke"
GOLDEN = TOP / "tests/golden"
MASK = "*"
START_LIMIT_S, SCRIPT_LIMIT_S = 60, 10  # of a run; a slow machine has other things to do, too

# Fields by name: record type (or "*" for all) -> names. A masked field that is there shows as "*".
# Addresses and capability slots follow from the size of the image and of the monitor's own tables.
MASKED_FIELDS = {
    "*": {"address", "paddr", "cap", "pc"},
    "version": {"sel4mon", "abi"},
    "bootinfo": {"ipc_buffer", "extra_bytes", "untypeds", "ram"},
    "region": {"first", "end", "slots"},
    "capability": {"first", "last", "count"},
    "leaks": {"own_objects", "free_slots", "spent"},
    "X86_Page_GetAddress": {"paddr"},
}

# Records whose fields the machine fixes, addresses and all: the untypeds of devices.
KEPT = [("untyped", "device", True, {"paddr"})]

# Records of which there are as many as the image leaves: one stands for all in a row, fields masked.
COLLAPSED = [("untyped", "device", False, {"bits", "size", "spent"})]

# Numbers of the machine in texts: pattern -> what stands there instead.
MASKED_TEXTS = [
    (r"\b\d+ MHz\b", "* MHz"),
    (r"capability at 0x[0-9a-f]{2,}", "capability at *"),
    (r"in slot 0x[0-9a-f]{2,}", "in slot *"),
    (r"instruction at 0x[0-9a-f]+", "instruction at *"),
]


def directives(script):
    """The `# word: values` lines at the head of a script, as a dictionary of lists."""
    found = {}
    for line in script.read_text().splitlines():
        if not line.startswith("#"):
            break
        match = re.match(r"#\s*(arch|needs):\s*(.*)", line)
        if match:
            found[match.group(1)] = match.group(2).split()
    return found


def scripts(arch):
    """The smoke scripts for an architecture."""
    return [path for path in sorted(SMOKE.glob("*.smoke"))
            if arch in directives(path).get("arch", [arch])]


def run(command, *scripts):
    """Runs scripts, one after the other on one target; `command` makes the client's command line of
    options. The completed process, output as text. `version` goes first, so that a transcript knows
    its kernel."""
    jobs = [word for script in scripts for word in ("--script", str(script.relative_to(TOP)))]
    return subprocess.run(command(["--json", "-c", "version", *jobs]), cwd=TOP,
                          capture_output=True, text=True, errors="replace",
                          timeout=START_LIMIT_S + SCRIPT_LIMIT_S * len(scripts),
                          stdin=subprocess.DEVNULL)


def fields_of(rules, record):
    """The names that the rule for this record has; None if there is none."""
    return next((names for kind, field, value, names in rules
                 if record.get("record") == kind and record.get(field) is value), None)


def mask(record):
    """The record with everything masked that differs by nature."""
    kind = record.get("record", "error" if "error" in record else "")
    names = MASKED_FIELDS["*"] | MASKED_FIELDS.get(kind, set())
    names |= fields_of(COLLAPSED, record) or set()
    names -= fields_of(KEPT, record) or set()
    masked = {}
    for name, value in record.items():
        if name in names:
            value = MASK
        elif isinstance(value, str):
            for pattern, instead in MASKED_TEXTS:
                value = re.sub(pattern, instead, value)
        masked[name] = value
    return masked


def read_commands(text):
    """(file, text, records, status) of each command; the file is None outside of scripts."""
    records = []
    for line in text.splitlines():
        record = json.loads(line)
        if "status" in record and "input" in record:
            yield record.get("file"), record["input"], records, record["status"]
            records = []
        else:
            if "error" in record:  # the client adds where it happened
                for context in ("input", "file", "line"):
                    record.pop(context, None)
            records.append(record)


def read_scripts(text):
    """({script's name: its commands}, version record): each command is (its text, its records,
    status)."""
    scripts, version = {}, {}
    for file, command, records, status in read_commands(text):
        if file is None and command == "version":
            version = next(iter(records), {})
        else:
            scripts.setdefault(file, []).append((command, records, status))
    return scripts, version


def read_output(text):
    """(commands, version record) of a run of one script."""
    scripts, version = read_scripts(text)
    return [command for commands in scripts.values() for command in commands], version


def render(commands):
    """The transcript's lines."""
    lines = []
    for text, records, status in commands:
        lines.append(f"> {text}")
        last = None
        for record in records:
            masked = mask(record)
            if masked != last or fields_of(COLLAPSED, record) is None:
                lines.append(json.dumps(masked, ensure_ascii=False))
            last = masked
        if status != "ok":
            lines.append(status)
    return lines


def describe_kernel(version):
    """One line about the kernel, from the monitor's `version` record."""
    return ", ".join(f"{name} {value}" for name, value in version.items()
                     if name not in {"record", *MASKED_FIELDS["version"]})


def golden_path(arch, script):
    return GOLDEN / arch / (script.stem + ".txt")


def write_golden(path, version, lines):
    path.parent.mkdir(parents=True, exist_ok=True)
    head = [f"# kernel: {describe_kernel(version)}", ""]
    path.write_text("\n".join(head + lines) + "\n")


def read_golden(path):
    """(the kernel's line, the transcript's lines)"""
    head, _, body = path.read_text().partition("\n\n")
    return head.removeprefix("# kernel: "), body.splitlines()
