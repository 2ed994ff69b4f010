/* SPDX-License-Identifier: BSD-2-Clause */
/* riscv64's decoder of next program counters; others reach it through gdb_arch_riscv64. */
#ifndef ARCH_RISCV64_NEXTPC_H
#define ARCH_RISCV64_NEXTPC_H

#include "arch/lib/next_pc.h"

enum err riscv_next_pc(const struct gdb_code *code, const uint64_t *words, struct next_pc *out);

#endif
