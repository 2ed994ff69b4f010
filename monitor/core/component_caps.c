/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a component's description names: see component_caps.h. What is shared has the name in the
 * monitor's table of objects: the operator's own object serves if there is one, else one is made
 * that goes with the last component that has it.
 */
#include "monitor/core/component_caps.h"

#include "arch/include/arch.h"
#include "arch/lib/fmt.h"
#include "arch/lib/str.h"
#include "monitor/core/component_map.h"
#include "monitor/core/cspace.h"
#include "monitor/core/kernel.h"
#include "monitor/core/kinds.h"
#include "monitor/core/objects.h"
#include "monitor/core/ports.h"

static enum err fail(struct component_problem *problem, enum err e, const char *what,
                     const char *name)
{
    fmt_print(problem->text, sizeof problem->text, "%s '%s': %s", what, name, err_text(e));
    return e;
}

static bool has(const struct component *component, const struct object *object)
{
    for (unsigned i = 0; i < LIMIT_COMPONENT_OWNED; i++) {
        if (component->owned[i] == objects_number(object) + 1)
            return true;
    }
    return false;
}

/* The component has it from now on. */
static enum err own(struct component *component, const struct object *object)
{
    if (has(component, object))
        return ERR_OK;
    for (unsigned i = 0; i < LIMIT_COMPONENT_OWNED; i++) {
        if (!component->owned[i]) {
            component->owned[i] = (uint16_t)(objects_number(object) + 1);
            return ERR_OK;
        }
    }
    return ERR_FULL;
}

/* Remembers which object the capability in a slot is to. There is a row for each of the
 * description's. */
static void note_given(struct component *component, const struct object *object, seL4_Word slot,
                       uint32_t rights, seL4_Word badge)
{
    for (unsigned i = 0; i < PACKAGE_ROWS_MAX; i++) {
        struct component_given *given = &component->given[i];

        if (given->object)
            continue;
        *given = (struct component_given){.object = (uint16_t)(objects_number(object) + 1),
                                          .slot = (uint16_t)slot,
                                          .rights = (uint8_t)rights,
                                          .badge = badge};
        return;
    }
}

static bool is_used_elsewhere(const struct component *component, const struct object *object)
{
    for (unsigned i = 0; i < LIMIT_COMPONENTS; i++) {
        const struct component *other = component_at(i);

        if (other && other != component && has(other, object))
            return true;
    }
    return false;
}

void component_caps_release(struct component *component)
{
    for (unsigned i = 0; i < LIMIT_COMPONENT_OWNED; i++) {
        struct object *object = component->owned[i] ? objects_at(component->owned[i] - 1u) : NULL;

        component->owned[i] = 0;
        if (object && object->owner == OBJECT_COMPONENT && !is_used_elsewhere(component, object))
            (void)objects_delete(object);
    }
}

enum err component_caps_mint(struct component *component, seL4_Word to, seL4_CPtr from,
                             seL4_CapRights_t rights, seL4_Word badge)
{
    return kernel_check(seL4_CNode_Mint(component->slots.cnode, to, component->slots.cnode_bits,
                                        CSPACE_ROOT, from, seL4_WordBits, rights, badge));
}

static seL4_CapRights_t rights_of(uint32_t rights)
{
    return seL4_CapRights_new((rights & PACKAGE_GRANT_REPLY) != 0, (rights & PACKAGE_GRANT) != 0,
                              (rights & PACKAGE_READ) != 0, (rights & PACKAGE_WRITE) != 0);
}

/* --- shared by name --------------------------------------------------------------------------- */

static enum err find_shared(struct component *component, seL4_Word type, const char *name,
                            struct object **out)
{
    const struct api_object_type *row = objects_type_number(type);
    enum err e = ERR_OK;

    *out = objects_find(name);
    if (*out && ((*out)->kind != row->object || (*out)->owner == OBJECT_MONITOR))
        return ERR_EXISTS;
    if (!*out)
        e = objects_make(row, 0, name, OBJECT_COMPONENT, NULL, out);
    return e ? e : own(component, *out);
}

static enum err give_shared(struct component *component, seL4_Word type,
                            const struct package_row *row, seL4_Word slot,
                            struct component_problem *problem)
{
    struct object *object;
    enum err e = find_shared(component, type, row->peer, &object);

    if (e == ERR_EXISTS)
        fmt_print(problem->text, sizeof problem->text,
                  "'%s' shall be shared as '%s', and that is the name of another kind of object",
                  row->name, row->peer);
    else if (!e)
        e = component_caps_mint(component, slot, object->slot, rights_of(row->rights), row->first);
    if (!e)
        note_given(component, object, slot, row->rights, row->first);
    return e == ERR_OK || problem->text[0] ? e : fail(problem, e, "sharing", row->peer);
}

static enum err give_endpoint(struct component *component, const struct package_head *head,
                              const struct package_row *row, seL4_Word slot, uint64_t address,
                              struct component_cap *cap, struct component_problem *problem)
{
    (void)head, (void)address, (void)cap;
    return give_shared(component, seL4_EndpointObject, row, slot, problem);
}

static enum err give_notification(struct component *component, const struct package_head *head,
                                  const struct package_row *row, seL4_Word slot, uint64_t address,
                                  struct component_cap *cap, struct component_problem *problem)
{
    (void)head, (void)address, (void)cap;
    return give_shared(component, seL4_NotificationObject, row, slot, problem);
}

/* --- devices ---------------------------------------------------------------------------------- */

static enum err find_page(uint64_t paddr, struct object **out)
{
    *out = objects_find_frame(paddr);
    if (*out && (*out)->owner == OBJECT_MONITOR)
        return ERR_REFUSED;
    if (*out && (*out)->size_bits != ARCH_PAGE_BITS)
        return ERR_BUSY;
    if (*out)
        return ERR_OK;
    return objects_make(objects_type_number(arch_frames[0].type), 0, NULL, OBJECT_COMPONENT, &paddr,
                        out);
}

static enum err give_page(struct component *component, uint64_t paddr, uint64_t address,
                          struct object **page, seL4_CPtr *copy)
{
    enum err e = find_page(paddr, page);

    if (!e)
        e = own(component, *page);
    if (!e)
        e = estate_take_slots(&component->estate, 1, copy);
    if (!e)
        e = cspace_copy((*page)->slot, *copy, seL4_AllRights);
    return e ? e : component_map(component, *copy, address, ARCH_MEMORY_DEVICE);
}

static enum err give_device(struct component *component, const struct package_head *head,
                            const struct package_row *row, seL4_Word slot, uint64_t address,
                            struct component_cap *cap, struct component_problem *problem)
{
    struct object *page, *first_page = NULL;
    seL4_CPtr first = 0;
    enum err e = ERR_OK;

    (void)head;
    for (uint64_t at = 0; at < row->second && !e; at += ARCH_PAGE_BYTES) {
        seL4_CPtr copy;

        e = give_page(component, row->first + at, address + at, &page, &copy);
        if (at == 0) {
            first = copy;
            first_page = page;
        }
    }
    if (e == ERR_REFUSED)
        fmt_print(problem->text, sizeof problem->text,
                  "device '%s' at 0x%llx is the monitor's own line", row->name,
                  (unsigned long long)row->first);
    if (!e)
        e = component_caps_mint(component, slot, first, rights_of(row->rights), 0);
    if (e)
        return problem->text[0] ? e : fail(problem, e, "device", row->name);
    note_given(component, first_page, slot, row->rights, 0);
    cap->address = address;
    cap->size_bytes = row->second;
    return ERR_OK;
}

/* --- interrupts and ports --------------------------------------------------------------------- */

/* The handler signals the notification by a capability with that row's badge. */
static enum err bind_irq(struct component *component, const struct package_row *wake,
                         seL4_CPtr handler)
{
    struct object *object;
    seL4_CPtr badged;
    enum err e = find_shared(component, seL4_NotificationObject, wake->peer, &object);

    if (!e)
        e = estate_take_slots(&component->estate, 1, &badged);
    if (!e)
        e = cspace_mint(object->slot, badged, seL4_CanWrite, wake->first);
    return e ? e : kernel_check(seL4_IRQHandler_SetNotification(handler, badged));
}

static enum err give_irq(struct component *component, const struct package_head *head,
                         const struct package_row *row, seL4_Word slot, uint64_t address,
                         struct component_cap *cap, struct component_problem *problem)
{
    static const uint8_t triggers[] = {
        [PACKAGE_TRIGGER_DEFAULT] = ARCH_TRIGGER_DEFAULT,
        [PACKAGE_TRIGGER_LEVEL] = ARCH_TRIGGER_LEVEL,
        [PACKAGE_TRIGGER_EDGE] = ARCH_TRIGGER_EDGE,
        [PACKAGE_TRIGGER_LEVEL_LOW] = ARCH_TRIGGER_LEVEL,
    };
    const struct arch_irq irq = {.number = (uint32_t)row->first,
                                 .controller = (uint8_t)row->third,
                                 .trigger = triggers[row->second],
                                 .active_low = row->second == PACKAGE_TRIGGER_LEVEL_LOW};
    const struct package_row *wake = package_row_find(head, row->peer);
    struct object *handler;
    enum err e = objects_claim("irq", NULL, OBJECT_COMPONENT, &handler);

    (void)address, (void)cap;
    if (!e)
        e = own(component, handler);
    if (!e)
        e = kernel_check(arch_irq_claim(seL4_CapIRQControl, &irq, cspace_slot(handler->slot)));
    if (!e) {
        objects_set_kind(handler, "IRQHandler");
        e = component_caps_mint(component, slot, handler->slot, seL4_AllRights, 0);
        note_given(component, handler, slot, 0, 0);
    }
    if (!e && wake)
        e = bind_irq(component, wake, handler->slot);
    return e ? fail(problem, e, "interrupt", row->name) : ERR_OK;
}

static enum err give_ports(struct component *component, const struct package_head *head,
                           const struct package_row *row, seL4_Word slot, uint64_t address,
                           struct component_cap *cap, struct component_problem *problem)
{
    struct object *claim;
    enum err e;

    (void)head, (void)address, (void)cap;
    if (!arch_has_ports)
        return fail(problem, ERR_UNSUPPORTED, "I/O ports", row->name);
    e = objects_claim("port", NULL, OBJECT_COMPONENT, &claim);
    if (!e)
        e = own(component, claim);
    if (!e)
        e = kernel_check(arch_port_claim(seL4_CapIOPortControl, (uint16_t)row->first,
                                         (uint16_t)row->second, cspace_slot(claim->slot)));
    if (!e) {
        ports_note(claim, (uint16_t)row->first, (uint16_t)(row->second - row->first + 1));
        e = component_caps_mint(component, slot, claim->slot, seL4_AllRights, 0);
        note_given(component, claim, slot, 0, 0);
    }
    return e ? fail(problem, e, "I/O ports", row->name) : ERR_OK;
}

typedef enum err (*give_fn)(struct component *component, const struct package_head *head,
                            const struct package_row *row, seL4_Word slot, uint64_t address,
                            struct component_cap *cap, struct component_problem *problem);

static const give_fn gives[] = {
    [PACKAGE_ENDPOINT] = give_endpoint, [PACKAGE_NOTIFICATION] = give_notification,
    [PACKAGE_DEVICE] = give_device,     [PACKAGE_IRQ] = give_irq,
    [PACKAGE_PORTS] = give_ports,
};

enum err component_caps_give(struct component *component, const struct package_head *head,
                             const struct package_row *row, seL4_Word slot, uint64_t address,
                             struct component_cap *cap, struct component_problem *problem)
{
    *cap = (struct component_cap){.slot = slot};
    memcpy(cap->name, row->name, sizeof cap->name);
    return gives[row->kind](component, head, row, slot, address, cap, problem);
}

_Static_assert(COMPONENT_CAP_NAME_BYTES == PACKAGE_NAME_BYTES, "names go over unchanged");
