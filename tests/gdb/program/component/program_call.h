/* SPDX-License-Identifier: BSD-2-Clause */
/* The test program's calls as a component. Included by program.h. */
#ifndef TESTS_GDB_PROGRAM_CALL_H
#define TESTS_GDB_PROGRAM_CALL_H

long call(long number, long a, long b);

#endif
