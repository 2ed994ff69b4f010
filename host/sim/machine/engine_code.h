/* SPDX-License-Identifier: BSD-2-Clause */
/* Forgets what was translated of memory that changed. Private to engine*.c. */
#ifndef SIM_MACHINE_ENGINE_CODE_H
#define SIM_MACHINE_ENGINE_CODE_H

#include "host/sim/machine/engine_arch.h"

/* Something is about to be fetched from this page of RAM. */
void engine_code_fetched(struct engine *engine, uint64_t paddr);

/* A page of RAM can be written by a translation that was just given out, or was by the host. */
void engine_code_opened(struct engine *engine, uint64_t paddr);

/* Before a run: forgets what has changed; engine->flush tells whether all translations go. */
void engine_code_prepare(struct engine *engine);

/* ERR_NO_MEMORY; what is there is freed by the other in any case. */
enum err engine_code_init(struct engine *engine);

void engine_code_free(struct engine *engine);

#endif
