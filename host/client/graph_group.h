/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Many things of one kind as one node of a graph: records with the same key are gathered, and drawn
 * one by one while they are few. Pure.
 */
#ifndef CLIENT_GRAPH_GROUP_H
#define CLIENT_GRAPH_GROUP_H

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>

#define GRAPH_GROUP_FEW 6 /* so many of a kind have nodes of their own */

/* New: an object, from each value of the member `key` to the array of the records that have it, in
 * the order of the first ones. */
json_t *graph_group(const json_t *records, const char *key);

/* "tcb0, tcb1, tcb2 ... tcb99": the members `name` of a group, in a few words. */
const char *graph_group_names(const json_t *records, char *to, size_t cap);

/* The sum of the members `size`. */
uint64_t graph_group_bytes(const json_t *records);

#endif
