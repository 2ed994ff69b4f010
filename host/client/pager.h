/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Output of a command that is longer than the screen: page by page, or given to a program like
 * less. Nothing is read from the keyboard before the command has ended, so that the target is never
 * kept waiting.
 */
#ifndef CLIENT_PAGER_H
#define CLIENT_PAGER_H

#include <stdbool.h>

enum pager_mode { PAGER_OFF, PAGER_ON, PAGER_PROGRAM };

struct pager_keys {
    /* The next key, waiting for it; -1 if the operator wants no more. */
    int (*read)(void *context);
    void *context;
};

/* "off", "on", "program" ($PAGER, or less); false if it is none. */
bool pager_set(const char *mode);
const char *pager_name(void);

/* A command begins: `active` if its output goes to a terminal somebody sits at. */
void pager_begin(bool active);

/* Takes a line of its output. True: it is to be printed now; false: it is kept for later. */
bool pager_put(const char *line);

/* The command has ended: what was kept is shown. */
void pager_end(const struct pager_keys *keys);

/* Takes the question for the next page off the screen, and puts it back: around other output. */
void pager_hide(void);
void pager_show(void);

#endif
