# SPDX-License-Identifier: BSD-2-Clause
"""Checks bitfields.json: where each field lies, by running constructors, getters and setters, by
value and through pointers, on every single bit."""

import harness


def wrappers(records):
    """C lines by what they wrap."""
    lines = {}
    fields = {}
    for record in records:
        if record["rec"] == "field":
            fields.setdefault(record["type"], []).append(record)
    for record in records:
        if record["rec"] == "type":
            lines.update(type_wrappers(record, fields.get(record["type"], [])))
        elif record["rec"] == "tag":
            lines[("tag", record["tag"])] = (
                f"void tag_{record['tag']}(area *io) {{ OUT(seL4_Word) = {record['tag']}; }}")
    return lines


def type_wrappers(record, fields):
    name, struct = record["type"], record["struct"]
    count = len(record["new_params"])
    arguments = ", ".join(f"ARG(seL4_Word, {i})" for i in range(count))
    pointer = ", ".join(["&OUT(" + struct + ")"] + [f"ARG(seL4_Word, {i})" for i in range(count)])
    lines = {
        ("new", name): f"void new_{name}(area *io) {{ OUT({struct}) = {name}_new({arguments}); }}",
        ("ptr_new", name): f"void ptr_new_{name}(area *io) {{ {name}_ptr_new({pointer}); }}",
        ("size", name): f"void size_{name}(area *io) {{ OUT(seL4_Word) = sizeof({struct}); }}",
    }
    for field in fields:
        full = f"{name}_{field['field']}"
        at = f"{name}_get_{field['field']}"
        lines[("get", full)] = (
            f"void get_{full}(area *io) {{ OUT(seL4_Word) = {at}(ARG({struct}, 0)); }}")
        lines[("ptr_get", full)] = (
            f"void ptr_get_{full}(area *io) {{ OUT(seL4_Word) = "
            f"{name}_ptr_get_{field['field']}(&ARG({struct}, 0)); }}")
        if field["has_set"]:
            lines[("set", full)] = (
                f"void set_{full}(area *io) {{ OUT({struct}) = "
                f"{name}_set_{field['field']}(ARG({struct}, 0), ARG(seL4_Word, 1)); }}")
            lines[("ptr_set", full)] = (
                f"void ptr_set_{full}(area *io) {{ OUT({struct}) = ARG({struct}, 0); "
                f"{name}_ptr_set_{field['field']}(&OUT({struct}), ARG(seL4_Word, 1)); }}")
        kind = f"_Generic({at}(({struct}){{0}}), {field['get_type']}: 1, default: 0)"
        lines[("type", full)] = f"_Static_assert({kind}, \"type of {at}\");"
    return lines


def check(report, arch, folder, includes, records):
    program = harness.Program(arch, folder, "bitfields", wrappers(records), includes)
    try:
        types = {r["type"]: r for r in records if r["rec"] == "type"}
        for record in records:
            name = record.get("tag") if record["rec"] == "tag" else (
                record["type"] + ("_" + record["field"] if record["rec"] == "field" else ""))
            found = [words for (_, key), words in program.bad.items() if key == name]
            if not found:
                found = CHECKS[record["rec"]](program, record, types)
            report.result(name, found)
    finally:
        program.close()


def differ(what, have, want):
    return [] if have == want else [f"{what} is {have!r}, should be {want!r}"]


def check_type(program, record, types):
    name, words = record["type"], record["words"]
    for i in range(len(record["new_params"])):
        program.put_words(i, [0])
    found = []
    for way in ("new", "ptr_new"):
        program.call(f"{way}_{name}")
        have = [hex(w) for w in program.result_words(words)]
        found += differ(way, have, record["new_all_zero"])
    program.call(f"size_{name}")
    return found + differ("size", program.result_words(1)[0], record["size"])


def check_tag(program, record, types):
    program.call(f"tag_{record['tag']}")
    return differ("tag", program.result_words(1)[0], record["value"])


def check_field(program, record, types):
    full = f"{record['type']}_{record['field']}"
    kind = types[record["type"]]
    words, bits = kind["words"], kind["word_bits"]
    ones, zero = [2 ** bits - 1] * words, [0] * words
    mask = ((1 << record["width"]) - 1) << record["offset"]
    want_set = [mask if i == record["word"] else 0 for i in range(words)]
    found = check_get(program, record, full, ones, zero, bits)
    if record["has_set"]:
        for way in ("set", "ptr_set"):
            found += check_set(program, way, full, zero, 2 ** bits - 1, want_set)
            found += check_set(program, way, full, ones, 0, [a ^ b for a, b in
                                                             zip(ones, want_set)])
    if "new_arg" in record:
        found += check_new(program, record, kind, want_set)
    if "new_value" in record:
        for i in range(len(kind["new_params"])):
            program.put_words(i, [0])
        program.call(f"new_{record['type']}")
        value = program.result_words(words)[record["word"]] >> record["offset"]
        found += differ("tag in the constructor", value & ((1 << record["width"]) - 1),
                        record["new_value"])
    return found


def check_get(program, record, full, ones, zero, bits):
    found = []
    for way in ("get", "ptr_get"):
        program.put_words(0, ones)
        program.call(f"{way}_{full}")
        found += differ(way, hex(program.result_words(1)[0]), record["get_all_ones"])
        for index in range(len(zero)):
            for bit in range(bits):
                words = list(zero)
                words[index] = 1 << bit
                program.put_words(0, words)
                program.call(f"{way}_{full}")
                inside = index == record["word"] and (
                    0 <= bit - record["offset"] < record["width"])
                want = 1 << (bit - record["offset"]) if inside else 0
                found += differ(f"{way} of bit {bit} of word {index}", program.result_words(1)[0],
                                want)
            if index != record["word"] and index > 1:
                break
    return found


def check_set(program, way, full, start, value, want):
    program.put_words(0, start)
    program.put_words(1, [value])
    program.call(f"{way}_{full}")
    return differ(way, program.result_words(len(want)), want)


def check_new(program, record, kind, want):
    base = [int(w, 16) for w in kind["new_all_zero"]]
    for i in range(len(kind["new_params"])):
        program.put_words(i, [2 ** kind["word_bits"] - 1 if i == record["new_arg"] else 0])
    found = []
    for way in ("new", "ptr_new"):
        program.call(f"{way}_{record['type']}")
        have = program.result_words(len(want))
        found += differ(way, [a & ~b for a, b in zip(have, base)],
                        [a & ~b for a, b in zip(want, base)])
    return found


CHECKS = {"type": check_type, "field": check_field, "tag": check_tag}
