# SPDX-License-Identifier: BSD-2-Clause
"""Writes api_table.c, the rows of sel4mon/api_table.h. The file needs no header of the kernel's, so
that the same table also compiles for the host's tests."""

from text import Source

KINDS = {"word": "WORD", "bool": "BOOL", "slot": "SLOT", "depth": "DEPTH", "badge": "BADGE",
         "rights": "RIGHTS", "object": "OBJECT", "vaddr": "VADDR", "paddr": "PADDR",
         "size_bits": "SIZE_BITS", "size": "SIZE", "priority": "PRIORITY", "time": "TIME",
         "irq": "IRQ", "port": "PORT", "char": "CHAR", "string": "STRING",
         "registers": "REGISTERS", "struct": "STRUCT", "count": "WORD", "error": "ERROR",
         "msginfo": "MSGINFO", "words": "WORDS", "caps": "CAPS"}
WHERES = {"cap": "CAP", "info": "INFO", "mr0": "MESSAGE", "buffer": "BUFFER", "reply": "REPLY",
          "dest": "DEST", "message": "MESSAGE", "extra": "EXTRA_CAP", "count": "COUNT"}
OBJECT_ENUM = "ObjectType"


class Row:
    """A parameter or result as the table has it."""

    def __init__(self, name, kind, type_index, where, index=0, shift=0, width=0, optional=False):
        self.fields = (name, kind, type_index, where, index, shift, width, optional)

    def text(self):
        name, kind, type_index, where, index, shift, width, optional = self.fields
        return (f'    {{"{name}", API_{kind}, {type_index}, API_AT_{where}, {index}, {shift}, '
                f'{width}, {"true" if optional else "false"}}},')


class Table:
    def __init__(self, model):
        self.model = model
        self.out = Source("api_table.c", "The by-name table.")
        self.arrays = {}
        self.objects = [name for name, _ in model.cap_kinds]
        self.structs = [s for s in model.structs if s.registers or s.short == "ARM_SMCContext"]
        self.enums = self.used_enums()

    def used_enums(self):
        """Enumerations that parameters speak of, as (name, values)."""
        names = []
        for method in self.model.methods:
            for param in method.params + method.results:
                words = param.kind.split()
                if len(words) == 2 and words[1] not in names:
                    names.append(words[1])
        result = [(OBJECT_ENUM, [(t["name"], t["constant"]) for t in self.model.object_types])]
        for name in names:
            members = self.model.enum(name).members
            result.append((name, [(m.removeprefix("seL4_"), v) for m, v in members]))
        return result

    def enum_index(self, name):
        return next(i for i, (n, _) in enumerate(self.enums) if n == name)

    # Rows.

    def kind(self, param):
        """(kind, type) of a parameter."""
        words = param.kind.split()
        if len(words) == 2:
            return words[0].upper(), self.enum_index(words[1])
        if param.kind == "object":
            return "OBJECT", self.enum_index(OBJECT_ENUM)
        if param.kind in ("registers", "struct"):
            return KINDS[param.kind], [s.name for s in self.structs].index(param.struct.name)
        if param.kind in KINDS:
            return KINDS[param.kind], 0
        return "CAP", self.object_index(param.kind)

    def object_index(self, name):
        return self.objects.index(name) if name in self.objects else 0

    def service(self, method):
        kind = self.model.cap_types.get(method.interface, method.interface)
        return Row("_service", "CAP", self.object_index(kind), "CAP", 0, 0, self.model.word_bits)

    def param(self, param):
        kind, type_index = self.kind(param)
        if param.where == "cap":
            return Row(param.name, kind, type_index, "EXTRA_CAP", param.at, 0,
                       self.model.word_bits)
        index, shift = divmod(param.at, self.model.word_bits)
        if param.kind == "count":
            return Row(param.name, kind, type_index, "COUNT", index, shift, param.bits, True)
        width = 0 if param.struct else param.bits
        return Row(param.name, kind, type_index, "MESSAGE", index, shift, width)

    def array(self, rows):
        """Name of an array of rows; equal arrays are one."""
        if not rows:
            return "NULL", 0
        text = "\n".join(row.text() for row in rows)
        if text not in self.arrays:
            name = f"params_{len(self.arrays)}"
            self.arrays[text] = name
            self.out.line(f"static const struct api_param {name}[] = {{")
            self.out.line(text)
            self.out.line("};")
            self.out.blank()
        return self.arrays[text], len(rows)

    def method_row(self, method):
        params, count = self.array([self.service(method)] + [self.param(p) for p in method.params])
        results, result_count = self.array([self.param(p) for p in method.results])
        errors = sum(1 << self.model.constant(f"seL4_{e}") for e in method.errors
                     if self.model.constant(f"seL4_{e}") is not None)
        return self.row(method.full, method.interface, method, params, count, results,
                        result_count, method.number, "false", method.length, method.extra_caps,
                        errors, "0")

    def row(self, name, interface, item, params, count, results, result_count, number, is_syscall,
            length, caps, errors, more):
        flags = [more] if more != "0" else []
        flags += ["API_BLOCKS"] if "blocks" in item.flags else []
        flags += ["API_SETS_TLS"] if "sets_tls" in item.flags else []
        flags += ["API_HALTS"] if item.halts else []
        flags += ["API_CHECK"] if item.check else []
        danger = item.halts or item.check
        return "\n".join([
            "    {",
            f'        .name = "{name}",',
            f'        .interface = "{interface}",',
            f"        .doc = {quote(item.doc)},",
            f"        .danger = {quote(danger) if danger else 'NULL'},",
            f"        .params = {params},",
            f"        .results = {results},",
            f"        .number = {number},",
            f"        .flags = {' | '.join(flags) or '0'},",
            f"        .param_count = {count},",
            f"        .result_count = {result_count},",
            f"        .length = {length},",
            f"        .extra_caps = {caps},",
            f"        .is_syscall = {is_syscall},",
            f"        .errors = {errors:#x},",
            "    },"])

    # System calls.

    def message_rows(self, *capabilities):
        bits = self.model.word_bits
        rows = [Row(name, "CAP", self.object_index(kind), where, 0, 0, bits)
                for name, kind, where in capabilities]
        return rows

    def message_out(self):
        bits = self.model.word_bits
        return [Row("info", "MSGINFO", 0, "INFO", 0, 0, bits, True),
                Row("words", "WORDS", 0, "MESSAGE", 0, 0, bits, True),
                Row("caps", "CAPS", 0, "EXTRA_CAP", 0, 0, bits, True)]

    def message_back(self):
        bits = self.model.word_bits
        return [Row("badge", "BADGE", 0, "CAP", 0, 0, bits),
                Row("info", "MSGINFO", 0, "INFO", 0, 0, bits),
                Row("words", "WORDS", 0, "MESSAGE", 0, 0, bits),
                Row("caps", "CAPS", 0, "EXTRA_CAP", 0, 0, bits)]

    def syscall_rows(self, call):
        """(params, results, flags) by the shape."""
        reply = [("reply", "Reply", "REPLY")] if self.model.mcs else []
        dest, src = ("dest", "any", "CAP"), ("src", "any", "CAP")
        sends, receives = "API_SENDS", "API_RECEIVES"
        both = f"{sends} | {receives}"
        shapes = {
            "send": ([dest], True, False, sends), "reply": ([], True, False, sends),
            "recv": ([src] + reply, False, True, receives),
            "wait": ([src], False, True, receives), "call": ([dest], True, True, both),
            "replyrecv": ([src] + reply, True, True, both),
            "nbsendrecv": ([("dest", "any", "DEST"), src] + reply, True, True, both),
            "nbsendwait": ([("dest", "Reply", "REPLY"), src], True, True, both),
        }
        if call.shape in shapes:
            capabilities, out, back, flags = shapes[call.shape]
            rows = self.message_rows(*capabilities) + (self.message_out() if out else [])
            return rows, self.message_back() if back else [], flags
        if call.shape == "vmenter":
            return (self.message_out()[1:2], self.message_back()[:3], both)
        params = [self.debug_param(p) for p in call.params]
        results = []
        if call.result:
            kind, type_index = self.kind(call.result)
            where = "MESSAGE" if call.shape == "rdmsr" else "CAP"
            width = 64 if call.result.ctype == "Uint64" else (
                32 if call.result.ctype == "Uint32" else self.model.word_bits)
            results = [Row("result", kind, type_index, where, 0, 0, width)]
        return params, results, "API_DEBUG"

    def debug_param(self, param):
        kind, type_index = self.kind(param)
        bits = {"char": 8, "Uint8": 8, "Uint32": 32, "unsigned": 32, "Uint64": 64}
        return Row(param.name, kind, type_index, WHERES[param.where], 0, 0,
                   bits.get(param.ctype, self.model.word_bits))

    def syscall_row(self, call):
        params, results, flags = self.syscall_rows(call)
        params, count = self.array(params)
        results, result_count = self.array(results)
        return self.row(call.name, "", call, params, count, results, result_count, call.number,
                        "true", 0, 0, 0, f"{flags} | API_NO_ERROR")

    # The file.

    def write(self):
        out = self.out
        out.line("#include <stddef.h>")
        out.line("#include <sel4mon/api_table.h>")
        out.blank()
        rows = [self.method_row(m) for m in self.model.methods]
        rows += [self.syscall_row(s) for s in self.model.syscalls]
        out.line("const struct api_method api_methods[] = {")
        for row in rows:
            out.line(row)
        out.line("};")
        out.line(f"const uint16_t api_method_count = {len(rows)};")
        out.blank()
        self.write_enums()
        self.write_structs()
        self.write_objects()
        self.write_identity()
        return out

    def values(self, name, values):
        self.out.line(f"static const struct api_value {name}[] = {{")
        for value_name, value in values:
            self.out.line(f'    {{"{value_name}", {value & (2 ** 64 - 1):#x}}},')
        self.out.line("};")
        self.out.blank()

    def write_enums(self):
        out = self.out
        for i, (_, values) in enumerate(self.enums):
            self.values(f"enum_{i}", values)
        out.line("const struct api_enum api_enums[] = {")
        for i, (name, values) in enumerate(self.enums):
            out.line(f'    {{"{name}", enum_{i}, {len(values)}}},')
        out.line("};")
        out.line(f"const uint16_t api_enum_count = {len(self.enums)};")
        out.blank()
        faults = [(name, value) for name, value, _ in self.model.union.members]
        for symbol, name, values in (
                ("api_errors", "Error", self.plain_enum("Error", "seL4_NumErrors")),
                ("api_lookup_errors", "LookupFailureType", self.plain_enum("LookupFailureType")),
                ("api_faults", "Fault", faults)):
            self.values(f"{symbol}_values", values)
            out.line(f'const struct api_enum {symbol} = {{"{name}", {symbol}_values, '
                     f"{len(values)}}};")
            out.blank()

    def plain_enum(self, name, without=None):
        return [(m.removeprefix("seL4_"), v) for m, v in self.model.enum(name).members
                if m != without]

    def write_structs(self):
        out = self.out
        for i, struct in enumerate(self.structs):
            words = ", ".join(f'"{w}"' for w in struct.words)
            out.line(f"static const char *const struct_{i}[] = {{{words}}};")
        out.line("const struct api_struct api_structs[] = {")
        for i, struct in enumerate(self.structs):
            out.line(f'    {{"{struct.short}", struct_{i}, {len(struct.fields)}}},')
        out.line("};")
        out.line(f"const uint16_t api_struct_count = {len(self.structs)};")
        out.blank()

    def write_objects(self):
        out = self.out
        out.line("const char *const api_objects[] = {")
        for name in self.objects:
            out.line(f'    "{name}",')
        out.line("};")
        out.line(f"const uint16_t api_object_count = {len(self.objects)};")
        out.blank()
        out.line("const struct api_object_type api_object_types[] = {")
        for entry in self.model.object_types:
            frame = "true" if entry["frame"] else "false"
            out.line(f'    {{"{entry["name"]}", {entry["constant"]}, {entry["bits"]}, '
                     f'{entry["min"]}, {entry["unit"]}, {self.object_index(entry["object"])}, '
                     f"{frame}}},")
        out.line("};")
        out.line(f"const uint16_t api_object_type_count = {len(self.model.object_types)};")
        out.blank()

    def write_identity(self):
        model, out = self.model, self.out
        flag = {True: "true", False: "false"}
        debug = model.on("HARDWARE_DEBUG_API")
        dual = model.constant("seL4_NumDualFunctionMonitors") or 0
        counts = [model.constant(n) or 0 for n in ("seL4_NumExclusiveBreakpoints",
                                                   "seL4_NumExclusiveWatchpoints",
                                                   "seL4_NumHWBreakpoints")]
        breaks, watches, total = (counts[0] + dual, counts[1] + dual, counts[2]) if debug else (
            0, 0, 0)
        sys_call = next(s.number for s in model.syscalls if s.name == "Call")
        tls = any(s.name == "SetTLSBase" for s in model.syscalls)
        out.text(f"""
const struct api_identity api_identity = {{
    .arch = "{model.arch}",
    .version = "{model.version}",
    .hash = "{model.hash()}",
    .word_bits = {model.word_bits},
    .hw_mrs = {model.hw_mrs},
    .mcs = {flag[model.mcs]},
    .debug = {flag[model.on("DEBUG_BUILD")]},
    .printing = {flag[model.on("PRINTING")]},
    .hardware_debug = {flag[debug]},
    .breakpoints = {breaks},
    .watchpoints = {watches},
    .hw_breakpoints = {total},
    .sys_call = {sys_call},
    .set_tls_base = {flag[tls]},
    .smp = {flag[model.on("ENABLE_SMP_SUPPORT")]},
}};
""")


def quote(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'


def table_source(model):
    return Table(model).write()
