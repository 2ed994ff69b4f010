# SPDX-License-Identifier: BSD-2-Clause
"""Writes what the simulator knows of the kernel interface: sim_names.h (the lists of all methods,
system calls and object types), sim_abi_tables.c (default tables of all architectures) and the JSON
form of one table. The forms are explained in sel4mon/sim_abi.h."""

import json

from text import Header, Source

# How Unicorn names a register where traps.yaml says the kernel's way; none differs today.
ROLES = ("sys", "cap", "info", "reply", "dest")


def names_header(methods, calls, types):
    out = Header("sel4mon/sim_names.h", "Everything that any configuration has, by name.")
    for title, names in (("METHOD", methods), ("SYSCALL", calls), ("OBJECT", types)):
        out.line(f"#define SIM_{title}_LIST(X) \\")
        for name in names[:-1]:
            out.line(f"    X({name}) \\")
        out.line(f"    X({names[-1]})")
        out.blank()
    return out


def facts(model):
    """One configuration as plain data; the source of both forms."""
    mcs = model.mcs
    trap = model.trap
    tags = [(f"cap_{name}", value) for name, value in model.cap_tags.items()]
    labels = [(m.label, m.number) for m in model.methods]
    return {
        "config": model.config_name, "arch": model.arch, "version": model.version,
        "hash": model.hash(), "word_bits": model.word_bits, "hw_mrs": model.hw_mrs,
        "mcs": mcs, "debug": model.on("DEBUG_BUILD"), "printing": model.on("PRINTING"),
        "hardware_debug": model.on("HARDWARE_DEBUG_API"), "smp": model.on("ENABLE_SMP_SUPPORT"),
        "set_tls_base": any(s.name == "SetTLSBase" for s in model.syscalls),
        "hypervisor": model.on("ARM_HYPERVISOR_SUPPORT"),
        "methods": [{"name": m.full, "length": m.length, "extra_caps": m.extra_caps}
                    for m in model.methods],
        "syscalls": {s.name: s.number for s in model.syscalls},
        "types": [{"name": t["name"], "number": t["constant"], "size_bits": t["bits"],
                   "unit_bits": t["unit"], "frame": t["frame"]} for t in model.object_types],
        "faults": [{"name": name, "label": value, "words": fault_words(block)}
                   for name, value, block in model.union.members],
        "context": model.struct("UserContext").words,
        "context_frame_count": FRAME_COUNTS.get(model.arch, 0),
        "constants": sorted(list(model.constants().items()) + tags + labels),
        "fields": sorted(field_rows(model)),
        "trap": {"number": trap["sys"], "cap": trap["cap"], "info": trap["info"],
                 "reply": trap["reply"] if mcs else None,
                 "dest": trap.get("dest") if mcs else None, "mr": model.mr_registers},
    }


# Registers of the first part of seL4_UserContext, which CopyRegisters calls the frame.
FRAME_COUNTS = {"x86_64": 18, "ia32": 10, "aarch64": 17, "aarch32": 10, "riscv64": 16,
                "riscv32": 16}


def fault_words(block):
    return [f.name for f in block.fields if f.name != block.tag_field]


def field_rows(model):
    rows = []
    for struct in model.structs:
        rows.append((struct.name, 0, struct.size, 1))
        for field in struct.fields:
            rows.append((f"{struct.name}.{field.name}", field.offset, field.size, field.count))
    return rows


def json_text(model):
    data = facts(model)
    return json.dumps(data, indent=1, ensure_ascii=True) + "\n"


def tables_source(models, names):
    out = Source("sim_abi_tables.c", "The simulator's default tables.")
    out.line("#include <sel4mon/sim_abi.h>")
    out.blank()
    for model in models:
        emit_table(out, facts(model), names)
    out.line("const struct sim_abi *const sim_abis[] = {")
    for model in models:
        out.line(f"    &{symbol(model.config_name)},")
    out.line("    NULL,")
    out.line("};")
    return out


def symbol(config):
    return "sim_abi_" + config.replace("-", "_")


def emit_table(out, data, names):
    name = symbol(data["config"])
    methods = data["methods"]
    out.line(f"static const uint16_t {name}_methods[] = {{")
    out.line("    SIM_METHOD_NONE,")
    for method in methods:
        out.line(f"    SIM_METHOD_{method['name']},")
    out.line("};")
    out.line(f"static const struct sim_message {name}_messages[] = {{")
    out.line("    {0, 0},")
    for method in methods:
        out.line(f"    {{{method['length']}, {method['extra_caps']}}},")
    out.line("};")
    out.line(f"static const int32_t {name}_syscalls[SIM_SYS_COUNT] = {{")
    for call, number in data["syscalls"].items():
        out.line(f"    [SIM_SYS_{call}] = {number},")
    out.line("};")
    out.line(f"static const struct sim_type {name}_types[] = {{")
    for kind in data["types"]:
        out.line(f"    {{SIM_OBJECT_{kind['name']}, {kind['number']}, {kind['size_bits']}, "
                 f"{kind['unit_bits']}, {c_bool(kind['frame'])}}},")
    out.line("};")
    emit_faults(out, name, data["faults"])
    out.line(f"static const char *const {name}_context[] = {{")
    out.line("    " + ", ".join(f'"{w}"' for w in data["context"]) + ",")
    out.line("};")
    out.line(f"static const struct sim_constant {name}_constants[] = {{")
    for constant, value in data["constants"]:
        out.line(f'    {{"{constant}", {value}}},')
    out.line("};")
    out.line(f"static const struct sim_field {name}_fields[] = {{")
    for field, offset, size, count in data["fields"]:
        out.line(f'    {{"{field}", {offset}, {size}, {count}}},')
    out.line("};")
    emit_struct(out, name, data)


def emit_faults(out, name, faults):
    for fault in faults:
        words = ", ".join(f'"{w}"' for w in fault["words"]) or "NULL"
        out.line(f"static const char *const {name}_{fault['name']}[] = {{{words}}};")
    out.line(f"static const struct sim_fault {name}_faults[] = {{")
    for fault in faults:
        out.line(f'    {{"{fault["name"]}", {name}_{fault["name"]}, {fault["label"]}, '
                 f"{len(fault['words'])}}},")
    out.line("};")


def c_bool(value):
    return "true" if value else "false"


def c_text(value):
    return f'"{value}"' if value else "NULL"


def emit_struct(out, name, data):
    trap = data["trap"]
    out.line(f"static const struct sim_abi {name} = {{")
    for field in ("config", "arch", "version", "hash"):
        out.line(f'    .{field} = "{data[field]}",')
    for field in ("word_bits", "hw_mrs", "context_frame_count"):
        out.line(f"    .{field} = {data[field]},")
    for field in ("mcs", "debug", "printing", "hardware_debug", "smp", "set_tls_base",
                  "hypervisor"):
        out.line(f"    .{field} = {c_bool(data[field])},")
    out.line(f"    .method_count = {len(data['methods']) + 1},")
    for field, count in (("types", "type_count"), ("faults", "fault_count"),
                         ("constants", "constant_count"), ("fields", "field_count"),
                         ("context", "context_count")):
        out.line(f"    .{count} = {len(data[field])},")
    for field in ("methods", "messages", "syscalls", "types", "faults", "context", "constants",
                  "fields"):
        out.line(f"    .{field} = {name}_{field},")
    out.line(f"    .trap = {{{c_text(trap['number'])}, {c_text(trap['cap'])}, "
             f"{c_text(trap['info'])}, {c_text(trap['reply'])}, {c_text(trap['dest'])},")
    out.line(f"             {{{', '.join(c_text(r) for r in trap['mr'])}}}}},")
    out.line("};")
    out.blank()
