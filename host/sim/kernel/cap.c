/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rules over capabilities by kind, as a table of traits plus the comparisons that the derivation
 * tree is built on. Nothing here changes state.
 */
#include "host/sim/kernel/cap.h"

enum region_rule {
    REGION_NEVER,
    REGION_PADDR,  /* same kind and same object */
    REGION_KIND,   /* same kind */
    REGION_MEMORY, /* covers the memory */
    REGION_NUMBER, /* same kind and same number */
};

struct cap_traits {
    bool arch;
    bool physical;
    enum region_rule region;
};

static const struct cap_traits traits[CAP_KIND_COUNT] = {
    [CAP_NULL] = {false, false, REGION_NEVER},
    [CAP_UNTYPED] = {false, true, REGION_MEMORY},
    [CAP_ENDPOINT] = {false, true, REGION_PADDR},
    [CAP_NOTIFICATION] = {false, true, REGION_PADDR},
    [CAP_REPLY] = {false, false, REGION_PADDR},
    [CAP_CNODE] = {false, true, REGION_PADDR},
    [CAP_TCB] = {false, true, REGION_PADDR},
    [CAP_IRQ_CONTROL] = {false, false, REGION_KIND},
    [CAP_IRQ_HANDLER] = {false, false, REGION_NUMBER},
    [CAP_ZOMBIE] = {false, true, REGION_NEVER},
    [CAP_DOMAIN] = {false, false, REGION_KIND},
    [CAP_FRAME] = {true, true, REGION_MEMORY},
    [CAP_PAGE_TABLE] = {true, true, REGION_PADDR},
    [CAP_PAGE_DIRECTORY] = {true, true, REGION_PADDR},
    [CAP_PDPT] = {true, true, REGION_PADDR},
    [CAP_VSPACE] = {true, true, REGION_PADDR},
    [CAP_ASID_CONTROL] = {true, false, REGION_KIND},
    [CAP_ASID_POOL] = {true, true, REGION_PADDR},
    [CAP_IO_PORT] = {true, false, REGION_NUMBER},
    [CAP_IO_PORT_CONTROL] = {true, false, REGION_KIND},
    [CAP_SGI_SIGNAL] = {true, false, REGION_NUMBER},
};

bool cap_is_physical(const struct cap *cap)
{
    return traits[cap->kind].physical;
}

bool cap_is_arch(const struct cap *cap)
{
    return traits[cap->kind].arch;
}

unsigned cap_size_bits(const struct kernel *k, const struct cap *cap)
{
    switch ((enum cap_kind)cap->kind) {
    case CAP_UNTYPED:
    case CAP_FRAME:
        return cap->bits;
    case CAP_ENDPOINT:
        return k->facts.endpoint_bits;
    case CAP_NOTIFICATION:
        return k->facts.notification_bits;
    case CAP_CNODE:
        return cap->bits + k->facts.slot_bits;
    case CAP_TCB:
        return k->facts.tcb_bits;
    case CAP_ZOMBIE:
        return cap->bits == ZOMBIE_OF_TCB ? k->facts.tcb_bits : cap->bits + k->facts.slot_bits;
    case CAP_PAGE_TABLE:
    case CAP_PAGE_DIRECTORY:
    case CAP_PDPT:
        return k->facts.page_table_bits;
    case CAP_VSPACE:
        return k->facts.vspace_bits;
    case CAP_ASID_POOL:
        return k->facts.asid_pool_bits;
    default:
        return 0;
    }
}

static bool memory_covers(const struct kernel *k, const struct cap *a, const struct cap *b)
{
    uint64_t a_top = a->paddr + model_mask(cap_size_bits(k, a));
    uint64_t b_top = b->paddr + model_mask(cap_size_bits(k, b));
    return a->paddr <= b->paddr && b_top <= a_top && b->paddr <= b_top;
}

bool cap_same_region(const struct kernel *k, const struct cap *a, const struct cap *b)
{
    if (a->kind == CAP_UNTYPED) {
        return cap_is_physical(b) && memory_covers(k, a, b);
    }
    if (a->kind == CAP_IRQ_CONTROL) {
        return b->kind == CAP_IRQ_CONTROL || b->kind == CAP_IRQ_HANDLER ||
               b->kind == CAP_SGI_SIGNAL;
    }
    if (a->kind == CAP_IO_PORT_CONTROL) {
        return b->kind == CAP_IO_PORT_CONTROL || b->kind == CAP_IO_PORT;
    }
    if (a->kind != b->kind) {
        return false;
    }
    switch (traits[a->kind].region) {
    case REGION_PADDR:
        return a->paddr == b->paddr && (a->kind != CAP_CNODE || a->bits == b->bits);
    case REGION_KIND:
        return true;
    case REGION_MEMORY:
        return memory_covers(k, a, b);
    case REGION_NUMBER:
        return a->number == b->number && (a->kind != CAP_SGI_SIGNAL || a->word == b->word);
    case REGION_NEVER:
        return false;
    }
    return false;
}

bool cap_same_object(const struct kernel *k, const struct cap *a, const struct cap *b)
{
    if (a->kind == CAP_UNTYPED || a->kind == CAP_IRQ_CONTROL || a->kind == CAP_SGI_SIGNAL) {
        return false;
    }
    if (a->kind == CAP_IO_PORT_CONTROL && b->kind == CAP_IO_PORT) {
        return false;
    }
    if (a->kind == CAP_FRAME && b->kind == CAP_FRAME) {
        return a->paddr == b->paddr && a->bits == b->bits && a->device == b->device;
    }
    return cap_same_region(k, a, b);
}

bool cap_is_revocable(const struct cap *derived, const struct cap *source)
{
    switch ((enum cap_kind)derived->kind) {
    case CAP_ENDPOINT:
    case CAP_NOTIFICATION:
        return derived->word != (source->kind == derived->kind ? source->word : 0);
    case CAP_IRQ_HANDLER:
    case CAP_SGI_SIGNAL:
        return source->kind == CAP_IRQ_CONTROL;
    case CAP_IO_PORT:
        return source->kind == CAP_IO_PORT_CONTROL;
    case CAP_UNTYPED:
        return true;
    default:
        return false;
    }
}

enum vm_rights cap_mask_vm_rights(enum vm_rights has, uint64_t rights)
{
    if (has == VM_KERNEL_ONLY || !(rights & RIGHT_READ)) {
        return VM_KERNEL_ONLY;
    }
    return has == VM_READ_WRITE && (rights & RIGHT_WRITE) ? VM_READ_WRITE : VM_READ_ONLY;
}

struct cap cap_mask_rights(struct cap cap, uint64_t rights)
{
    if (cap.kind == CAP_ENDPOINT || cap.kind == CAP_NOTIFICATION || cap.kind == CAP_REPLY) {
        cap.rights &= (uint8_t)(rights & RIGHT_ALL);
    } else if (cap.kind == CAP_FRAME) {
        cap.rights = (uint8_t)cap_mask_vm_rights(cap.rights, rights);
    }
    return cap;
}

struct cap cap_update_data(const struct kernel *k, bool preserve, uint64_t data, struct cap cap)
{
    /* seL4_CNode_CapData: the guard's size in the low bits, the guard above. */
    const unsigned size_bits = k->facts.word_bits == 64 ? 6 : 5;
    const struct cap none = {.kind = CAP_NULL};
    if (cap.kind == CAP_ENDPOINT || cap.kind == CAP_NOTIFICATION) {
        if (preserve || cap.word != 0) {
            return none;
        }
        cap.word = data;
    } else if (cap.kind == CAP_CNODE) {
        unsigned guard_bits = (unsigned)(data & model_mask(size_bits));
        if (guard_bits + cap.bits > k->facts.word_bits) {
            return none;
        }
        cap.guard_bits = (uint8_t)guard_bits;
        cap.word = (data >> size_bits) & model_mask(guard_bits);
    }
    return cap;
}
