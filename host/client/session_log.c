/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writing the log: a line at a time, so that what is there is whole. See session_log.h.
 */
#include "host/client/session_log.h"
#include "host/client/colour.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct {
    FILE *file;
    char path[PATH_MAX];
} log;

bool session_log_open(const char *path)
{
    FILE *file = fopen(path, "ae");
    if (!file)
        return false;
    session_log_close();
    log.file = file;
    snprintf(log.path, sizeof(log.path), "%s", path);
    return true;
}

void session_log_close(void)
{
    if (log.file)
        fclose(log.file);
    log.file = NULL;
}

const char *session_log_path(void)
{
    return log.file ? log.path : NULL;
}

static void put_time(FILE *to)
{
    struct timespec now;
    struct tm local;
    char text[40];
    clock_gettime(CLOCK_REALTIME, &now);
    localtime_r(&now.tv_sec, &local);
    strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &local);
    fprintf(to, "%s.%03ld ", text, now.tv_nsec / 1000000);
}

bool session_log_line(const char *mark, const char *text)
{
    if (!log.file)
        return true;
    put_time(log.file);
    fputs(mark, log.file);
    for (text = colour_past(text); *text; text = colour_past(text + 1))
        putc((unsigned char)*text < 0x20 && *text != '\t' ? '?' : *text, log.file);
    putc('\n', log.file);
    if (fflush(log.file) == 0)
        return true;
    int e = errno;
    session_log_close();
    errno = e;
    return false;
}
