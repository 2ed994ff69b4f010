/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asking the target for what a picture needs: see picture_ask in picture.h. What a kernel without
 * debug calls cannot tell stays empty.
 */
#include "host/client/picture.h"

#include <string.h>

#include "host/client/ask.h"

/* What it is asked, with a sentence for what went wrong. */
struct asking {
    struct target *target;
    int timeout_ms;
    char *why;
    size_t cap;
};

static bool ask(const struct asking *a, const char *command, json_t *records)
{
    char line[128];
    enum target_result result;
    const json_t *last;

    snprintf(line, sizeof(line), "json %s", command);
    result = ask_target(a->target, line, a->timeout_ms, records);
    if (result == TARGET_OK)
        return true;
    last = json_array_get(records, json_array_size(records) - 1);
    if (result == TARGET_FAILED && last && json_object_get(last, "error"))
        snprintf(a->why, a->cap, "%s: %s", command, picture_text(last, "text"));
    else if (result == TARGET_FAILED)
        snprintf(a->why, a->cap, "%s was interrupted", command);
    else
        snprintf(a->why, a->cap, "%s: %s", command,
                 a->target->message[0] ? a->target->message : "no answer in time");
    return false;
}

/* One command of each component, `held` marked with the component's name. */
static bool ask_each(const struct asking *a, const struct picture *p, const char *command,
                     json_t *to)
{
    const json_t *component;
    json_t *record;
    char line[96];
    size_t i, j;

    json_array_foreach(p->components, i, component)
    {
        const char *name = picture_text(component, "name");
        size_t first = json_array_size(to);

        snprintf(line, sizeof(line), "%s %s", command, name);
        if (!ask(a, line, to))
            return false;
        for (j = first; j < json_array_size(to); j++) {
            record = json_array_get(to, j);
            json_object_set_new(record, "component", json_string(name));
        }
    }
    return true;
}

static bool ask_objects(const struct asking *a, json_t *to)
{
    json_t *all = json_array(), *record;
    bool held = all && ask(a, "caps", all);
    size_t i;

    json_array_foreach(all, i, record)
    {
        if (json_object_get(record, "name"))
            json_array_append(to, record);
    }
    json_decref(all);
    return held;
}

/* --- the kernel's own list -------------------------------------------------------------------- */

struct hearing {
    json_t *lines;
    struct target_listener others;
};

static void hear_kernel(void *context, const char *line)
{
    struct hearing *h = context;
    json_t *record = picture_scheduler_line(line);

    if (record)
        json_array_append_new(h->lines, record);
}

static void pass_aside(void *context, const char *line)
{
    const struct hearing *h = context;
    h->others.aside(h->others.context, line);
}

static void pass_said(void *context, const char *line)
{
    const struct hearing *h = context;
    h->others.said(h->others.context, line);
}

static void pass_record(void *context, json_t *record)
{
    const struct hearing *h = context;
    h->others.record(h->others.context, record);
}

/* While it lasts, the kernel's lines are taken for rows of its list, and are not shown: a kernel
 * that prints remarks on every empty slot that is looked at. */
static void begin_hearing(const struct asking *a, struct hearing *h, json_t *to)
{
    struct target *t = a->target;

    *h = (struct hearing){to, t->listener};
    t->listener = (struct target_listener){.context = h,
                                           .boot = h->others.boot,
                                           .banner = h->others.banner,
                                           .note = h->others.note,
                                           .text = h->others.text,
                                           .kernel = hear_kernel,
                                           .aside = pass_aside,
                                           .said = pass_said,
                                           .record = pass_record};
}

/* A kernel that cannot is no error. */
static bool ask_scheduler(const struct asking *a, json_t *to)
{
    struct hearing h;
    json_t *nothing = json_array();
    bool held;

    begin_hearing(a, &h, to);
    held = ask(a, "call DebugDumpScheduler", nothing) ||
           json_object_get(json_array_get(nothing, 0), "error") != NULL;
    a->target->listener = h.others;
    json_decref(nothing);
    return held;
}

static bool ask_held(const struct asking *a, const struct picture *p)
{
    struct hearing h;
    json_t *nothing = json_array();
    bool held;

    begin_hearing(a, &h, nothing);
    held = ask_each(a, p, "caps", p->held);
    a->target->listener = h.others;
    json_decref(nothing);
    return held;
}

/* --- all -------------------------------------------------------------------------------------- */

bool picture_ask(struct picture *p, struct target *t, int timeout_ms, unsigned parts, char *why,
                 size_t cap)
{
    const struct asking a = {t, timeout_ms, why, cap};

    return ask(&a, "components", p->components) &&
           (!(parts & PICTURE_PIECES) || ask(&a, "untypeds pieces", p->pieces)) &&
           (!(parts & PICTURE_UNTYPEDS) || ask(&a, "untypeds", p->untypeds)) &&
           (!(parts & PICTURE_OBJECTS) || ask_objects(&a, p->objects)) &&
           (!(parts & PICTURE_HELD) || ask_held(&a, p)) &&
           (!(parts & PICTURE_REGIONS) || ask_each(&a, p, "components", p->regions)) &&
           (!(parts & PICTURE_THREADS) ||
            (ask(&a, "threads", p->threads) && ask_scheduler(&a, p->scheduler)));
}
