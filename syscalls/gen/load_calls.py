# SPDX-License-Identifier: BSD-2-Clause
"""Reads what can be called: kinds of capabilities and parameters, object types, methods, system
calls. load_prefix.py takes a kernel's own methods with the kinds and texts from here.
"""

import re

import cond
import marked
from errors import DescriptionError
from model import Method, Param, SCALARS, Syscall

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


class Calls:
    """Puts the calls of a description into a model."""

    def __init__(self, api, model):
        self.api, self.model = api, model
        self.load_kinds()
        self.load_objects_kinds()

    def load(self):
        self.load_methods()
        self.load_syscalls()

    def load_kinds(self):
        self.kinds = self.api.file("kinds.yaml")
        self.kinds.allow("names", "types", "texts", "errors")
        self.model.error_texts = dict(self.kinds.get("errors", dict, required=True))

    def load_objects_kinds(self):
        top = self.api.file("objects.yaml")
        top.allow("kinds", "types", "tags")
        for record in top.records("kinds", "a kind of capability", True):
            record.allow("name", "type", "if", "doc")
            if self.api.holds(record):
                name = record.get("name", str, required=True)
                self.model.cap_kinds.append((name, record.get("doc", str, "")))
                if record.get("type", str):
                    self.model.cap_types[record.get("type", str)] = name
        for record in top.records("tags", "a set of tags", True):
            record.allow("if", "values")
            if self.api.holds(record):
                self.model.cap_tags.update(record.get("values", dict, required=True))
        self.objects = top

    def load_object_types(self):
        constants = self.model.constants()
        for record in self.objects.records("types", "an object type", True):
            record.allow("name", "if", "constant", "bits", "unit", "min", "object", "frame")
            if not self.api.holds(record):
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

    def load_methods(self):
        for name in METHOD_FILES:
            top = self.api.file(name)
            top.allow("section", "if", "interfaces")
            section = top.get("section", str, required=True)
            if section not in SECTIONS:
                top.fail("section", f"must be one of {', '.join(SECTIONS)}")
            for record in top.records("interfaces", "an interface", True):
                record.allow("name", "doc", "methods")
                interface = record.get("name", str, required=True)
                if self.api.holds(top):
                    self.model.interface_docs.setdefault(interface, record.get("doc", str, ""))
                for item in record.records("methods", "a method", True):
                    method = self.method(item, interface, section)
                    if self.api.holds(top) and self.api.holds(item):
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
        self.api.holds(record)
        method.params = self.params(record, "params")
        method.results = self.params(record, "results")
        return method

    def errors(self, record):
        """A list, or one for each of some conditions."""
        value = record.get("errors", (list, dict), required=True)
        if isinstance(value, list):
            return value
        for condition, errors in value.items():
            if condition == "else" or cond.holds(condition, self.api.config):
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
                if not self.api.holds(inner):
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

    def load_syscalls(self):
        top = self.api.file("syscalls.yaml")
        top.allow("groups", "calls")
        calls = marked.Record(top.path, top.get("calls", dict, required=True), "the calls")
        number = 0
        for group in top.records("groups", "a group of system calls", True):
            group.allow("if", "api", "calls")
            names = group.get("calls", list, required=True)
            for name in names:
                if name not in calls.data:
                    group.fail("calls", f"{name!r} is not described under calls")
            there, api = self.api.holds(group), group.get("api", bool, False)
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
