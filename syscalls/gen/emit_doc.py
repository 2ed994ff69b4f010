# SPDX-License-Identifier: BSD-2-Clause
"""Writes the reference page: every method, parameter, result and error in words."""


# What travels with a message, by the shape of the system call.
OUT, IN = ("dest", "info", "words", "caps"), ("src", "reply")
MESSAGES = {"send": OUT, "call": OUT, "reply": OUT[1:], "recv": IN, "wait": IN[:1],
            "replyrecv": IN[:1] + OUT[1:] + IN[1:], "nbsendrecv": OUT + IN, "nbsendwait": OUT + IN}


def page(model, texts):
    lines = [f"# The interface of seL4 {model.version or 'as the prefix has it'}, "
             f"{model.config_name}", "",
             f"ABI hash `{model.hash()}`. Generated from the project's description; a capability "
             "argument is an address in the caller's capability space.", ""]
    lines += ["## System calls", ""]
    for call in model.syscalls:
        lines += syscall_lines(texts, call)
    for interface, doc in model.interface_docs.items():
        methods = [m for m in model.methods if m.interface == interface]
        if methods:
            lines += [f"## {interface}", "", doc, ""]
        for method in methods:
            lines += method_lines(texts, method)
    lines += ["## Object types", "", "| type | number | size |", "| --- | --- | --- |"]
    for entry in model.object_types:
        size = f"2^{entry['bits']} bytes" if entry["bits"] else "as asked for"
        lines.append(f"| {entry['name']} | {entry['constant']} | {size} |")
    lines += ["", "## Errors", "", "| error | number | meaning |", "| --- | --- | --- |"]
    for name, value in model.enum("Error").members:
        short = name.removeprefix("seL4_")
        if short in texts.errors:
            lines.append(f"| {name} | {value} | {model.error_texts[short]} "
                         f"{texts.errors[short]} |")
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


def syscall_lines(texts, call):
    lines = [f"### seL4_{call.name}", "", call.doc]
    lines += ["", texts.text(call, call.name)]
    lines += ["", f"System call number {call.number}.", ""]
    for param in call.params:
        lines.append(f"- `{param.name}` ({param.ctype}): {param.doc}")
    if not call.params and call.shape in MESSAGES:
        lines += [f"- `{name}`: {texts.calls[name]}" for name in MESSAGES[call.shape]]
    if call.result:
        lines.append(f"- result ({call.result.ctype}): {call.result.doc}")
    if call.params or call.result or call.shape in MESSAGES:
        lines.append("")
    return lines + warnings(call)


def method_lines(texts, method):
    lines = [f"### seL4_{method.full}", "", method.doc]
    lines += ["", texts.text(method, method.full)]
    lines += ["", f"Label {method.number} (`{method.label}`), {method.length} words, "
              f"{method.extra_caps} capabilities.", ""]
    rows = [("", p) for p in method.params] + [("result ", p) for p in method.results]
    for prefix, param in rows:
        lines.append(f"- {prefix}`{param.name}` ({param.ctype}, {param.kind}): {param.doc}")
    if rows:
        lines.append("")
    if method.errors:
        lines += ["Errors:", ""] + [f"- `seL4_{e}`: {texts.reason(method.full, e)}"
                                    for e in method.errors] + [""]
    return lines + warnings(method)
