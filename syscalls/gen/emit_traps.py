# SPDX-License-Identifier: BSD-2-Clause
"""Writes sel4/traps.h: the few inline functions that enter the kernel, one for each combination of
registers that goes in and comes out; and api_trap.c, which loads and stores all of them.

Every other function of the C API is written in C on top of these. Which registers, and how the
kernel is entered, is data (traps.yaml).
"""

from text import Header, Source

# name: (roles in, roles out). mr stands for all message registers.
TRAPS = {
    "send": (["cap", "info", "mr"], []),
    "send_null": (["cap", "info"], []),
    "reply": (["info", "mr"], []),
    "recv": (["cap", "reply"], ["cap", "info", "mr"]),
    "call": (["cap", "info", "mr", "reply"], ["cap", "info", "mr"]),
    "nbsend_recv": (["cap", "info", "mr", "reply", "dest"], ["cap", "info", "mr"]),
    "null": ([], []),
}
COMMENTS = {
    "send": "A message out, nothing back.",
    "send_null": "A message without message registers out, nothing back.",
    "reply": "A message out, addressed to nobody.",
    "recv": "Nothing out, a message back.",
    "call": "A message out, a message back.",
    "nbsend_recv": "A message out to one capability, a message back from another.",
    "null": "Only the number of the call.",
}


def roles(model, names):
    """Roles with mr spread out and those that this kernel has not left out."""
    result = []
    for name in names:
        if name == "mr":
            result += [f"mr{i}" for i in range(model.hw_mrs)]
        elif name in ("reply", "dest") and not model.mcs:
            continue
        elif name == "dest" and not model.trap.get("dest"):
            continue
        else:
            result.append(name)
    return result


def register(model, role):
    if role.startswith("mr") and role[2:].isdigit():
        return model.mr_registers[int(role[2:])]
    return model.trap[role]


def traps_header(model):
    out = Header("sel4/traps.h", "The ways into the kernel.")
    out.include("sel4/types.h")
    for name, (ins, outs) in TRAPS.items():
        if name == "reply" and model.mcs or name == "nbsend_recv" and not model.mcs:
            continue
        STYLES[model.trap["style"]](out, model, name, roles(model, ins), roles(model, outs))
    return out


def signature(name, ins, outs):
    """C parameters: the call's number, the words in, then where the words out go."""
    params = ["seL4_Word sys"]
    params += [f"seL4_Word {role}" for role in ins if role not in outs or role in ("cap", "info")]
    params += [f"seL4_Word *out_{role}" for role in outs if role in ("cap", "info")]
    params += [f"seL4_Word *io_{role}" for role in outs if role.startswith("mr")]
    return f"static inline void sel4_trap_{name}({', '.join(params)})"


def start(out, name, ins, outs):
    out.line(f"/* {COMMENTS[name]} */")
    out.line(signature(name, ins, outs))
    out.line("{")


def value_in(role, outs):
    return f"*io_{role}" if role.startswith("mr") and role in outs else role


def finish(out, outs, names):
    # The info first: the compiler then needs no register to keep it in.
    for role in sorted(outs, key=lambda r: r != "info"):
        target = f"*out_{role}" if role in ("cap", "info") else f"*io_{role}"
        out.line(f"    {target} = {names(role)};")
    out.line("}")
    out.blank()


def emit_register(out, model, name, ins, outs):
    """Arm and RISC-V: every register by name, the instruction alone."""
    start(out, name, ins, outs)
    used = list(dict.fromkeys(ins + outs))
    for role in used:
        value = f" = {value_in(role, outs)}" if role in ins else ""
        out.line(f'    register seL4_Word r_{role} __asm__("{register(model, role)}"){value};')
    out.line(f'    register seL4_Word r_sys __asm__("{model.trap["sys"]}") = sys;')
    # What goes in without coming out is still written "+r" for the message: the kernel may change it.
    kept = [r for r in used if r in ("reply", "dest")]
    both = [f'"+r"(r_{r})' for r in used if r in ins and r not in kept]
    only_out = [f'"=r"(r_{r})' for r in used if r not in ins]
    only_in = ['"r"(r_sys)'] + [f'"r"(r_{r})' for r in kept]
    out.line(f'    __asm__ volatile("{model.trap["instruction"]}"')
    out.line(f"                     : {', '.join(both + only_out)}")
    out.line(f"                     : {', '.join(only_in)}")
    out.line('                     : "memory");')
    finish(out, outs, lambda role: f"r_{role}")


X86_LETTERS = {"rdi": "D", "rsi": "S", "rdx": "d"}


def emit_x86_64(out, model, name, ins, outs):
    """The syscall instruction loses rcx and r11; rsp comes back by way of rbx."""
    start(out, name, ins, outs)
    operands_in, operands_out = ['"d"(sys)'], []
    for role in dict.fromkeys(ins + outs):
        name_of_register = register(model, role)
        letter = X86_LETTERS.get(name_of_register)
        if not letter:
            value = f" = {value_in(role, outs)}" if role in ins else ""
            out.line(f'    register seL4_Word r_{role} __asm__("{name_of_register}"){value};')
        variable = f"r_{role}"
        if letter and role in outs:
            out.line(f"    seL4_Word r_{role};")
        if role in ins:
            operands_in.append(f'"{letter}"({role})' if letter else f'"r"({variable})')
        if role in outs:
            operands_out.append(f'"={letter or "r"}"({variable})')
    lost = ['"rbx"', '"rcx"', '"r11"'] + (['"rsi"', '"rdi"'] if name == "null" else [])
    out.line('    __asm__ volatile("movq %%rsp, %%rbx\\n\\tsyscall\\n\\tmovq %%rbx, %%rsp"')
    out.line(f"                     : {', '.join(operands_out)}")
    out.line(f"                     : {', '.join(operands_in)}")
    out.line(f"                     : {', '.join(lost)}, \"memory\");")
    finish(out, outs, lambda role: f"r_{role}")


def emit_ia32(out, model, name, ins, outs):
    """sysenter: ecx brings the stack pointer, edx the address to come back to (the kernel adds the
    instruction's length); ebp is saved by hand because it carries a word."""
    start(out, name, ins, outs)
    carried = next((r for r in dict.fromkeys(ins + outs) if register(model, r) == "ebp"), None)
    letters = {"eax": "a", "ebx": "b", "esi": "S", "edi": "D", "ebp": "c"}
    before = ["pushl %%ebp"]
    if carried in ins:
        before.append("movl %%ecx, %%ebp")
    text = before + ["movl %%esp, %%ecx", "leal 1f, %%edx", "1: sysenter"]
    if carried in outs or (carried and carried in ins and outs):
        text.append("movl %%ebp, %%ecx")
    text.append("popl %%ebp")
    operands_out, operands_in = [], ['"a"(sys)']
    lost = ['"edx"']
    changed_in = carried in ins and carried not in outs
    for role in dict.fromkeys(ins + outs):
        letter = letters[register(model, role)]
        if role == carried and changed_in:
            # ecx holds the word on the way in and the stack pointer afterwards.
            out.line(f"    seL4_Word r_{role} = {value_in(role, outs)};")
            operands_out.append(f'"+{letter}"(r_{role})')
            continue
        if role in outs:
            out.line(f"    seL4_Word r_{role};")
            operands_out.append(f'"={letter}"(r_{role})')
        if role in ins:
            operands_in.append(f'"{letter}"({value_in(role, outs)})')
    if not carried:
        lost.append('"ecx"')
    if "cap" not in ins and name == "reply":
        lost.append('"ebx"')
    out.line('    __asm__ volatile("' + "\\n\\t".join(text) + '"')
    out.line(f"                     : {', '.join(operands_out)}")
    out.line(f"                     : {', '.join(operands_in)}")
    out.line(f"                     : {', '.join(lost)}, \"memory\");")
    finish(out, outs, lambda role: f"r_{role}")


STYLES = {"register": emit_register, "x86_64": emit_x86_64, "ia32": emit_ia32}


def api_trap_source(model):
    """api_trap(): every register in, every register out."""
    out = Source("api_trap.c", "One trap with all registers, for calls by name.")
    out.line("#include <sel4mon/api_table.h>")
    out.line("#include <sel4/traps.h>")
    out.blank()
    out.line("void api_trap(struct api_trap *t)")
    out.line("{")
    mrs = [f"t->mr[{i}]" for i in range(model.hw_mrs)]
    for i, mr in enumerate(mrs):
        out.line(f"    seL4_Word mr{i} = {mr};")
    out.line("    seL4_Word cap, info;")
    if model.mcs and model.trap.get("dest"):
        name, extra = "nbsend_recv", ["t->reply", "t->dest"]
    else:
        name, extra = "call", ["t->reply"] if model.mcs else []
    arguments = ["(seL4_Word)t->syscall", "t->cap", "t->info"] + extra + ["&cap", "&info"]
    arguments += [f"&mr{i}" for i in range(model.hw_mrs)]
    out.line(f"    sel4_trap_{name}({', '.join(arguments)});")
    out.line("    t->cap = cap;")
    out.line("    t->info = info;")
    for i, mr in enumerate(mrs):
        out.line(f"    {mr} = mr{i};")
    out.line("}")
    return out
