/* SPDX-License-Identifier: BSD-2-Clause */
/* The operator's breakpoints: see debug_shell_break.h. */
#include "monitor/core/debug_shell_break.h"

#include "arch/lib/str.h"
#include "monitor/core/debug_core.h"
#include "monitor/shell/expr.h"

static struct debug_shell_break rows[DEBUG_SHELL_BREAKS];
static uint32_t last_number;

const struct debug_shell_break *debug_shell_break_at(unsigned row)
{
    return row < DEBUG_SHELL_BREAKS && rows[row].number ? &rows[row] : NULL;
}

/* --- conditions ------------------------------------------------------------------------------- */

static struct expr expr;

/* `$rax`, `$pc`, `$sp`; the thread is the context. */
static enum err variable(void *context, const char *name, struct expr_value *out)
{
    struct engine_thread *t = context;
    uint64_t words[GDB_CONTEXT_WORDS_MAX], value = 0;
    const struct gdb_reg *reg = gdb_arch_reg_named(arch_gdb, name);

    if (!reg || reg->bank != GDB_BANK_CONTEXT)
        return ERR_NOT_FOUND;
    if (t->id.pid && debug_thread_regs_read(t->id, words))
        return ERR_FAULT;
    if (t->id.pid)
        (void)gdb_arch_reg_get(reg, words, NULL, (uint8_t *)&value);
    *out = (struct expr_value){.is_word = true, .word = value};
    return ERR_OK;
}

static enum err evaluate(const char *condition, struct engine_thread *t, uint64_t *value)
{
    const struct expr_scope scope = {.context = t, .variable = variable, .word_bits = 64};

    return expr_eval_word(&expr, &scope, condition, value);
}

/* One that cannot be computed holds: a stop too many is better than one that is missed. */
static bool condition_holds(const struct debug_shell_break *row, struct engine_thread *t)
{
    uint64_t value;

    return !row->condition[0] || evaluate(row->condition, t, &value) != ERR_OK || value;
}

/* --- the table -------------------------------------------------------------------------------- */

static uint64_t value_of(const struct debug_shell_break *row)
{
    uint64_t value = 0;
    size_t done = 0, len = row->len_bytes < sizeof value ? row->len_bytes : sizeof value;

    (void)engine_mem_read(debug.engine, row->pid, row->addr, &value, len, &done);
    return value;
}

static bool is_same(const struct debug_shell_break *a, const struct debug_shell_break *b)
{
    return a->pid == b->pid && a->type == b->type && a->addr == b->addr &&
           a->len_bytes == b->len_bytes;
}

static bool any_same(const struct debug_shell_break *row)
{
    for (unsigned i = 0; i < DEBUG_SHELL_BREAKS; i++)
        if (rows[i].number && &rows[i] != row && is_same(&rows[i], row))
            return true;
    return false;
}

static void choose_instruction(struct debug_shell_break *row)
{
    struct component *component = component_by_pid(row->pid);
    struct gdb_code code = debug_thread_code(component);

    row->len_bytes = arch_gdb->breaks[arch_gdb->break_row_at(&code, row->addr)].kind;
}

static enum err check_condition(const struct debug_shell_break *row, const char **why)
{
    struct engine_thread nobody = {.id = {0, 0}};
    uint64_t value;
    enum err e = row->condition[0] ? evaluate(row->condition, &nobody, &value) : ERR_OK;

    if (e)
        *why = expr.reason;
    return e;
}

enum err debug_shell_break_add(struct debug_shell_break *row, const char **why)
{
    struct debug_shell_break *to = rows;
    enum err e = check_condition(row, why);

    if (e)
        return ERR_SYNTAX;
    while (to < rows + DEBUG_SHELL_BREAKS && to->number)
        to++;
    if (to == rows + DEBUG_SHELL_BREAKS)
        return ERR_FULL;
    if (row->type <= GDB_BREAK_HARDWARE)
        choose_instruction(row);
    if (!any_same(row))
        e = engine_break_set(debug.engine, row->pid, (enum gdb_break_type)row->type, row->addr,
                             row->len_bytes, NULL, 0);
    if (e)
        return e;
    row->value = value_of(row);
    row->number = ++last_number;
    *to = *row;
    return ERR_OK;
}

static void drop(struct debug_shell_break *row)
{
    if (!any_same(row))
        (void)engine_break_clear(debug.engine, row->pid, (enum gdb_break_type)row->type, row->addr,
                                 row->len_bytes);
    row->number = 0;
}

enum err debug_shell_break_remove(uint32_t number)
{
    for (unsigned i = 0; number && i < DEBUG_SHELL_BREAKS; i++) {
        if (rows[i].number != number)
            continue;
        drop(&rows[i]);
        return ERR_OK;
    }
    return ERR_NOT_FOUND;
}

void debug_shell_break_forget(uint32_t pid)
{
    for (unsigned i = 0; i < DEBUG_SHELL_BREAKS; i++)
        if (rows[i].number && rows[i].pid == pid)
            drop(&rows[i]);
}

void debug_shell_break_end_temporary(void)
{
    for (unsigned i = 0; i < DEBUG_SHELL_BREAKS; i++)
        if (rows[i].number && rows[i].tid)
            drop(&rows[i]);
}

bool debug_shell_break_any(uint32_t pid)
{
    for (unsigned i = 0; i < DEBUG_SHELL_BREAKS; i++)
        if (rows[i].number && rows[i].pid == pid)
            return true;
    return false;
}

/* --- hits ------------------------------------------------------------------------------------- */

static bool is_for(const struct debug_shell_break *row, struct engine_thread *t)
{
    uint64_t words[GDB_CONTEXT_WORDS_MAX];

    if (row->tid && row->tid != t->id.tid)
        return false;
    if (row->sp && (debug_thread_regs_read(t->id, words) || words[arch_gdb->sp_word] < row->sp))
        return false;
    return condition_holds(row, t);
}

static struct debug_shell_break *find_break(struct engine_thread *t, uint64_t pc)
{
    for (unsigned i = 0; i < DEBUG_SHELL_BREAKS; i++) {
        struct debug_shell_break *row = &rows[i];
        if (row->number && row->pid == t->id.pid && row->type <= GDB_BREAK_HARDWARE &&
            row->addr == pc && is_for(row, t))
            return row;
    }
    return NULL;
}

bool debug_shell_break_holds(const struct engine_break *b, struct engine_thread *t)
{
    return find_break(t, b->addr) != NULL;
}

/* A write of what was there already is none that anybody wants to see. */
static bool watch_stops(struct debug_shell_break *row, struct engine_thread *t)
{
    row->before = row->value;
    row->value = value_of(row);
    return (row->type != GDB_WATCH_WRITE || row->value != row->before) && is_for(row, t);
}

const struct debug_shell_break *debug_shell_break_hit(struct engine_thread *t, bool watch,
                                                      uint64_t address)
{
    struct debug_shell_break *row = watch ? NULL : find_break(t, address);

    for (unsigned i = 0; watch && i < DEBUG_SHELL_BREAKS && !row; i++) {
        struct debug_shell_break *r = &rows[i];
        if (r->number && r->pid == t->id.pid && r->type >= GDB_WATCH_WRITE &&
            address - r->addr < r->len_bytes && watch_stops(r, t))
            row = r;
    }
    if (row)
        row->hits++;
    return row;
}
