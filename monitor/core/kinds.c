/* SPDX-License-Identifier: BSD-2-Clause */
/* Kinds of capability, told by the kernel or remembered: see kinds.h. */
#include "monitor/core/kinds.h"

#include <sel4mon/api_table.h>

#include "arch/include/arch.h"
#include "arch/lib/str.h"
#include "monitor/core/cspace.h"
#include "monitor/core/kernel.h"

enum { TAGS = 256 }; /* 32-bit kernels use eight bits, the others five */

static uint8_t kind_of_tag[TAGS];

uint8_t kinds_find(const char *name)
{
    for (unsigned i = 1; i < api_object_count; i++) {
        if (strcmp(api_objects[i], name) == 0)
            return (uint8_t)i;
    }
    return KIND_UNKNOWN;
}

uint8_t kinds_of_type(seL4_Word type)
{
    for (unsigned i = 0; i < api_object_type_count; i++) {
        if (api_object_types[i].number == type)
            return api_object_types[i].object;
    }
    return KIND_UNKNOWN;
}

void kinds_learn(seL4_CPtr slot, uint8_t kind)
{
    seL4_Word tag;

    cspace_note_kind(slot, kind);
    if (kernel_identify(slot, &tag) == ERR_OK && tag > 0 && tag < TAGS && !kind_of_tag[tag])
        kind_of_tag[tag] = kind;
}

bool kinds_is_filled(seL4_CPtr slot)
{
    seL4_Word tag;

    return kernel_identify(slot, &tag) == ERR_OK && tag != 0;
}

bool kinds_identify(seL4_CPtr slot, struct kind_answer *answer)
{
    const struct slot_note *note = slots_note(cspace_slots(), slot);

    *answer = (struct kind_answer){0};
    if (kernel_identify(slot, &answer->tag) == ERR_OK) {
        answer->told = true;
        if (answer->tag < TAGS)
            answer->kind = kind_of_tag[answer->tag];
        return answer->tag != 0;
    }
    answer->kind = note ? note->kind : KIND_UNKNOWN;
    return answer->kind != KIND_UNKNOWN;
}

const char *kinds_name(uint8_t kind)
{
    return kind == KIND_UNKNOWN || kind >= api_object_count ? NULL : api_objects[kind];
}

/* The paging objects come level by level: each new tag is the next kind. */
static void learn_paging(const seL4_BootInfo *boot)
{
    unsigned next = 0;

    for (seL4_CPtr slot = boot->userImagePaging.start; slot < boot->userImagePaging.end; slot++) {
        seL4_Word tag;

        if (kernel_identify(slot, &tag) == ERR_OK && tag < TAGS && !kind_of_tag[tag] &&
            next < arch_paging_kind_count)
            kind_of_tag[tag] = kinds_find(arch_paging_kinds[next++]);
        if (kernel_identify(slot, &tag) == ERR_OK && tag < TAGS)
            cspace_note_kind(slot, kind_of_tag[tag]);
        else if (arch_paging_kind_count == 1)
            cspace_note_kind(slot, kinds_find(arch_paging_kinds[0]));
    }
}

static void learn_region(seL4_SlotRegion region, uint8_t kind)
{
    for (seL4_CPtr slot = region.start; slot < region.end; slot++)
        cspace_note_kind(slot, kind);
    if (region.start < region.end)
        kinds_learn(region.start, kind);
}

void kinds_init(const seL4_BootInfo *boot)
{
    static const struct arch_kind common[] = {
        {seL4_CapInitThreadTCB, "TCB"},         {seL4_CapInitThreadCNode, "CNode"},
        {seL4_CapIRQControl, "IRQControl"},     {seL4_CapDomain, "DomainSet"},
#ifdef CONFIG_KERNEL_MCS
        {seL4_CapInitThreadSC, "SchedContext"},
#endif
    };
    uint8_t frame = kinds_find(arch_frame_kind);

    for (unsigned i = 0; i < sizeof common / sizeof common[0]; i++)
        kinds_learn(common[i].slot, kinds_find(common[i].name));
    for (unsigned i = 0; i < arch_kind_count; i++)
        kinds_learn(arch_kinds[i].slot, kinds_find(arch_kinds[i].name));
    kinds_learn(seL4_CapBootInfoFrame, frame);
    kinds_learn(seL4_CapInitThreadIPCBuffer, frame);
    learn_region(boot->userImageFrames, frame);
    learn_region(boot->extraBIPages, frame);
    learn_region(boot->untyped, kinds_find("Untyped"));
#ifdef CONFIG_KERNEL_MCS
    learn_region(boot->schedcontrol, kinds_find("SchedControl"));
#endif
    learn_paging(boot);
}
