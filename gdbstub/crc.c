/* SPDX-License-Identifier: BSD-2-Clause */
/* The CRC of the qCRC packet, four bits at a time; see the header. */
#include "gdbstub/crc.h"

#define POLYNOMIAL 0x04c11db7u

/* What four bits at the top become. */
static uint32_t nibble_reduce(uint32_t top)
{
    uint32_t value = top << 28;

    for (int i = 0; i < 4; i++)
        value = value & 0x80000000u ? value << 1 ^ POLYNOMIAL : value << 1;
    return value;
}

uint32_t crc_update(uint32_t crc, const void *bytes, size_t len_bytes)
{
    const uint8_t *p = bytes;
    uint32_t table[16];

    for (uint32_t i = 0; i < 16; i++)
        table[i] = nibble_reduce(i);
    for (size_t i = 0; i < len_bytes; i++) {
        crc ^= (uint32_t)p[i] << 24;
        crc = crc << 4 ^ table[crc >> 28];
        crc = crc << 4 ^ table[crc >> 28];
    }
    return crc;
}
