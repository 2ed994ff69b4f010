#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Makes data/marshal_ARCH.txt: calls as typed at the shell, and what the kernel's own C stubs put
into registers and message for the same values, from stubs.json (recorded by compiling and running
the stubs of an installed libsel4). The answers given to the stubs and what they returned are in it
too. The files are committed, so that the test also holds without the recordings.

usage: make_marshal_vectors.py STUBS.json > data/marshal_ARCH.txt
"""

import json
import sys

CASES = ("small", "wide")


def argument(name, value, ctype):
    """As one would type it. The stubs cut what is too wide, the shell refuses it: so cut here."""
    if isinstance(value, dict):
        return f"{name}=[{','.join(value['words'])}]"
    if ctype == "seL4_Bool":
        value = hex(int(value, 16) & 1)
    return f"{name}={value}"


def results(call):
    """name=value of what the stub returned, in the shell's names."""
    found = {}
    for path, value in (call["ret"]["fields"] if isinstance(call["ret"], dict) else {}).items():
        if path != "error" and value is not None:
            found[path] = value
    for name, words in call.get("out", {}).items():
        if words != "unchanged":
            for i, word in enumerate(words):
                found[f"{name}[{i}]"] = word
    return found


def pointer_only(call, outputs):
    """Names of arguments that are places for results."""
    return {name for name, words in outputs.items() if words != "unchanged"}


def block(call, types):
    trap = call["traps"][0]
    skipped = pointer_only(call, call.get("out", {}))
    arguments = []
    for name, value in call["args"].items():
        if name == "_service":
            arguments.append(f"service={value}")
        elif name not in skipped:
            arguments.append(argument(name, value, types[name]))
    answer = trap["answer"]
    assert answer["msg_step"] in (1, "0x1")
    first = int(answer["mr"][0], 16)
    assert [int(w, 16) - first for w in answer["mr"]] == list(range(len(answer["mr"])))
    lines = [
        f"call {call['fn'].removeprefix('seL4_')} {' '.join(arguments)}",
        f"cap {trap['cap']}",
        f"info {trap['info']['raw']}",
        "msg " + " ".join(trap["msg"]),
        "caps " + " ".join(trap["caps"]),
        f"answer {answer['mr'][0]} {answer['msg_base']}",
    ]
    lines += [f"result {name} {value}" for name, value in sorted(results(call).items())]
    return lines


def main():
    print("# From the stubs of libsel4 16.0.0; made by make_marshal_vectors.py.")
    with open(sys.argv[1], encoding="utf-8") as file:
        records = json.load(file)
    types = {r["fn"]: {name: ctype for ctype, name in r["params"]}
             for r in records if r["rec"] == "proto"}
    for call in records:
        if call["rec"] != "call" or call["kind"] != "invocation" or call["case"] not in CASES:
            continue
        print("\n".join(block(call, types[call["fn"]])))


if __name__ == "__main__":
    main()
