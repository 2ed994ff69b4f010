/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The CRC of the qCRC packet: polynomial 0x04c11db7, highest bit first, start of all ones, no final
 * xor. Not the CRC-32 of arch/lib/crc32.h.
 */
#ifndef GDBSTUB_CRC_H
#define GDBSTUB_CRC_H

#include <stddef.h>
#include <stdint.h>

enum { CRC_START = 0xffffffff };

uint32_t crc_update(uint32_t crc, const void *bytes, size_t len_bytes);

#endif
