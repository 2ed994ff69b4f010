/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CRC-32 as in IEEE 802.3, zlib and PNG: reflected polynomial 0xedb88320, start and final xor of
 * all ones.
 */
#ifndef ARCH_LIB_CRC32_H
#define ARCH_LIB_CRC32_H

#include <stddef.h>
#include <stdint.h>

/* Continues from `crc`, the result for the bytes before; 0 at the start. */
uint32_t crc32_update(uint32_t crc, const void *bytes, size_t len_bytes);

#endif
