# SPDX-License-Identifier: BSD-2-Clause
"""Reads the types of the interface: enumerations, constants, bit fields, structures, and lays the
structures out. load_prefix.py lays those of a kernel's own files out in the same way.
"""

import re

import cexpr
import cond
import marked
from model import Block, BlockField, Enum, Macro, Struct, StructField, Union


class Types:
    """Puts the types of a description into a model."""

    def __init__(self, api, model):
        self.api, self.model = api, model

    def load(self):
        self.load_enums()
        self.load_constants()
        self.load_blocks()
        self.load_structs()

    def load_enums(self):
        top = self.api.file("enums.yaml")
        top.allow("enums")
        constants = {}
        for record in top.records("enums", "an enumeration", True):
            record.allow("typedef", "tag", "header", "if", "long", "flags", "doc", "prefix",
                         "members")
            members = self.members(record, constants) if self.api.holds(record) else None
            if members is None:
                continue
            long = record.get("long", (bool, str), False)
            constants.update(members)
            self.model.enums.append(Enum(
                record.get("typedef", str, ""), record.get("tag", str, ""),
                record.get("header", str, required=True), members,
                long if isinstance(long, bool) else self.api.holds(record, "long"),
                record.get("flags", bool, False), record.get("doc", str, "")))

    def members(self, record, constants):
        result, last = [], -1
        known = dict(constants)
        prefix = record.get("prefix", str, "")
        for item in self.api.flatten(record, "members"):
            match = re.fullmatch(r"(\w+)(?:\s*=\s*(.+))?", item)
            if not match:
                record.fail("members", f"{item!r} is not NAME or NAME = VALUE")
            name, text = prefix + match.group(1), match.group(2)
            value = last + 1 if text is None else cexpr.evaluate(
                self.api.settings(text), known, self.model.word_bits)
            if value is None:
                record.fail("members", f"{text!r} has no value here")
            known[name] = last = value
            result.append((name, value))
        return result

    def load_constants(self):
        top = self.api.file("constants.yaml")
        top.allow("constants")
        known = self.model.constants()
        for record in top.records("constants", "a set of constants", True):
            record.allow("header", "if", "values")
            values = record.get("values", dict, required=True)
            if not self.api.holds(record):
                continue
            table = marked.Record(record.path, values, "the values")
            for name in values:
                text = self.api.choose(table, name)
                value = cexpr.evaluate(text, known, self.model.word_bits)
                if value is not None:
                    known[name] = value
                self.model.macros.append(Macro(name, text, record.get("header", str), value))

    def load_blocks(self):
        top = self.api.file("bitfields.yaml")
        top.allow("blocks", "union")
        for record in top.records("blocks", "a bit-field type", True):
            record.allow("name", "if", "fields")
            if self.api.holds(record):
                fields = self.block_fields(record)
                self.model.blocks.append(
                    Block(record.get("name", str, required=True), 1, fields, self.model.word_bits))
        union = marked.Record(top.path, top.get("union", dict, required=True), "the union")
        union.allow("name", "tag", "tag_bits", "members")
        self.load_union(union)

    def block_fields(self, record):
        at, fields = 0, []
        for item in record.get("fields", list, required=True):
            if isinstance(item, dict):
                inner = marked.Record(record.path, item, "a field")
                inner.allow("if", "field")
                if not self.api.holds(inner):
                    continue
                item = inner.get("field", list, required=True)
            if isinstance(item, int):
                at += item
                continue
            if len(item) != 2 or not isinstance(item[1], int):
                record.fail("fields", f"{item!r} is not [NAME, BITS]")
            fields.insert(0, BlockField(item[0], 0, at, item[1]))
            at += item[1]
        if at > self.model.word_bits:
            record.fail("fields", f"{at} bits do not fit a word of {self.model.word_bits}")
        return fields

    def load_union(self, record):
        bits = self.model.word_bits
        name, tag = record.get("name", str, required=True), record.get("tag", str, required=True)
        union = Union(name, tag, [])
        for item in record.records("members", "a member", True):
            item.allow("name", "value", "if", "words", "low", "bits")
            if not self.api.holds(item):
                continue
            value = int(self.api.choose(item, "value"), 0)
            words = item.get("words", list, required=True)
            width = item.get("bits", int, bits)
            fields = [BlockField(w, len(words) - i, 0, width) for i, w in enumerate(words)]
            at = record.get("tag_bits", int, required=True)
            for low in item.get("low", list, []):
                if not isinstance(low, int):
                    fields.append(BlockField(low[0], 0, at, low[1]))
                at += low if isinstance(low, int) else low[1]
            tag_field = BlockField(tag, 0, 0, record.get("tag_bits", int))
            union.words = max(union.words, 1 + len(words))
            union.members.append((item.get("name", str, required=True), value,
                                  Block(f"{name}_{item.get('name', str)}", 0, fields + [tag_field],
                                        bits, tag, value)))
        for _, _, block in union.members:
            block.words = union.words
        self.model.union = union

    def load_structs(self):
        top = self.api.file("structs.yaml")
        top.allow("scalars", "structs")
        for record in top.records("scalars", "a set of types", True):
            record.allow("base", "header", "if", "names")
            if self.api.holds(record):
                for name in record.get("names", list, required=True):
                    self.model.scalars.append((name, record.get("base", str, required=True),
                                               record.get("header", str, required=True)))
        for record in top.records("structs", "a structure", True):
            record.allow("name", "tag", "header", "if", "packed", "aligned", "registers", "own_words",
                         "words", "fields")
            if self.api.holds(record):
                self.model.structs.append(self.structure(record))

    def structure(self, record):
        fields = []
        if "words" in record.data:
            words = record.get("words", (list, dict))
            if isinstance(words, dict):
                words = next((w for c, w in words.items()
                              if c == "else" or cond.holds(c, self.api.config)), None)
                if words is None:
                    record.fail("words", "no condition holds")
            fields = [StructField("seL4_Word", w) for w in words]
        else:
            for text in self.api.flatten(record, "fields"):
                match = re.fullmatch(r"([\w ]+?[ *]+)(\w+)(?:\[(.+)\])?", text)
                if not match:
                    record.fail("fields", f"{text!r} is not TYPE NAME or TYPE NAME[COUNT]")
                fields.append(StructField(match.group(1).strip(), match.group(2),
                                          count_text=match.group(3) or ""))
        struct = Struct(record.get("name", str, required=True), record.get("tag", str, ""),
                        record.get("header", str, required=True), fields,
                        record.get("packed", bool, False), record.get("aligned", str, ""),
                        record.get("registers", bool, False))
        struct.own_words = record.get("own_words", bool, False)
        lay_out(self.model, struct, record)
        return struct


def lay_out(model, struct, record):
    """Offsets and sizes by the rules of C."""
    at, align = 0, 1
    for field in struct.fields:
        size, own = type_size(model, field.ctype, record)
        own = 1 if struct.packed else own
        if field.count_text:
            text = re.sub(r"CONFIG_(\w+)", lambda m: str(model.config.get(m.group(1), 0)),
                          field.count_text)
            field.count = cexpr.evaluate(text, model.constants(), model.word_bits)
            if field.count is None:
                record.fail("fields", f"{field.count_text!r} has no value here")
        field.offset = -(-at // own) * own
        field.size = size
        at, align = field.offset + size * field.count, max(align, own)
    struct.size, struct.align = -(-at // align) * align, align


def type_size(model, ctype, record=None):
    """Size and alignment of a C type in bytes."""
    word = model.word_bits // 8
    if ctype.endswith("*"):
        return word, word
    fixed = {"char": 1, "Uint8": 1, "Int8": 1, "Bool": 1, "uint16_t": 2, "Uint16": 2, "int": 4,
             "uint32_t": 4, "Uint32": 4, "Word": word, "CPtr": word}
    name = ctype.removeprefix("seL4_")
    if name in fixed:
        return fixed[name], fixed[name]
    if name in ("Uint64", "uint64_t"):
        return 8, 4 if model.arch == "ia32" else 8
    for scalar, base, _ in model.scalars:
        if scalar == ctype:
            return type_size(model, base, record)
    for struct in model.structs:
        if struct.name == ctype:
            return struct.size, struct.align
    for block in model.blocks:
        if f"{block.name}_t" == ctype:
            return block.words * word, word
    if record:
        record.fail("fields", f"{ctype!r} is no known type")
    raise KeyError(ctype)
