/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Z and z: breakpoints and watchpoints, with conditions (`;Xlen,expr`) and commands
 * (`;cmds:persist,Xlen,expr`) in bytecode (gdb manual, "Packets", z0).
 */
#include "gdbstub/stub.h"
#include "arch/lib/str.h"

enum { AGENT_BYTES_MAX = 2048 };

/* Bytecode as the engine keeps it, made from a packet. */
struct agent_list {
    size_t len;
    uint8_t bytes[AGENT_BYTES_MAX];
};

/* `Xlen,expr` */
static enum err expression_take(struct hex_cursor *c, bool command, struct agent_list *list)
{
    uint64_t len;

    if (!hex_take_char(c, 'X') || !hex_take_number(c, &len) || !hex_take_char(c, ','))
        return ERR_SYNTAX;
    if (len > sizeof list->bytes - list->len ||
        len + sizeof(struct engine_agent) > sizeof list->bytes - list->len)
        return ERR_FULL;
    struct engine_agent head = {command, (uint8_t)len, (uint8_t)(len >> 8)};
    memcpy(list->bytes + list->len, &head, sizeof head);
    list->len += sizeof head;
    if (!hex_take_bytes(c, list->bytes + list->len, (size_t)len))
        return ERR_SYNTAX;
    list->len += (size_t)len;
    return ERR_OK;
}

/* What follows address and kind. Expressions of one list stand one after the other. Commands need
 * not persist: they go when gdb goes. */
static enum err agents_take(struct hex_cursor *c, struct agent_list *list)
{
    bool command = false;
    uint64_t persist;
    enum err err = ERR_OK;

    list->len = 0;
    while (err == ERR_OK && hex_left(c) > 0) {
        if (hex_take_char(c, ';') && hex_take_word(c, "cmds:")) {
            command = true;
            if (!hex_take_number(c, &persist) || !hex_take_char(c, ','))
                return ERR_SYNTAX;
        }
        err = expression_take(c, command, list);
    }
    return err;
}

static enum err place_take(struct hex_cursor *c, uint64_t *type, uint64_t *addr, uint64_t *kind)
{
    if (!hex_take_number(c, type) || *type > GDB_WATCH_ACCESS)
        return ERR_UNSUPPORTED;
    if (!hex_take_char(c, ',') || !hex_take_pair(c, ',', addr, kind))
        return ERR_SYNTAX;
    return ERR_OK;
}

/* The inferior that Hg named; 0 if it has ended and gdb does not know it yet, so that gdb gets to
 * hear of it: there is nothing to set or to take away. */
static enum err inferior_find(struct gdbstub *s, uint32_t *pid)
{
    const struct engine_thread *t = threads_general(s);

    *pid = t ? t->id.pid : 0;
    return t || stops_exit_of(s, s->general.pid) ? ERR_OK : ERR_NOT_FOUND;
}

static enum err insert(struct gdbstub *s, struct hex_cursor *args)
{
    uint64_t type, addr, kind;
    struct agent_list list;
    uint32_t pid;
    enum err err = place_take(args, &type, &addr, &kind);

    if (err == ERR_OK)
        err = agents_take(args, &list);
    if (err == ERR_OK)
        err = inferior_find(s, &pid);
    if (err == ERR_OK && pid)
        err = engine_break_set(&s->engine, pid, (enum gdb_break_type)type, addr, kind, list.bytes,
                               list.len);
    return err == ERR_OK ? dispatch_ok(s) : err;
}

static enum err remove_one(struct gdbstub *s, struct hex_cursor *args)
{
    uint64_t type, addr, kind;
    uint32_t pid;
    enum err err = place_take(args, &type, &addr, &kind);

    if (err == ERR_OK && hex_left(args))
        err = ERR_SYNTAX;
    if (err == ERR_OK)
        err = inferior_find(s, &pid);
    if (err == ERR_OK && pid)
        err = engine_break_clear(&s->engine, pid, (enum gdb_break_type)type, addr, kind);
    return err == ERR_OK || err == ERR_NOT_FOUND ? dispatch_ok(s) : err; /* idempotent */
}

static const struct stub_handler rows[] = {
    {.name = "Z", .handle = insert, .text = true},
    {.name = "z", .handle = remove_one, .text = true},
};

const struct stub_group breakpoints_group = {rows, sizeof rows / sizeof *rows};
