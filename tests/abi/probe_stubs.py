# SPDX-License-Identifier: BSD-2-Clause
"""Checks stubs.json: what every function of the API puts into registers and IPC buffer, and what it
makes of the answer. The functions run as compiled, in the emulator.

A word that is null in a record is not defined by the interface and is not looked at.
"""

import re

import harness

MESSAGE, CAPS = 1, 122          # first message word and capability in the IPC buffer
BUFFER_WORDS = 128


def wrappers(protos):
    lines = {}
    for proto in protos:
        fn, params = proto["fn"], proto["params"]
        arguments = ", ".join(f"ARG({kind}, {i})" for i, (kind, _) in enumerate(params))
        call = f"{fn}({arguments});"
        body = call if proto["ret"] == "void" else f"OUT({proto['ret']}) = {call}"
        kinds = ", ".join(kind for kind, _ in params) or "void"
        match = (f"_Static_assert(__builtin_types_compatible_p(__typeof__(&{fn}), "
                 f"{proto['ret']} (*)({kinds})), \"type\");")
        lines[fn] = f"{match} void w_{fn}(area *io) {{ {body} }}"
    return lines


def check(report, arch, folder, includes, records, flags=("-O2",)):
    abi = next(r for r in records if r["rec"] == "abi")
    protos = {r["fn"]: r for r in records if r["rec"] == "proto"}
    program = harness.Program(arch, folder, "stubs", wrappers(protos.values()), includes, flags)
    runner = Runner(program, abi)
    try:
        for record in records:
            what = " ".join(filter(None, (record["rec"], record["fn"], record.get("case"))))
            if record["rec"] == "abi":
                report.result(what, runner.abi_problems())
            elif record["fn"] in program.bad:
                report.result(what, [program.bad[record["fn"]]])
            elif record["rec"] == "proto":
                report.result(what, runner.name_problems(record))
            else:
                try:
                    report.result(what, runner.call_problems(record, protos[record["fn"]]))
                except RuntimeError as error:
                    report.result(what, [str(error)])
    finally:
        program.close()


def number(text):
    return text if isinstance(text, int) else int(text, 16)


class Runner:
    def __init__(self, program, abi):
        self.program, self.abi = program, abi
        self.machine, self.word = program.machine, program.word
        self.trap_bytes = bytes.fromhex(abi["trap_bytes"])
        self.mask = 2 ** (8 * self.word) - 1
        self.headers = None

    # Records that are no calls.

    def abi_problems(self):
        """That the trap's bytes are in the code; the registers' roles show in every call."""
        symbols = [s for n, s in self.program.symbols.items() if n.startswith("w_")]
        code = self.machine.read(min(symbols), max(symbols) - min(symbols) + 0x400)
        return [] if self.trap_bytes in code else ["the trap's instruction is not in the code"]

    def name_problems(self, record):
        """Names of the parameters, from the headers' text."""
        names = self.parameter_names(record["fn"])
        want = [name for _, name in record["params"]]
        return [] if names == want else [f"parameters are {names}, should be {want}"]

    def parameter_names(self, function):
        if self.headers is None:
            self.headers = harness_text(self.program)
        return self.headers.get(function)

    # Calls.

    def call_problems(self, record, proto):
        self.fill_buffer(record["ipc_in"])
        pointers = self.put_arguments(record, proto)
        self.machine.write(harness.AREA + harness.RESULT * harness.SLOT, b"\xa5" * harness.SLOT)
        self.program.start(f"w_{record['fn']}")
        problems = []
        before = self.buffer()
        for trap in record["traps"]:
            if not self.machine.run(self.trap_bytes):
                return problems + ["it does not enter the kernel as often as it should"]
            problems += self.trap_problems(trap, before)
            self.answer(trap["answer"])
            before = self.buffer()
        if self.machine.run(self.trap_bytes):
            return problems + ["it enters the kernel more often than it should"]
        problems += self.written("after", record.get("ipc_after", {}), before)
        problems += self.result_problems(record)
        return problems + self.out_problems(record, pointers)

    def fill_buffer(self, content):
        base, step = number(content["base"]), number(content["step"])
        words = []
        for w in range(BUFFER_WORDS):
            message = MESSAGE <= w < MESSAGE + 120
            words.append(base + (w - MESSAGE if message else 128 + w) * step)
        data = b"".join((w & self.mask).to_bytes(self.word, "little") for w in words)
        self.machine.write(harness.IPC_BUFFER, data)

    def buffer(self):
        data = self.machine.read(harness.IPC_BUFFER, BUFFER_WORDS * self.word)
        return [int.from_bytes(data[i * self.word:(i + 1) * self.word], "little")
                for i in range(BUFFER_WORDS)]

    def put_arguments(self, record, proto):
        """Arguments into their slots; returns where pointers point."""
        pointers = {}
        for k, (kind, name) in enumerate(proto["params"]):
            value = record["args"][name]
            if not kind.endswith("*"):
                self.put_value(k, value)
                continue
            address = harness.POINTED + k * 0x1000
            if value == "null":
                self.program.put_words(k, [0])
                continue
            data = self.pointed(value)
            self.machine.write(address, data)
            self.program.put_words(k, [address])
            pointers[name] = (address, data)
        return pointers

    def pointed(self, value):
        if isinstance(value, dict) and "string_hex" in value:
            return bytes.fromhex(value["string_hex"]) + b"\0"
        words = value["words"] if isinstance(value, dict) else [value]
        return b"".join((number(w) & self.mask).to_bytes(self.word, "little") for w in words)

    def put_value(self, slot, value):
        if isinstance(value, dict):
            self.program.put(slot, self.pointed(value))
        else:
            self.program.put(slot, (number(value) & (2 ** 64 - 1)).to_bytes(8, "little"))

    def trap_problems(self, trap, before):
        get, abi = self.machine.get, self.abi
        problems = self.differ("sys", get(abi["sys"]), trap["sys"])
        problems += self.differ("cap", get(abi["cap"]), trap.get("cap"))
        info = trap.get("info")
        problems += self.differ("info", get(abi["info"]), info["raw"] if info else None)
        for i, want in enumerate(trap["hw_mr"]):
            problems += self.differ(f"mr{i}", get(abi["hw_mr"][i]), want)
        for role in ("reply", "nbsend_dest"):
            if role in trap and abi.get(role):
                problems += self.differ(role, get(abi[role]), trap[role])
        problems += self.written("before the trap", trap["ipc_written"], before)
        now = self.buffer()
        for i, want in enumerate(trap.get("msg") or []):
            have = get(abi["hw_mr"][i]) if i < len(abi["hw_mr"]) else now[MESSAGE + i]
            problems += self.differ(f"message word {i}", have, want)
        for i, want in enumerate(trap.get("caps") or []):
            problems += self.differ(f"capability {i}", now[CAPS + i], want)
        return problems

    def differ(self, what, have, want):
        if want is None or have == number(want) & self.mask:
            return []
        return [f"{what} is {have:#x}, should be {want}"]

    def written(self, when, want, before):
        """Words of the IPC buffer: those named have the value, the others are as before."""
        now = self.buffer()
        expected = list(before)
        for name, value in want.items():
            expected[self.word_index(name)] = None if value is None else number(value) & self.mask
        return [f"IPC buffer word {i} {when} is {now[i]:#x}, should be {expected[i]:#x}"
                for i in range(BUFFER_WORDS) if expected[i] is not None and now[i] != expected[i]]

    def word_index(self, name):
        fixed = {"tag": 0, "userData": 121, "receiveCNode": 125, "receiveIndex": 126,
                 "receiveDepth": 127}
        if name in fixed:
            return fixed[name]
        base, index = name.rstrip("]").split("[")
        return {"msg": MESSAGE, "caps_or_badges": CAPS}[base] + int(index)

    def answer(self, answer):
        if not answer:
            return
        self.machine.set(self.abi["info"], number(answer["info"]))
        self.machine.set(self.abi["badge"], number(answer["badge"]))
        for register, value in zip(self.abi["hw_mr"], answer["mr"]):
            self.machine.set(register, number(value))
        base, step = number(answer["msg_base"]), number(answer["msg_step"])
        count = len(self.abi["hw_mr"])
        data = b"".join(((base + i * step) & self.mask).to_bytes(self.word, "little")
                        for i in range(count, 120))
        self.machine.write(harness.IPC_BUFFER + (MESSAGE + count) * self.word, data)

    def result_problems(self, record):
        want = record.get("ret")
        if want is None:
            return []
        if isinstance(want, dict):
            have = self.program.result(len(want["raw"]) // 2).hex()
            bad = [i // 2 for i in range(0, len(have), 2)
                   if want["raw"][i:i + 2] not in ("--", have[i:i + 2])]
            return [f"result is {have}, should be {want['raw']}"] if bad else []
        return self.scalar_problems(record, number(want))

    def scalar_problems(self, record, want):
        """A result in one register: as wide as the type says, the filling beyond it."""
        data = self.program.result(8)
        for size in (1, 2, 4, 8):
            if int.from_bytes(data[:size], "little") == want & (256 ** size - 1) and (
                    data[size:] == b"\xa5" * (8 - size)):
                return []
        return [f"result is {data.hex()}, should be {want:#x}"]

    def out_problems(self, record, pointers):
        problems = []
        for name, want in (record.get("out") or {}).items():
            if name not in pointers:
                continue
            address, data = pointers[name]
            have = self.machine.read(address, len(data))
            if want == "unchanged":
                problems += [] if have == data else [f"{name} was changed"]
                continue
            for i, value in enumerate(want):
                word = int.from_bytes(self.machine.read(address + i * self.word, self.word),
                                      "little")
                problems += self.differ(f"{name} word {i}", word, value)
        return problems


def harness_text(program):
    """Parameter names of every function of the headers."""
    names = {}
    pattern = re.compile(r"(?:LIBSEL4_INLINE\w*|static inline)\b[^;{}()]*?(?:\([^()]*\))?[^;{}()]*?"
                         r"\b(seL4_\w+)\(([^;{]*?)\)\s*\{", re.S)
    for include in program.includes:
        for path in include.rglob("*.h"):
            for function, params in pattern.findall(path.read_text(encoding="utf-8")):
                parts = [p.strip() for p in params.split(",")]
                if parts in ([""], ["void"]):
                    parts = []
                names[function] = [re.findall(r"\w+", p)[-1] for p in parts]
    return names
