# SPDX-License-Identifier: BSD-2-Clause
"""Calls that make no sense, for every method of the by-name table: without arguments, all zeros,
all ones, and at random, among it capabilities that are really there, the monitor's own included.
Nothing here knows what a method does; its parameters are what `api METHOD` says.
"""

MAX = (1 << 64) - 1
ODD = (0, 1, 2, 3, 4, 7, 8, 12, 20, 63, 64, 65, 120, 255, 256, 1000, 0x1000, 0x400000, 0x10000000,
       0x7fffffff, 0x80000000, 0xffffffff, 0x100000000, 0x7fffffffffff, 0x800000000000,
       0xffff800000000000, 0xffffff8000000000, 1 << 63, MAX - 1, MAX)
NAMES = ('x', '""', '"%s%n\\x1b["', '"' + "A" * 900 + '"')
OBJECTS = ("Endpoint", "Notification", "TCB", "CNode size=4", "Untyped size=14", "slot", "slot")


def methods(target):
    """{name: (its record, its parameters' records)}"""
    found = {}
    for row in target.records("api"):
        records = target.records("api " + row["method"])
        found[row["method"]] = (records[0],
                                [r for r in records if r["record"] == "parameter"])
    return found


def capabilities(target):
    """Addresses of capabilities: of each range of one kind the ends and the middle."""
    found = []
    for row in target.records("caps", 60):
        first, last = int(row["first"], 16), int(row["last"], 16)
        found += {first, last, (first + last) // 2}
    return found


def make_objects(target):
    """The operator's own objects; their capabilities."""
    return [int(record["cap"], 16) for kind in OBJECTS
            for record in target.records("new " + kind) if "cap" in record]


def delete_objects(target):
    for row in target.records("caps", 60):
        if row.get("owner") == "operator":
            target.run("delete " + row["name"])


class Maker:
    """Makes calls; `rng` decides everything, so that a failure can be repeated."""

    def __init__(self, rng, caps, only=False):
        """`only`: no capability but these; others may be the monitor's own."""
        self.rng, self.caps, self.only = rng, caps, only

    def any_word(self):
        bits = self.rng.choice((3, 6, 12, 32, 48, 64))
        return self.rng.choice((*ODD, self.rng.getrandbits(bits)))

    def word(self, parameter, how):
        most = int(parameter["max"], 16)
        if how != "random":
            return 0 if how == "zeros" else most
        if parameter["kind"] == "depth" and self.rng.random() < 0.6:
            return 64
        is_cap = parameter["travels"].startswith("capability") or parameter["kind"] == "slot"
        if is_cap and (self.only or self.rng.random() < 0.8):
            return self.rng.choice(self.caps)
        return min(self.any_word(), most) if self.rng.random() < 0.9 else self.any_word()

    def argument(self, parameter, how):
        name = parameter["parameter"]
        if "max" in parameter:
            return f"{name}={self.word(parameter, how)}"
        if parameter["kind"] == "text":
            return f"{name}={self.rng.choice(NAMES)}"
        words = {"zeros": [0] * 20, "ones": [MAX] * 20,
                 "random": [self.any_word() for _ in range(self.rng.choice((0, 1, 2, 5, 20)))]}
        return f"{name}=[{','.join(map(str, words[how]))}]"

    def call(self, method, parameters, how):
        given = [] if how == "nothing" else [
            self.argument(p, how) for p in parameters
            if not (p["optional"] and self.rng.random() < 0.5)]
        return " ".join(["call", method, *given])

    def forced(self, record, parameters):
        """The same with `!` on the operator's own objects; nothing that is documented to halt."""
        if record.get("danger"):
            return None
        return self.call(record["method"], parameters, "random").replace("call ", "call! ", 1)
