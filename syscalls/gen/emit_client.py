# SPDX-License-Identifier: BSD-2-Clause
"""Writes interfaces/sel4_client.h, a C function for every invocation, and sel4/faults.h, which
turns fault messages into structures."""

from text import Header


def client_header(model, all_methods):
    out = Header("interfaces/sel4_client.h", "The invocations of kernel objects.")
    out.include("sel4/functions.h", "sel4/traps.h", "sel4/syscalls.h")
    for method in all_methods:
        emit_result_type(out, method)
    for method in model.methods:
        emit_stub(out, model, method)
    if model.mcs and any(m.full == "SchedControl_ConfigureFlags" for m in model.methods):
        emit_configure(out)
    return out


def emit_result_type(out, method):
    """The structure that a method with results by value returns."""
    fields = [p for p in method.results if not is_pointer(p)]
    if not fields:
        return
    name = f"seL4_{method.full}"
    out.line(f"typedef struct {name} {{")
    out.line("    int error;")
    for param in fields:
        out.line(f"    seL4_{param.ctype} {param.name};")
    out.line(f"}} {name}_t;")
    out.blank()


def is_pointer(param):
    """Structures travel by pointer."""
    return param.kind in ("registers", "struct")


def emit_stub(out, model, method):
    name = f"seL4_{method.full}"
    by_value = [p for p in method.results if not is_pointer(p)]
    result_type = f"{name}_t" if by_value else "seL4_Error"
    params = [f"seL4_{service_type(model, method)} _service"]
    params += [f"seL4_{p.ctype} {'*' if is_pointer(p) else ''}{p.name}"
               for p in method.params + [r for r in method.results if is_pointer(r)]]
    out.line(f"/* {method.doc} */")
    out.line(f"LIBSEL4_INLINE {result_type} {name}({', '.join(params)})")
    out.line("{")
    send_lines(out, model, method)
    trap_line(out, model, method)
    result_lines(out, model, method, result_type, by_value)
    out.line("}")
    out.blank()


def service_type(model, method):
    return method.interface


def words_of(model, method):
    """C text of each message word that scalar parameters make."""
    words = {}
    for param in method.params:
        if param.where == "cap" or is_pointer(param):
            continue
        index, shift = divmod(param.at, model.word_bits)
        for part, text in enumerate(param_texts(model, param)):
            text = f"({text} << {shift})" if shift else text
            words.setdefault(index + part, []).append(text)
    return {index: " | ".join(texts) for index, texts in words.items()}


def param_texts(model, param):
    """The word or words of a parameter."""
    if param.ctype.endswith("_t"):
        return [f"{param.name}.words[0]"]
    if param.bits > model.word_bits:
        return [f"(seL4_Word){param.name}",
                f"(seL4_Word)({param.name} >> {model.word_bits})"]
    if param.bits < model.word_bits:
        return [f"((seL4_Word){param.name} & {(1 << param.bits) - 1:#x})"]
    return [param.name]


def send_lines(out, model, method):
    words = words_of(model, method)
    struct = next((p for p in method.params if is_pointer(p)), None)
    first = struct.at // model.word_bits if struct else method.length
    if struct:
        for i, field in enumerate(struct.struct.fields):
            words[first + i] = f"{struct.name}->{field.name}"
    counted = struct and any(p.kind == "count" for p in method.params)
    for param in method.params:
        if param.where == "cap":
            out.line(f"    seL4_SetCap({param.at}, {param.name});")
    for i in range(model.hw_mrs):
        out.line(f"    seL4_Word _mr{i} = {words.get(i, '0')};")
    out.line("    seL4_Word _badge;")
    out.line("    seL4_MessageInfo_t _info;")
    last = max(first, model.hw_mrs) if counted else method.length
    for i in range(model.hw_mrs, last):
        out.line(f"    seL4_SetMR({i}, {words.get(i, '0')});")
    if counted:
        done = max(0, model.hw_mrs - first)
        out.line(f"    for (seL4_Word _i = {done}; _i < count; _i++) {{")
        out.line(f"        seL4_SetMR(_i + {first}, ((const seL4_Word *){struct.name})[_i]);")
        out.line("    }")


def trap_line(out, model, method):
    tail = ["0"] if model.mcs else []
    tag = (f"seL4_MessageInfo_new({method.label}, 0, {method.extra_caps}, {method.length})"
           ".words[0]")
    arguments = ["seL4_SysCall", "_service", tag] + tail + ["&_badge", "&_info.words[0]"]
    arguments += [f"&_mr{i}" for i in range(model.hw_mrs)]
    out.line(f"    sel4_trap_call({', '.join(arguments)});")


def result_lines(out, model, method, result_type, by_value):
    label = "(seL4_Error)seL4_MessageInfo_get_label(_info)"
    if by_value:
        out.line(f"    {result_type} _result;")
        out.line(f"    _result.error = {label};")
        error = "_result.error"
    else:
        out.line(f"    seL4_Error _result = {label};")
        error = "_result"
    out.line(f"    if ({error} != seL4_NoError) {{")
    for i in range(model.hw_mrs):
        out.line(f"        seL4_SetMR({i}, _mr{i});")
    if model.on("KERNEL_INVOCATION_REPORT_ERROR_IPC") and model.on("PRINTING"):
        out.line("        if (seL4_CanPrintError()) {")
        out.line("            seL4_DebugPutString(seL4_GetDebugError());")
        out.line("        }")
    if by_value:
        out.line("        return _result;")
    out.line("    }")
    for param in method.results:
        if is_pointer(param):
            struct_result(out, model, method, param)
        else:
            out.line(f"    _result.{param.name} = {result_text(model, param)};")
    out.line("    return _result;")


def word_text(model, index):
    return f"_mr{index}" if index < model.hw_mrs else f"seL4_GetMR({index})"


def result_text(model, param):
    index, shift = divmod(param.at, model.word_bits)
    word = word_text(model, index)
    if param.bits > model.word_bits:
        high = word_text(model, index + 1)
        return f"(seL4_Uint64){word} | ((seL4_Uint64){high} << {model.word_bits})"
    if param.bits < model.word_bits:
        word = f"({word} >> {shift})" if shift else word
        return f"{word} & {(1 << param.bits) - 1:#x}"
    return word


def struct_result(out, model, method, param):
    """The registers of the message are always stored; the words behind them as many as were asked
    for, or all."""
    fields = param.struct.fields
    first = param.at // model.word_bits
    for i, field in enumerate(fields[:max(0, model.hw_mrs - first)]):
        out.line(f"    {param.name}->{field.name} = _mr{first + i};")
    done = max(0, model.hw_mrs - first)
    if any(p.kind == "count" for p in method.params):
        out.line(f"    for (seL4_Word _i = {done}; _i < count; _i++) {{")
        out.line(f"        ((seL4_Word *){param.name})[_i] = seL4_GetMR(_i + {first});")
        out.line("    }")
        return
    for i, field in enumerate(fields[done:], done):
        out.line(f"    {param.name}->{field.name} = seL4_GetMR({first + i});")


def emit_configure(out):
    """What ConfigureFlags was before it had flags."""
    params = ["seL4_SchedControl _service", "seL4_SchedContext schedcontext", "seL4_Time budget",
              "seL4_Time period", "seL4_Word extra_refills", "seL4_Word badge"]
    out.line("/* Set budget and period of a scheduling context that is not sporadic. */")
    out.line(f"LIBSEL4_INLINE seL4_Error seL4_SchedControl_Configure({', '.join(params)})")
    out.line("{")
    out.line("    return seL4_SchedControl_ConfigureFlags(_service, schedcontext, budget, period,")
    out.line("                                            extra_refills, badge,")
    out.line("                                            seL4_SchedContext_NoFlag);")
    out.line("}")


# Faults.

COMMON_FAULTS = ("CapFault", "DebugException")


def faults_header(model):
    out = Header("sel4/faults.h", "Fault messages as structures.")
    out.include("sel4/functions.h")
    union = model.union
    arch = [m for m in union.members if m[0] not in COMMON_FAULTS + ("NullFault",)]
    arch.sort(key=lambda m: m[0] == "Timeout")  # the rarest last
    common = [m for m in union.members if m[0] in COMMON_FAULTS]
    emit_decoder(out, union, "seL4_getArchFault", arch,
                 f"{union.name}_NullFault_new()")
    emit_decoder(out, union, "seL4_getFault", common, "seL4_getArchFault(tag)")
    for name, _, _ in union.members:
        if name in PREDICATES:
            out.line(f"LIBSEL4_INLINE_FUNC seL4_Bool seL4_is{PREDICATES[name]}_tag("
                     "seL4_MessageInfo_t tag)")
            out.line("{")
            out.line(f"    return seL4_MessageInfo_get_label(tag) == {union.name}_{name};")
            out.line("}\n")
    if model.mcs:
        out.text("""
/* The answer to a timeout fault: whether the thread goes on, and its registers. */
LIBSEL4_INLINE_FUNC seL4_MessageInfo_t seL4_TimeoutReply_new(seL4_Bool resume,
                                                             seL4_UserContext regs,
                                                             seL4_Word length)
{
    seL4_MessageInfo_t info = seL4_MessageInfo_new(!resume, 0, 0, length);
    for (seL4_Word i = 0; i < length; i++) {
        seL4_SetMR(i, ((seL4_Word *)&regs)[i]);
    }
    return info;
}
""")
    return out


PREDICATES = {"NullFault": "NullFault", "CapFault": "CapFault", "VMFault": "VMFault",
              "UnknownSyscall": "UnknownSyscall", "UserException": "UserException",
              "DebugException": "DebugException", "Timeout": "TimeoutFault"}


def emit_decoder(out, union, name, members, otherwise):
    out.line(f"LIBSEL4_INLINE_FUNC {union.name}_t {name}(seL4_MessageInfo_t tag)")
    out.line("{")
    out.line("    switch (seL4_MessageInfo_get_label(tag)) {")
    for member, _, block in members:
        count = len([f for f in block.fields if f.name != block.tag_field])
        words = ", ".join(f"seL4_GetMR({i})" for i in range(count))
        out.line(f"    case {union.name}_{member}:")
        out.line(f"        return {block.name}_new({words});")
    out.line("    default:")
    out.line(f"        return {otherwise};")
    out.line("    }")
    out.line("}")
    out.blank()
