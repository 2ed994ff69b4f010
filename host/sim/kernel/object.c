/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Host memory of the kernel's objects: made by retype and boot, buried by deletion, freed when the
 * kernel entry is over. Knows nothing of capabilities.
 */
#include "host/sim/kernel/object.h"

#include <stdlib.h>

#include "host/sim/kernel/model.h"

static void *object_new(struct kernel *k, size_t size, enum object_kind kind, uint64_t paddr)
{
    struct object *object = calloc(1, size);
    if (!object) {
        return NULL;
    }
    object->kind = kind;
    object->paddr = paddr;
    object->next = k->living;
    if (k->living) {
        k->living->prev = object;
    }
    k->living = object;
    return object;
}

struct endpoint *object_new_endpoint(struct kernel *k, uint64_t paddr)
{
    return object_new(k, sizeof(struct endpoint), OBJECT_ENDPOINT, paddr);
}

struct notification *object_new_notification(struct kernel *k, uint64_t paddr)
{
    return object_new(k, sizeof(struct notification), OBJECT_NOTIFICATION, paddr);
}

struct asid_pool *object_new_asid_pool(struct kernel *k, uint64_t paddr)
{
    return object_new(k, sizeof(struct asid_pool), OBJECT_ASID_POOL, paddr);
}

struct cnode *object_new_cnode(struct kernel *k, uint64_t paddr, unsigned radix)
{
    struct slot *slots = calloc((size_t)1 << radix, sizeof *slots);
    struct cnode *cnode = slots ? object_new(k, sizeof *cnode, OBJECT_CNODE, paddr) : NULL;
    if (!cnode) {
        free(slots);
        return NULL;
    }
    cnode->radix = (uint8_t)radix;
    cnode->slots = slots;
    return cnode;
}

struct tcb *object_new_tcb(struct kernel *k, uint64_t paddr)
{
    struct cpu_context *context = k->ops->context_new(k->machine);
    struct tcb *tcb = context ? object_new(k, sizeof *tcb, OBJECT_TCB, paddr) : NULL;
    if (!tcb) {
        if (context) {
            k->ops->context_free(k->machine, context);
        }
        return NULL;
    }
    tcb->context = context;
    return tcb;
}

static void object_free(struct kernel *k, struct object *object)
{
    if (object->kind == OBJECT_CNODE) {
        free(((struct cnode *)object)->slots);
    } else if (object->kind == OBJECT_TCB) {
        k->ops->context_free(k->machine, ((struct tcb *)object)->context);
    }
    free(object);
}

void object_bury(struct kernel *k, struct object *object)
{
    if (object->prev) {
        object->prev->next = object->next;
    } else {
        k->living = object->next;
    }
    if (object->next) {
        object->next->prev = object->prev;
    }
    object->prev = NULL;
    object->next = k->dead;
    k->dead = object;
}

static void object_free_list(struct kernel *k, struct object *list)
{
    while (list) {
        struct object *next = list->next;
        object_free(k, list);
        list = next;
    }
}

void object_reap(struct kernel *k)
{
    object_free_list(k, k->dead);
    k->dead = NULL;
}

void object_free_all(struct kernel *k)
{
    object_reap(k);
    object_free_list(k, k->living);
    k->living = NULL;
}
