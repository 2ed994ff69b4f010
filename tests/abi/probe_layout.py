# SPDX-License-Identifier: BSD-2-Clause
"""Checks layout.json: types, structures, their fields and enumerations, from the debug information
that the compiler writes about our headers."""

from elftools.elf.elffile import ELFFile

import emulator
import toolchain

HEAD = """#include <sel4/sel4.h>
#if __has_include(<sel4/arch/bootinfo_types.h>)
#include <sel4/arch/bootinfo_types.h>
#endif
#include <sel4/benchmark_track_types.h>
"""


def check(report, arch, folder, includes, records):
    lines = {}
    for record in records:
        if record["rec"] == "struct":
            tag = f"{'union' if record['union'] else 'struct'} {record['tag']}" if (
                record["tag"]) else record["name"]
            lines[("struct", record["name"])] = (
                f"const unsigned long a_{record['name']}[] = "
                f"{{_Alignof({tag}), _Alignof({record['name']})}}; {tag} *t_{record['name']};")
    path, bad = toolchain.compile_lines(
        arch, folder, "layout", HEAD, lines, includes,
        ["-O0", "-gdwarf-4", "-fno-eliminate-unused-debug-types",
         "-fno-eliminate-unused-debug-symbols"])
    program = f"{folder}/layout.elf"  # linked, so that nothing in it is left to be relocated
    toolchain.link(arch, [path], program, emulator.CODE, emulator.DATA)
    with open(program, "rb") as stream:
        types = Types(ELFFile(stream))
        for record in records:
            problems = CHECKS[record["rec"]](types, record)
            if ("struct", record["name"]) in bad and record["rec"] == "struct":
                problems = [bad[("struct", record["name"])]]
            report.result(f"{record['rec']} {record['name']}.{record.get('field', '')}", problems)


class Types:
    """Named types of an object file."""

    def __init__(self, elf):
        self.elf = elf
        self.info = elf.get_dwarf_info(relocate_dwarf_sections=False)
        self.typedefs, self.tags, self.enums = {}, {}, {}
        for unit in self.info.iter_CUs():
            for die in unit.get_top_DIE().iter_children():
                name = attribute(die, "DW_AT_name")
                if not name:
                    continue
                if die.tag == "DW_TAG_typedef":
                    self.typedefs[name] = die
                elif die.tag in ("DW_TAG_structure_type", "DW_TAG_union_type"):
                    self.tags.setdefault(name, die)
                elif die.tag == "DW_TAG_enumeration_type":
                    self.enums[name] = die

    def words(self, name, count):
        """Values of a constant array of longs."""
        symbols = self.elf.get_section_by_name(".symtab").get_symbol_by_name(name)
        if not symbols:
            return None
        section = self.elf.get_section(symbols[0]["st_shndx"])
        size = self.elf.elfclass // 8
        data = section.data()[symbols[0]["st_value"] - section["sh_addr"]:]
        return [int.from_bytes(data[i * size:(i + 1) * size], "little") for i in range(count)]


def attribute(die, name):
    value = die.attributes.get(name)
    if value is None:
        return None
    return value.value.decode() if isinstance(value.value, bytes) else value.value


def target(die):
    return die.get_DIE_from_attribute("DW_AT_type") if "DW_AT_type" in die.attributes else None


def strip(die):
    """The type behind typedefs and qualifiers."""
    while die is not None and die.tag in ("DW_TAG_typedef", "DW_TAG_const_type"):
        die = target(die)
    return die


def size_of(die, word):
    die = strip(die)
    if die.tag == "DW_TAG_pointer_type":
        return word
    if die.tag == "DW_TAG_array_type":
        return size_of(target(die), word) * count_of(die)
    return attribute(die, "DW_AT_byte_size")


def count_of(die):
    for child in die.iter_children():
        if child.tag == "DW_TAG_subrange_type":
            upper = attribute(child, "DW_AT_upper_bound")
            return upper + 1 if upper is not None else attribute(child, "DW_AT_count")
    return 0


def name_of(die):
    """A type as C writes it."""
    if die.tag == "DW_TAG_pointer_type":
        inner = target(die)
        return (name_of(inner) if inner is not None else "void") + " *"
    if die.tag == "DW_TAG_array_type":
        return name_of(target(die)) + "[]"
    name = attribute(die, "DW_AT_name")
    kind = {"DW_TAG_structure_type": "struct", "DW_TAG_union_type": "union",
            "DW_TAG_enumeration_type": "enum"}.get(die.tag, "")
    if name:
        return f"{kind} {name}".strip()
    return f"(anonymous {kind})"


def find_struct(types, record):
    name = record["name"]
    if name in types.typedefs:
        return strip(types.typedefs[name])
    return types.tags.get(name)


def differ(what, have, want):
    return [] if have == want else [f"{what} is {have}, should be {want}"]


def check_struct(types, record):
    die = find_struct(types, record)
    if die is None:
        return ["no such type"]
    found = differ("size", attribute(die, "DW_AT_byte_size"), record["size"])
    found += differ("tag", attribute(die, "DW_AT_name"), record["tag"])
    found += differ("union", die.tag == "DW_TAG_union_type", record["union"])
    align = types.words(f"a_{record['name']}", 2)
    if align:
        if record["tag"]:
            found += differ("alignment", align[0], record["align"])
        found += differ("alignment of the typedef", align[1], record["typedef_align"])
    for name in record["typedefs"]:
        other = types.typedefs.get(name)
        found += [] if other is not None and strip(other) == die else [f"no typedef {name}"]
    return found


def check_field(types, record):
    die = find_struct(types, record)
    if die is None:
        return ["no such type"]
    members = [c for c in die.iter_children() if c.tag == "DW_TAG_member"]
    if record["index"] >= len(members):
        return ["no such field"]
    member = members[record["index"]]
    word = types.elf.elfclass // 8
    found = differ("name", attribute(member, "DW_AT_name"), record["field"])
    kind = target(member)
    if "offset" in record:
        found += differ("offset", attribute(member, "DW_AT_data_member_location") or 0,
                        record["offset"])
    if "bit_width" in record:
        found += differ("width", attribute(member, "DW_AT_bit_size"), record["bit_width"])
        found += differ("bit", bit_offset(member), record["bit_offset"])
    found += differ("size", size_of(kind, word), record["size"])
    found += differ("type", name_of(kind), record["type"])
    if "count" in record:
        found += differ("count", count_of(strip(kind)), record["count"])
        found += differ("element", name_of(target(strip(kind))), record["elem_type"])
        found += differ("element size", size_of(target(strip(kind)), word), record["elem_size"])
    return found


def bit_offset(member):
    """Bit position of a C bit field, counted from the structure's start."""
    direct = attribute(member, "DW_AT_data_bit_offset")
    if direct is not None:
        return direct
    start = attribute(member, "DW_AT_data_member_location") or 0
    storage = attribute(member, "DW_AT_byte_size") * 8
    return start * 8 + storage - attribute(member, "DW_AT_bit_offset") - attribute(
        member, "DW_AT_bit_size")


def check_enum(types, record):
    die = types.enums.get(record["tag"]) if record["tag"] else None
    if die is None:
        name = record["typedefs"][0] if record["typedefs"] else record["name"]
        die = strip(types.typedefs[name]) if name in types.typedefs else None
    if die is None:
        return ["no such enumeration"]
    found = differ("size", attribute(die, "DW_AT_byte_size"), record["size"])
    for name in record["typedefs"]:
        found += [] if name in types.typedefs else [f"no typedef {name}"]
    return found


SIGNED = {5: True, 6: True, 7: False, 8: False}


def check_scalar(types, record):
    die = types.typedefs.get(record["name"])
    if die is None:
        return ["no such type"]
    base = strip(die)
    found = differ("size", attribute(base, "DW_AT_byte_size"), record["size"])
    found += differ("base", name_of(base), record["base"])
    if "DW_AT_encoding" in base.attributes:
        found += differ("signedness", SIGNED.get(attribute(base, "DW_AT_encoding")),
                        record["signed"])
    return found


CHECKS = {"struct": check_struct, "field": check_field, "enum": check_enum,
          "scalar": check_scalar}
