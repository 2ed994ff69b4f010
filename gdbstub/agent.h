/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The interpreter of gdb's agent bytecode (gdb manual, appendix "The GDB Agent Expression
 * Mechanism"): conditions and commands of breakpoints, evaluated where the thread is. Every access
 * to stack and code is bounded, and so is the number of steps.
 */
#ifndef GDBSTUB_AGENT_H
#define GDBSTUB_AGENT_H

#include "gdbstub/engine.h"

/* Runs `code` for a stopped thread; `*value` is the top of the stack at its end, 0 if that is
 * empty. ERR_FORMAT: malformed; ERR_FAULT: memory or a register could not be read; ERR_RANGE: stack
 * or steps used up, division by zero; ERR_UNSUPPORTED: floating point, tracing. */
enum err agent_run(struct engine *e, struct engine_thread *t, const uint8_t *code, size_t len_bytes,
                   uint64_t *value);

/* Prints `format[len]`, which ends with a zero, with words for its conversions, as gdb's
 * dprintf-style agent asks. */
enum err agent_print(struct engine *e, struct engine_thread *t, const char *format,
                     size_t len_bytes, const uint64_t *values, unsigned count);

#endif
