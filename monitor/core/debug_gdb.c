/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Orders of gdb for the shell: see debug_gdb.h. The supervisor takes an order if the shell is free;
 * the shell runs it as a line of its own, with the output going to gdb, and tells the end.
 */
#include "monitor/core/debug_gdb.h"

#include "arch/lib/fmt.h"
#include "arch/lib/str.h"
#include "monitor/core/console.h"
#include "monitor/core/debug_core.h"
#include "monitor/core/ipc.h"
#include "monitor/core/line_input.h"
#include "monitor/core/request.h"
#include "monitor/shell/shell.h"

enum order_kind { ORDER_NONE, ORDER_CONSOLE, ORDER_RUN, ORDER_KILL };

static struct {
    uint8_t kind;  /* enum order_kind */
    bool taken;    /* the shell is at it */
    bool for_room; /* the shell waits until more of its output fits */
    uint32_t pid;  /* to kill */
    char text[GDB_TEXT_BYTES];
    uint32_t kills[LIMIT_COMPONENTS]; /* that come after it */
} order;

/* --- on the supervisor's thread --------------------------------------------------------------- */

static enum err begin(enum order_kind kind, const char *text, uint32_t pid)
{
    if (order.kind || console.command_running)
        return ERR_BUSY;
    if (!str_copy(order.text, sizeof order.text, text))
        return ERR_NO_SPACE;
    order.kind = (uint8_t)kind;
    order.pid = pid;
    order.taken = order.for_room = false;
    ipc_signal(console.shell_debug);
    return ERR_OK;
}

enum err debug_gdb_console(const char *command)
{
    return begin(ORDER_CONSOLE, command, 0);
}

enum err debug_gdb_run(const char *command)
{
    return begin(ORDER_RUN, command, 0);
}

enum err debug_gdb_kill(uint32_t pid)
{
    if (order.kind != ORDER_KILL)
        return begin(ORDER_KILL, "", pid);
    for (unsigned i = 0; i < LIMIT_COMPONENTS; i++) {
        if (order.kills[i])
            continue;
        order.kills[i] = pid;
        return ERR_OK;
    }
    return ERR_FULL;
}

void debug_gdb_interrupt(void)
{
    if (order.kind && console.command_running)
        line_input_interrupt();
}

void debug_gdb_poll(void)
{
    const struct stub_console *c = &debug.stub.console;

    if (order.for_room && (c->len < sizeof c->text / 2 || !debug.stub.session)) {
        order.for_room = false;
        ipc_signal(console.shell_debug);
    }
    for (unsigned i = 0; !order.kind && i < LIMIT_COMPONENTS; i++) {
        uint32_t pid = order.kills[i];
        if (pid && begin(ORDER_KILL, "", pid) == ERR_OK)
            order.kills[i] = 0;
    }
}

/* --- errands of the shell's thread ------------------------------------------------------------ */

static enum err take_order(void *unused)
{
    (void)unused;
    if (!order.kind || order.taken)
        return ERR_NOT_FOUND;
    order.taken = true;
    return ERR_OK;
}

struct piece {
    const char *text;
    size_t len, used;
};

static enum err give_piece(void *arg)
{
    struct piece *piece = arg;

    debug_enter();
    piece->used = gdbstub_console_write(&debug.stub, piece->text, piece->len);
    order.for_room = piece->used < piece->len;
    debug_leave();
    return ERR_OK;
}

struct ending {
    enum err result;
    uint32_t pid;
    const char *why; /* kept until the next order */
};

static enum err end_order(void *arg)
{
    const struct ending *ending = arg;
    uint8_t kind = order.kind;

    order.kind = ORDER_NONE;
    debug_enter();
    if (kind == ORDER_CONSOLE)
        gdbstub_console_done(&debug.stub, ending->result);
    else if (kind == ORDER_RUN)
        gdbstub_run_done(&debug.stub, ending->result, ending->pid, ending->why);
    else if (kind == ORDER_KILL)
        gdbstub_kill_done(&debug.stub, order.pid, ending->result, ending->why);
    debug_leave();
    return ERR_OK;
}

/* --- on the shell's thread -------------------------------------------------------------------- */

/* Output on its way to gdb, a line or so at a time. */
static struct {
    size_t len;
    char text[256];
} output;

static void flush(void)
{
    struct piece piece = {.text = output.text, .len = output.len};

    while (piece.len) {
        if (request_run(give_piece, &piece))
            break;
        piece.text += piece.used;
        piece.len -= piece.used;
        if (piece.len)
            (void)console_wait(CONSOLE_DEBUG);
    }
    output.len = 0;
}

static void to_gdb(void *unused, const char *text, size_t len)
{
    (void)unused;
    for (size_t i = 0; i < len; i++) {
        output.text[output.len++] = text[i];
        if (output.len == sizeof output.text)
            flush();
    }
    if (len && text[len - 1] == '\n')
        flush();
}

/* What a command says when gdb has no place for it: the error, without what leads it in. */
static struct {
    size_t len;
    char text[160];
} said;

static void to_said(void *unused, const char *text, size_t len)
{
    (void)unused;
    for (size_t i = 0; i < len && said.len < sizeof said.text - 1; i++)
        said.text[said.len++] = text[i] == '\n' ? ' ' : text[i];
    said.text[said.len] = '\0';
}

static enum err run_quietly(struct shell *shell, const char *line)
{
    said.len = 0;
    said.text[0] = '\0';
    return shell_run_for(shell, line, to_said, NULL);
}

static const char *said_why(void)
{
    static const char lead[] = "error: ";

    return str_starts_nocase(said.text, lead) ? said.text + sizeof lead - 1 : said.text;
}

static enum err run_kill(struct shell *shell, uint32_t pid)
{
    char line[64];
    const struct component *component = component_by_pid(pid);

    if (!component)
        return ERR_OK; /* it has gone by itself */
    fmt_print(line, sizeof line, "kill %s", component->name);
    return run_quietly(shell, line);
}

/* The component that gdb's run begins, and its arguments; without a name the one of last time. */
static enum err run_load(struct shell *shell, const char *text, uint32_t *pid)
{
    char name[PACKAGE_NAME_BYTES], line[GDB_TEXT_BYTES + 8];
    const char *slash = NULL, *end = text;
    const struct component *component;
    enum err e = ERR_OK;

    for (; *end && *end != ' '; end++)
        slash = *end == '/' ? end : slash;
    text = slash ? slash + 1 : text; /* a file's name is enough */
    if ((size_t)(end - text) >= sizeof name)
        return ERR_NOT_FOUND;
    memcpy(name, text, (size_t)(end - text));
    name[end - text] = '\0';
    if (!name[0])
        (void)str_copy(name, sizeof name, debug.last);
    if (!name[0])
        return ERR_NOT_FOUND;
    component = component_by_name(name);
    if (component)
        e = run_kill(shell, component->pid);
    fmt_print(line, sizeof line, "load %s%s", name, end);
    if (!e)
        e = run_quietly(shell, line);
    component = component_by_name(name);
    *pid = component ? component->pid : 0;
    return e;
}

void debug_gdb_serve(struct shell *shell)
{
    struct ending ending = {.result = ERR_OK};

    if (request_run(take_order, NULL))
        return;
    output.len = said.len = 0;
    said.text[0] = '\0';
    if (order.kind == ORDER_CONSOLE)
        ending.result = shell_run_for(shell, order.text, to_gdb, NULL);
    else if (order.kind == ORDER_RUN)
        ending.result = run_load(shell, order.text, &ending.pid);
    else
        ending.result = run_kill(shell, order.pid);
    flush();
    ending.why = said.len ? said_why() : NULL;
    (void)request_run(end_order, &ending);
}

bool debug_gdb_asks_for_own(uint32_t pid)
{
    const struct component *component = component_by_pid(pid);

    return order.kind == ORDER_CONSOLE && order.taken && component &&
           debug_client(component) == &debug.stub.client;
}

void debug_gdb_recover(void)
{
    struct ending ending = {.result = ERR_INTERRUPTED};

    if (order.kind && order.taken)
        (void)request_run(end_order, &ending);
}
