/* SPDX-License-Identifier: BSD-2-Clause */
/* Bars, rates and times left: see progress.h. */
#include "host/client/progress.h"

#include <stdio.h>
#include <string.h>

#include "host/client/status_line.h"
#include "host/client/target.h"

#define BAR_WIDTH 20
#define AGAIN_MS  100

enum { AMOUNT_BYTES = 32, TEXT_BYTES = 240 };

void progress_begin(struct progress *p, const char *name, const char *units)
{
    *p = (struct progress){.name = name, .units = units, .start_ms = target_clock_ms()};
}

const char *progress_amount(char *to, size_t cap, const struct progress *p, double amount)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB"};
    unsigned unit = 0;
    while (!p->units && amount >= 1024 && unit < 3) {
        amount /= 1024;
        unit++;
    }
    snprintf(to, cap, unit ? "%.1f %s" : "%.0f %s", amount, p->units ? p->units : units[unit]);
    return to;
}

static void describe(const struct progress *p, size_t done, size_t total, int64_t now_ms,
                     char *text)
{
    char bar[BAR_WIDTH + 1], is[AMOUNT_BYTES], all[AMOUNT_BYTES], rate[AMOUNT_BYTES];
    double seconds = (double)(now_ms - p->start_ms) / 1000;
    double speed = seconds > 0 && done > p->first ? (double)(done - p->first) / seconds : 0;
    size_t width = total ? (done < total ? done : total) * BAR_WIDTH / total : 0;
    memset(bar, '.', BAR_WIDTH);
    memset(bar, '#', width);
    bar[BAR_WIDTH] = '\0';
    snprintf(is, sizeof(is), "%zu", done);
    int len = snprintf(text, TEXT_BYTES, "%.60s [%s] %s of %s, %s/s", p->name, bar,
                       p->units ? is : progress_amount(is, sizeof(is), p, (double)done),
                       progress_amount(all, sizeof(all), p, (double)total),
                       progress_amount(rate, sizeof(rate), p, speed));
    if (speed > 0 && done <= total && len < TEXT_BYTES)
        snprintf(text + len, TEXT_BYTES - (size_t)len, ", %.0f s left",
                 (double)(total - done) / speed + 0.5);
}

void progress_show(struct progress *p, size_t done, size_t total)
{
    char text[TEXT_BYTES];
    int64_t now = target_clock_ms();
    if (now - (p->shown ? p->shown_ms : p->start_ms) < AGAIN_MS)
        return;
    describe(p, done, total, now, text);
    status_line_activity(text);
    p->shown_ms = now;
    p->shown = true;
}

void progress_end(struct progress *p)
{
    if (p->shown)
        status_line_activity(NULL);
    p->shown = false;
}
