/* SPDX-License-Identifier: BSD-2-Clause */
/* Unpacking LZ4 blocks: see lz4.h. */
#include "monitor/link/lz4.h"

enum { MATCH_LEAST = 4, LENGTH_MORE = 15 };

struct reader {
    const uint8_t *bytes;
    size_t at, end;
};

/* A length of four bits goes on in bytes while they are 255. */
static bool read_length(struct reader *in, size_t *length)
{
    uint8_t byte;

    if (*length < LENGTH_MORE)
        return true;
    do {
        if (in->at == in->end)
            return false;
        byte = in->bytes[in->at++];
        if (*length > SIZE_MAX - byte - MATCH_LEAST)
            return false;
        *length += byte;
    } while (byte == UINT8_MAX);
    return true;
}

static bool copy_literals(struct reader *in, size_t length, uint8_t *out, size_t *at, size_t end)
{
    if (length > in->end - in->at || length > end - *at)
        return false;
    __builtin_memcpy(out + *at, in->bytes + in->at, length);
    in->at += length;
    *at += length;
    return true;
}

/* Source and place may overlap: then what is copied is copied again. */
static bool copy_match(struct reader *in, size_t length, uint8_t *out, size_t *at, size_t end)
{
    size_t distance;

    if (in->end - in->at < 2)
        return false;
    distance = in->bytes[in->at] | (size_t)in->bytes[in->at + 1] << 8;
    in->at += 2;
    if (!read_length(in, &length))
        return false;
    length += MATCH_LEAST;
    if (distance == 0 || distance > *at || length > end - *at)
        return false;
    for (size_t i = 0; i < length; i++)
        out[*at + i] = out[*at + i - distance];
    *at += length;
    return true;
}

bool lz4_unpack(const uint8_t *block, size_t len_bytes, uint8_t *out, size_t start, size_t end)
{
    struct reader in = {block, 0, len_bytes};
    size_t at = start;

    while (in.at < in.end) {
        uint8_t token = in.bytes[in.at++];
        size_t literals = token >> 4;

        if (!read_length(&in, &literals) || !copy_literals(&in, literals, out, &at, end))
            return false;
        if (in.at == in.end)
            return at == end; /* the last sequence is literals alone */
        if (!copy_match(&in, token & 15, out, &at, end))
            return false;
    }
    return false;
}
