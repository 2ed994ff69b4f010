/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the test program asks of whoever runs it: the test server in raw/, whose calls are no
 * kernel's, or the runtime of components in component/. The build picks the folder.
 */
#ifndef TESTS_GDB_PROGRAM_H
#define TESTS_GDB_PROGRAM_H

enum program_call {
    CALL_PUT = 1,     /* a character */
    CALL_EXIT,        /* the program, with a status */
    CALL_THREAD,      /* function, argument: begins a thread */
    CALL_THREAD_EXIT, /* ends the caller */
    CALL_YIELD,
};

#endif
