/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The one list of error codes, used by all that runs on the target and by the host programs that
 * share its code. 0 is fine. A kernel error travels beside ours, never instead of it: a function
 * that made a call of the kernel which failed returns ERR_KERNEL and leaves the kernel's own words
 * where its header says.
 */
#ifndef ARCH_LIB_ERR_H
#define ARCH_LIB_ERR_H

#define ERR_LIST(X)                                                                                \
    X(OK, "no error")                                                                              \
    X(ARGUMENT, "an argument is not valid")                                                        \
    X(RANGE, "a number is out of range")                                                           \
    X(SYNTAX, "the text cannot be read")                                                           \
    X(NOT_FOUND, "no such thing")                                                                  \
    X(AMBIGUOUS, "the name fits more than one thing")                                              \
    X(EXISTS, "that exists already")                                                               \
    X(FULL, "a table of the monitor is full")                                                      \
    X(NO_MEMORY, "no untyped memory fits")                                                         \
    X(NO_SPACE, "no room in the buffer")                                                           \
    X(BUSY, "in use")                                                                              \
    X(FAULT, "the memory cannot be accessed")                                                      \
    X(FORMAT, "the data is malformed")                                                             \
    X(TRUNCATED, "the data ends too early")                                                        \
    X(KERNEL, "the kernel refused the call")                                                       \
    X(REFUSED, "refused, because it would halt the kernel or cut off the monitor")                 \
    X(INTERRUPTED, "interrupted")                                                                  \
    X(TIMEOUT, "no answer in time")                                                                \
    X(ASSERTION, "the assertion does not hold")                                                    \
    X(UNSUPPORTED, "not supported here")

enum err {
#define ERR_MEMBER(name, text) ERR_##name,
    ERR_LIST(ERR_MEMBER)
#undef ERR_MEMBER
        ERR_COUNT
};

/* A sentence fragment for `e`, without a full stop; never NULL. */
const char *err_text(enum err e);

/* The code's own name without its prefix, "NOT_FOUND"; never NULL. */
const char *err_name(enum err e);

#endif
