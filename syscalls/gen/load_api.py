# SPDX-License-Identifier: BSD-2-Clause
"""Reads the project's own description, syscalls/api/*.yaml, for one configuration.

load() gives the whole model of the embedded default; load_prefix.py takes the same model for a
configuration of a kernel's own and then puts that kernel's labels and layouts in.
"""

import difflib
import re
from pathlib import Path

import cexpr
import cond
import marked
from errors import DescriptionError
from model import (Block, BlockField, Enum, Macro, Method, Model, Param, SCALARS, Struct,
                   StructField, Syscall, Union)

METHOD_FILES = ["common.yaml", "x86_64.yaml", "aarch64.yaml", "aarch32.yaml", "x86.yaml",
                "arm.yaml", "riscv.yaml"]
SECTIONS = ["common", "sel4_arch", "arch"]
PLAIN_KINDS = {"word", "bool", "any", "slot", "depth", "badge", "rights", "object", "vaddr",
               "paddr", "size_bits", "size", "priority", "time", "irq", "port", "char", "string",
               "registers", "struct", "count", "error"}
METHOD_FLAGS = {"blocks", "sets_tls"}
SHAPES = {"send", "reply", "recv", "wait", "call", "replyrecv", "nbsendrecv", "nbsendwait", "yield",
          "null", "plain", "vmenter", "name", "sendipi", "run", "flush", "wrmsr", "rdmsr",
          "settls"}


class Loader:
    def __init__(self, folder, config):
        self.folder, self.config = Path(folder), config
        self.model = Model()
        self.kinds = None

    def file(self, name):
        return marked.load(self.folder / name, f"{self.folder.name}/{name}")

    def holds(self, record, field="if"):
        """Whether the condition in a record's field holds."""
        text = record.get(field, (str, bool), "")
        try:
            return text if isinstance(text, bool) else cond.holds(text, self.config)
        except cond.ConditionError as error:
            record.fail(field, str(error))

    # The whole.

    def load(self):
        model = self.model
        model.config = self.config
        model.arch = self.config["SEL4_ARCH"]
        model.word_bits = int(self.config["WORD_SIZE"])
        model.mcs = model.on("KERNEL_MCS")
        model.config_name = model.arch + ("-mcs" if model.mcs else "")
        self.load_trap()
        self.load_kinds()
        self.load_objects_kinds()
        self.load_methods()
        self.load_syscalls()
        self.load_enums()
        self.load_constants()
        self.load_blocks()
        self.load_structs()
        self.resolve()
        self.load_object_types()
        return model

    def resolve(self):
        """Tie parameters to structures, give numbers and places."""
        model = self.model
        number_methods(model)
        for method in model.methods:
            finish_method(model, method)
        check_kinds(model)

    # Registers and kinds.

    def load_trap(self):
        top = self.file("traps.yaml")
        trap = top.get(self.model.arch, dict, required=True)
        record = marked.Record(top.path, trap, "an architecture's trap")
        record.allow("style", "instruction", "sys", "cap", "info", "mr", "mcs_mr", "reply", "dest",
                     "signal_length", "with_mrs", "reply_last", "src_name")
        for field in ("style", "sys", "cap", "info", "reply"):
            record.get(field, str, required=True)
        record.get("mr", list, required=True)
        self.model.trap = dict(trap)

    def load_kinds(self):
        self.kinds = self.file("kinds.yaml")
        self.kinds.allow("names", "types", "texts", "errors")
        self.model.error_texts = dict(self.kinds.get("errors", dict, required=True))

    def load_trap_free(self):
        """Only what reading methods needs."""
        self.load_kinds()
        self.load_objects_kinds()

    def load_objects_kinds(self):
        top = self.file("objects.yaml")
        top.allow("kinds", "types", "tags")
        for record in top.records("kinds", "a kind of capability", True):
            record.allow("name", "type", "if", "doc")
            if self.holds(record):
                name = record.get("name", str, required=True)
                self.model.cap_kinds.append((name, record.get("doc", str, "")))
                if record.get("type", str):
                    self.model.cap_types[record.get("type", str)] = name
        for record in top.records("tags", "a set of tags", True):
            record.allow("if", "values")
            if self.holds(record):
                self.model.cap_tags.update(record.get("values", dict, required=True))
        self.objects = top

    def load_object_types(self):
        constants = self.model.constants()
        for record in self.objects.records("types", "an object type", True):
            record.allow("name", "if", "constant", "bits", "unit", "min", "object", "frame")
            if not self.holds(record):
                continue
            entry = {"name": record.get("name", str, required=True),
                     "object": record.get("object", str, required=True),
                     "frame": record.get("frame", bool, False)}
            for field in ("constant", "bits", "unit", "min"):
                value = record.get(field, (str, int), None, required=field == "constant")
                if isinstance(value, str):
                    if value not in constants:
                        record.fail(field, f"{value} is no constant of {self.model.config_name}")
                    value = constants[value]
                entry[field] = value or 0
            self.model.object_types.append(entry)

    # Methods.

    def load_methods(self):
        for name in METHOD_FILES:
            top = self.file(name)
            top.allow("section", "if", "interfaces")
            section = top.get("section", str, required=True)
            if section not in SECTIONS:
                top.fail("section", f"must be one of {', '.join(SECTIONS)}")
            for record in top.records("interfaces", "an interface", True):
                record.allow("name", "doc", "methods")
                interface = record.get("name", str, required=True)
                if self.holds(top):
                    self.model.interface_docs.setdefault(interface, record.get("doc", str, ""))
                for item in record.records("methods", "a method", True):
                    method = self.method(item, interface, section)
                    if self.holds(top) and self.holds(item):
                        self.model.methods.append(method)

    def method(self, record, interface, section):
        record.allow("name", "label", "if", "doc", "text", "params", "results", "errors", "flags",
                     "check", "halts")
        method = Method(record.get("name", str, required=True), interface,
                        record.get("label", str, required=True), section)
        method.doc = record.get("doc", str, required=True)
        method.text = (record.get("text", str, "") or "").strip()
        method.check = record.get("check", str, "")
        method.halts = record.get("halts", str, "")
        method.flags = record.get("flags", list, [])
        for flag in method.flags:
            if flag not in METHOD_FLAGS:
                record.fail("flags", f"{flag!r} is none of {', '.join(sorted(METHOD_FLAGS))}")
        method.errors = self.errors(record)
        for error in method.errors:
            if error not in self.model.error_texts:
                record.fail("errors", f"{error!r} is no error of kinds.yaml")
        self.holds(record)
        method.params = self.params(record, "params")
        method.results = self.params(record, "results")
        return method

    def errors(self, record):
        """A list, or one for each of some conditions."""
        value = record.get("errors", (list, dict), required=True)
        if isinstance(value, list):
            return value
        for condition, errors in value.items():
            if condition == "else" or cond.holds(condition, self.config):
                return errors
        return []

    def params(self, record, field):
        table = record.get(field, dict, marked.MarkedDict())
        if not table:
            return []
        table = marked.Record(record.path, table, f"the {field} of {record.get('name', str)}")
        result = []
        for name in table.data:
            entry = table.get(name, (list, dict))
            if isinstance(entry, dict):
                inner = marked.Record(record.path, entry, f"parameter {name}")
                inner.allow("if", "name", "is")
                if not self.holds(inner):
                    continue
                name_here = inner.get("name", str, name)
                result.append(self.param(inner, "is", name_here, inner.get("is", list, None, True)))
            else:
                result.append(self.param(table, name, name, entry))
        return result

    def param(self, table, field, name, entry):
        if not 1 <= len(entry) <= 3 or not all(isinstance(e, str) for e in entry):
            table.fail(field, "must be [C type, kind, text], all text")
        ctype = entry[0]
        if re.search(r"[^\w *()]", ctype):
            table.fail(field, f"{ctype!r} is no C type")
        kind = entry[1] if len(entry) > 1 else default_kind(self.kinds, self.model, name, ctype)
        if not self.known_kind(kind):
            table.fail(field, f"{kind!r} is no kind of parameter")
        texts = self.kinds.get("texts", dict)
        doc = entry[2] if len(entry) > 2 else texts.get(name, "")
        if not doc:
            table.fail(field, "has no text, and kinds.yaml has none for the name")
        return Param(name, ctype, kind, doc)

    def known_kind(self, kind):
        words = kind.split()
        if len(words) == 2:
            return words[0] in ("enum", "flags")
        return kind in PLAIN_KINDS or kind in self.all_cap_kinds()

    def all_cap_kinds(self):
        return {r.get("name", str) for r in self.objects.records("kinds", "a kind")}

    # System calls.

    def load_syscalls(self):
        top = self.file("syscalls.yaml")
        top.allow("groups", "calls")
        calls = marked.Record(top.path, top.get("calls", dict, required=True), "the calls")
        number = 0
        for group in top.records("groups", "a group of system calls", True):
            group.allow("if", "api", "calls")
            names = group.get("calls", list, required=True)
            for name in names:
                if name not in calls.data:
                    group.fail("calls", f"{name!r} is not described under calls")
            there, api = self.holds(group), group.get("api", bool, False)
            for name in names if there or not api else []:
                number -= 1
                if there:
                    self.model.syscalls.append(self.syscall(calls, name, number, api))
        for name in calls.data:
            self.syscall(calls, name, 0, False)

    def syscall(self, calls, name, number, api):
        record = marked.Record(calls.path, calls.get(name, dict, required=True), f"{name}")
        record.allow("shape", "doc", "text", "flags", "check", "halts", "params", "result")
        call = Syscall(name, number, record.get("shape", str, required=True), api)
        if call.shape not in SHAPES:
            record.fail("shape", f"{call.shape!r} is none of {', '.join(sorted(SHAPES))}")
        call.doc = record.get("doc", str, required=True)
        call.text = record.get("text", str, "")
        call.flags = record.get("flags", list, [])
        call.check, call.halts = record.get("check", str, ""), record.get("halts", str, "")
        params = record.get("params", dict, marked.MarkedDict()) or marked.MarkedDict()
        if params:
            table = marked.Record(calls.path, params, f"the params of {name}")
            for key in params:
                entry = table.get(key, list)
                if len(entry) != 4:
                    table.fail(key, "must be [C type, kind, register, text]")
                param = self.param(table, key, key, [entry[0], entry[1], entry[3]])
                param.where = entry[2]
                call.params.append(param)
        result = record.get("result", list, None)
        if result:
            call.result = self.param(record, "result", "result", result)
        return call

    # Enumerations and constants.

    def load_enums(self):
        top = self.file("enums.yaml")
        top.allow("enums")
        constants = {}
        for record in top.records("enums", "an enumeration", True):
            record.allow("typedef", "tag", "header", "if", "long", "flags", "doc", "prefix",
                         "members")
            members = self.members(record, constants) if self.holds(record) else None
            if members is None:
                continue
            long = record.get("long", (bool, str), False)
            constants.update(members)
            self.model.enums.append(Enum(
                record.get("typedef", str, ""), record.get("tag", str, ""),
                record.get("header", str, required=True), members,
                long if isinstance(long, bool) else self.holds(record, "long"),
                record.get("flags", bool, False), record.get("doc", str, "")))

    def members(self, record, constants):
        result, last = [], -1
        known = dict(constants)
        prefix = record.get("prefix", str, "")
        for item in self.flatten(record, "members"):
            match = re.fullmatch(r"(\w+)(?:\s*=\s*(.+))?", item)
            if not match:
                record.fail("members", f"{item!r} is not NAME or NAME = VALUE")
            name, text = prefix + match.group(1), match.group(2)
            value = last + 1 if text is None else cexpr.evaluate(
                self.settings(text), known, self.model.word_bits)
            if value is None:
                record.fail("members", f"{text!r} has no value here")
            known[name] = last = value
            result.append((name, value))
        return result

    def flatten(self, record, field):
        """A list with conditional parts, as it is under this configuration."""
        for item in record.get(field, list, required=True):
            if isinstance(item, dict):
                inner = marked.Record(record.path, item, f"a part of the {field}")
                inner.allow("if", field)
                if self.holds(inner):
                    yield from inner.get(field, list, required=True)
            else:
                yield str(item)

    def settings(self, text):
        """CONFIG:NAME and CONFIG:NAME:DEFAULT as numbers."""
        def replace(match):
            value = self.config.get(match.group(1)) or match.group(2) or 0
            return str(value)
        return re.sub(r"CONFIG:(\w+)(?::(\w+))?", replace, str(text))

    def load_constants(self):
        top = self.file("constants.yaml")
        top.allow("constants")
        known = self.model.constants()
        for record in top.records("constants", "a set of constants", True):
            record.allow("header", "if", "values")
            values = record.get("values", dict, required=True)
            if not self.holds(record):
                continue
            table = marked.Record(record.path, values, "the values")
            for name in values:
                text = self.choose(table, name)
                value = cexpr.evaluate(text, known, self.model.word_bits)
                if value is not None:
                    known[name] = value
                self.model.macros.append(Macro(name, text, record.get("header", str), value))

    def choose(self, table, name):
        value = table.get(name, (int, str, dict))
        if not isinstance(value, dict):
            return self.settings(value)
        for condition, result in value.items():
            try:
                if condition == "else" or cond.holds(condition, self.config):
                    return self.settings(result)
            except cond.ConditionError as error:
                table.fail(name, str(error))
        table.fail(name, "no condition holds and there is no else")
        return None

    # Bit fields.

    def load_blocks(self):
        top = self.file("bitfields.yaml")
        top.allow("blocks", "union")
        for record in top.records("blocks", "a bit-field type", True):
            record.allow("name", "if", "fields")
            if self.holds(record):
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
                if not self.holds(inner):
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
            if not self.holds(item):
                continue
            value = int(self.choose(item, "value"), 0)
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

    # Structures.

    def load_structs(self):
        top = self.file("structs.yaml")
        top.allow("scalars", "structs")
        for record in top.records("scalars", "a set of types", True):
            record.allow("base", "header", "if", "names")
            if self.holds(record):
                for name in record.get("names", list, required=True):
                    self.model.scalars.append((name, record.get("base", str, required=True),
                                               record.get("header", str, required=True)))
        for record in top.records("structs", "a structure", True):
            record.allow("name", "tag", "header", "if", "packed", "aligned", "registers", "own_words",
                         "words", "fields")
            if self.holds(record):
                self.model.structs.append(self.structure(record))

    def structure(self, record):
        fields = []
        if "words" in record.data:
            words = record.get("words", (list, dict))
            if isinstance(words, dict):
                words = next((w for c, w in words.items()
                              if c == "else" or cond.holds(c, self.config)), None)
                if words is None:
                    record.fail("words", "no condition holds")
            fields = [StructField("seL4_Word", w) for w in words]
        else:
            for text in self.flatten(record, "fields"):
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


# Shared with load_prefix.py.

def default_kind(kinds, model, name, ctype):
    """The kind of a parameter that nothing is said about."""
    types, by_name = kinds.get("types", dict), kinds.get("names", dict)
    if ctype in ("Bool", "CapRights_t", "Time") + STRUCTURES:
        return types[ctype]
    if ctype == "CPtr" or is_cap_type(ctype):
        return model.cap_types.get(ctype) or by_name.get(name) or "any"
    if ctype.endswith("VMAttributes") or ctype == "VCPUReg":
        return f"enum {ctype}"
    kind = by_name.get(name, "word")
    return kind if kind in PLAIN_KINDS else "word"


STRUCTURES = ("UserContext", "VCPUContext", "ARM_SMCContext")


def is_cap_type(ctype):
    return not (ctype in SCALARS or ctype in STRUCTURES or " " in ctype
                or ctype.endswith(("VMAttributes", "_t")))


def number_methods(model):
    """Labels: common, then sel4_arch, then arch, counted from 1."""
    model.methods.sort(key=lambda m: SECTIONS.index(m.section))
    for number, method in enumerate(model.methods, 1):
        method.number = number


def finish_method(model, method):
    for param in method.params + method.results:
        param.is_cap = is_cap_type(param.ctype)
        param.struct = model.struct(param.ctype) if param.kind in ("registers", "struct") else None
    model.pack(method)


def check_kinds(model):
    """Enumerations that parameters speak of must be there."""
    for method in model.methods:
        for param in method.params + method.results:
            words = param.kind.split()
            if len(words) == 2 and not model.enum(words[1]):
                raise DescriptionError(method.full, param.name,
                                       f"there is no enumeration {words[1]}")
            if param.kind in ("registers", "struct") and not param.struct:
                raise DescriptionError(method.full, param.name,
                                       f"there is no structure {param.ctype}")


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


def check_settings(top, changes, also=()):
    """Settings to change must be ones that configs.yaml names, or `also`: others change nothing."""
    known = set(also) | set(top.get("other", list, []))
    for part in ("common", "mcs", "plain"):
        known.update(top.get(part, dict, {}))
    for machine in top.get("architectures", dict, required=True).values():
        known.update(machine)
    for name in changes:
        if name not in known:
            near = difflib.get_close_matches(name, sorted(known), 1)
            raise DescriptionError("--config", name, "is no setting that the interface knows"
                                   + (f"; did you mean {near[0]}?" if near else ""))


def configs(folder):
    """configs.yaml, the embedded default."""
    top = marked.load(Path(folder) / "configs.yaml", f"{Path(folder).name}/configs.yaml")
    top.allow("version", "common", "mcs", "plain", "other", "architectures")
    return top


def default_config(folder, arch, overrides):
    """The embedded default's settings for an architecture, with NAME=VALUE changes."""
    top = configs(folder)
    machines = top.get("architectures", dict, required=True)
    if arch not in machines:
        raise DescriptionError(top.place("architectures"), arch,
                               f"no such architecture; known are {', '.join(machines)}")
    check_settings(top, overrides)
    config = dict(top.get("common", dict, required=True))
    config.update(machines[arch])
    config.update(overrides)
    extra = top.get("mcs" if config.get("KERNEL_MCS") else "plain", dict, {})
    config.update({k: v for k, v in extra.items() if k not in overrides})
    return config, str(top.get("version", str, required=True))


def load(folder, arch, overrides):
    config, version = default_config(folder, arch, overrides)
    model = Loader(folder, config).load()
    model.version = version
    return model


def every_method(folder, model):
    """The methods of the architecture whatever the other settings are: upstream declares the
    result types of all of them."""
    return model.other_methods if model.other_methods else _method_list(folder, model.config, True)


def _method_list(folder, config, any_setting):
    """Methods of a configuration, or of its architecture under any setting."""
    loader = Loader(folder, config)
    loader.load_trap_free()
    methods = []
    for name in METHOD_FILES:
        top = loader.file(name)
        if not loader.holds(top):
            continue
        for record in top.records("interfaces", "an interface"):
            for item in record.records("methods", "a method"):
                if any_setting or loader.holds(item):
                    methods.append(loader.method(item, record.get("name", str),
                                                 top.get("section", str)))
    return methods


def all_names(folder):
    """Names of all methods, system calls and object types that any configuration has."""
    methods, types = [], []
    for arch in ("x86_64", "aarch64", "aarch32", "riscv64", "ia32"):
        config, _ = default_config(folder, arch, {})
        for method in _method_list(folder, config, True):
            if method.full not in methods:
                methods.append(method.full)
    loader = Loader(folder, config)
    loader.load_trap_free()
    for record in loader.objects.records("types", "an object type"):
        types.append(record.get("name", str))
    calls = list(loader.file("syscalls.yaml").get("calls", dict))
    return methods, calls, types
