/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The callbacks that the engine hangs into Unicorn: address translation, device memory, basic
 * blocks (instruction counts and preemption), exceptions, x86 ports. Private to engine*.c.
 */
#ifndef SIM_MACHINE_ENGINE_HOOKS_H
#define SIM_MACHINE_ENGINE_HOOKS_H

#include "host/sim/machine/engine_arch.h"

/* All hooks that every run needs. ERR_NO_MEMORY if Unicorn refuses one. */
enum err engine_hooks_add(struct engine *engine);

/* How many instructions a basic block that begins at `pc` has. False if it cannot be said. */
bool engine_hooks_count_from(struct engine *engine, uint64_t pc, uc_tb *out);

/* After a fault: settles those that Unicorn reports at the wrong place. True: run on. */
bool engine_hooks_fault(struct engine *engine);

#endif
