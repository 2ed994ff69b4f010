/* SPDX-License-Identifier: BSD-2-Clause */
/* gdb as the command line asks for it; see the header. */
#include "host/client/gdb_mode.h"

#include <string.h>
#include <unistd.h>

#include "host/client/ask.h"
#include "host/client/gdb_client.h"
#include "host/client/script.h"

enum {
    GDB_WAIT_MS = 100, /* between two looks whether gdb has ended */
    ASK_MS = 5000,
};

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

/* The monitor is told to have its debugger on the second line. */
static bool second_line_begin(struct target *target, struct output *out)
{
    json_t *records = json_array();
    bool ok = ask_target(target, "json gdbline on", ASK_MS, records) == TARGET_OK;
    const char *text = json_string_value(json_object_get(json_array_get(records, 0), "text"));

    if (!ok)
        output_error(out, "%s", text ? text : "the target did not take the second line");
    json_decref(records);
    return ok;
}

bool gdb_mode_open(const struct options *o, struct target *target, struct output *out)
{
    read_files(o, out);
    if (!o->gdb && o->gdb_port < 0 && !o->gdb_serial)
        return true;
    if (target && o->gdb_serial && !second_line_begin(target, out))
        return false;
    if (!open_port(o->gdb_port, o->gdb_serial, target, out))
        return false;
    if (!o->gdb)
        tell_port(out);
    return true;
}

/* Is the component there by now, or can it be loaded, and are there others? False: there is none of
 * that name. */
static bool components_ask(struct target *target, struct gdb_start *start)
{
    json_t *records = json_array();
    bool known = start->component == NULL;

    if (ask_target(target, "json components all", ASK_MS, records) != TARGET_OK)
        known = true; /* gdb will say */
    for (size_t i = 0; i < json_array_size(records); i++) {
        const json_t *record = json_array_get(records, i);
        const char *name = json_string_value(json_object_get(record, "name"));
        const char *state = json_string_value(json_object_get(record, "state"));
        bool wanted = name && start->component && strcmp(name, start->component) == 0;

        known |= wanted;
        if (!name || !state || strcmp(state, "ended") == 0)
            continue;
        if (wanted)
            start->pid = (unsigned)json_integer_value(json_object_get(record, "pid"));
        else
            start->others = true;
    }
    json_decref(records);
    return known;
}

int gdb_mode_start(const char *component, struct target *target, struct output *out)
{
    struct gdb_start start = {.component = component};
    int status;

    if (!gdb.open && !open_port(0, NULL, target, out))
        return STATUS_FAILED;
    if (gdb_port_in_use(&gdb.port)) {
        output_error(out, "another debugger is connected to this target, and there can be one at a "
                          "time");
        return STATUS_FAILED;
    }
    if (target && !components_ask(target, &start)) {
        output_error(out, "there is no component '%s'; `components all` lists them", component);
        return STATUS_FAILED;
    }
    status = target ? gdb_client_start(&gdb, &start, pump_target, target)
                    : gdb_client_start(&gdb, &start, pump_watches, NULL);
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
        return gdb_mode_start(o->gdb_component, NULL, out);
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
