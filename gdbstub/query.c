/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What gdb asks at the start: features, modes, target description, memory map, the file that runs.
 */
#include "gdbstub/stub.h"
#include "arch/lib/str.h"

/* Always served. */
static const char features[] =
    ";QStartNoAckMode+;multiprocess+;swbreak+;hwbreak+;vContSupported+;QNonStop+"
    ";qXfer:features:read+;qXfer:threads:read+;qXfer:memory-map:read+;ConditionalBreakpoints+"
    ";BreakpointCommands+;no-resumed+;binary-upload+;error-message+";

/* True if gdb said that it knows a feature. */
static bool client_has(const struct hex_cursor *args, const char *feature)
{
    struct hex_cursor c = *args;

    while (c.at < c.end) {
        if (hex_take_word(&c, feature) && (c.at == c.end || *c.at == ';'))
            return true;
        while (c.at < c.end && *c.at != ';' && *c.at != ':')
            c.at++;
        if (c.at < c.end)
            c.at++;
    }
    return false;
}

static enum err supported(struct gdbstub *s, struct hex_cursor *args)
{
    s->multiprocess = client_has(args, "multiprocess+");
    s->error_text = client_has(args, "error-message+");
    s->proxy = (struct stub_proxy){.active = client_has(args, "sel4mon.proxy+")};
    run_attach_default(s); /* in non-stop mode gdb asks for threads before it asks anything else */
    packet_add_text(&s->tx, "PacketSize=");
    packet_add_number(&s->tx, s->config.packet_bytes);
    packet_add_text(&s->tx, features);
    if (s->config.ops->exec_file)
        packet_add_text(&s->tx, ";qXfer:exec-file:read+");
    if (s->proxy.active)
        packet_add_text(&s->tx, ";sel4mon.proxy+");
    return ERR_OK;
}

static enum err no_ack(struct gdbstub *s, struct hex_cursor *args)
{
    (void)args;
    s->no_ack_next = true; /* this one's reply is acknowledged still */
    return dispatch_ok(s);
}

/* annex:offset,length; the annex is given. */
static bool window_take(struct gdbstub *s, struct hex_cursor *args, const char *annex,
                        struct describe_window *out)
{
    uint64_t len;

    *out = (struct describe_window){.s = s};
    if (!hex_take_word(args, annex) || !hex_take_char(args, ':') ||
        !hex_take_pair(args, ',', &out->skip, &len) || hex_left(args))
        return false;
    out->room = len < s->config.packet_bytes / 2u ? (size_t)len : s->config.packet_bytes / 2u;
    packet_add_text(&s->tx, "l");
    return true;
}

static enum err window_end(struct describe_window *w)
{
    if (w->more)
        w->s->tx.bytes[0] = 'm';
    return ERR_OK;
}

static enum err read_features(struct gdbstub *s, struct hex_cursor *args)
{
    struct describe_window w;

    if (!window_take(s, args, "target.xml", &w))
        return ERR_SYNTAX;
    describe_target(&w);
    return window_end(&w);
}

/* The map is gdb's for all inferiors, and gdb refuses what is outside: so one range. */
static enum err read_memory_map(struct gdbstub *s, struct hex_cursor *args)
{
    struct describe_window w;

    if (!window_take(s, args, "", &w))
        return ERR_SYNTAX;
    describe_add(&w, "<memory-map><memory type=\"ram\" start=\"0\" length=\"0x");
    describe_add_number(&w, s->config.user_top, 16);
    describe_add(&w, "\"/></memory-map>");
    return window_end(&w);
}

static enum err read_exec_file(struct gdbstub *s, struct hex_cursor *args)
{
    char path[GDB_TEXT_BYTES];
    struct describe_window w;
    struct hex_cursor look = *args;
    const struct engine_thread *t = threads_general(s);
    uint64_t pid = t ? t->id.pid : 0;

    if (!s->config.ops->exec_file)
        return ERR_UNSUPPORTED;
    if (hex_take_number(&look, &pid))
        args->at = look.at;
    if (pid >= UINT32_MAX || !window_take(s, args, "", &w))
        return ERR_SYNTAX;
    enum err err = s->config.ops->exec_file(s->config.target, (uint32_t)pid, path, sizeof path);
    if (err != ERR_OK)
        return err;
    describe_add(&w, path);
    return window_end(&w);
}

static const struct stub_handler rows[] = {
    {.name = "qSupported", .follow = ":", .handle = supported},
    {.name = "QStartNoAckMode", .follow = "", .handle = no_ack},
    {.name = "qXfer:features:read:", .handle = read_features},
    {.name = "qXfer:memory-map:read:", .handle = read_memory_map},
    {.name = "qXfer:exec-file:read:", .handle = read_exec_file},
};

const struct stub_group query_group = {rows, sizeof rows / sizeof *rows};
