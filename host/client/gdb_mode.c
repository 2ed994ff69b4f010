/* SPDX-License-Identifier: BSD-2-Clause */
/* gdb as the command line asks for it; see the header. */
#include "host/client/gdb_mode.h"

#include <unistd.h>

#include "host/client/gdb_client.h"
#include "host/client/script.h"

#define GDB_WAIT_MS 100 /* between two looks whether gdb has ended */

/* One process has one port. */
static struct gdb_files files;
static struct gdb_client gdb;

struct gdb_files *gdb_mode_files(void)
{
    return &files;
}

static bool pump_target(void *target)
{
    return target_pump(target, GDB_WAIT_MS, -1);
}

static bool pump_watches(void *context)
{
    (void)context;
    return gdb_client_serve_once(&gdb, GDB_WAIT_MS, -1);
}

static void read_files(const struct options *o, struct output *out)
{
    char why[600];
    for (size_t i = 0; i < o->symbol_count; i++)
        if (!gdb_files_add(&files, o->symbols[i], why, sizeof(why)))
            output_note(out, "%s", why);
}

static bool open_port(int number, const char *serial, struct target *target, struct output *out)
{
    struct gdb_client_config config = {
        .port = number < 0 ? 0 : number, .serial = serial, .link = target ? &target->link : NULL};
    if (gdb_client_open(&gdb, &config, &files))
        return true;
    output_error(out, "%s", gdb.message);
    return false;
}

static void tell_port(struct output *out)
{
    output_note(out, "GDB port %u; in gdb: target extended-remote :%u", gdb.port.number,
                gdb.port.number);
}

bool gdb_mode_open(const struct options *o, struct target *target, struct output *out)
{
    read_files(o, out);
    if (!o->gdb && o->gdb_port < 0 && !o->gdb_serial)
        return true;
    if (!open_port(o->gdb_port, o->gdb_serial, target, out))
        return false;
    if (!o->gdb)
        tell_port(out);
    return true;
}

bool gdb_mode_need_port(struct target *target, struct output *out)
{
    return gdb.open || open_port(0, NULL, target, out);
}

int gdb_mode_run(const struct options *o, struct target *target, struct output *out)
{
    int status = target ? gdb_client_start(&gdb, o->gdb_component, pump_target, target)
                        : gdb_client_start(&gdb, o->gdb_component, pump_watches, NULL);
    if (status >= 0)
        return status == 0 ? STATUS_OK : STATUS_FAILED;
    output_error(out, "%s", gdb.message);
    return STATUS_FAILED;
}

int gdb_mode_alone(const struct options *o, struct output *out)
{
    if (!gdb_mode_open(o, NULL, out))
        return STATUS_LOST;
    if (o->gdb)
        return gdb_mode_run(o, NULL, out);
    while (gdb_client_serve_once(&gdb, -1, STDIN_FILENO))
        continue;
    if (gdb.line_lost)
        output_error(out, "the line to %s was closed by the other end", gdb.line.name);
    return gdb.line_lost ? STATUS_LOST : STATUS_OK;
}

void gdb_mode_close(void)
{
    gdb_client_close(&gdb);
    gdb_files_free(&files);
}
