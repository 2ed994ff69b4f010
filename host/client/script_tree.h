/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A script as a tree of statements, as script_parse.c makes it and script_run.c walks it. The
 * language is described in SCRIPTS.md. Owns all its texts; knows nothing of a target.
 */
#ifndef CLIENT_SCRIPT_TREE_H
#define CLIENT_SCRIPT_TREE_H

#include <stdbool.h>
#include <stddef.h>

enum script_kind {
    SCRIPT_LINE,     /* a command for the target, or a call of a function: first */
    SCRIPT_IF,       /* first: the condition; other: what else */
    SCRIPT_WHILE,    /* first: the condition */
    SCRIPT_FOR_IN,   /* name; first: the words */
    SCRIPT_FOR_TO,   /* name; first, second, third: from, to, step */
    SCRIPT_FUNCTION, /* name, params */
    SCRIPT_RETURN,   /* first: the value, or none */
    SCRIPT_LEAVE,    /* the innermost loop ends */
    SCRIPT_AGAIN,    /* its next turn begins */
    SCRIPT_VAR,      /* name; first: the value */
    SCRIPT_PARAM,    /* name; first: the value if none was given, or none */
    SCRIPT_EXPECT,   /* hears, negated; first: the pattern; second: the time, or none */
    SCRIPT_SKIP,     /* negated; first: the condition */
    SCRIPT_PAUSE,    /* first: the time */
    SCRIPT_TEST,     /* first: the name */
    SCRIPT_SETUP,
    SCRIPT_CLEANUP,
    SCRIPT_SOURCE, /* first: the file and its arguments */
};

/* What an `expect` listens to: bits, since `any` is all of them. */
enum script_sound {
    SCRIPT_HEARS_TEXT = 1,   /* what components write, and the monitor's notices */
    SCRIPT_HEARS_KERNEL = 2, /* the kernel's own messages */
    SCRIPT_HEARS_FAULT = 4,  /* those of either that tell of a fault */
    SCRIPT_HEARS_ANY = 7,
};

struct script_part {
    char *text;      /* NULL: not there */
    unsigned column; /* of its first byte in the line, from 1 */
};

struct script_block {
    struct script_node *nodes;
    size_t count;
};

struct script_node {
    enum script_kind kind;
    unsigned line;
    char *source; /* the whole line */
    char *name;
    char **params;
    size_t param_count;
    unsigned hears; /* enum script_sound, or-ed */
    bool negated;
    struct script_part first, second, third;
    struct script_block body, other;
};

/* A whole file, or what was typed. */
struct script_tree {
    char *file; /* NULL: typed, or given with -c */
    size_t test_count;
    bool has_functions; /* or blocks that outlast the run: keep the tree */
    struct script_block body;
};

/* Appends an empty node; NULL without memory. The pointer is good until the next one is added. */
struct script_node *script_tree_add(struct script_block *block);

void script_tree_free_block(struct script_block *block);
void script_tree_free(struct script_tree *tree);

#endif
