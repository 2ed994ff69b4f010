/* SPDX-License-Identifier: BSD-2-Clause */
/* I/O ports as objects: see ports.h. A claim's first port and their number are kept in the object's
 * address and count. */
#include "monitor/core/ports.h"

#include "arch/include/arch.h"
#include "arch/lib/fmt.h"
#include "monitor/core/cspace.h"
#include "monitor/core/kernel.h"
#include "monitor/core/kinds.h"
#include "monitor/core/objects.h"

enum { BLOCK = 4 };

static const char kind[] = "X86_IOPort";

void ports_note(struct object *object, uint16_t first, uint16_t count)
{
    object->paddr = first;
    object->count = count;
    objects_set_kind(object, kind);
}

static struct object *find_claim(uint16_t port, unsigned size_bytes)
{
    uint8_t wanted = kinds_find(kind);

    for (unsigned i = 0; i < objects_end(); i++) {
        struct object *object = objects_at(i);

        if (object && object->kind == wanted && object->count && port >= object->paddr &&
            port + size_bytes <= object->paddr + object->count)
            return object;
    }
    return NULL;
}

enum err ports_find(uint16_t port, unsigned size_bytes, struct object **out)
{
    uint16_t first = port & (uint16_t) ~(BLOCK - 1);
    char name[LIMIT_OBJECT_NAME_BYTES];
    enum err e;

    if (!arch_has_ports)
        return ERR_UNSUPPORTED;
    *out = find_claim(port, size_bytes);
    if (*out)
        return ERR_OK;
    fmt_print(name, sizeof name, "port%x", first);
    e = objects_claim("port", objects_find(name) ? NULL : name, OBJECT_OPERATOR, out);
    if (e)
        return e;
    e = kernel_check(arch_port_claim(seL4_CapIOPortControl, first, (uint16_t)(first + BLOCK - 1),
                                     cspace_slot((*out)->slot)));
    if (e) {
        (void)objects_delete(*out);
        return e;
    }
    ports_note(*out, first, BLOCK);
    return ERR_OK;
}

enum err ports_in(uint16_t port, unsigned size_bytes, uint32_t *value)
{
    struct object *claim;
    enum err e = ports_find(port, size_bytes, &claim);

    return e ? e : kernel_check(arch_port_in(claim->slot, port, size_bytes, value));
}

enum err ports_out(uint16_t port, unsigned size_bytes, uint32_t value)
{
    struct object *claim;
    enum err e = ports_find(port, size_bytes, &claim);

    return e ? e : kernel_check(arch_port_out(claim->slot, port, size_bytes, value));
}
