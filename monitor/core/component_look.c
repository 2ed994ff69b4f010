/* SPDX-License-Identifier: BSD-2-Clause */
/* Looking into a component's own CNode: see component_look.h. */
#include "monitor/core/component_look.h"

#include "arch/include/arch.h"
#include "arch/lib/fmt.h"
#include "arch/lib/str.h"
#include "monitor/core/component_caps.h"
#include "monitor/core/cspace.h"
#include "monitor/core/kernel.h"
#include "monitor/core/request.h"

/* Tries to copy it out: empty, filled and copied, or filled and not to be copied. */
enum copied { COPIED_EMPTY, COPIED, COPIED_REFUSED, COPIED_REVOKE_FIRST };

static enum copied copy_out(const struct component_view *view, seL4_Word slot)
{
    seL4_Error error =
        seL4_CNode_Copy(CSPACE_ROOT, view->spare, seL4_WordBits, view->component->slots.cnode, slot,
                        view->component->slots.cnode_bits, seL4_AllRights);

    if (error == seL4_NoError) {
        (void)cspace_delete(view->spare);
        return COPIED;
    }
    if (error == seL4_FailedLookup)
        return COPIED_EMPTY;
    return error == seL4_RevokeFirst ? COPIED_REVOKE_FIRST : COPIED_REFUSED;
}

static const struct component_given *find_given(const struct component *component, seL4_Word slot)
{
    for (unsigned i = 0; i < PACKAGE_ROWS_MAX; i++) {
        if (component->given[i].object && component->given[i].slot == slot)
            return &component->given[i];
    }
    return NULL;
}

/* What the monitor put there itself. */
static uint8_t remembered(const struct component *component, seL4_Word slot,
                          const struct component_look *look)
{
    if (look->object)
        return look->object->kind;
    if (look->to_monitor)
        return kinds_of_type(seL4_EndpointObject);
    switch (slot) {
    case COMPONENT_SLOT_CNODE:
        return kinds_of_type(seL4_CapTableObject);
    case COMPONENT_SLOT_VSPACE:
        return kinds_of_type(arch_vspace.type);
    case COMPONENT_SLOT_TCB:
        return kinds_of_type(seL4_TCBObject);
    case COMPONENT_SLOT_UNTYPED:
        return kinds_of_type(seL4_UntypedObject);
    default:
        break;
    }
    for (unsigned i = 0; i < LIMIT_COMPONENT_THREADS; i++) {
        if (component->threads[i].tid && component->threads[i].slot == slot)
            return kinds_of_type(seL4_TCBObject);
    }
    return KIND_UNKNOWN;
}

static void explain(const struct component *component, seL4_Word slot, struct component_look *look)
{
    seL4_Word fault = slot - component->slots.faults;

    *look = (struct component_look){.given = find_given(component, slot)};
    if (look->given)
        look->object = objects_at(look->given->object - 1u);
    if (!look->given && fault < LIMIT_COMPONENT_THREADS)
        look->fault_tid = (uint32_t)fault + 1;
    look->to_monitor = look->fault_tid || slot == COMPONENT_SLOT_CONSOLE;
}

enum err component_view_open(const struct component *component, struct component_view *view)
{
    seL4_Word tag;

    *view = (struct component_view){.component = component};
    if (kernel_identify(CSPACE_ROOT, &tag) == ERR_OK &&
        cspace_view(component->slots.cnode, component->slots.cnode_bits, &view->base) == ERR_OK)
        return ERR_OK;
    view->base = 0;
    return cspace_take(1, &view->spare);
}

void component_view_close(struct component_view *view)
{
    if (view->base)
        cspace_unview();
    if (view->spare)
        cspace_give(view->spare, 1);
    view->base = view->spare = 0;
}

bool component_look(const struct component_view *view, seL4_Word slot, struct component_look *look)
{
    const struct component *component = view->component;
    struct kind_answer answer = {0};
    enum copied copied = COPIED;

    if (view->base ? !kinds_identify(view->base + slot, &answer)
                   : (copied = copy_out(view, slot)) == COPIED_EMPTY)
        return false;
    explain(component, slot, look);
    if (!answer.told)
        answer.kind = remembered(component, slot, look);
    if (copied == COPIED_REVOKE_FIRST) /* the kernel says so of untypeds alone */
        answer.kind = kinds_of_type(seL4_UntypedObject);
    look->answer = answer;
    return true;
}

struct read {
    struct component *component;
    struct start_block *block;
};

static enum err read_block(void *arg)
{
    struct read *read = arg;
    size_t done;
    enum err e = component_read(read->component, read->component->block, read->block,
                                sizeof *read->block, &done);

    return e || done == sizeof *read->block ? e : ERR_FAULT;
}

enum err component_look_names(struct component *component, struct start_block *block)
{
    struct read read = {component, block};
    enum err e = request_run(read_block, &read);

    if (!e && block->start.caps_count > START_BLOCK_CAPS_MAX)
        e = ERR_FORMAT;
    if (e)
        start_block_init(block);
    return e;
}

bool component_look_name(const struct start_block *block, seL4_Word slot, char *to, size_t cap)
{
    size_t len = 0;

    to[0] = '\0';
    for (unsigned i = 0; i < block->start.caps_count; i++) {
        const struct component_cap *named = &block->caps[i];
        char name[COMPONENT_CAP_NAME_BYTES];

        if (named->slot != slot)
            continue;
        memcpy(name, named->name, sizeof name);
        name[sizeof name - 1] = '\0';
        fmt_print(to + len, cap - len, "%s%s", len ? "," : "", name);
        len = strlen(to);
    }
    return len > 0;
}
