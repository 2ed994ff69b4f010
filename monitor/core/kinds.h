/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What kind of capability is in a slot. A debug kernel tells a raw tag, whose meaning differs by
 * architecture and is learnt by asking for capabilities that are known; another kernel tells
 * nothing, and only what was put there is remembered. A kind is an index into api_objects.
 */
#ifndef MONITOR_CORE_KINDS_H
#define MONITOR_CORE_KINDS_H

#include <stdbool.h>
#include <stdint.h>

#include <sel4/sel4.h>

enum { KIND_UNKNOWN = 0 };

/* Learns from the initial capabilities, and notes them. */
void kinds_init(const seL4_BootInfo *boot);

/* The slot holds that kind: notes it, and learns the tag if it is new. */
void kinds_learn(seL4_CPtr slot, uint8_t kind);

/* By name; KIND_UNKNOWN. */
uint8_t kinds_find(const char *name);

/* The kind that Untyped_Retype makes of an object type. */
uint8_t kinds_of_type(seL4_Word type);

/* Is there surely something in it? Where the kernel cannot tell, false. */
bool kinds_is_filled(seL4_CPtr slot);

/* What is known of a slot. `told`: by the kernel just now, else remembered. A tag without a known
 * kind gives KIND_UNKNOWN and the tag. False: empty. */
struct kind_answer {
    uint8_t kind;
    bool told;
    seL4_Word tag;
};
bool kinds_identify(seL4_CPtr slot, struct kind_answer *answer);

const char *kinds_name(uint8_t kind);

#endif
