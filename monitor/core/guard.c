/* SPDX-License-Identifier: BSD-2-Clause */
/* Keeping the monitor alive: see guard.h. */
#include "monitor/core/guard.h"

#include "arch/lib/str.h"
#include "monitor/core/cspace.h"
#include "monitor/core/kinds.h"
#include "monitor/core/objects.h"
#include "monitor/core/supervisor.h"
#include "monitor/core/thread.h"
#include "monitor/drivers/uart.h"

static const char own_thread[] = "that is a thread of the monitor";
static const char own_slot[] = "that capability is the monitor's own";
static const char own_cnode[] = "that is an entry of the monitor's own CNodes";
static const char own_untyped[] =
    "the monitor keeps account of that untyped; make one with `new Untyped NAME size=BITS`";
static const char own_memory[] = "that is part of the monitor's own address space";
static const char own_channel[] = "the monitor's own threads wait there";
static const char own_device[] = "the monitor drives its line by that";
static const char own_priority[] = "a thread of this priority could keep the monitor from running";

/* In use, and not by something that the operator made. */
static bool is_own(uint64_t slot)
{
    const struct slot_note *note = slots_note(cspace_slots(), slot);
    const struct object *object;

    if (!note || !(note->state & SLOT_USED))
        return false;
    object = objects_find_slot(slot);
    return !object || object->owner != OBJECT_OPERATOR;
}

static const char *kind_of(uint64_t slot)
{
    struct kind_answer answer;
    const char *name;

    if (!kinds_identify(slot, &answer))
        return "";
    name = kinds_name(answer.kind);
    return name ? name : "";
}

static bool ends_with(const char *s, const char *end)
{
    size_t a = strlen(s), b = strlen(end);

    return a >= b && strcmp(s + a - b, end) == 0;
}

/* Of the monitor's own object of that interface: which methods do no harm. */
static const struct {
    const char *interface; /* or the end of one */
    const char *const harmless[4];
    const char *reason;
} own_rules[] = {
    {"TCB", {"TCB_GetBreakpoint", "TCB_Resume"}, own_thread},
    {"Untyped", {NULL}, own_untyped},
    {"Page", {"GetAddress", "Clean_Data", "CleanInvalidate_Data", "Unify_Instruction"}, own_memory},
    {"PageTable", {"_Map"}, own_memory},
    {"PageDirectory", {"_Map", "GetStatusBits"}, own_memory},
    {"PDPT", {"_Map"}, own_memory},
    {"SchedContext", {"SchedContext_Consumed"}, own_thread},
    {"IRQHandler", {NULL}, own_device},
    {"X86_IOPort", {"In8", "In16", "In32"}, own_device},
};

static const char *check_invoked(const struct api_method *method, const struct api_trap *trap,
                                 const uint64_t *words)
{
    if (!is_own(trap->cap))
        return NULL;
    if (strcmp(method->name, "TCB_ReadRegisters") == 0 && !(words[0] & 1))
        return NULL; /* without stopping it */
    for (unsigned i = 0; i < sizeof own_rules / sizeof own_rules[0]; i++) {
        if (!ends_with(method->interface, own_rules[i].interface))
            continue;
        for (unsigned j = 0; j < 4 && own_rules[i].harmless[j]; j++) {
            if (ends_with(method->name, own_rules[i].harmless[j]))
                return NULL;
        }
        return own_rules[i].reason;
    }
    return NULL;
}

static const char *check_slot(uint64_t root, uint64_t index, uint64_t depth)
{
    seL4_CPtr slot;

    if (!cspace_resolve(root, index, depth, &slot))
        return NULL;
    if (slot == CSPACE_STRUCTURE)
        return own_cnode;
    return is_own(slot) ? own_slot : NULL;
}

/* Copies of these give the same power as the original. A frame with a name is a device's. */
static const char *check_copy(uint64_t root, uint64_t index, uint64_t depth)
{
    static const char *const kinds[] = {"Untyped",      "TCB",        "CNode",     "Endpoint",
                                        "Notification", "IRQHandler", "X86_IOPort"};
    const char *reason = check_slot(root, index, depth);
    const char *kind;

    if (reason != own_slot)
        return reason;
    kind = kind_of(index);
    for (unsigned i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kind, kinds[i]) == 0)
            return reason;
    }
    return ends_with(kind, "Page") && objects_find_slot(index) ? reason : NULL;
}

enum cnode_source { SOURCE_NONE, SOURCE_COPIED, SOURCE_MOVED };

static const struct {
    const char *name;
    bool spoils_target; /* what is in the first slot is lost */
    uint8_t source;     /* words 2 and 3 from the capability given first */
} cnode_rules[] = {
    {"CNode_Delete", true, SOURCE_NONE},  {"CNode_Revoke", true, SOURCE_NONE},
    {"CNode_Rotate", true, SOURCE_MOVED}, {"CNode_CancelBadgedSends", true, SOURCE_NONE},
    {"CNode_Move", false, SOURCE_MOVED},  {"CNode_Mutate", false, SOURCE_MOVED},
    {"CNode_Copy", false, SOURCE_COPIED}, {"CNode_Mint", false, SOURCE_COPIED},
};

static const char *check_cnode(const struct api_method *method, const struct api_trap *trap,
                               const uint64_t *words, const uint64_t *caps)
{
    for (unsigned i = 0; i < sizeof cnode_rules / sizeof cnode_rules[0]; i++) {
        const char *reason = NULL;

        if (strcmp(method->name, cnode_rules[i].name) != 0)
            continue;
        if (cnode_rules[i].spoils_target)
            reason = check_slot(trap->cap, words[0], words[1]);
        if (!reason && cnode_rules[i].source == SOURCE_MOVED)
            reason = check_slot(caps[0], words[2], words[3]);
        if (!reason && cnode_rules[i].source == SOURCE_COPIED)
            reason = check_copy(caps[0], words[2], words[3]);
        return reason;
    }
    return NULL;
}

/* Capabilities given along that the callee would change. */
static const char *check_given(const struct api_method *method, const uint64_t *caps)
{
    for (unsigned i = 0; i < method->extra_caps; i++) {
        const char *kind;

        if (!is_own(caps[i]))
            continue;
        kind = kind_of(caps[i]);
        if (strcmp(kind, "Notification") == 0)
            return own_channel;
        if (strcmp(kind, "Untyped") == 0)
            return own_untyped;
        if (strcmp(kind, "TCB") == 0 && (strcmp(method->name, "DomainSet_Set") == 0 ||
                                         strcmp(method->name, "TCB_CopyRegisters") == 0))
            return own_thread;
    }
    return NULL;
}

/* A word of the message; `otherwise` if the method has no such parameter. */
static uint64_t word_of(const struct api_method *method, const uint64_t *words, const char *name,
                        uint64_t otherwise)
{
    for (unsigned i = 0; i < method->param_count; i++) {
        const struct api_param *param = &method->params[i];

        if (param->where == API_AT_MESSAGE && strcmp(param->name, name) == 0)
            return words[param->index];
    }
    return otherwise;
}

static bool is_too_high(uint64_t priority)
{
    return priority >= THREAD_LOWEST_PRIORITY && priority <= THREAD_HIGHEST_PRIORITY;
}

/* Only what the monitor's threads give away: nobody else may choose such a priority. */
static const char *check_priority(const struct api_method *method, const uint64_t *words,
                                  const uint64_t *caps)
{
    if (!ends_with(method->interface, "TCB") || method->extra_caps == 0 || !is_own(caps[0]))
        return NULL;
    return is_too_high(word_of(method, words, "priority", 0)) ||
                   is_too_high(word_of(method, words, "mcp", 0))
               ? own_priority
               : NULL;
}

/* The kernel lets a pin of the I/O APIC go to another vector, though a handler waits at the first.
 */
static const char *check_pin(const struct api_method *method, const uint64_t *words)
{
    const struct uart *uart = supervisor.uart;

    if (strcmp(method->name, "IRQControl_GetIOAPIC") != 0 || !supervisor.irq)
        return NULL;
    return word_of(method, words, "pin", 0) == uart->irq.number &&
                   word_of(method, words, "ioapic", 0) == uart->irq.controller
               ? own_device
               : NULL;
}

const char *guard_danger(const struct api_method *method, const struct api_trap *trap,
                         const uint64_t *words, const uint64_t *caps)
{
    const char *reason;

    if (method->is_syscall) {
        const char *kind = is_own(trap->cap) ? kind_of(trap->cap) : "";
        bool talks = method->flags & (API_SENDS | API_RECEIVES);

        return talks && (strcmp(kind, "Endpoint") == 0 || strcmp(kind, "Notification") == 0)
                   ? own_channel
                   : NULL;
    }
    reason = check_invoked(method, trap, words);
    if (!reason)
        reason = check_cnode(method, trap, words, caps);
    if (!reason)
        reason = check_priority(method, words, caps);
    if (!reason)
        reason = check_pin(method, words);
    return reason ? reason : check_given(method, caps);
}
