# SPDX-License-Identifier: BSD-2-Clause
"""Checks constants.json: value, size, signedness of every constant, as the compiler sees them."""

import toolchain

HEAD = """#include <sel4/sel4.h>
#include <sel4/benchmark_track_types.h>
struct probe { unsigned long long value; unsigned char size, is_signed, pad[6]; };
#define PROBE(name) { (unsigned long long)(name), sizeof(name), (__typeof__(name))-1 < 1, {0} }
"""
LINES = {
    "enum": 'const struct probe p_{0} = {{ (unsigned long long)(long long)({0}), 0, 0, {{0}} }};',
    "macro": "const struct probe p_{0} = PROBE({0});",
    "pointer": "const struct probe p_{0} = {{ (unsigned long long)(__UINTPTR_TYPE__)({0}), "
               "sizeof({0}), 0, {{0}} }};",
    # A structure is no constant in C: check the bits by the compiler's own folding.
    "struct": "unsigned long long p_{0}(void) {{ return ({0}).words[0]; }} "
              "const unsigned char s_{0} = sizeof({0});",
}


def kind_of(record):
    if record.get("pointer"):
        return "pointer"
    return record["kind"]


def check(report, arch, folder, includes, records, structs):
    """`structs(names)` runs the functions p_NAME and gives their values."""
    lines = {r["name"]: LINES[kind_of(r)].format(r["name"]) for r in records}
    path, bad = toolchain.compile_lines(arch, folder, "constants", HEAD, lines, includes,
                                        ["-O1", "-fno-data-sections"])
    values = structs(path, [r["name"] for r in records
                            if r["kind"] == "struct" and r["name"] not in bad])
    symbols = toolchain.Symbols(path)
    for record in records:
        report.result(record["name"], problems(symbols, record, bad, values))


def problems(symbols, record, bad, values):
    name = record["name"]
    if name in bad:
        return [bad[name]]
    if record["kind"] == "struct":
        size = symbols.data(f"s_{name}", 1)[0]
        return differ("value", values[name], record["value"]) + differ("size", size,
                                                                       record["size"])
    data = symbols.data(f"p_{name}", 16)
    value = int.from_bytes(data[:8], "little")
    found = differ("value", value, record["value"] & (2 ** 64 - 1))
    if record["kind"] == "macro":
        found += differ("size", data[8], record["size"])
        if not record.get("pointer"):
            found += differ("signedness", bool(data[9]), record["signed"])
    return found


def differ(what, have, want):
    return [] if have == want else [f"{what} is {have}, should be {want}"]
