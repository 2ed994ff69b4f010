/* SPDX-License-Identifier: BSD-2-Clause */
/* Who takes the log's lines: see line_log.h. */
#include "monitor/core/line_log.h"

#include "arch/lib/fmt.h"
#include "monitor/core/component.h"
#include "monitor/core/line.h"
#include "monitor/core/notice.h"

/* The shell is at it; the supervisor, which may come in between at any moment, then leaves it. */
static volatile bool shell_takes;

static bool take(char line[LINE_LOG_BYTES])
{
    const struct component *component;
    char text[LIMIT_NOTICE_BYTES];
    uint32_t pid;

    if (!notice_take(&pid, text, sizeof text))
        return false;
    component = component_by_pid(pid);
    fmt_print(line, LINE_LOG_BYTES, "%s%s%s%s", component ? "[" : "",
              component ? component->name : "", component ? "] " : "", text);
    return true;
}

bool line_log_take_shell(char line[LINE_LOG_BYTES])
{
    bool taken;

    shell_takes = true;
    taken = !line_is_framed() && take(line);
    shell_takes = false;
    return taken;
}

bool line_log_take_supervisor(char line[LINE_LOG_BYTES])
{
    return !shell_takes && take(line);
}

void line_log_reset_shell(void)
{
    shell_takes = false;
}
