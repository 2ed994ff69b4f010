/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Paging. See pager.h.
 */
#include "host/client/pager.h"
#include "host/client/colour.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "host/client/status_line.h"

#define LINES_MAX 200000 /* kept of one command; more are printed as they come */

static const char *const names[] = {"off", "on", "program"};

static struct {
    enum pager_mode mode;
    bool active, full; /* a command's output is watched; the screen is full of it */
    bool asking;       /* the question is on the screen */
    unsigned rows, columns, used;
    char **lines;
    size_t count, shown;
} pager = {.mode = PAGER_ON};

bool pager_set(const char *mode)
{
    for (int i = PAGER_OFF; i <= PAGER_PROGRAM; i++) {
        if (strcmp(mode, names[i]) != 0)
            continue;
        pager.mode = (enum pager_mode)i;
        return true;
    }
    return false;
}

const char *pager_name(void)
{
    return names[pager.mode];
}

static void read_size(void)
{
    struct winsize size;
    pager.rows = 24;
    pager.columns = 80;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 1 && size.ws_col > 1) {
        pager.rows = size.ws_row - status_line_rows();
        pager.columns = size.ws_col;
    }
}

/* Rows of the screen that a line takes. */
static unsigned rows_of(const char *line)
{
    size_t width = 0;
    for (line = colour_past(line); *line; line = colour_past(line + 1)) {
        if (*line == '\t')
            width = (width / 8 + 1) * 8;
        else
            width += ((unsigned char)*line & 0xc0) != 0x80;
    }
    return width == 0 ? 1 : (unsigned)((width + pager.columns - 1) / pager.columns);
}

static void forget(void)
{
    for (size_t i = 0; i < pager.count; i++)
        free(pager.lines[i]);
    free(pager.lines);
    pager.lines = NULL;
    pager.count = pager.shown = 0;
}

void pager_begin(bool active)
{
    forget();
    pager.active = active && pager.mode != PAGER_OFF;
    pager.full = false;
    pager.used = 0;
    if (pager.active)
        read_size();
}

static bool keep(const char *line)
{
    if (pager.count == LINES_MAX)
        return false;
    if ((pager.count & (pager.count - 1)) == 0) {
        size_t cap = pager.count ? pager.count * 2 : 1;
        char **lines = realloc(pager.lines, cap * sizeof(*lines));
        if (!lines)
            return false;
        pager.lines = lines;
    }
    pager.lines[pager.count] = strdup(line);
    return pager.lines[pager.count] != NULL && ++pager.count > 0;
}

bool pager_put(const char *line)
{
    if (!pager.active || !keep(line))
        return true;
    pager.used += rows_of(line);
    if (!pager.full && pager.used + 1 < pager.rows) {
        pager.shown++;
        return true;
    }
    pager.full = true;
    return false;
}

void pager_hide(void)
{
    if (pager.asking)
        fputs("\r\033[K", stdout);
    fflush(stdout);
}

void pager_show(void)
{
    if (!pager.asking)
        return;
    /* In one row, so that it can be taken away; the terminal may have another size by now. */
    char text[80];
    read_size();
    snprintf(text, sizeof(text), "-- %zu more: blank a page, Enter a line, q no more --",
             pager.count - pager.shown);
    printf("%.*s", (int)pager.columns - 1, text);
    fflush(stdout);
}

/* Prints at most `rows` rows of what is kept, but at least a line. */
static void print_rows(unsigned rows)
{
    unsigned used = 0;
    while (pager.shown < pager.count) {
        used += rows_of(pager.lines[pager.shown]);
        if (used > rows && used > rows_of(pager.lines[pager.shown]))
            break;
        puts(pager.lines[pager.shown++]);
        if (used >= rows)
            break;
    }
}

static void page(const struct pager_keys *keys)
{
    while (pager.shown < pager.count) {
        pager.asking = true;
        pager_show();
        int key = keys->read(keys->context);
        pager_hide();
        pager.asking = false;
        if (key == '\r' || key == '\n')
            print_rows(1);
        else if (key == ' ')
            print_rows(pager.rows - 1);
        else if (key == 'q' || key == 'Q' || key < 0)
            break;
    }
}

/* All of the output, what was shown already too: the program begins with an empty screen. */
static bool run_program(void)
{
    const char *program = getenv("PAGER");
    status_line_pause();
    fflush(stdout);
    FILE *to = popen(program && *program ? program : "less", "w");
    if (!to) {
        status_line_resume();
        return false;
    }
    for (size_t i = 0; i < pager.count; i++)
        fprintf(to, "%s\n", pager.lines[i]);
    int status = pclose(to);
    status_line_resume();
    return status != -1 && !(WIFEXITED(status) && WEXITSTATUS(status) == 127);
}

/* The terminal gives keys as they are pressed, and does not show them. */
static bool take_keys(struct termios *before)
{
    struct termios now;
    if (tcgetattr(STDIN_FILENO, before) < 0)
        return false;
    now = *before;
    now.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    now.c_cc[VMIN] = 1;
    now.c_cc[VTIME] = 0;
    return tcsetattr(STDIN_FILENO, TCSADRAIN, &now) == 0;
}

void pager_end(const struct pager_keys *keys)
{
    struct termios before;
    bool full = pager.active && pager.full;
    pager.active = false;
    if (full && !(pager.mode == PAGER_PROGRAM && run_program())) {
        bool taken = take_keys(&before);
        page(keys);
        if (taken)
            tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
    }
    forget();
}
