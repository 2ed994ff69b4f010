# SPDX-License-Identifier: BSD-2-Clause
"""Writes the C headers that hold types and numbers: configuration, constants, structures, bit
fields. The functions are in emit_stubs.py; what no configuration changes is hand-written under
syscalls/include/."""

from text import Header, banner

SYSCALL_ENUM = "seL4_Syscall_ID"


def config_header(model):
    """sel4/config.h: CONFIG_ macros, as upstream's generated headers have them."""
    out = Header("sel4/config.h", "The kernel's settings as macros.")
    for name, value in sorted(model.config.items()):
        if value is True:
            out.line(f"#define CONFIG_{name} 1")
        elif value is not False and value != "":
            out.line(f"#define CONFIG_{name} {value}")
    return out


def simple_types_header(model):
    out = Header("sel4/simple_types.h", "Integers and words.")
    out.include("sel4/config.h", "sel4/macros.h")
    wide = "long" if model.word_bits == 64 else "long long"
    prefix = "l" if model.word_bits == 64 else "ll"
    word = "seL4_Uint64" if model.word_bits == 64 else "seL4_Uint32"
    word_prefix = prefix if model.word_bits == 64 else ""
    out.text(f"""
#ifndef __ASSEMBLER__
typedef signed char seL4_Int8;
typedef unsigned char seL4_Uint8;
typedef signed short seL4_Int16;
typedef unsigned short seL4_Uint16;
typedef signed int seL4_Int32;
typedef unsigned int seL4_Uint32;
typedef signed {wide} seL4_Int64;
typedef unsigned {wide} seL4_Uint64;
typedef {word} seL4_Word;
typedef seL4_Word seL4_CPtr;
typedef seL4_Int8 seL4_Bool;

#ifdef __cplusplus
#define seL4_Null 0L
#else
#define seL4_Null ((void *)0)
#endif
#endif

/* For printf and the like. */
#define SEL4_PRId64 "{prefix}d"
#define SEL4_PRIi64 "{prefix}i"
#define SEL4_PRIu64 "{prefix}u"
#define SEL4_PRIx64 "{prefix}x"
#define SEL4_PRId_word "{word_prefix}d"
#define SEL4_PRIi_word "{word_prefix}i"
#define SEL4_PRIu_word "{word_prefix}u"
#define SEL4_PRIx_word "{word_prefix}x"
#define SEL4_PRI_word SEL4_PRIu_word
""")
    out.line(f"#define SEL4_INT64_IS_{wide.upper().replace(' ', '_')}")
    out.line(f"#define SEL4_WORD_IS_UINT{model.word_bits}")
    out.blank()
    macros(out, model, {"sel4/simple_types.h"})
    return out


def constants_header(model):
    """Every enumeration and macro."""
    out = Header("sel4/constants.h", "Numbers: enumerations and macros.")
    out.include("sel4/config.h", "sel4/macros.h", "sel4/simple_types.h")
    out.line("#ifndef __ASSEMBLER__")
    for enum in model.enums:
        emit_enum(out, enum)
    emit_labels(out, model)
    emit_syscall_numbers(out, model)
    out.line("#endif")
    out.blank()
    macros(out, model, None)
    if model.mcs:
        out.text("""
#ifndef __ASSEMBLER__
/* How many extra refills fit a scheduling context of 2^size bytes. */
static inline seL4_Word seL4_MaxExtraRefills(seL4_Word size)
{
    return (LIBSEL4_BIT(size) - seL4_CoreSchedContextBytes) / seL4_RefillSizeBytes;
}
#endif
""")
    return out


def emit_enum(out, enum):
    members = [f"    {name} = {value}," for name, value in enum.members]
    if enum.long:
        members.append(f"    SEL4_FORCE_LONG_ENUM({enum.typedef}),")
    if enum.doc:
        out.line(f"/* {enum.doc} */")
    out.line(f"{'typedef ' if enum.typedef else ''}enum {enum.tag + ' ' if enum.tag else ''}{{")
    for member in members:
        out.line(member)
    out.line(f"}} {enum.typedef};" if enum.typedef else "};")
    out.blank()


def emit_labels(out, model):
    """Invocation labels, in the three enumerations of upstream."""
    parts = [("invocation_label", "common", "nInvocationLabels"),
             ("sel4_arch_invocation_label", "sel4_arch", "nSeL4ArchInvocationLabels"),
             ("arch_invocation_label", "arch", "nArchInvocationLabels")]
    number = 1
    for tag, section, count in parts:
        out.line(f"enum {tag} {{")
        if section == "common":
            out.line("    InvalidInvocation = 0,")
        for method in model.methods:
            if method.section == section:
                number = method.number + 1
                out.line(f"    {method.label} = {method.number},")
        out.line(f"    {count} = {number},")
        out.line("};")
        out.blank()


def emit_syscall_numbers(out, model):
    out.line("/* System calls. */")
    out.line("typedef enum {")
    for call in model.syscalls:
        out.line(f"    seL4_Sys{call.name} = {call.number},")
    out.line(f"    SEL4_FORCE_LONG_ENUM({SYSCALL_ENUM}),")
    out.line(f"}} {SYSCALL_ENUM};")
    out.blank()


def macros(out, model, only):
    """The macros of some headers, or all that have no place of their own."""
    for macro in model.macros:
        if (macro.header in only) if only else macro.header != "sel4/simple_types.h":
            out.line(f"#define {macro.name} {macro.text}")
    out.blank()


def types_header(model):
    """Scalars, bit fields, structures of messages and registers."""
    out = Header("sel4/types.h", "Types: capabilities, bit fields, registers, the IPC buffer.")
    out.include("sel4/config.h", "sel4/constants.h", "sel4/debug_assert.h")
    out.line("#ifndef __ASSEMBLER__")
    for name, base, header in model.scalars:
        if "bootinfo" not in header:
            out.line(f"typedef {base} {name};")
    out.blank()
    for block in model.blocks:
        emit_block_type(out, block, block.name)
        emit_block(out, block, block.name, f"{block.name}_t")
    emit_union(out, model)
    for struct in model.structs:
        if "bootinfo" not in struct.header and "benchmark" not in struct.header:
            emit_struct(out, struct)
    out.line("#endif")
    return out


def bootinfo_header(model):
    out = Header("sel4/bootinfo_types.h", "What the kernel tells the root task.")
    out.include("sel4/types.h")
    out.line("#ifndef __ASSEMBLER__")
    for name, base, header in model.scalars:
        if "bootinfo" in header:
            out.line(f"typedef {base} {name};")
    out.blank()
    for struct in model.structs:
        if "bootinfo" in struct.header and "/arch/" not in struct.header:
            emit_struct(out, struct)
    out.line("#endif")
    return out


def arch_bootinfo_header(model):
    """Apart from the others, because it alone needs a header of the C library: <sel4/sel4.h> must
    do without one, for it is what C libraries are built with."""
    out = Header("sel4/arch/bootinfo_types.h", "What the kernel tells a root task beside the rest.")
    out.include("sel4/bootinfo_types.h")
    out.line("#ifndef __ASSEMBLER__")
    if model.on("ARCH_X86"):
        out.include("stdint.h")
    for struct in model.structs:
        if "bootinfo" in struct.header and "/arch/" in struct.header:
            emit_struct(out, struct)
    if model.on("ARCH_X86"):
        out.line("/* Layout as multiboot 2 has it; not declared further. */")
        out.line("typedef struct multiboot2_fb seL4_X86_BootInfo_fb_t;")
    out.line("#endif")
    return out


def emit_struct(out, struct):
    out.line(f"typedef struct {struct.tag} {{")
    for field in struct.fields:
        space = "" if field.ctype.endswith("*") else " "
        count = f"[{field.count_text}]" if field.count_text else ""
        out.line(f"    {field.ctype}{space}{field.name}{count};")
    packed = " SEL4_PACKED" if struct.packed else ""
    aligned = f" __attribute__((__aligned__({struct.aligned})))" if struct.aligned else ""
    out.line(f"}}{packed} {struct.name}{aligned};")
    for check in [f"sizeof(struct {struct.tag}) == {struct.size}"] + [
            f"__builtin_offsetof(struct {struct.tag}, {f.name}) == {f.offset}"
            for f in struct.fields]:
        name = "".join(c if c.isalnum() else "_" for c in check)
        out.line(f"SEL4_COMPILE_ASSERT({name}, {check})")
    out.blank()


# Bit fields.

def emit_block_type(out, block, tag, words=None):
    word = f"seL4_Uint{block.word_bits}"
    out.line(f"typedef struct {tag} {{")
    out.line(f"    {word} words[{words or block.words}];")
    out.line(f"}} {tag}_t;")
    out.blank()


def emit_block(out, block, name, ctype):
    """Constructor, getters and setters, by value and through a pointer."""
    word = f"seL4_Uint{block.word_bits}"
    args = [f for f in block.fields if f.name != block.tag_field]
    params = ", ".join(f"{word} {f.name}" for f in args) or "void"
    out.line(f"LIBSEL4_INLINE_FUNC {ctype} CONST {name}_new({params})")
    out.line("{")
    emit_limits(out, block, args)
    out.line(f"    {ctype} result;")
    emit_fill(out, block, "result.")
    out.line("    return result;")
    out.line("}")
    out.blank()
    pointer = ", ".join([f"{ctype} *p"] + [f"{word} {f.name}" for f in args])
    out.line(f"LIBSEL4_INLINE_FUNC void {name}_ptr_new({pointer})")
    out.line("{")
    emit_limits(out, block, args)
    emit_fill(out, block, "p->")
    out.line("}")
    out.blank()
    for field in block.fields:
        emit_accessors(out, block, field, name, ctype, word, field.name == block.tag_field)


def emit_limits(out, block, args):
    for field in args:
        if field.width < block.word_bits:
            out.line(f"    seL4_DebugAssert(({field.name} & ~{mask(block, field)}) == 0);")


def emit_fill(out, block, target):
    for word in range(block.words):
        parts = []
        for field in block.fields:
            if field.word != word:
                continue
            value = hex(block.tag_value) if field.name == block.tag_field else field.name
            if field.width < block.word_bits and field.name != block.tag_field:
                value = f"({value} & {mask(block, field)})"
            if field.offset:
                value = f"{value} << {field.offset}"
            parts.append(value)
        out.line(f"    {target}words[{word}] = {' | '.join(parts) or 0};")


def mask(block, field, shifted=False):
    bits = ((1 << field.width) - 1) << (field.offset if shifted else 0)
    return f"{bits:#x}{'ull' if block.word_bits == 64 else 'u'}"


def emit_accessors(out, block, field, name, ctype, word, is_tag):
    at = f"words[{field.word}]"
    shift = f" >> {field.offset}" if field.offset else ""

    def get(source):
        value = f"{source}{at}"
        if field.width == block.word_bits:
            return value
        return f"({value}{shift}) & {mask(block, field)}"

    def put(target):
        if field.width == block.word_bits:
            return [f"    {target}{at} = value;"]
        up = f" << {field.offset}" if field.offset else ""
        return [f"    seL4_DebugAssert((value & ~{mask(block, field)}) == 0);",
                f"    {target}{at} = ({target}{at} & ~{mask(block, field, True)}) |",
                f"        ((value{up}) & {mask(block, field, True)});"]
    out.line(f"LIBSEL4_INLINE_FUNC {word} CONST {name}_get_{field.name}({ctype} b)")
    out.line(f"{{\n    return {get('b.')};\n}}\n")
    out.line(f"LIBSEL4_INLINE_FUNC {word} PURE {name}_ptr_get_{field.name}({ctype} *p)")
    out.line(f"{{\n    return {get('p->')};\n}}\n")
    if is_tag:
        return
    out.line(f"LIBSEL4_INLINE_FUNC {ctype} CONST {name}_set_{field.name}({ctype} b, {word} value)")
    out.line("{\n" + "\n".join(put("b.")) + "\n    return b;\n}\n")
    out.line(f"LIBSEL4_INLINE_FUNC void {name}_ptr_set_{field.name}({ctype} *p, {word} value)")
    out.line("{\n" + "\n".join(put("p->")) + "\n}\n")


def emit_union(out, model):
    union = model.union
    word = f"seL4_Uint{model.word_bits}"
    emit_block_type(out, union.members[0][2], union.name, union.words)
    out.line(f"typedef enum {union.name}_tag {{")
    for name, value, _ in union.members:
        out.line(f"    {union.name}_{name} = {value},")
    out.line(f"}} {union.name}_tag_t;\n")
    ctype, tag = f"{union.name}_t", union.tag_field
    out.line(f"LIBSEL4_INLINE_FUNC {word} CONST {union.name}_get_{tag}({ctype} b)")
    out.line("{\n    return b.words[0] & 0xf;\n}\n")
    out.line(f"LIBSEL4_INLINE_FUNC {word} PURE {union.name}_ptr_get_{tag}({ctype} *p)")
    out.line("{\n    return p->words[0] & 0xf;\n}\n")
    out.line(f"LIBSEL4_INLINE_FUNC int CONST {union.name}_{tag}_equals({ctype} b, {word} tag)")
    out.line("{\n    return (b.words[0] & 0xf) == tag;\n}\n")
    out.line(f"LIBSEL4_INLINE_FUNC int PURE {union.name}_ptr_{tag}_equals({ctype} *p, {word} tag)")
    out.line("{\n    return (p->words[0] & 0xf) == tag;\n}\n")
    for _, _, block in union.members:
        emit_block(out, block, block.name, ctype)


def headers(model):
    return [config_header(model), simple_types_header(model), constants_header(model),
            types_header(model), bootinfo_header(model), arch_bootinfo_header(model)]


__all__ = ["headers", "banner"]
