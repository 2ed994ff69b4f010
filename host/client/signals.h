/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Signals as things to ask for: a handler only notes them and makes signals_fd readable, so that
 * every poll of the client wakes. Whatever ends the process, the terminal is put back as it was.
 */
#ifndef CLIENT_SIGNALS_H
#define CLIENT_SIGNALS_H

#include <stdbool.h>

/* Installs the handlers and notes how the terminal is set now. */
void signals_init(void);

/* A descriptor that is readable while there is something to ask for. */
int signals_fd(void);

/* How often Ctrl-C came since the last question. */
unsigned signals_take_interrupts(void);

/* The terminal has another size since the last question. */
bool signals_take_resize(void);

/* Ctrl-Z was pressed: give the terminal back, then signals_suspend. */
bool signals_take_stop(void);

/* Stops the process as Ctrl-Z does; returns when it is continued. */
void signals_suspend(void);

/* The number of the signal that asked the process to end; 0 if none did. */
int signals_ending(void);

/* What is written to the terminal if the client dies, up to 63 bytes; "": nothing. */
void signals_leave_screen(const char *sequence);

#endif
