/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A raw line is shared by what somebody types and by a debugger without a client: this tells them
 * apart (DESIGN.md, "The link"). A complete `$...#hh` with a right checksum at the start of a line
 * gives the line to the debugger; Enter outside a packet takes it back. Since `$name` is also the
 * shell's syntax, what follows a leading `$` is kept until it is known which it is. Pure.
 */
#ifndef MONITOR_CORE_LINE_RAW_H
#define MONITOR_CORE_LINE_RAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The debugger's first packet, with all its features, has about 200 bytes; a longer line that
 * begins with `$` is typed text. */
enum { LINE_RAW_KEPT = 512 };

/* To the shell: what it has of a line was not typed. */
enum { LINE_RAW_DROP = 0 };

struct line_raw {
    void *context;
    void (*to_shell)(void *context, uint8_t byte);
    void (*to_gdb)(void *context, uint8_t byte);
    void (*left)(void *context); /* Enter took the line back from a debugger */
    bool is_gdb;                 /* the debugger has the line */
    bool at_start;               /* nothing has been typed on this line yet */
    bool after_gdb;              /* its last acknowledgement may still come */
    uint8_t state;               /* enum line_raw_state */
    uint8_t sum, digits;
    uint16_t kept_len;
    uint8_t kept[LINE_RAW_KEPT];
};

void line_raw_init(struct line_raw *raw);
void line_raw_feed(struct line_raw *raw, uint8_t byte);

/* The end of a frame: what stands before it on the line, if anything, is a frame whose beginning
 * was lost, and no text. With a debugger it is a byte of its own. */
void line_raw_drop(struct line_raw *raw);

/* A packet is on its way: any byte may be part of it. */
bool line_raw_in_packet(const struct line_raw *raw);

/* The debugger's session is over and its last answer sent: the line is the shell's again. */
void line_raw_release(struct line_raw *raw);

#endif
