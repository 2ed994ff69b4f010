/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The target description, made from the architecture's register table while it is read: gdb asks
 * for windows of it, and no copy of the text is kept.
 */
#include "gdbstub/stub.h"
#include "arch/lib/str.h"

void describe_add(struct describe_window *w, const char *text)
{
    size_t len = strlen(text);

    if (w->skip >= len) {
        w->skip -= len;
        return;
    }
    text += w->skip;
    len -= (size_t)w->skip;
    w->skip = 0;
    if (len > w->room) {
        len = w->room;
        w->more = true;
    }
    packet_add(&w->s->tx, text, len);
    w->room -= len;
}

void describe_add_xml(struct describe_window *w, const char *text)
{
    static const struct {
        char c;
        const char *entity;
    } entities[] = {{'<', "&lt;"}, {'>', "&gt;"}, {'&', "&amp;"}, {'"', "&quot;"}};

    for (; *text; text++) {
        char plain[2] = {*text, 0};
        const char *out = (unsigned char)*text < ' ' || (unsigned char)*text > '~' ? "?" : plain;
        for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
            if (entities[i].c == *text)
                out = entities[i].entity;
        describe_add(w, out);
    }
}

void describe_add_number(struct describe_window *w, uint64_t value, unsigned base)
{
    char digits[24];
    size_t at = sizeof digits - 1;

    digits[at] = 0;
    do
        digits[--at] = hex_digit((unsigned)(value % base));
    while ((value /= base));
    describe_add(w, digits + at);
}

static void register_describe(struct describe_window *w, const struct gdb_reg *reg, bool follows)
{
    describe_add(w, "<reg name=\"");
    describe_add(w, reg->name);
    describe_add(w, "\" bitsize=\"");
    describe_add_number(w, reg->bits, 10);
    if (reg->type) {
        describe_add(w, "\" type=\"");
        describe_add(w, reg->type);
    }
    if (!follows) {
        describe_add(w, "\" regnum=\"");
        describe_add_number(w, reg->number, 10);
    }
    describe_add(w, "\"/>");
}

/* gdb takes a register to follow the one described before it unless its number is given. */
void describe_target(struct describe_window *w)
{
    const struct gdb_arch *arch = w->s->config.arch;
    unsigned next = 0;

    describe_add(w, "<target><architecture>");
    describe_add(w, arch->architecture);
    /* Or gdb takes its own system's ABI, looks for signal frames at every stop, and on riscv64 even
     * steps with breakpoints of its own. */
    describe_add(w, "</architecture><osabi>none</osabi>");
    for (unsigned f = 0; f < arch->feature_count; f++) {
        describe_add(w, "<feature name=\"");
        describe_add(w, arch->features[f].name);
        describe_add(w, "\">");
        describe_add(w, arch->features[f].types);
        for (unsigned i = 0; i < arch->reg_count; i++) {
            if (arch->regs[i].feature != f)
                continue;
            register_describe(w, &arch->regs[i], arch->regs[i].number == next);
            next = arch->regs[i].number + 1u;
        }
        describe_add(w, "</feature>");
    }
    describe_add(w, "</target>");
}
