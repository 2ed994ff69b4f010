# SPDX-License-Identifier: BSD-2-Clause
"""Reads a kernel's own description from its prefix: settings (gen_config.json), labels and
parameters (interface XML), system calls (syscall.xml) and bit fields (.pbf).

What the kernel says counts; our description lends documentation, kinds and what no file of a
prefix says (sizes, structures, registers). Where the two disagree is kept in model.differences.
"""

import json
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import cond
import load_api
import load_calls
import load_config
import load_types
import marked
import pbf
from errors import DescriptionError
from model import Method, Param, StructField, Syscall

INTERFACES = [("object-api.xml", "common"), ("object-api-sel4-arch.xml", "sel4_arch"),
              ("object-api-arch.xml", "arch")]


def find_include(prefix):
    """The folder of headers in an installed kernel or an SDK's board folder."""
    for folder in ("libsel4/include", "include", "."):
        path = Path(prefix) / folder
        if (path / "kernel/gen_config.json").exists() and (path / "interfaces").is_dir():
            return path
    raise DescriptionError(prefix, "", "is no prefix of a kernel: there is no "
                           "libsel4/include/kernel/gen_config.json (or include/kernel/...)")


def read_config(include):
    """All settings, numbers as text as the files have them."""
    config = {}
    for name in ("kernel/gen_config.json", "sel4/gen_config.json"):
        path = include / name
        if not path.exists():
            continue
        try:
            config.update(json.loads(path.read_text(encoding="utf-8")))
        except json.JSONDecodeError as error:
            raise DescriptionError(f"{path}:{error.lineno}", "", error.msg) from error
    if "SEL4_ARCH" not in config or "WORD_SIZE" not in config:
        raise DescriptionError(str(include / "kernel/gen_config.json"), "SEL4_ARCH",
                               "is missing: which architecture the kernel is for")
    if config["SEL4_ARCH"] == "arm_hyp":
        config.update({"SEL4_ARCH": "aarch32", "ARCH_AARCH32": True})
    # Before 15.0.0 this was no setting: libsel4's IPC buffer was always a thread's own.
    config.setdefault("LIB_SEL4_USE_THREAD_LOCALS", True)
    return config


def release_settings(include):
    """BEFORE_n for what changed between releases without a setting of the kernel's own: a prefix
    does not say its release, but which labels and calls it has does."""
    labels = {m.get("id") for m in parse(include / "interfaces/object-api.xml").iter("method")}
    settings = {"BEFORE_14": "TCBSetFlags" not in labels,
                "BEFORE_15": "DomainScheduleConfigure" not in labels}
    settings["BEFORE_16"] = settings["BEFORE_15"]
    for config in parse(include / "api/syscall.xml").iter("config"):
        names = [s.get("name") for s in config.findall("syscall")]
        if "DebugSendIPI" in names and "ENABLE_SMP_SUPPORT" not in str(
                ElementTree.tostring(config)):
            settings["BEFORE_16"] = True
    return {name: True for name, value in settings.items() if value}


class PrefixLoader:
    def __init__(self, folder, prefix, overrides):
        self.include = find_include(prefix)
        self.config = read_config(self.include)
        load_config.check_settings(load_config.configs(folder), overrides, self.config)
        self.config.update(overrides)
        # What the described release is, to compare with.
        self.ours = load_api.Loader(folder, dict(self.config)).load()
        _, self.ours.version = load_config.default_config(folder, self.ours.arch, {})
        self.config.update(release_settings(self.include))
        self.loader = load_api.Loader(folder, self.config)
        self.model = self.loader.load()
        self.kinds = self.loader.calls.kinds
        self.model.other_methods = []

    def load(self):
        self.load_blocks()
        self.load_interfaces()
        self.load_syscalls()
        self.model.differences = compare(self.ours, self.model)
        # A prefix does not name its release: one that equals the described one is taken for it.
        self.model.version = "" if self.model.differences else self.ours.version
        return self.model

    # Interfaces.

    def load_interfaces(self):
        methods, everything = [], []
        structs = {}
        for name, section in INTERFACES:
            path = self.include / "interfaces" / name
            if not path.exists():
                raise DescriptionError(str(path), "", "is missing")
            root = parse(path)
            for struct in root.iter("struct"):
                structs[struct.get("name")] = [m.get("name") for m in struct.iter("member")]
            for interface in root.iter("interface"):
                for element in interface.findall("method"):
                    method = self.method(path, interface, element, section)
                    everything.append(method)
                    if self.holds(path, element):
                        methods.append(method)
        self.apply_structs(structs)
        self.model.methods = methods
        load_calls.number_methods(self.model)
        for method in methods:
            load_calls.finish_method(self.model, method)
        known = {}
        for method in everything:
            known.setdefault(method.full, method)
        self.model.other_methods = list(known.values())

    def holds(self, path, element):
        """Conditions come as elements, in older releases as C text in an attribute."""
        text = element.get("condition")
        if text:
            text = re.sub(r"defined\s*\(?\s*(\w+)\s*\)?", r"\1", text)
            text = text.replace("CONFIG_", "").replace("&&", "&").replace("||", "|")
            try:
                return cond.holds(text, self.config)
            except cond.ConditionError as error:
                raise DescriptionError(str(path), element.get("id"), str(error)) from error
        condition = element.find("condition")
        return all(self.element_holds(path, c) for c in condition) if condition is not None else (
            True)

    def element_holds(self, path, element):
        inner = [self.element_holds(path, c) for c in element]
        if element.tag == "and":
            return all(inner)
        if element.tag == "or":
            return any(inner)
        if element.tag == "not":
            return not all(inner)
        if element.tag == "config":
            name = element.get("var", "").removeprefix("CONFIG_")
            return bool(cond.value_of(self.config, name))
        raise DescriptionError(str(path), element.tag, "is no part of a condition")

    def method(self, path, interface, element, section):
        label, name = element.get("id"), element.get("name")
        if not label or not name:
            raise DescriptionError(str(path), interface.get("name"),
                                   "has a method without id or name")
        method = Method(name, interface.get("name").removeprefix("seL4_"), label, section)
        known = self.known(method)
        for field in ("doc", "text", "flags", "check", "halts"):
            setattr(method, field, getattr(known, field) if known else getattr(method, field))
        method.doc = method.doc or "Not described yet; see the kernel's manual."
        method.errors = [e.get("name", "").removeprefix("seL4_") for e in element.findall("error")]
        lent = {p.name: p for p in known.params + known.results} if known else {}
        for param in element.findall("param"):
            made = self.param(path, label, param, lent)
            (method.results if param.get("dir") == "out" else method.params).append(made)
        return method

    def known(self, method):
        """Our description of the same method, by label, else by name."""
        for candidate in self.ours.methods:
            if candidate.label == method.label and candidate.full == method.full:
                return candidate
        return next((m for m in self.ours.methods if m.full == method.full), None)

    def param(self, path, label, element, lent):
        name, ctype = element.get("name"), element.get("type", "")
        if not name or not ctype:
            raise DescriptionError(str(path), label, "has a parameter without name or type")
        ctype = ctype.removeprefix("seL4_")
        ours = lent.get(name)
        if ours and ours.ctype == ctype:
            return Param(name, ctype, ours.kind, ours.doc)
        kind = load_calls.default_kind(self.kinds, self.model, name, ctype)
        if kind.startswith("enum ") and not self.model.enum(kind[5:]):
            kind = "word"
        texts = self.kinds.get("texts", dict)
        return Param(name, ctype, kind, texts.get(name, ours.doc if ours else ""))

    def apply_structs(self, structs):
        """Registers as the interface lists them."""
        for name, words in structs.items():
            struct = next((s for s in self.model.structs if s.name == name), None)
            if struct and words and struct.words != words and not struct.own_words:
                struct.fields = [StructField("seL4_Word", w) for w in words]
                load_types.lay_out(self.model, struct, None)

    # System calls.

    def load_syscalls(self):
        path = self.include / "api/syscall.xml"
        root = parse(path)
        wanted = "api-mcs" if self.model.mcs else "api-master"
        number, calls = 0, []
        for group in (wanted, "debug"):
            element = root.find(group)
            if element is None:
                raise DescriptionError(str(path), group, "is missing")
            for config in element.findall("config"):
                there = self.holds(path, config)
                for syscall in config.findall("syscall"):
                    number -= 1
                    if there:
                        calls.append(self.syscall(syscall.get("name"), number,
                                                  group == wanted))
        self.model.syscalls = [c for c in calls if c.shape != "unknown"]
        self.model.unknown_syscalls = [c for c in calls if c.shape == "unknown"]

    def syscall(self, name, number, api):
        described = self.loader.api.file("syscalls.yaml")
        table = described.get("calls", dict)
        if name in table:
            calls = marked.Record(described.path, table, "the calls")
            return self.loader.calls.syscall(calls, name, number, api)
        return Syscall(name, number, "unknown", api)

    # Bit fields.

    def load_blocks(self):
        blocks, unions = {}, []
        for name in ("sel4/shared_types.pbf", "sel4/sel4_arch/types.pbf"):
            path = self.include / name
            if not path.exists():
                raise DescriptionError(str(path), "", "is missing")
            more, more_unions = pbf.read(path, path)
            blocks.update(more)
            unions += more_unions
        members = {tag for _, _, tags in unions for tag, _ in tags}
        self.model.blocks = [pbf.block(name, base, items)
                             for name, (base, items) in blocks.items() if name not in members]
        for name, tag_field, tags in unions:
            if name == "seL4_Fault":
                self.model.union = pbf.union(name, tag_field, tags, blocks)


def parse(path):
    try:
        return ElementTree.parse(path).getroot()
    except ElementTree.ParseError as error:
        raise DescriptionError(f"{path}:{error.position[0]}", "", error.msg) from error
    except OSError as error:
        raise DescriptionError(str(path), "", error.strerror) from error


# Differences, a line each.

def compare(ours, theirs):
    lines = compare_methods(ours, theirs) + compare_syscalls(ours, theirs)
    return lines + compare_blocks(ours, theirs) + compare_structs(ours, theirs)


def compare_methods(ours, theirs):
    lines = []
    mine = {m.full: m for m in ours.methods}
    other = {m.full: m for m in theirs.methods}
    for name, method in other.items():
        if name not in mine:
            lines.append(f"new method: seL4_{name} (label {method.number} {method.label})")
            continue
        known = mine[name]
        if known.label != method.label:
            lines.append(f"renamed label: seL4_{name}: {known.label} is {method.label} there")
        if known.number != method.number:
            lines.append(f"moved label: seL4_{name}: {known.number} is {method.number} there")
        for what, a, b in (("parameters", known.params, method.params),
                           ("results", known.results, method.results)):
            if signature(a) != signature(b):
                lines.append(f"changed {what}: seL4_{name}: ({signature(a)}) is "
                             f"({signature(b)}) there")
        if sorted(known.errors) != sorted(method.errors):
            lines.append(f"changed errors: seL4_{name}: {', '.join(sorted(known.errors))} is "
                         f"{', '.join(sorted(method.errors))} there")
    lines += [f"missing method: seL4_{name}" for name in mine if name not in other]
    return lines


def signature(params):
    return ", ".join(f"seL4_{p.ctype} {p.name}" for p in params)


def compare_syscalls(ours, theirs):
    mine = {s.name: s.number for s in ours.syscalls}
    other = {s.name: s.number for s in theirs.syscalls}
    lines = [f"new system call: {s.name} ({s.number}), not described"
             for s in theirs.unknown_syscalls]
    for name, number in other.items():
        if name not in mine:
            lines.append(f"new system call: {name} ({number})")
        elif mine[name] != number:
            lines.append(f"moved system call: {name}: {mine[name]} is {number} there")
    return lines + [f"missing system call: {name}" for name in mine if name not in other]


def block_text(block):
    return "; ".join(f"{f.name} word {f.word} bits {f.offset}..{f.offset + f.width - 1}"
                     for f in block.fields)


def compare_blocks(ours, theirs):
    lines = []
    mine = {b.name: b for b in ours.all_blocks()}
    other = {b.name: b for b in theirs.all_blocks()}
    for name, block in other.items():
        if name not in mine:
            lines.append(f"new bit-field type: {name}")
        elif block_text(mine[name]) != block_text(block) or mine[name].words != block.words:
            lines.append(f"changed bit-field type: {name}: {block_text(mine[name])} is "
                         f"{block_text(block)} there")
        elif mine[name].tag_value != block.tag_value:
            lines.append(f"changed tag: {name}: {mine[name].tag_value} is {block.tag_value} there")
    return lines + [f"missing bit-field type: {name}" for name in mine if name not in other]


def compare_structs(ours, theirs):
    lines = []
    for struct in ours.structs:
        other = theirs.struct(struct.short)
        if other and other.words != struct.words:
            lines.append(f"changed structure: {struct.name}: {', '.join(struct.words)} is "
                         f"{', '.join(other.words)} there")
    return lines


def load(folder, prefix, overrides):
    return PrefixLoader(folder, prefix, overrides).load()
