/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What goes over the bulk channel: the bytes of one upload as blocks one after the other, each with
 * this head, little endian. A block is packed by LZ4 with all before it as its dictionary, so that
 * an upload can go on at any block's start. Length and check of the whole go with the command
 * `receive`.
 */
#ifndef MONITOR_LINK_UPLOAD_H
#define MONITOR_LINK_UPLOAD_H

enum {
    UPLOAD_BLOCK_BYTES = 8192, /* unpacked, at most */
    /* Head: */
    UPLOAD_PACKED = 0,   /* 2 bytes: length as packed; 0: the block is not packed */
    UPLOAD_UNPACKED = 2, /* 2 bytes */
    UPLOAD_CHECK = 4,    /* 4 bytes: CRC-32 of what is unpacked */
    UPLOAD_HEAD_BYTES = 8,
};

#endif
