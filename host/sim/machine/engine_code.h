/* SPDX-License-Identifier: BSD-2-Clause */
/* Forgets what was translated of memory that changed. Private to engine*.c. */
#ifndef SIM_MACHINE_ENGINE_CODE_H
#define SIM_MACHINE_ENGINE_CODE_H

#include "host/sim/machine/engine_arch.h"

/* Something is about to be fetched from this page of RAM. */
void engine_code_fetched(struct engine *engine, uint64_t paddr);

/* Before a run: forgets what a fence since the last one was for. */
void engine_code_prepare(struct engine *engine);

void engine_code_free(struct engine *engine);

#endif
