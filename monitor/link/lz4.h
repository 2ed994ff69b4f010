/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Unpacking blocks in LZ4's block format (lz4_Block_format.md of its documentation). Output goes
 * behind what was unpacked before, to which matches may reach back. Every length is checked before
 * it is believed; pure.
 */
#ifndef MONITOR_LINK_LZ4_H
#define MONITOR_LINK_LZ4_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Unpacks one block such that it fills out[start, end) exactly; out[0, start) is there already.
 * False: it is none, or would be longer or shorter; then anything may stand in [start, end). */
bool lz4_unpack(const uint8_t *block, size_t len_bytes, uint8_t *out, size_t start, size_t end);

#endif
