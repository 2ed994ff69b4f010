/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The thread that runs commands: the shell's library between the console on one side and the core
 * on the other.
 */
#ifndef MONITOR_CORE_SHELL_THREAD_H
#define MONITOR_CORE_SHELL_THREAD_H

/* Entries; never return. */
void shell_thread_run(void *unused);

/* After it was taken out of a command; the argument is an enum err. */
void shell_thread_recover(void *reason);

/* Shows what the supervisor told; for commands that wait. On the shell's thread. */
void shell_thread_show_notices(void);

#endif
