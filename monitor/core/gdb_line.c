/* SPDX-License-Identifier: BSD-2-Clause */
/* The debugger's own serial line: see gdb_line.h. */
#include "monitor/core/gdb_line.h"

#include "arch/lib/fmt.h"
#include "monitor/core/console.h"
#include "monitor/core/cspace.h"
#include "monitor/core/debug.h"
#include "monitor/core/kernel.h"
#include "monitor/core/objects.h"
#include "monitor/core/request.h"
#include "monitor/core/supervisor.h"
#include "monitor/drivers/uart.h"

static struct {
    bool open; /* the supervisor serves it */
    bool owns; /* the session is on this line */
    struct uart uart;
    struct object *irq, *wake;
    char name[48];
    uint8_t in[64], out[64]; /* received and not taken yet; to be sent */
    uint8_t in_len, out_len, out_at;
} line;

bool gdb_line_owns(void)
{
    return line.owns;
}

const char *gdb_line_name(void)
{
    return line.open ? line.name : NULL;
}

/* --- opening and closing ---------------------------------------------------------------------- */

static enum err begin(void *unused)
{
    (void)unused;
    line.in_len = line.out_len = line.out_at = 0;
    line.owns = false;
    line.uart.ops->start(&line.uart);
    line.uart.ops->enable(&line.uart, true, false);
    line.open = true;
    return kernel_check(seL4_IRQHandler_Ack(line.irq->slot));
}

static enum err end(void *unused)
{
    (void)unused;
    line.open = false;
    if (line.owns)
        debug_disconnect();
    line.owns = false;
    line.uart.ops->enable(&line.uart, false, false);
    return ERR_OK;
}

static void give_back(struct object **object)
{
    if (*object)
        (void)objects_delete(*object);
    *object = NULL;
}

static enum err claim_irq(void)
{
    enum err e = objects_claim("gdb_line_irq", "gdb_line_irq", OBJECT_MONITOR, &line.irq);

    if (!e)
        e = kernel_check(
            arch_irq_claim(seL4_CapIRQControl, &line.uart.irq, cspace_slot(line.irq->slot)));
    if (!e)
        objects_set_kind(line.irq, "IRQHandler");
    if (!e)
        e = objects_claim("gdb_line_wake", "gdb_line_wake", OBJECT_MONITOR, &line.wake);
    if (!e)
        e = cspace_mint(supervisor.notification, line.wake->slot, seL4_AllRights, WAKE_GDB_LINE);
    if (!e)
        e = kernel_check(seL4_IRQHandler_SetNotification(line.irq->slot, line.wake->slot));
    return e;
}

static void release(void)
{
    give_back(&line.irq);
    give_back(&line.wake);
    uart_give_back(&line.uart);
}

enum err gdb_line_open(void)
{
    const char *what;
    enum err e;

    if (line.open)
        return ERR_EXISTS;
    e = uart_find_second(&line.uart, supervisor.uart, &what);
    if (e)
        return e == ERR_UNSUPPORTED ? ERR_NOT_FOUND : e;
    if (!line.uart.has_irq)
        e = ERR_NOT_FOUND;
    if (!e)
        e = claim_irq();
    if (!e)
        e = request_run(begin, NULL);
    if (e) {
        release();
        return e;
    }
    if (line.uart.ports)
        fmt_print(line.name, sizeof line.name, "%s at port 0x%x", what, line.uart.port);
    else
        fmt_print(line.name, sizeof line.name, "%s at 0x%llx", what,
                  (unsigned long long)line.uart.paddr);
    return ERR_OK;
}

enum err gdb_line_close(void)
{
    if (!line.open)
        return ERR_NOT_FOUND;
    (void)request_run(end, NULL);
    release();
    return ERR_OK;
}

/* --- bytes ------------------------------------------------------------------------------------ */

static bool receive(void)
{
    bool came = false;
    size_t used;

    while (line.in_len < sizeof line.in &&
           line.uart.ops->receive(&line.uart, &line.in[line.in_len])) {
        line.in_len++;
        came = true;
    }
    if (line.in_len == 0)
        return came;
    if (!line.owns && debug_has_session()) {
        line.in_len = 0; /* another line has the debugger */
        return came;
    }
    line.owns = true;
    used = debug_feed(line.in, line.in_len);
    line.in_len -= (uint8_t)used;
    for (unsigned i = 0; used && i < line.in_len; i++)
        line.in[i] = line.in[i + used];
    debug_poll();
    return came || used;
}

/* False once it has nothing more to say. */
static bool fill(void)
{
    if (line.out_at < line.out_len)
        return true;
    line.out_at = 0;
    line.out_len = (uint8_t)debug_take(line.out, sizeof line.out);
    return line.out_len > 0;
}

static bool transmit(void)
{
    unsigned sent;

    if (!line.owns || !fill())
        return false;
    sent = line.uart.ops->send(&line.uart, line.out + line.out_at, line.out_len - line.out_at);
    line.out_at = (uint8_t)(line.out_at + sent);
    return sent > 0;
}

void gdb_line_serve(void)
{
    if (!line.open)
        return;
    do {
        if (line.owns && debug_busy())
            debug_poll();
    } while (receive() | transmit());
    line.uart.ops->enable(&line.uart, line.in_len < sizeof line.in,
                          line.owns && line.out_at < line.out_len);
    if (line.owns && line.in_len == 0 && line.out_at == line.out_len && !debug_has_session() &&
        !debug_busy())
        line.owns = false;
}

void gdb_line_ack(void)
{
    if (!line.open)
        return;
    while (line.uart.ops->pending(&line.uart))
        gdb_line_serve();
    (void)seL4_IRQHandler_Ack(line.irq->slot);
}
