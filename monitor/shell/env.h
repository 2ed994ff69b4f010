/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the shell needs of the monitor around it: a byte sink, names of objects, and calls. The
 * root task hands in the real thing, unit tests a fake one; the shell itself makes no system call.
 */
#ifndef MONITOR_SHELL_ENV_H
#define MONITOR_SHELL_ENV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch/lib/err.h"

struct api_method;
struct api_trap;

/* What stopped a call: the kernel's fault message as its words. */
struct env_fault {
    const char *cause; /* "CapFault"; NULL if it is not known */
    bool is_cap;       /* a capability address did not resolve */
    bool has_address;
    uint64_t address;
    const uint64_t *words;
    unsigned word_count;
};

struct shell_env {
    void *context;
    /* Bytes for the line as they are (line ends are CR LF already where they have to be); may wait
     * until there is room. */
    void (*write)(void *context, const char *text, size_t len_bytes);
    /* Waits until all text has left the machine (the kernel prints on the same line). */
    void (*drain)(void *context);
    /* Ctrl-C since the command began? */
    bool (*interrupted)(void *context);
    /* Object names: `$tcb0` -> capability address; and the list of names, by number, NULL at the
     * end. */
    enum err (*object_lookup)(void *context, const char *name, uint64_t *cptr);
    const char *(*object_name)(void *context, unsigned number);
    /* One kernel call. `words`: message words in and out (up to 120; the first ones also travel in
     * trap->mr, the callee sorts that out from trap->info), `caps`: capabilities to send (up to 3).
     * `blocking`: run on the worker so that Ctrl-C can end it (ERR_INTERRUPTED). Without a message
     * (length 0 in trap->info) trap->mr is passed as it is: some system calls have words there. */
    enum err (*call)(void *context, struct api_trap *trap, uint64_t *words, const uint64_t *caps,
                     bool blocking);

    /* What follows may be NULL. */

    /* How far the command is that runs, for whoever asks meanwhile; `units` is kept. */
    void (*so_far)(void *context, uint64_t done, uint64_t total, const char *units);

    /* The kind of the capability at `cptr`: a name of api_objects, "null" for an empty slot.
     * ERR_UNSUPPORTED if it cannot be known. Without it, calls that halt the kernel on the wrong
     * capability are refused. */
    enum err (*identify)(void *context, uint64_t cptr, const char **object);
    /* Puts text, with its end, where the next call of the same thread finds the message words of
     * its IPC buffer (DebugNameThread). Without it such calls are ERR_UNSUPPORTED. */
    enum err (*put_buffer)(void *context, const char *text, size_t len_bytes);
    /* Why this call would cut off the monitor itself (its own threads, its own capabilities); NULL
     * if it would not. Called before each call by name that was not forced. */
    const char *(*danger)(void *context, const struct api_method *method,
                          const struct api_trap *trap, const uint64_t *words, const uint64_t *caps);
    /* About the last call that came back with ERR_FAULT. */
    void (*fault)(void *context, struct env_fault *fault);
    /* A command begins (line taken, Ctrl-C forgotten) and has ended. */
    void (*command_begin)(void *context);
    void (*command_end)(void *context);
};

#endif
