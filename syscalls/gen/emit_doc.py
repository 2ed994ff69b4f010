# SPDX-License-Identifier: BSD-2-Clause
"""Writes the reference page: every method, parameter, result and error in words."""


def page(model):
    lines = [f"# The interface of seL4 {model.version or 'as the prefix has it'}, "
             f"{model.config_name}", "",
             f"ABI hash `{model.hash()}`. Generated from the project's description; a capability "
             "argument is an address in the caller's capability space.", ""]
    lines += ["## System calls", ""]
    for call in model.syscalls:
        lines += syscall_lines(call)
    for interface, doc in model.interface_docs.items():
        methods = [m for m in model.methods if m.interface == interface]
        if methods:
            lines += [f"## {interface}", "", doc, ""]
        for method in methods:
            lines += method_lines(model, method)
    lines += ["## Object types", "", "| type | number | size |", "| --- | --- | --- |"]
    for entry in model.object_types:
        size = f"2^{entry['bits']} bytes" if entry["bits"] else "as asked for"
        lines.append(f"| {entry['name']} | {entry['constant']} | {size} |")
    lines += ["", "## Errors", "", "| error | number | meaning |", "| --- | --- | --- |"]
    for name, value in model.enum("Error").members:
        text = model.error_texts.get(name.removeprefix("seL4_"))
        if text:
            lines.append(f"| {name} | {value} | {text} |")
    return "\n".join(lines) + "\n"


def warnings(item):
    lines = []
    if item.halts:
        lines += [f"**Refused:** {item.halts}", ""]
    if item.check:
        lines += [f"**Mind:** {item.check}", ""]
    if "blocks" in item.flags:
        lines += ["May block.", ""]
    return lines


def syscall_lines(call):
    lines = [f"### seL4_{call.name}", "", call.doc]
    if call.text:
        lines += ["", call.text]
    lines += ["", f"System call number {call.number}.", ""]
    for param in call.params:
        lines.append(f"- `{param.name}` ({param.ctype}): {param.doc}")
    if call.result:
        lines.append(f"- result ({call.result.ctype}): {call.result.doc}")
    if call.params or call.result:
        lines.append("")
    return lines + warnings(call)


def method_lines(model, method):
    lines = [f"### seL4_{method.full}", "", method.doc]
    if method.text:
        lines += ["", method.text]
    lines += ["", f"Label {method.number} (`{method.label}`), {method.length} words, "
              f"{method.extra_caps} capabilities.", ""]
    rows = [("", p) for p in method.params] + [("result ", p) for p in method.results]
    for prefix, param in rows:
        lines.append(f"- {prefix}`{param.name}` ({param.ctype}, {param.kind}): {param.doc}")
    if rows:
        lines.append("")
    if method.errors:
        lines += ["Errors: " + ", ".join(f"seL4_{e}" for e in method.errors) + ".", ""]
    return lines + warnings(method)
