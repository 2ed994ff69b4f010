/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Between typed values and the words of a trap, as the API table says where each travels. Pure:
 * the table and values in, a frame out, and back.
 */
#ifndef MONITOR_SHELL_MARSHAL_H
#define MONITOR_SHELL_MARSHAL_H

#include <stdbool.h>
#include <stdint.h>

#include "arch/lib/err.h"
#include "monitor/shell/limits.h"
#include "syscalls/include/sel4mon/api_table.h"

/* The value of one parameter or result. */
struct marshal_value {
    bool given;
    uint64_t word;         /* what is a number; of MSGINFO the whole register */
    const char *text;      /* STRING */
    const uint64_t *words; /* REGISTERS, STRUCT, WORDS, CAPS */
    uint16_t count;
};

struct marshal_frame {
    struct api_trap trap;
    uint64_t words[LIMIT_MESSAGE_WORDS];
    uint64_t caps[LIMIT_MESSAGE_CAPS];
    const char *buffer; /* text that has to be in the IPC buffer; NULL if none */
    uint8_t bad;        /* after ERR_RANGE: which parameter */
};

/* seL4_MessageInfo */
uint64_t marshal_info(uint64_t label, unsigned extra_caps, unsigned length);
uint64_t marshal_info_label(uint64_t info);
unsigned marshal_info_length(uint64_t info);
unsigned marshal_info_caps(uint64_t info);

/* Packs `values`, one for each parameter. A parameter not given is 0. ERR_RANGE: a value is wider
 * than its parameter; nothing is ever cut off. */
enum err marshal_pack(const struct api_method *method, const struct marshal_value *values,
                      struct marshal_frame *frame);

/* Takes the results out of the frame after the call; lists point into it. */
void marshal_unpack(const struct api_method *method, const struct marshal_frame *frame,
                    struct marshal_value *results);

/* The largest value of a scalar parameter. */
uint64_t marshal_max(const struct api_param *param);

#endif
