/* SPDX-License-Identifier: BSD-2-Clause */
/* Between record.c and record_json.c only. */
#ifndef MONITOR_SHELL_RECORD_RENDER_H
#define MONITOR_SHELL_RECORD_RENDER_H

#include "monitor/shell/record.h"

bool record_absent(const struct column *column, const struct field *field);
void record_render_json(struct record_out *out, const struct record_type *type,
                        const struct field *fields);

#endif
