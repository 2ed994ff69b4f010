/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Untyped_Retype: the checks in the kernel's order, the reset of an untyped without children, the
 * watermark, and the objects.
 */
#include "host/sim/kernel/untyped.h"

#include <string.h>

#include "host/sim/kernel/arch.h"
#include "host/sim/kernel/cspace.h"
#include "host/sim/kernel/mdb.h"
#include "host/sim/kernel/memory.h"
#include "host/sim/kernel/tcb.h"

struct retype {
    const struct sim_type *type;
    uint64_t user_bits;   /* size that was asked for */
    unsigned object_bits; /* size in memory */
    struct cnode *cnode;
    uint64_t offset, window;
    bool reset, device;
    uint64_t first; /* physical address of the first object */
};

/* What a type becomes; frames and types of fixed size need no more than this. */
static const struct {
    enum sim_object object;
    enum cap_kind kind;
} object_kinds[] = {
    {SIM_OBJECT_Untyped, CAP_UNTYPED},
    {SIM_OBJECT_TCB, CAP_TCB},
    {SIM_OBJECT_Endpoint, CAP_ENDPOINT},
    {SIM_OBJECT_Notification, CAP_NOTIFICATION},
    {SIM_OBJECT_CNode, CAP_CNODE},
    {SIM_OBJECT_X86_PageTable, CAP_PAGE_TABLE},
    {SIM_OBJECT_X86_PageDirectory, CAP_PAGE_DIRECTORY},
    {SIM_OBJECT_X86_PDPT, CAP_PDPT},
    {SIM_OBJECT_X64_PML4, CAP_VSPACE},
    {SIM_OBJECT_ARM_PageTable, CAP_PAGE_TABLE},
    {SIM_OBJECT_ARM_VSpace, CAP_VSPACE},
    {SIM_OBJECT_RISCV_PageTable, CAP_PAGE_TABLE},
};

static enum cap_kind kind_of(const struct sim_type *type)
{
    for (size_t i = 0; i < sizeof object_kinds / sizeof *object_kinds; i++) {
        if (object_kinds[i].object == type->object) {
            return object_kinds[i].kind;
        }
    }
    return type->is_frame ? CAP_FRAME : CAP_NULL;
}

static enum outcome check_size(struct kernel *k, struct invocation *in, struct retype *r)
{
    r->type = sim_abi_type(k->abi, invocation_arg(k, in, 0));
    r->user_bits = invocation_arg(k, in, 1);
    if (!r->type || kind_of(r->type) == CAP_NULL) {
        return refuse_argument(k, 0);
    }
    uint64_t bits = r->type->size_bits ? r->type->size_bits : r->user_bits + r->type->unit_bits;
    if (r->user_bits >= k->facts.word_bits || bits > k->facts.max_untyped_bits) {
        return refuse_range(k, 0, k->facts.max_untyped_bits);
    }
    r->object_bits = (unsigned)bits;
    if (r->type->object == SIM_OBJECT_CNode && r->user_bits == 0) {
        return refuse_argument(k, 1);
    }
    if (r->type->object == SIM_OBJECT_Untyped && r->user_bits < k->facts.min_untyped_bits) {
        return refuse_argument(k, 1);
    }
    return OUTCOME_DONE;
}

static enum outcome find_cnode(struct kernel *k, struct invocation *in, struct retype *r)
{
    const struct cap *node = &invocation_extra(k, 0)->cap;
    uint64_t depth = invocation_arg(k, in, 3);
    if (depth != 0) {
        struct slot *slot;
        enum outcome outcome =
            cspace_lookup_slot(k, false, node, invocation_arg(k, in, 2), depth, &slot);
        if (outcome != OUTCOME_DONE) {
            return outcome;
        }
        node = &slot->cap;
    }
    if (node->kind != CAP_CNODE) {
        return refuse_missing(k, false, depth);
    }
    r->cnode = node->cnode;
    return OUTCOME_DONE;
}

static enum outcome check_window(struct kernel *k, struct invocation *in, struct retype *r)
{
    uint64_t size = model_bit(r->cnode->radix);
    r->offset = invocation_arg(k, in, 4);
    r->window = invocation_arg(k, in, 5);
    if (r->offset > size - 1) {
        return refuse_range(k, 0, size - 1);
    }
    if (r->window < 1 || r->window > MODEL_RETYPE_LIMIT) {
        return refuse_range(k, 1, MODEL_RETYPE_LIMIT);
    }
    if (r->window > size - r->offset) {
        return refuse_range(k, 1, size - r->offset);
    }
    for (uint64_t i = 0; i < r->window; i++) {
        enum outcome outcome = mdb_check_empty(k, &r->cnode->slots[r->offset + i]);
        if (outcome != OUTCOME_DONE) {
            return outcome;
        }
    }
    return OUTCOME_DONE;
}

static enum outcome check_memory(struct kernel *k, struct invocation *in, struct retype *r)
{
    r->reset = mdb_check_no_children(k, in->slot) == OUTCOME_DONE;
    uint64_t used = r->reset ? 0 : in->cap.word;
    uint64_t left = model_bit(in->cap.bits) - used;
    if (left >> r->object_bits < r->window) {
        k->refusal = (struct refusal_words){.kind = REFUSAL_NO_MEMORY, .bytes = left};
        return OUTCOME_REFUSED;
    }
    r->device = in->cap.device;
    if (r->device && !r->type->is_frame && r->type->object != SIM_OBJECT_Untyped) {
        return refuse_argument(k, 1);
    }
    r->first = model_up(in->cap.paddr + used, r->object_bits);
    return OUTCOME_DONE;
}

/* Host memory of an object; false if there is none. */
static bool make_object(struct kernel *k, const struct retype *r, uint64_t paddr, struct cap *cap)
{
    switch ((enum cap_kind)cap->kind) {
    case CAP_TCB:
        cap->tcb = object_new_tcb(k, paddr);
        if (cap->tcb) {
            char name[TCB_NAME_BYTES + 16] = "child of: '";
            size_t at = strlen(name), room = strnlen(k->current->name, TCB_NAME_BYTES);
            memcpy(name + at, k->current->name, room);
            memcpy(name + at + room, "'", 2);
            tcb_init(k, cap->tcb);
            tcb_set_name(cap->tcb, name);
            tcb_debug_add(k, cap->tcb);
        }
        break;
    case CAP_ENDPOINT:
        cap->endpoint = object_new_endpoint(k, paddr);
        cap->rights = RIGHT_ALL;
        break;
    case CAP_NOTIFICATION:
        cap->notification = object_new_notification(k, paddr);
        cap->rights = RIGHT_READ | RIGHT_WRITE;
        break;
    case CAP_CNODE:
        cap->cnode = object_new_cnode(k, paddr, (unsigned)r->user_bits);
        cap->bits = (uint8_t)r->user_bits;
        break;
    default:
        cap->bits = (uint8_t)r->object_bits;
        cap->device = r->device;
        cap->rights = VM_READ_WRITE;
        return true;
    }
    return cap->object != NULL;
}

static void reset_untyped(struct kernel *k, struct slot *slot)
{
    if (!slot->cap.device) {
        memory_clear(k, slot->cap.paddr, slot->cap.word);
    }
    slot->cap.word = 0;
}

enum outcome untyped_retype(struct kernel *k, struct invocation *in)
{
    struct retype r = {.type = NULL};
    enum outcome outcome = check_size(k, in, &r);
    if (outcome == OUTCOME_DONE) {
        outcome = find_cnode(k, in, &r);
    }
    if (outcome == OUTCOME_DONE) {
        outcome = check_window(k, in, &r);
    }
    if (outcome == OUTCOME_DONE) {
        outcome = check_memory(k, in, &r);
    }
    if (outcome != OUTCOME_DONE) {
        return outcome;
    }
    invocation_commit(k, in);
    if (r.reset) {
        reset_untyped(k, in->slot);
    }
    in->slot->cap.word = r.first + (r.window << r.object_bits) - in->slot->cap.paddr;
    for (uint64_t i = 0; i < r.window; i++) {
        struct cap cap = {.kind = (uint8_t)kind_of(r.type)};
        cap.paddr = r.first + (i << r.object_bits);
        if (!make_object(k, &r, cap.paddr, &cap)) {
            model_halt(k, "the host has no memory for the guest's objects");
            return OUTCOME_DONE;
        }
        mdb_insert_new(in->slot, &r.cnode->slots[r.offset + i], &cap);
    }
    return OUTCOME_DONE;
}
