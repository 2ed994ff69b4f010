/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs the tree of a script: control flow, variables, functions, tests. Expressions and plain lines
 * are the target's, reached through an ops struct, so that the interpreter itself does no I/O and
 * can be tested with a target that is none. script.c is the one with a real target.
 */
#ifndef CLIENT_SCRIPT_WALK_H
#define CLIENT_SCRIPT_WALK_H

#include <jansson.h>
#include <stdint.h>

#include "host/client/script_heard.h"
#include "host/client/script_scope.h"
#include "host/client/script_text.h"
#include "host/client/script_tree.h"

#define SCRIPT_CALLS_MAX     100  /* functions and files inside each other */
#define SCRIPT_EXPECT_MS     5000 /* `expect` without a time */
#define SCRIPT_LATER_MAX     1000 /* clean-ups that one test may leave for its end */
#define SCRIPT_SPARE_TESTS   10 /* a file may take its limit so many times more than it has tests */
#define SCRIPT_CLEANUP_MS    30000 /* for clean-up after a script that took too long */
#define SCRIPT_MESSAGE_BYTES 1024

enum script_sent {
    SCRIPT_HELD,
    SCRIPT_FAILED,
    SCRIPT_GONE, /* the target is lost, or the operator wants no more */
};

struct script_place {
    const char *file; /* NULL: typed */
    unsigned line, column;
    const char *source; /* the whole line */
};

struct script_line {
    const char *text;
    struct script_place place;
    const struct script_map *map; /* from text to what is at place; NULL: the same */
    int limit_ms;                 /* 0: none */
};

enum script_status { SCRIPT_PASSED, SCRIPT_SKIPPED, SCRIPT_WRONG, SCRIPT_LOST };

struct script_result {
    const char *file, *name;
    unsigned line;
    enum script_status status;
    bool whole_file; /* a file without tests */
    int64_t ms;
    const char *message; /* why it did not pass, or ""; */
};

struct script_ops {
    /* Runs a plain line, says what was wrong with it, and calls script_walk_note with that. */
    enum script_sent (*send)(void *context, const struct script_line *line);
    /* So many turns of a loop ("for NAME") or statements of a file ("source", NAME) are done;
     * optional. With `total` 0 it has ended. */
    void (*so_far)(void *context, const char *what, const char *name, size_t done, size_t total);
    /* Runs a line without showing anything; the records that came, an error among them if it
     * failed: a new reference, never NULL. */
    enum script_sent (*ask)(void *context, const char *text, int limit_ms, json_t **records);
    /* Waits for the target to say something, up to so long; false once it is gone. */
    bool (*wait)(void *context, int timeout_ms);
    /* Does the operator want no more, or is the target gone? */
    bool (*stopped)(void *context);
    /* Clean-up begins, also after the operator wanted no more; false if the target is gone. */
    bool (*resume)(void *context);
    int64_t (*clock_ms)(void *context);
    /* A whole file in new memory; NULL with errno. */
    char *(*read_file)(void *context, const char *path, size_t *len);
    void (*error)(void *context, const struct script_place *place, const char *text);
    void (*test_begin)(void *context, const char *name);
    void (*test_end)(void *context, const struct script_result *result);
};

enum script_flow {
    SCRIPT_ON,
    SCRIPT_LEAVES,  /* the innermost loop */
    SCRIPT_REPEATS, /* its next turn */
    SCRIPT_RETURNS,
    SCRIPT_SKIPS, /* the rest of the test */
    SCRIPT_FAILS,
    SCRIPT_STOPS, /* nothing more can be run */
};

/* A clean-up met on the way, with the variables as they were. */
struct script_later {
    const struct script_node *node;
    struct script_scope scope;
    struct script_later *next;
};

/* A file being run, and what it wants around each of its tests. */
struct script_file {
    const char *name;
    const struct script_node **setups, **cleanups;
    size_t setup_count, cleanup_count;
};

struct script_walk {
    const struct script_ops *ops;
    void *context;
    int limit_ms;        /* of a test, or of a file without any; 0: none */
    int64_t deadline_ms; /* of the test that runs; 0: none */
    int64_t file_deadline_ms;
    struct script_scope global, *scope;
    struct script_heard heard;
    struct script_tree **trees; /* kept, since functions are in them */
    size_t tree_count;
    const struct script_node **functions;
    size_t function_count;
    struct script_file *file;
    struct script_later *later; /* of the test that runs */
    size_t later_count;
    const struct script_block *sourced; /* the statements of the file that `source` runs */
    bool in_test, cleaning;
    bool timed_out;
    size_t failed_tests, lost_tests;
    unsigned calls;
    char reason[256];                   /* why the test is skipped */
    char failure[SCRIPT_MESSAGE_BYTES]; /* the first of the test */
    json_t *version, *bootinfo;         /* what the target said of itself; NULL: not asked yet */
    char field[128];
    char missing[64]; /* a field of theirs that there is not */
};

void script_walk_init(struct script_walk *walk, const struct script_ops *ops, void *context);
void script_walk_free(struct script_walk *walk);

/* Runs a whole file, its set-up and clean-up around each test; takes the tree over. True if all
 * held. */
bool script_walk_file(struct script_walk *walk, struct script_tree *tree);

/* Runs what was typed or came line by line, on to the end also after a failure if `on`; takes the
 * tree over. True if all held. */
bool script_walk_lines(struct script_walk *walk, struct script_tree *tree, bool on);

/* The name of function number `i`; NULL past the last one. */
const char *script_walk_function(const struct script_walk *walk, size_t i);

/* An error was shown: the first one of a test goes into its result. */
void script_walk_note(struct script_walk *walk, const char *text);

/* The target began anew: what it said of itself is asked again. */
void script_walk_forget(struct script_walk *walk);

/* For script_walk*.c. */
enum script_flow script_walk_block(struct script_walk *walk, const struct script_block *block);
enum script_flow script_walk_fail(struct script_walk *walk, const struct script_node *node,
                                  unsigned column, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
bool script_walk_may_go_on(struct script_walk *walk);
int script_walk_time_left(struct script_walk *walk);

unsigned script_walk_column(const struct script_node *node); /* of its first word */
const char *script_walk_file_name(const struct script_walk *walk);
/* Gives the words after the first to `scope` as $1, $2, ..., and their number as $count. What went
 * wrong is said. */
bool script_walk_bind(struct script_walk *walk, const struct script_node *node,
                      const struct script_part *words, struct script_scope *scope, size_t *count);

/* script_wait.c, script_source.c */
enum script_flow script_wait_pause(struct script_walk *walk, const struct script_node *node);
enum script_flow script_wait_expect(struct script_walk *walk, const struct script_node *node);
enum script_flow script_source_run(struct script_walk *walk, const struct script_node *node);
/* Keeps a tree, and registers what it defines. False without memory. */
bool script_source_adopt(struct script_walk *walk, struct script_tree *tree);
/* Frees one that defines nothing. */
void script_source_drop(struct script_walk *walk, struct script_tree *tree);

/* script_value.c: what parts of statements are worth. All leave what went wrong said. */
struct script_value {
    bool is_number;
    unsigned long long number;
    char *text; /* new memory; of a number, too */
};

/* The part with the script's variables put in: new memory, NULL on failure. */
char *script_value_text(struct script_walk *walk, const struct script_node *node,
                        const struct script_part *part, struct script_map *map);
/* The value of an expression; the target is asked unless it is a mere number or text. */
enum script_flow script_value_of(struct script_walk *walk, const struct script_node *node,
                                 const struct script_part *part, struct script_value *value);
enum script_flow script_value_number(struct script_walk *walk, const struct script_node *node,
                                     const struct script_part *part, unsigned long long *number);
enum script_flow script_value_time(struct script_walk *walk, const struct script_node *node,
                                   const struct script_part *part, int *ms);
const char *script_value_lookup(void *walk, const char *name);

/* script_test.c */
enum script_flow script_test_run(struct script_walk *walk, const struct script_node *node);
enum script_flow script_test_file(struct script_walk *walk, const struct script_tree *tree);
enum script_flow script_test_setup(struct script_walk *walk, const struct script_node *node);
enum script_flow script_test_later(struct script_walk *walk, const struct script_node *node);
/* Adds the set-ups and clean-ups of a tree to the file that runs. */
bool script_test_collect(struct script_walk *walk, const struct script_tree *tree);

#endif
