/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of components and their lives: see component.h. */
#include "monitor/core/component.h"

#include "arch/lib/str.h"
#include "monitor/core/component_caps.h"
#include "monitor/core/component_memory.h"
#include "monitor/core/component_table.h"
#include "monitor/core/debug.h"
#include "monitor/core/kernel.h"
#include "monitor/core/memory.h"
#include "monitor/core/objects.h"
#include "monitor/core/request.h"

static struct component components[LIMIT_COMPONENTS];
static uint16_t last_pid;

struct component *component_at(unsigned number)
{
    return number < LIMIT_COMPONENTS && components[number].state != COMPONENT_FREE
               ? &components[number]
               : NULL;
}

static bool is_whole(const struct component *component)
{
    return component->state != COMPONENT_FREE && component->state != COMPONENT_MAKING;
}

struct component *component_by_pid(uint32_t pid)
{
    for (unsigned i = 0; i < LIMIT_COMPONENTS; i++) {
        if (components[i].pid == pid && is_whole(&components[i]))
            return &components[i];
    }
    return NULL;
}

struct component *component_by_name(const char *name)
{
    for (unsigned i = 0; i < LIMIT_COMPONENTS; i++) {
        if (is_whole(&components[i]) && strcmp(components[i].name, name) == 0)
            return &components[i];
    }
    return NULL;
}

struct component_thread *component_thread_by_tid(struct component *component, uint32_t tid)
{
    for (unsigned i = 0; tid && i < LIMIT_COMPONENT_THREADS; i++) {
        if (component->threads[i].tid == tid)
            return &component->threads[i];
    }
    return NULL;
}

bool component_thread_row(struct component *component, unsigned *number)
{
    const unsigned rows = LIMIT_COMPONENT_THREADS - 1; /* the first thread has its own */

    for (unsigned i = 0; i < rows; i++) {
        *number = 1 + (component->last_thread + i) % rows;
        if (component->threads[*number].tid)
            continue;
        component->last_thread = (uint8_t)*number;
        return true;
    }
    return false;
}

/* --- rows ------------------------------------------------------------------------------------- */

unsigned component_table_number(const struct component *component)
{
    return (unsigned)(component - components);
}

enum err component_table_begin(const char *name, struct component **out)
{
    struct component *row = NULL;

    if (component_by_name(name))
        return ERR_EXISTS;
    for (unsigned i = 0; i < LIMIT_COMPONENTS && !row; i++) {
        if (components[i].state == COMPONENT_FREE)
            row = &components[i];
    }
    if (!row)
        return ERR_FULL;
    memset(row, 0, sizeof *row);
    row->estate.piece = OBJECT_NO_PIECE;
    (void)str_copy(row->name, sizeof row->name, name);
    do {
        last_pid = last_pid == UINT16_MAX ? 1 : (uint16_t)(last_pid + 1);
    } while (component_by_pid(last_pid));
    row->pid = last_pid;
    row->state = COMPONENT_MAKING;
    *out = row;
    return ERR_OK;
}

void component_table_commit(struct component *component)
{
    component->memory_bytes = (uint64_t)1 << memory_piece(component->estate.piece)->size_bits;
    component->state = COMPONENT_LOADED;
}

/* On the supervisor's thread: from now on nothing of it may be touched. */
static enum err forget(void *arg)
{
    struct component *component = arg;

    if (is_whole(component))
        debug_forget(component);
    component_memory_forget(component);
    component->state = COMPONENT_MAKING;
    return ERR_OK;
}

void component_table_drop(struct component *component)
{
    (void)request_run(forget, component);
    estate_free(&component->estate);
    component_caps_release(component);
    component->state = COMPONENT_FREE;
}

enum err component_kill(struct component *component)
{
    component_table_drop(component);
    return ERR_OK;
}

/* What is owned beside the estates is in the table of objects, which marks it. */
unsigned component_sweep(bool repair, void (*on_slot)(void *context, uint32_t slot), void *context)
{
    unsigned lost = 0;

    component_memory_mark(on_slot, context);
    for (unsigned i = 0; i < LIMIT_COMPONENTS; i++) {
        struct component *component = &components[i];

        if (component->state == COMPONENT_MAKING) {
            lost++;
            if (repair)
                component_table_drop(component);
        } else if (component->state != COMPONENT_FREE) {
            on_slot(context, (uint32_t)component->estate.cnode);
            memory_mark(component->estate.piece);
        }
    }
    return lost;
}

/* --- running and stopping --------------------------------------------------------------------- */

enum err component_thread_stop(struct component_thread *thread)
{
    enum err e = kernel_check(seL4_TCB_Suspend(thread->tcb));

    if (!e)
        thread->stopped = true;
    return e;
}

enum err component_thread_go(struct component_thread *thread)
{
    enum err e = kernel_check(seL4_TCB_Resume(thread->tcb));

    if (!e)
        thread->stopped = thread->has_fault = false;
    return e;
}

static enum err for_all(struct component *component, enum err (*fn)(struct component_thread *))
{
    enum err first = ERR_OK;

    for (unsigned i = 0; i < LIMIT_COMPONENT_THREADS; i++) {
        enum err e = component->threads[i].tid ? fn(&component->threads[i]) : ERR_OK;

        if (!first)
            first = e;
    }
    return first;
}

static enum err start(void *arg)
{
    struct component *component = arg;

    enum err e;

    if (component->state == COMPONENT_ENDED)
        return ERR_REFUSED;
    component->state = COMPONENT_ALIVE;
    e = debug_start(component);
    return e == ERR_UNSUPPORTED ? for_all(component, component_thread_go) : e;
}

static enum err stop(void *arg)
{
    enum err e = debug_stop(arg);

    return e == ERR_UNSUPPORTED ? for_all(arg, component_thread_stop) : e;
}

enum err component_start(struct component *component)
{
    return request_run(start, component);
}

enum err component_stop(struct component *component)
{
    return request_run(stop, component);
}
