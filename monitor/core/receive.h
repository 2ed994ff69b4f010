/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An upload as it comes over the bulk channel (monitor/link/upload.h): unpacked into memory of
 * store.h, block by block. What came stays when the line breaks, and the same upload goes on from
 * there. On the shell's thread.
 */
#ifndef MONITOR_CORE_RECEIVE_H
#define MONITOR_CORE_RECEIVE_H

#include <stddef.h>
#include <stdint.h>

#include "arch/lib/err.h"

/* Makes ready for so many bytes with this CRC-32; `*have`: of them are there from before. What
 * still lies in the channel is dropped. ERR_NO_MEMORY, ERR_FULL, ERR_RANGE. */
enum err receive_begin(size_t len_bytes, uint32_t check, size_t *have);

/* Takes blocks until all is there: `*bytes`, store.h's unfinished memory. ERR_INTERRUPTED,
 * ERR_FORMAT: what came was no block, or damaged, or the whole is not what was announced (then
 * nothing is kept). `*have`: how much is good. */
enum err receive_run(size_t *have, uint8_t **bytes);

#endif
