/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What pictures of the target are made of: the records of a few of its commands, and small readers
 * for them. Asking is picture_ask.c's; all else is pure, so that tests can draw what they like.
 */
#ifndef CLIENT_PICTURE_H
#define CLIENT_PICTURE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Arrays of records; empty where nothing was asked for or the target cannot tell. */
struct picture {
    json_t *untypeds;   /* of `untypeds` */
    json_t *pieces;     /* of `untypeds pieces` */
    json_t *objects;    /* of `caps`: those with a name */
    json_t *components; /* of `components` */
    json_t *held;       /* of `caps COMPONENT`, with a member "component" */
    json_t *regions;    /* of `components COMPONENT` */
    json_t *threads;    /* of `threads` */
    json_t *scheduler;  /* of the kernel's debugging list: name, state, ip, priority */
};

enum picture_part {
    PICTURE_PIECES = 1,
    PICTURE_UNTYPEDS = 2,
    PICTURE_OBJECTS = 4,
    PICTURE_HELD = 8,
    PICTURE_REGIONS = 16,
    PICTURE_THREADS = 32,
};

/* False: without memory. */
bool picture_init(struct picture *p);
void picture_free(struct picture *p);

struct target;
/* Asks for the parts (enum picture_part, or-ed), and always for the components. False: something
 * went wrong, `why` is a sentence. */
bool picture_ask(struct picture *p, struct target *t, int timeout_ms, unsigned parts, char *why,
                 size_t cap);

/* A line of the kernel's list of threads as a record; NULL if it is none. */
json_t *picture_scheduler_line(const char *line);

/* A record's member: "" or 0 if it is not there. Words are texts with 0x, sizes are numbers. */
const char *picture_text(const json_t *record, const char *name);
uint64_t picture_word(const json_t *record, const char *name);

/* The record of an array whose member has that text; NULL. */
const json_t *picture_find(const json_t *array, const char *name, const char *text);

/* "4 KiB", "1.5 GiB". */
const char *picture_size(uint64_t bytes, char *to, size_t cap);

/* The physical memory as lines of at most `width` columns. */
typedef void (*picture_line)(void *context, const char *line);
void picture_map(const struct picture *p, unsigned width, bool colour, picture_line line,
                 void *context);

/* The graphs, as DOT. */
void picture_graph_caps(const struct picture *p, FILE *to);
void picture_graph_threads(const struct picture *p, FILE *to);
void picture_graph_memory(const struct picture *p, FILE *to);

#endif
