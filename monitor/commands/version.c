/* SPDX-License-Identifier: BSD-2-Clause */
/* `version`: what this monitor is, and which kernel interface it was built for. */
#include "monitor/commands/commands.h"
#include "syscalls/include/sel4mon/api_table.h"

static const struct column columns[] = {
    {"sel4mon", FIELD_TEXT, 0},      {"arch", FIELD_NAME, 0},
    {"kernel", FIELD_TEXT, 0},       {"abi", FIELD_NAME, 0},
    {"word_bits", FIELD_BITS, 0},    {"mcs", FIELD_BOOL, 0},
    {"debug", FIELD_BOOL, 0},        {"printing", FIELD_BOOL, 0},
    {"smp", FIELD_BOOL, 0},          {"hardware_debug", FIELD_BOOL, 0},
    {"breakpoints", FIELD_COUNT, 0}, {"watchpoints", FIELD_COUNT, 0},
    {"methods", FIELD_COUNT, 0},
};
static const struct record_type type = {"version", columns, 13, RECORD_LIST};

static enum err run(struct command_call *call)
{
    const struct api_identity *id = &api_identity;
    const struct field fields[] = {
        {.text = SEL4MON_VERSION},
        {.text = id->arch},
        {.text = id->version[0] ? id->version : NULL},
        {.text = id->hash},
        {.word = id->word_bits},
        {.word = id->mcs},
        {.word = id->debug},
        {.word = id->printing},
        {.word = id->smp},
        {.word = id->hardware_debug},
        {.word = id->breakpoints, .absent = !id->hardware_debug},
        {.word = id->watchpoints, .absent = !id->hardware_debug},
        {.word = api_method_count},
    };
    enum err e = arg_end(call);

    if (!e)
        record_emit(call->out, &type, fields);
    return e;
}

const struct command command_version = {
    .name = "version",
    .usage = "version",
    .summary = "Tell the monitor's version and the kernel it was built for",
    .run = run,
    .group = GROUP_MACHINE,
};
