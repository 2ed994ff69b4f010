/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of objects with names: see objects.h. */
#include "monitor/core/objects.h"

#include "arch/lib/fmt.h"
#include "arch/lib/str.h"
#include "monitor/core/cspace.h"
#include "monitor/core/kinds.h"
#include "monitor/core/memory.h"
#include "monitor/core/vspace.h"

static struct object objects[LIMIT_OBJECTS];

struct object *objects_at(unsigned number)
{
    return number < LIMIT_OBJECTS && objects[number].is_live ? &objects[number] : NULL;
}

unsigned objects_number(const struct object *object)
{
    return (unsigned)(object - objects);
}

unsigned objects_end(void)
{
    return LIMIT_OBJECTS;
}

struct object *objects_find(const char *name)
{
    for (unsigned i = 0; i < LIMIT_OBJECTS; i++) {
        if (objects[i].is_live && strcmp(objects[i].name, name) == 0)
            return &objects[i];
    }
    return NULL;
}

struct object *objects_find_slot(seL4_CPtr slot)
{
    for (unsigned i = 0; i < LIMIT_OBJECTS; i++) {
        if (objects[i].is_live && objects[i].slot == slot)
            return &objects[i];
    }
    return NULL;
}

struct object *objects_find_piece(uint16_t piece)
{
    for (unsigned i = 0; i < LIMIT_OBJECTS; i++) {
        if (objects[i].is_live && objects[i].piece == piece)
            return &objects[i];
    }
    return NULL;
}

struct object *objects_find_frame(uint64_t paddr)
{
    uint8_t frame = kinds_find(arch_frame_kind);

    for (unsigned i = 0; i < LIMIT_OBJECTS; i++) {
        const struct object *object = &objects[i];

        if (object->is_live && object->kind == frame && object->piece != OBJECT_NO_PIECE &&
            (paddr - object->paddr) >> object->size_bits == 0)
            return &objects[i];
    }
    return NULL;
}

const struct api_object_type *objects_type(const char *name)
{
    for (unsigned i = 0; i < api_object_type_count; i++) {
        if (str_compare_nocase(api_object_types[i].name, name) == 0)
            return &api_object_types[i];
    }
    return NULL;
}

const struct api_object_type *objects_type_number(seL4_Word number)
{
    for (unsigned i = 0; i < api_object_type_count; i++) {
        if (api_object_types[i].number == number)
            return &api_object_types[i];
    }
    return NULL;
}

/* The number that follows the stem in a name; LIMIT_OBJECTS if none below that does. */
static unsigned number_after(const char *name, const char *stem, size_t len)
{
    unsigned number = 0;
    const char *digit = name + len;

    if (strncmp(name, stem, len) != 0 || !*digit || (digit[0] == '0' && digit[1]))
        return LIMIT_OBJECTS;
    for (; *digit && number < LIMIT_OBJECTS; digit++) {
        if (*digit < '0' || *digit > '9')
            return LIMIT_OBJECTS;
        number = number * 10 + (unsigned)(*digit - '0');
    }
    return number;
}

/* "x86_4k0": the stem in small letters and the first number that is not taken. What the monitor
 * makes for itself leaves those to the operator. */
static void make_name(char *name, const char *stem, enum object_owner owner)
{
    char small[LIMIT_OBJECT_NAME_BYTES - 6];
    uint8_t taken[LIMIT_OBJECTS / 8 + 1] = {0};
    unsigned number;
    size_t len;

    fmt_print(small, sizeof small, "%s%s", owner == OBJECT_OPERATOR ? "" : "own_", stem);
    for (char *c = small; *c; c++)
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
    len = strlen(small);
    for (unsigned i = 0; i < LIMIT_OBJECTS; i++) {
        if (!objects[i].is_live)
            continue;
        number = number_after(objects[i].name, small, len);
        if (number < LIMIT_OBJECTS)
            taken[number / 8] |= (uint8_t)(1U << number % 8);
    }
    for (number = 0; taken[number / 8] >> number % 8 & 1; number++)
        continue; /* more numbers than names */
    fmt_print(name, LIMIT_OBJECT_NAME_BYTES, "%s%u", small, number);
}

/* An entry with a name that is not live yet. */
static enum err begin(const char *stem, const char *name, enum object_owner owner,
                      struct object **out)
{
    struct object *object = NULL;

    for (unsigned i = 0; i < LIMIT_OBJECTS && !object; i++) {
        if (!objects[i].is_live)
            object = &objects[i];
    }
    if (!object)
        return ERR_FULL;
    *object = (struct object){.piece = OBJECT_NO_PIECE};
    if (!name)
        make_name(object->name, stem, owner);
    else if (objects_find(name))
        return ERR_EXISTS;
    else if (!str_copy(object->name, sizeof object->name, name))
        return ERR_RANGE;
    *out = object;
    return ERR_OK;
}

/* Everything before is written first: a thread may be cut off at any instruction. */
static void commit(struct object *object)
{
    __atomic_store_n(&object->is_live, true, __ATOMIC_RELEASE);
}

static unsigned memory_bits(const struct api_object_type *type, unsigned size_bits)
{
    return type->size_bits ? type->size_bits : size_bits + type->unit_bits;
}

enum err objects_make(const struct api_object_type *type, unsigned size_bits, const char *name,
                      enum object_owner owner, const uint64_t *at, struct object **out)
{
    struct object *object;
    unsigned bits = memory_bits(type, size_bits);
    enum err e = begin(type->name, name, owner, &object);

    if (e)
        return e;
    e = at ? memory_take_at(*at, bits, &object->piece) : memory_take(bits, &object->piece);
    if (e)
        return e;
    e = cspace_take(1, &object->slot);
    if (e)
        goto fail_memory;
    e = cspace_retype(memory_slot(object->piece), type->number, size_bits, object->slot, 1);
    if (e)
        goto fail_slot;
    object->paddr = memory_piece(object->piece)->paddr;
    object->kind = type->object;
    object->size_bits = (uint8_t)bits;
    object->owner = (uint8_t)owner;
    kinds_learn(object->slot, type->object);
    commit(object);
    *out = object;
    return ERR_OK;

fail_slot:
    cspace_give(object->slot, 1);
fail_memory:
    (void)memory_give(object->piece);
    return e;
}

enum err objects_claim(const char *base, const char *name, enum object_owner owner,
                       struct object **out)
{
    struct object *object;
    enum err e = begin(base, name, owner, &object);

    if (!e)
        e = cspace_reserve();
    if (!e)
        e = cspace_take(1, &object->slot);
    if (e)
        return e;
    object->owner = (uint8_t)owner;
    commit(object);
    *out = object;
    return ERR_OK;
}

void objects_set_kind(struct object *object, const char *kind)
{
    object->kind = kinds_find(kind);
    kinds_learn(object->slot, object->kind);
}

void objects_name_fixed(const char *name, seL4_CPtr slot, enum object_owner owner)
{
    const struct slot_note *note = slots_note(cspace_slots(), slot);
    struct object *object;

    if (begin(NULL, name, owner, &object))
        return;
    object->slot = slot;
    object->kind = note ? note->kind : KIND_UNKNOWN;
    object->owner = (uint8_t)owner;
    object->is_fixed = true;
    commit(object);
}

enum err objects_delete(struct object *object)
{
    seL4_CPtr slot = object->slot;
    uint16_t piece = object->piece;
    enum err e;

    if (object->is_fixed)
        return object->owner == OBJECT_OPERATOR ? cspace_delete(slot) : ERR_REFUSED;
    vspace_forget(object);
    /* What cannot be revoked (a slot left empty) can still be deleted. */
    (void)cspace_revoke(slot);
    e = cspace_delete(slot);
    if (e)
        return e;
    __atomic_store_n(&object->is_live, false, __ATOMIC_RELEASE);
    cspace_give(slot, 1);
    return piece == OBJECT_NO_PIECE ? ERR_OK : memory_give(piece);
}
