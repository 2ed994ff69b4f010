/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keeping the history by the XDG rules, appending so that two sessions do not undo each other.
 */
#include "host/client/history.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <readline/history.h>

#define LINE_END '\x1f' /* between the lines of an entry, in the file */

static int added; /* lines of this session */

bool history_path(char *path, size_t cap)
{
    const char *state = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    int n;
    if (state && *state == '/')
        n = snprintf(path, cap, "%s/sel4mon/history", state);
    else if (home && *home == '/')
        n = snprintf(path, cap, "%s/.local/state/sel4mon/history", home);
    else
        return false;
    return n > 0 && (size_t)n < cap;
}

/* An entry of several lines is one line of the file. */
static void swap(HIST_ENTRY *entry, char from, char to)
{
    for (char *c = entry ? entry->line : NULL; c && *c; c++)
        if (*c == from)
            *c = to;
}

/* Lines of a damaged file could move the cursor when they come back. */
static bool is_text(const char *line)
{
    for (const char *c = line; *c; c++)
        if (((unsigned char)*c < ' ' && *c != '\t' && *c != LINE_END) || *c == 0x7f)
            return false;
    return true;
}

static void drop_damaged(void)
{
    for (int i = history_length - 1; i >= 0; i--) {
        const HIST_ENTRY *entry = history_get(history_base + i);
        if (entry && !is_text(entry->line))
            free_history_entry(remove_history(i));
    }
}

void history_load(void)
{
    char path[PATH_MAX];
    using_history();
    stifle_history(HISTORY_LINES);
    if (history_path(path, sizeof(path)))
        (void)read_history(path);
    drop_damaged();
    for (int i = 0; i < history_length; i++)
        swap(history_get(history_base + i), LINE_END, '\n');
}

void history_add(const char *line)
{
    if (line[strspn(line, " \t")] == '\0')
        return;
    const HIST_ENTRY *last =
        history_length > 0 ? history_get(history_base + history_length - 1) : NULL;
    if (last && strcmp(last->line, line) == 0)
        return;
    add_history(line);
    added++;
}

/* Makes the folders above the file; each may exist. */
static bool make_folders(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        bool ok = mkdir(path, 0700) == 0 || errno == EEXIST;
        *slash = '/';
        if (!ok)
            return false;
    }
    return true;
}

bool history_save(void)
{
    char path[PATH_MAX];
    if (added == 0)
        return true;
    errno = ENOENT;
    if (!history_path(path, sizeof(path)) || !make_folders(path))
        return false;
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return false;
    close(fd);
    for (int i = added < history_length ? added : history_length; i > 0; i--)
        swap(history_get(history_base + history_length - i), '\n', LINE_END);
    int e = append_history(added < history_length ? added : history_length, path);
    if (e == 0)
        (void)history_truncate_file(path, HISTORY_LINES);
    added = 0;
    errno = e;
    return e == 0;
}
