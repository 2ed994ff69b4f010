/* SPDX-License-Identifier: BSD-2-Clause */
/* aarch64's decoder of next program counters; others reach it through gdb_arch_aarch64. */
#ifndef ARCH_AARCH64_NEXTPC_H
#define ARCH_AARCH64_NEXTPC_H

#include "arch/lib/next_pc.h"

/* Indices in seL4_UserContext of x0 to x30. */
extern const uint8_t aarch64_word_of[31];

enum err aarch64_next_pc(const struct gdb_code *code, const uint64_t *words, struct next_pc *out);

#endif
