/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Agent bytecode; see the header. One row an operation says how many words it takes and gives, so
 * that the stack is checked in one place. Numbers in the code are big endian, as the manual states.
 */
#include "gdbstub/agent.h"
#include "arch/lib/str.h"

enum { PRINT_VALUES_MAX = 16 };

struct machine {
    struct engine *e;
    struct engine_thread *t;
    const uint8_t *code;
    size_t len, at;
    unsigned depth;
    bool ended, words_known;
    uint64_t stack[GDB_AGENT_STACK];
    uint64_t words[GDB_CONTEXT_WORDS_MAX];
};

typedef enum err (*operation)(struct machine *m, unsigned arg);

static enum err code_take(struct machine *m, unsigned len_bytes, uint64_t *out)
{
    *out = 0;
    if (m->len - m->at < len_bytes)
        return ERR_FORMAT;
    for (unsigned i = 0; i < len_bytes; i++)
        *out = *out << 8 | m->code[m->at++];
    return ERR_OK;
}

static uint64_t *top(struct machine *m)
{
    return &m->stack[m->depth - 1];
}

/* --- two words make one ----------------------------------------------------------------------- */

enum binary { ADD, SUB, MUL, AND, OR, XOR, LSH, RSH_S, RSH_U, EQUAL, LESS_S, LESS_U };

static uint64_t binary_value(enum binary what, uint64_t a, uint64_t b)
{
    switch (what) {
    case ADD:
        return a + b;
    case SUB:
        return a - b;
    case MUL:
        return a * b;
    case AND:
        return a & b;
    case OR:
        return a | b;
    case XOR:
        return a ^ b;
    case LSH:
        return b < 64 ? a << b : 0;
    case RSH_U:
        return b < 64 ? a >> b : 0;
    case RSH_S:
        return (uint64_t)((int64_t)a >> (b < 64 ? b : 63));
    case EQUAL:
        return a == b;
    case LESS_S:
        return (int64_t)a < (int64_t)b;
    default:
        return a < b;
    }
}

static enum err op_binary(struct machine *m, unsigned arg)
{
    uint64_t b = *top(m);

    m->depth--;
    *top(m) = binary_value(arg, *top(m), b);
    return ERR_OK;
}

enum divide { DIV_S, DIV_U, REM_S, REM_U };

static enum err op_divide(struct machine *m, unsigned arg)
{
    uint64_t b = *top(m);

    m->depth--;
    uint64_t a = *top(m);
    bool is_signed = arg == DIV_S || arg == REM_S, divides = arg == DIV_S || arg == DIV_U;
    if (b == 0)
        return ERR_RANGE;
    if (is_signed && b == UINT64_MAX) /* also the one quotient that does not fit */
        *top(m) = divides ? 0 - a : 0;
    else if (is_signed)
        *top(m) = (uint64_t)(divides ? (int64_t)a / (int64_t)b : (int64_t)a % (int64_t)b);
    else
        *top(m) = divides ? a / b : a % b;
    return ERR_OK;
}

/* --- one word --------------------------------------------------------------------------------- */

static enum err op_log_not(struct machine *m, unsigned arg)
{
    (void)arg;
    *top(m) = !*top(m);
    return ERR_OK;
}

static enum err op_bit_not(struct machine *m, unsigned arg)
{
    (void)arg;
    *top(m) = ~*top(m);
    return ERR_OK;
}

static enum err op_extend(struct machine *m, unsigned is_signed)
{
    uint64_t bits;

    if (code_take(m, 1, &bits) != ERR_OK || bits == 0)
        return ERR_FORMAT;
    if (bits >= 64)
        return ERR_OK;
    if (is_signed)
        *top(m) = next_pc_extend(*top(m), (unsigned)bits);
    else
        *top(m) &= (1ull << bits) - 1;
    return ERR_OK;
}

static enum err op_ref(struct machine *m, unsigned len_bytes)
{
    uint64_t value = 0;
    size_t done = 0;
    enum err err = engine_mem_read(m->e, m->t->id.pid, *top(m), &value, len_bytes, &done);

    if (err != ERR_OK || done < len_bytes)
        return ERR_FAULT;
    *top(m) = value;
    return ERR_OK;
}

/* --- from the code, and the stack's own ------------------------------------------------------- */

static enum err op_const(struct machine *m, unsigned len_bytes)
{
    m->depth++;
    return code_take(m, len_bytes, top(m));
}

static enum err op_reg(struct machine *m, unsigned arg)
{
    uint8_t value[GDB_REG_BYTES_MAX] = {0};
    uint64_t number;

    (void)arg;
    if (code_take(m, 2, &number) != ERR_OK)
        return ERR_FORMAT;
    const struct gdb_reg *reg = gdb_arch_reg(m->e->arch, (unsigned)number);
    if (!reg || reg->bits > 64)
        return ERR_FORMAT;
    if (!m->words_known && m->e->ops->regs_read(m->e->target, m->t->id, m->words) != ERR_OK)
        return ERR_FAULT;
    m->words_known = true;
    if (gdb_arch_reg_get(reg, m->words, NULL, value) != ERR_OK)
        return ERR_FAULT;
    m->depth++;
    memcpy(top(m), value, 8);
    return ERR_OK;
}

static enum err op_dup(struct machine *m, unsigned arg)
{
    (void)arg;
    m->depth++;
    *top(m) = m->stack[m->depth - 2];
    return ERR_OK;
}

static enum err op_pop(struct machine *m, unsigned arg)
{
    (void)arg;
    m->depth--;
    return ERR_OK;
}

static enum err op_swap(struct machine *m, unsigned arg)
{
    uint64_t upper = *top(m);

    (void)arg;
    *top(m) = m->stack[m->depth - 2];
    m->stack[m->depth - 2] = upper;
    return ERR_OK;
}

/* a b c => c a b, c being the top. */
static enum err op_rot(struct machine *m, unsigned arg)
{
    uint64_t *s = &m->stack[m->depth - 3], c = s[2];

    (void)arg;
    s[2] = s[1];
    s[1] = s[0];
    s[0] = c;
    return ERR_OK;
}

static enum err op_pick(struct machine *m, unsigned arg)
{
    uint64_t n;

    (void)arg;
    if (code_take(m, 1, &n) != ERR_OK || n >= m->depth)
        return ERR_FORMAT;
    m->depth++;
    *top(m) = m->stack[m->depth - 2 - n];
    return ERR_OK;
}

static enum err op_goto(struct machine *m, unsigned conditional)
{
    uint64_t target;

    if (code_take(m, 2, &target) != ERR_OK || target >= m->len)
        return ERR_FORMAT;
    if (conditional && m->stack[--m->depth] == 0)
        return ERR_OK;
    m->at = (size_t)target;
    return ERR_OK;
}

static enum err op_end(struct machine *m, unsigned arg)
{
    (void)arg;
    m->ended = true;
    return ERR_OK;
}

/* The format is in the code; on the stack are function, channel (both of no use here) and values.
 */
static enum err op_printf(struct machine *m, unsigned arg)
{
    uint64_t count, len, values[PRINT_VALUES_MAX];

    (void)arg;
    if (code_take(m, 1, &count) != ERR_OK || code_take(m, 2, &len) != ERR_OK)
        return ERR_FORMAT;
    if (len == 0 || len > m->len - m->at || m->code[m->at + len - 1] != 0)
        return ERR_FORMAT;
    if (count > PRINT_VALUES_MAX || m->depth < count + 2)
        return ERR_FORMAT;
    m->depth -= 2;
    for (unsigned i = 0; i < count; i++)
        values[i] = m->stack[--m->depth];
    const char *format = (const char *)m->code + m->at;
    m->at += len;
    return agent_print(m->e, m->t, format, len, values, (unsigned)count);
}

/* --- the operations --------------------------------------------------------------------------- */

struct row {
    operation run;
    uint8_t arg;
    uint8_t takes, gives; /* words of the stack */
};

static const struct row rows[] = {
    [0x02] = {op_binary, ADD, 2, 1},    [0x03] = {op_binary, SUB, 2, 1},
    [0x04] = {op_binary, MUL, 2, 1},    [0x05] = {op_divide, DIV_S, 2, 1},
    [0x06] = {op_divide, DIV_U, 2, 1},  [0x07] = {op_divide, REM_S, 2, 1},
    [0x08] = {op_divide, REM_U, 2, 1},  [0x09] = {op_binary, LSH, 2, 1},
    [0x0a] = {op_binary, RSH_S, 2, 1},  [0x0b] = {op_binary, RSH_U, 2, 1},
    [0x0e] = {op_log_not, 0, 1, 1},     [0x0f] = {op_binary, AND, 2, 1},
    [0x10] = {op_binary, OR, 2, 1},     [0x11] = {op_binary, XOR, 2, 1},
    [0x12] = {op_bit_not, 0, 1, 1},     [0x13] = {op_binary, EQUAL, 2, 1},
    [0x14] = {op_binary, LESS_S, 2, 1}, [0x15] = {op_binary, LESS_U, 2, 1},
    [0x16] = {op_extend, true, 1, 1},   [0x17] = {op_ref, 1, 1, 1},
    [0x18] = {op_ref, 2, 1, 1},         [0x19] = {op_ref, 4, 1, 1},
    [0x1a] = {op_ref, 8, 1, 1},         [0x20] = {op_goto, true, 1, 0},
    [0x21] = {op_goto, false, 0, 0},    [0x22] = {op_const, 1, 0, 1},
    [0x23] = {op_const, 2, 0, 1},       [0x24] = {op_const, 4, 0, 1},
    [0x25] = {op_const, 8, 0, 1},       [0x26] = {op_reg, 0, 0, 1},
    [0x27] = {op_end, 0, 0, 0},         [0x28] = {op_dup, 0, 1, 2},
    [0x29] = {op_pop, 0, 1, 0},         [0x2a] = {op_extend, false, 1, 1},
    [0x2b] = {op_swap, 0, 2, 2},        [0x32] = {op_pick, 0, 1, 2},
    [0x33] = {op_rot, 0, 3, 3},         [0x34] = {op_printf, 0, 2, 0},
};

/* Room and words enough for a row; an unknown operation and one without a row are told apart only
 * by the text of the error. */
static enum err row_check(const struct machine *m, uint64_t op)
{
    if (op >= sizeof rows / sizeof *rows || !rows[op].run)
        return ERR_UNSUPPORTED;
    if (m->depth < rows[op].takes)
        return ERR_FORMAT;
    if (m->depth - rows[op].takes + rows[op].gives > GDB_AGENT_STACK)
        return ERR_RANGE;
    return ERR_OK;
}

enum err agent_run(struct engine *e, struct engine_thread *t, const uint8_t *code, size_t len_bytes,
                   uint64_t *value)
{
    struct machine m;
    uint64_t op;

    m.e = e;
    m.t = t;
    m.code = code;
    m.len = len_bytes;
    m.at = 0;
    m.depth = 0;
    m.ended = m.words_known = false;
    *value = 0;
    for (unsigned steps = 0; !m.ended; steps++) {
        if (steps == GDB_AGENT_STEPS)
            return ERR_RANGE;
        enum err err = code_take(&m, 1, &op);
        if (err == ERR_OK)
            err = row_check(&m, op);
        if (err == ERR_OK)
            err = rows[op].run(&m, rows[op].arg);
        if (err != ERR_OK)
            return err;
    }
    if (m.depth > 0)
        *value = *top(&m);
    return ERR_OK;
}
