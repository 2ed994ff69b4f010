#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Golden data of the project's own form: what a kernel's own library does, recorded once by running
it, and what our headers must do too.

  golden.py --record PREFIX --config NAME     run the library in an installed kernel's prefix
  golden.py --check --config NAME             run our headers against golden/NAME.jsonl
  golden.py --compare PREFIX                  the same calls with the library of any prefix and with
                                              the headers that we generate from it

A golden file is JSON, one object a line. The first says what it is of. "constants", "layout" and
"fields" (bit fields) map names to numbers; every other line is one call of one function: what each
trap carried, what changed in the IPC buffer, what came back. null: not defined by the interface.
"""

import argparse
import functools
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import emulator  # noqa: E402
import harness  # noqa: E402
import toolchain  # noqa: E402

HERE = Path(__file__).resolve().parent
TOP = HERE.parent.parent
GEN = TOP / "syscalls/gen/main.py"
FOLDER = HERE / "golden"
BUFFER_WORDS = 128
CASES = ("mix", "error", "ones")
FILLS = (0x5A5A1234, 0x00C0FFEE)
SKIPPED = {"seL4_SetIPCBuffer", "seL4_GetIPCBuffer", "seL4_DebugRun", "seL4_InitBootInfo",
           "seL4_GetBootInfo", "seL4_GetDebugError", "seL4_SetPrintError", "seL4_CanPrintError"}
POINTERS_OUT = {"seL4_UserContext *", "seL4_VCPUContext *", "seL4_ARM_SMCContext *"}


def word(seed, bits):
    """A number that looks like no other; fixed by its seed."""
    value = (seed * 0x9E3779B97F4A7C15 + 0x1234567) & (2 ** 64 - 1)
    value ^= value >> 29
    return value & (2 ** bits - 1)


# Functions to call, and facts to look up: from the generator's own model.

@functools.lru_cache(maxsize=None)
def model_of(config):
    sys.path.insert(0, str(TOP / "syscalls/gen"))
    import load_api
    arch, _, kind = config.partition("-")
    settings = {"mcs": {"KERNEL_MCS": True}, "": {},
                "rel": {"DEBUG_BUILD": False, "PRINTING": False, "HARDWARE_DEBUG_API": False}}
    return load_api.load(TOP / "syscalls/api", arch, settings[kind])


def config_text(config):
    kind = config.partition("-")[2]
    return {"mcs": "mcs=on", "": "mcs=off",
            "rel": "debug=off,printing=off,hardware_debug=off"}[kind]


def our_includes(config, folder, prefix=None):
    """Headers generated into a folder, without thread-local data."""
    source = ["--prefix", str(prefix), "--config", ""] if prefix else [
        "--arch", config.partition("-")[0], "--config", config_text(config) + ","]
    source[-1] += "LIB_SEL4_USE_THREAD_LOCALS=off"
    subprocess.run([sys.executable, str(GEN), *source, "--out", str(folder)], check=True)
    return [Path(folder) / "include", TOP / "syscalls/include"]


def library_includes(prefix, folder):
    """The library's headers, with its switch for thread-local data off."""
    include = Path(prefix) / "libsel4/include"
    copy = Path(folder) / "switch/sel4"
    copy.mkdir(parents=True, exist_ok=True)
    text = (include / "sel4/gen_config.h").read_text(encoding="utf-8")
    text = re.sub(r"#define CONFIG_LIB_SEL4_USE_THREAD_LOCALS\b.*", "", text)
    (copy / "gen_config.h").write_text(text, encoding="utf-8")
    return [Path(folder) / "switch", include]


FUNCTION = re.compile(r"(?:LIBSEL4_INLINE_FUNC|LIBSEL4_INLINE)\s+"
                      r"((?:unsigned\s+)?\w+(?:\s*\*)?)\s*(?:CONST|PURE)?\s*\b(seL4_\w+)"
                      r"\(([^;{]*?)\)\s*\{", re.S)


def functions(includes):
    """(name, result type, parameter types) of the API's functions, accessors of bits apart."""
    found = {}
    for include in includes:
        for name in ("sel4/syscalls.h", "sel4/functions.h", "sel4/faults.h",
                     "interfaces/sel4_client.h"):
            path = include / name
            if path.exists():
                for result, function, params in FUNCTION.findall(path.read_text("utf-8")):
                    parts = [p.strip() for p in re.split(r",\s*", params)]
                    kinds = [] if parts == ["void"] else [
                        re.sub(r"\s+", " ", re.sub(r"\w+$", "", p)).strip() for p in parts]
                    names = [] if parts == ["void"] else [
                        re.findall(r"\w+", p)[-1] for p in parts]
                    if function not in SKIPPED:
                        found[function] = (result.strip(), list(zip(kinds, names)))
    return found


# Calls.

class Caller:
    """Runs calls in one program."""

    def __init__(self, model, program, table, fill):
        self.model, self.program, self.table, self.fill = model, program, table, fill
        self.bits = model.word_bits
        self.bytes = self.bits // 8
        self.machine = program.machine
        self.trap_bytes = TRAP_BYTES[model.arch]

    def words(self, address, count):
        data = self.machine.read(address, count * self.bytes)
        return [int.from_bytes(data[i * self.bytes:(i + 1) * self.bytes], "little")
                for i in range(count)]

    def put(self, address, values):
        self.machine.write(address, b"".join((v & (2 ** self.bits - 1)).to_bytes(
            self.bytes, "little") for v in values))

    def call(self, function, case):
        """One call; returns what there is to know about it."""
        result, params = self.table[function]
        self.scribble()
        self.put(harness.IPC_BUFFER, [word(1000 + i, self.bits) for i in range(BUFFER_WORDS)])
        pointers = self.arguments(params, case)
        self.program.start(f"w_{function}")
        record = {"f": function, "case": case, "t": []}
        before = self.words(harness.IPC_BUFFER, BUFFER_WORDS)
        while self.machine.run(self.trap_bytes):
            record["t"].append(self.trap(before))
            self.answer(case, function)
            before = self.words(harness.IPC_BUFFER, BUFFER_WORDS)
            if len(record["t"]) > 8:
                raise RuntimeError(f"{function} does not end")
        record["after"] = self.changes(before)
        if result != "void":
            record["ret"] = self.program.result(self.sizes[function]).hex()
        out = {}
        for name, address, count, old in pointers:
            now = self.words(address, count)
            if now != old:
                out[name] = [hex(v) for v in now]
        record["out"] = out
        return record

    def scribble(self):
        """What nobody may rely on: registers, stack, the place of the result."""
        for i, name in enumerate(SCRATCH[self.model.arch]):
            self.machine.set(name, word(self.fill + i, self.bits))
        for slot in range(harness.RESULT + 1):
            self.put(harness.AREA + slot * harness.SLOT,
                     [word(self.fill + 50, self.bits)] * (harness.SLOT // self.bytes))
        self.put(emulator.STACK - 0x1000,
                 [word(self.fill + 60, self.bits)] * (0x1000 // self.bytes))

    def value(self, case, seed):
        return 2 ** self.bits - 1 if case == "ones" else word(seed, self.bits)

    def arguments(self, params, case):
        pointers = []
        for k, (kind, name) in enumerate(params):
            slot = harness.AREA + k * harness.SLOT
            if not kind.endswith("*"):
                self.put(slot, self.by_value(kind, name, params, case, k))
                continue
            address = harness.POINTED + k * 0x1000
            self.put(slot, [address])
            if "char" in kind:
                self.machine.write(address, b"Name\xc3\0")
                continue
            count = len(self.struct_of(kind).fields) if kind in POINTERS_OUT else 1
            values = [self.value(case, 300 + 40 * k + i) for i in range(count)]
            self.put(address, values)
            pointers.append((name, address, count, values))
        return pointers

    def struct_of(self, kind):
        return self.model.struct(kind.removeprefix("seL4_").rstrip(" *"))

    def by_value(self, kind, name, params, case, k):
        """Words of an argument by value."""
        if kind == "seL4_MessageInfo_t":
            length = {"mix": 6, "error": 2, "ones": 120}[case]
            return [(0x2A << 12) | (1 << 7) | length]
        if kind == "seL4_UserContext":
            return [word(700 + i, self.bits) for i in range(len(self.struct_of(kind).fields))]
        if name == "count":
            struct = next(self.struct_of(t) for t, _ in params if t in POINTERS_OUT)
            return [len(struct.fields) - (3 if case == "mix" else 0)]
        if kind == "int" or name == "length":
            return [5]
        if kind == "seL4_Bool" and case != "ones":
            return [k & 1]
        if name == "size":
            return [9]
        if kind == "seL4_Time" and self.bits == 32:
            return [self.value(case, 100 + k), self.value(case, 130 + k)]
        return [self.value(case, 100 + k)]

    def trap(self, before):
        trap, get = self.model.trap, self.machine.get
        have = {"sys": get(trap["sys"]), "cap": get(trap["cap"]), "info": get(trap["info"]),
                "mr": [get(r) for r in self.model.mr_registers]}
        if self.model.mcs:
            have["reply"] = get(trap["reply"])
            if trap.get("dest"):
                have["dest"] = get(trap["dest"])
        have = {k: [hex(x) for x in v] if isinstance(v, list) else hex(v)
                for k, v in have.items()}
        have["ipc"] = self.changes(before)
        return have

    def changes(self, before):
        now = self.words(harness.IPC_BUFFER, BUFFER_WORDS)
        return {str(i): hex(b) for i, (a, b) in enumerate(zip(before, now)) if a != b}

    def answer(self, case, function):
        label = 4 if case == "error" else 0
        plain = not any(k == "_service" for _, k in self.table[function][1])
        info = (label << 12) | 7 if not plain else (0x123 << 12) | (2 << 7) | 6
        trap = self.model.trap
        self.machine.set(trap["info"], info)
        self.machine.set(trap["cap"], self.value(case, 500))
        for i, register in enumerate(self.model.mr_registers):
            self.machine.set(register, self.value(case, 510 + i))
        first = self.model.hw_mrs
        self.put(harness.IPC_BUFFER + (1 + first) * self.bytes,
                 [self.value(case, 600 + i) for i in range(first, 120)])


TRAP_BYTES = {"x86_64": b"\x0f\x05", "ia32": b"\x0f\x34", "aarch64": b"\x01\x00\x00\xd4",
              "aarch32": b"\x00\x00\x00\xef", "riscv64": b"\x73\0\0\0", "riscv32": b"\x73\0\0\0"}
SCRATCH = {
    "x86_64": "rax rcx rdx rsi r8 r9 r10 r11 rbx rbp r12 r13 r14 r15".split(),
    "ia32": "eax ecx edx ebx esi edi ebp".split(),
    "aarch64": [f"x{i}" for i in range(1, 30)], "aarch32": [f"r{i}" for i in range(1, 13)],
    "riscv64": [f"a{i}" for i in range(1, 8)] + [f"t{i}" for i in range(7)] + [
        f"s{i}" for i in range(12)],
}
SCRATCH["riscv32"] = SCRATCH["riscv64"]


def wrapper(function, result, params):
    arguments = ", ".join(f"ARG({kind}, {i})" for i, (kind, _) in enumerate(params))
    call = f"{function}({arguments});"
    return f"void w_{function}(area *io) {{ " + (
        call if result == "void" else f"OUT({result}) = {call}") + " }"


def run_calls(model, includes, table, flags, fill, folder):
    """All calls; {(function, case): record}, and the functions that do not compile."""
    lines = {f: wrapper(f, r, p) for f, (r, p) in table.items()}
    lines["sizes"] = "const unsigned z_void = 0;" + "".join(
        f"const unsigned z_{f} = sizeof({r});" for f, (r, _) in table.items() if r != "void")
    program = harness.Program(model.arch, folder, f"golden{flags}{fill}".replace("-", ""), lines,
                              includes, (flags,))
    caller = Caller(model, program, table, fill)
    caller.sizes = {f: int.from_bytes(program.machine.read(program.symbols[f"z_{f}"], 4), "little")
                    for f, (r, _) in table.items() if r != "void" and f not in program.bad}
    records = {}
    try:
        for function in table:
            if function in program.bad:
                continue
            for case in CASES:
                records[(function, case)] = caller.call(function, case)
    finally:
        program.close()
    return records, program.bad


def merge(a, b):
    """null where two runs differ: nothing defines it."""
    if isinstance(a, dict) and isinstance(b, dict) and a.keys() == b.keys():
        return {k: merge(a[k], b[k]) for k in a}
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        return [merge(x, y) for x, y in zip(a, b)]
    if isinstance(a, str) and isinstance(b, str) and len(a) == len(b) and a != b and (
            not a.startswith("0x")):
        return "".join(x if x == y and p == q else "-" for i in range(0, len(a), 2)
                       for x, y, p, q in [(a[i], b[i], a[i + 1], b[i + 1]),
                                          (a[i + 1], b[i + 1], a[i], b[i])])
    return a if a == b else None


# Facts.

def fact_lines(model):
    """C that holds every constant, offset and size."""
    lines = {("constants", n): f"const long long c_{n} = (long long)({n});"
             for n in model.constants()}
    for method in model.methods:
        lines[("constants", method.label)] = (
            f"const long long c_{method.label} = (long long)({method.label});")
    for call in model.syscalls:
        name = f"seL4_Sys{call.name}"
        lines[("constants", name)] = f"const long long c_{name} = (long long)({name});"
    for struct in model.structs:
        lines[("layout", struct.name)] = (
            f"const long long l_{struct.name} = sizeof({struct.name});")
        for field in struct.fields:
            key = f"{struct.name}.{field.name}"
            lines[("layout", key)] = (
                f"const long long l_{struct.name}__{field.name} = "
                f"__builtin_offsetof({struct.name}, {field.name}) * 65536 + "
                f"sizeof((({struct.name} *)0)->{field.name});")
    return lines


def facts(model, includes, folder):
    head = harness.HEAD
    path, bad = toolchain.compile_lines(model.arch, folder, "facts", head, fact_lines(model),
                                        includes, ["-O1"])
    result = {"constants": {}, "layout": {}}
    symbols = toolchain.Symbols(path)
    for kind, name in fact_lines(model):
        if (kind, name) in bad:
            continue
        data = symbols.data(f"{kind[0]}_{name.replace('.', '__')}", 8)
        value = int.from_bytes(data, "little", signed=True)
        result[kind][name] = divmod(value, 65536) if "." in name else value
    return {k: {n: list(v) if isinstance(v, tuple) else v for n, v in d.items()}
            for k, d in result.items()}


def block_lines(model):
    lines = {}
    for block in model.all_blocks():
        ctype = "seL4_Fault_t" if block.tag_field else f"{block.name}_t"
        for field in block.fields:
            if field.name == block.tag_field:
                continue  # the tag has one getter for the whole union
            full = f"{block.name}_{field.name}"
            lines[(block.name, field.name)] = (
                f"void g_{full}(area *io) {{ seL4_Word *in = (seL4_Word *)io, *out = &OUT(seL4_Word);"
                f" unsigned bits = 8 * sizeof(*in); for (unsigned i = 0; i < {block.words} * bits;"
                f" i++) {{ in[i / bits] = (seL4_Word)1 << i % bits;"
                f" out[i] = {block.name}_get_{field.name}(ARG({ctype}, 0)); in[i / bits] = 0; }} }}")
    return lines


def bit_fields(model, includes, folder):
    """Where each field is, found by setting single bits."""
    program = harness.Program(model.arch, folder, "fields", block_lines(model), includes)
    found = {}
    try:
        for block in model.all_blocks():
            for field in block.fields:
                if (block.name, field.name) in program.bad or field.name == block.tag_field:
                    continue
                found[f"{block.name}.{field.name}"] = locate(program, block, field, model)
    finally:
        program.close()
    return found


def locate(program, block, field, model):
    """[word, lowest bit, width] from what the getter gives for each bit."""
    program.put_words(0, [0] * block.words)
    program.call(f"g_{block.name}_{field.name}")
    values = program.result_words(block.words * model.word_bits)
    seen = [(*divmod(i, model.word_bits), value) for i, value in enumerate(values) if value]
    if not seen or [v for _, _, v in seen] != [1 << i for i in range(len(seen))]:
        return seen
    return [seen[0][0], seen[0][1], len(seen)]


# Recording and checking.

def everything(model, includes, table, variants=(("-O2", FILLS[0]),)):
    """Facts and calls of a set of headers, and the functions that it does not have."""
    with tempfile.TemporaryDirectory() as folder:
        found = facts(model, includes, folder)
        found["fields"] = bit_fields(model, includes, folder)
        records = None
        for flags, fill in variants:
            more, bad = run_calls(model, includes, table, flags, fill, folder)
            records = more if records is None else {
                k: merge(records[k], more[k]) for k in records if k in more}
    return found, records, bad


VARIANTS = [(o, f) for o in ("-O2", "-O0") for f in FILLS]


def path_of(config):
    return FOLDER / f"{config}.jsonl"


def record(config, prefix):
    with tempfile.TemporaryDirectory() as folder:
        ours = our_includes(config, Path(folder) / "ours")
        table = functions(ours)
        found, records, bad = everything(model_of(config), library_includes(prefix, folder),
                                         table, VARIANTS)
    for name in bad:
        print(f"{config}: the library has no {name}: {bad[name]}", file=sys.stderr)
    FOLDER.mkdir(exist_ok=True)
    with open(path_of(config), "w", encoding="utf-8") as out:
        head = {"golden": config, "version": "16.0.0", "cases": list(CASES),
                "functions": {f: [r, p] for f, (r, p) in table.items() if f not in bad}}
        for line in [head] + [{k: found[k]} for k in ("constants", "layout", "fields")]:
            out.write(json.dumps(line, separators=(",", ":")) + "\n")
        for line in records.values():
            out.write(json.dumps(line, separators=(",", ":")) + "\n")
    print(f"{config}: {len(records)} calls, {len(found['constants'])} constants, "
          f"{len(found['layout'])} places, {len(found['fields'])} bit fields recorded")


def load_golden(config):
    lines = [json.loads(x) for x in path_of(config).read_text(encoding="utf-8").splitlines()]
    return lines[0], {k: v for x in lines[1:4] for k, v in x.items()}, lines[4:]


def matches(want, have):
    """Whether a value is as recorded; null is not looked at."""
    if want is None:
        return True
    if isinstance(want, dict):
        return isinstance(have, dict) and want.keys() == have.keys() and all(
            matches(want[k], have[k]) for k in want)
    if isinstance(want, list):
        return isinstance(have, list) and len(want) == len(have) and all(
            matches(a, b) for a, b in zip(want, have))
    if isinstance(want, str) and "-" in want and isinstance(have, str):
        return len(want) == len(have) and all(a in ("-", b) for a, b in zip(want, have))
    return want == have


def check(config):
    """(counts by kind, failures) of our headers against the golden file."""
    head, want, calls = load_golden(config)
    table = {f: (r, [tuple(x) for x in p]) for f, (r, p) in head["functions"].items()}
    with tempfile.TemporaryDirectory() as folder:
        ours = our_includes(config, folder)
        found, records, bad = everything(model_of(config), ours, table)
    counts, failures = {}, [f"{f}: {w}" for f, w in bad.items()]
    for kind in ("constants", "layout", "fields"):
        counts[kind] = len(want[kind])
        failures += [f"{kind} {n}: {found[kind].get(n)}, should be {v}"
                     for n, v in want[kind].items() if found[kind].get(n) != v]
    counts["calls"] = len(calls)
    for call in calls:
        key = (call["f"], call["case"])
        have = records.get(key)
        if (have is None or not matches(call, have)) and not known_difference(
                model_of(config), *key):
            failures.append(f"{key}: {json.dumps(have)}, should be {json.dumps(call)}")
    return counts, failures


def only_theirs(model, includes, table, folder):
    """Functions of the library, as configured, that our headers have not."""
    names = [f for f in functions(includes) if f not in table]
    lines = {f: f"void *x_{f} = (void *)&{f};" for f in names}
    _, bad = toolchain.compile_lines(model.arch, folder, "theirs", harness.HEAD, lines, includes)
    return [f for f in names if f not in bad]


REGISTERS = ("seL4_TCB_ReadRegisters", "seL4_TCB_WriteRegisters")
# Where the library is wrong and our headers are not meant to be: of which kernels, what, and why.
KNOWN = [
    (lambda m: m.on("BEFORE_16"), REGISTERS, ("mix",),
     "before seL4 16 the stubs do not look at count, and store or send words nobody asked for"),
    (lambda m: m.arch == "ia32" and m.mcs, REGISTERS, ("mix",),
     "count is not looked at where it does not travel in a register"),
    (lambda m: m.arch == "ia32" and m.mcs, ("seL4_ReplyRecvWithMRs",), CASES,
     "the reply object is not passed on"),
]


def known_difference(model, function, case):
    return any(function in functions_ and case in cases and holds(model)
               for holds, functions_, cases, _ in KNOWN)


def compare(prefix):
    """(counts, failures, functions of ours that the library lacks)."""
    sys.path.insert(0, str(TOP / "syscalls/gen"))
    import load_prefix
    model = load_prefix.load(TOP / "syscalls/api", prefix, {})
    with tempfile.TemporaryDirectory() as folder:
        ours = our_includes(None, Path(folder) / "ours", prefix)
        table = functions(ours)
        want, calls, lacks = everything(model, library_includes(prefix, folder), table, VARIANTS)
        missing = list(lacks)
        table = {f: t for f, t in table.items() if f not in missing}
        found, records, bad = everything(model, ours, table)
        theirs = only_theirs(model, library_includes(prefix, folder), table, folder)
    failures = [f"{f}: {w}" for f, w in bad.items()]
    counts = {k: len(want[k]) for k in ("constants", "layout", "fields")}
    counts["calls"] = len(calls)
    for kind in ("constants", "layout", "fields"):
        failures += [f"{kind} {n}: {found[kind].get(n)}, the library has {v}"
                     for n, v in want[kind].items() if found[kind].get(n) != v]
        missing += [f"{kind} {n}" for n in found[kind] if n not in want[kind]]
    failures += [f"{k}: {json.dumps(records.get(k))}, the library does {json.dumps(v)}"
                 for k, v in calls.items() if not matches(v, records.get(k))
                 and not known_difference(model, *k)]
    failures += [f"{f}: only the library has it" for f in theirs]
    return counts, failures, missing


def report(name, counts, failures):
    print(f"{name}: " + ", ".join(f"{n} {k}" for k, n in counts.items())
          + f"; {len(failures)} differences")
    for failure in failures[:40]:
        print("  " + failure)
    return 1 if failures else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--record", metavar="PREFIX")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--compare", metavar="PREFIX")
    parser.add_argument("--config")
    arguments = parser.parse_args()
    if arguments.compare:
        counts, failures, missing = compare(arguments.compare)
        status = report(arguments.compare, counts, failures)
        for name in missing:
            print(f"  (only ours: {name})")
        return status
    if not arguments.config:
        parser.error("--config is needed")
    if arguments.record:
        record(arguments.config, arguments.record)
        return 0
    counts, failures = check(arguments.config)
    return report(arguments.config, counts, failures)


if __name__ == "__main__":
    sys.exit(main())
