/* SPDX-License-Identifier: BSD-2-Clause */
/* `load FILE` and `upload FILE ADDRESS`: see upload_command.h. */
#include "host/client/upload_command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/client/upload.h"
#include "host/package/package_make.h"

#define BAR_WIDTH  24
#define REDRAW_MS  100
#define FILE_MAX   (256u << 20) /* more than any target has room for */
#define WORD_BYTES 4096

/* --- the bar ---------------------------------------------------------------------------------- */

struct bar {
    struct output *out;
    const char *name;
    int64_t start_ms, drawn_ms;
    size_t first; /* bytes that were there from before */
    bool drawn;
};

static void show_size(char *to, size_t cap, double bytes)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB"};
    unsigned unit = 0;
    while (bytes >= 1024 && unit < 3) {
        bytes /= 1024;
        unit++;
    }
    snprintf(to, cap, unit ? "%.1f %s" : "%.0f %s", bytes, units[unit]);
}

static void draw(struct bar *bar, size_t sent, size_t total, double seconds)
{
    char done[24], all[24], rate[24], filled[BAR_WIDTH + 1];
    size_t width = total ? sent * BAR_WIDTH / total : 0;
    double speed = seconds > 0 && sent > bar->first ? (double)(sent - bar->first) / seconds : 0;
    memset(filled, '.', BAR_WIDTH);
    memset(filled, '#', width);
    filled[BAR_WIDTH] = '\0';
    show_size(done, sizeof(done), (double)sent);
    show_size(all, sizeof(all), (double)total);
    show_size(rate, sizeof(rate), speed);
    fprintf(stderr, "\r%s [%s] %s of %s, %s/s", bar->name, filled, done, all, rate);
    if (speed > 0)
        fprintf(stderr, ", %.0f s left", (double)(total - sent) / speed + 0.5);
    fputs("\033[K", stderr);
    fflush(stderr);
}

/* On a terminal only: the bar while it goes on, and one line at its end. */
static void show_progress(void *context, size_t start, size_t sent, size_t total, bool done)
{
    struct bar *bar = context;
    int64_t now = target_clock_ms();
    double seconds = (double)(now - bar->start_ms) / 1000;
    if (!isatty(STDERR_FILENO))
        return;
    bar->first = start;
    if (!done && now - bar->drawn_ms >= REDRAW_MS) {
        draw(bar, sent, total, seconds);
        bar->drawn_ms = now;
        bar->drawn = true;
    }
    if (done && bar->drawn)
        fputs("\r\033[K", stderr);
    if (done && sent == total && bar->out->interactive) {
        char all[24], rate[24];
        show_size(all, sizeof(all), (double)total);
        show_size(rate, sizeof(rate), seconds > 0 ? (double)(total - bar->first) / seconds : 0);
        output_note(bar->out, "%s: %s in %.1f s (%s/s)%s", bar->name, all, seconds, rate,
                    bar->first ? ", from where it stopped before" : "");
    }
}

static enum target_result send_all(struct target *t, struct output *out, const char *name,
                                   const char *where, const uint8_t *bytes, size_t len)
{
    struct bar bar = {.out = out, .name = name, .start_ms = target_clock_ms()};
    enum target_result result = upload_bytes(t, where, bytes, len, show_progress, &bar);
    if (result == TARGET_REFUSED)
        output_error(out, "%s", t->message);
    return result;
}

/* --- words ------------------------------------------------------------------------------------ */

/* The next word of `*text`, in quotes or not, into `word`; false if there is none. */
static bool next_word(const char **text, char *word)
{
    const char *at = *text + strspn(*text, " \t");
    size_t len;
    if (*at == '\0')
        return false;
    if (*at == '"') {
        len = strcspn(++at, "\"");
        *text = at + len + (at[len] == '"');
    } else {
        len = strcspn(at, " \t");
        *text = at + len;
    }
    snprintf(word, WORD_BYTES, "%.*s", (int)len, at);
    return true;
}

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text), end_len = strlen(end);
    return len > end_len && strcmp(text + len - end_len, end) == 0;
}

/* A word that means a file of this machine. */
static bool is_file(const char *word)
{
    return strchr(word, '/') || ends_with(word, ".yaml") || ends_with(word, ".yml") ||
           ends_with(word, ".elf");
}

/* --- the commands ----------------------------------------------------------------------------- */

/* A component's package goes over, then the target loads it by its name. */
static enum target_result load_file(struct target *t, struct output *out, const char *path,
                                    const char *arguments)
{
    struct package_made made;
    struct package_why why;
    uint8_t *bytes = NULL;
    size_t len;
    enum target_result result = TARGET_FAILED;
    if (!package_make(path, &made, &why)) {
        output_error(out, "%s", why.text);
        return result;
    }
    if (package_archive(&made, 1, &bytes, &len, &why))
        result = send_all(t, out, made.head->name, NULL, bytes, len);
    else
        output_error(out, "%s", why.text);
    if (result == TARGET_OK) {
        char command[WORD_BYTES];
        snprintf(command, sizeof(command), "load %s%s", made.head->name, arguments);
        result = target_run(t, command, 0);
    }
    free(bytes);
    package_free(&made);
    return result;
}

static uint8_t *read_file(struct output *out, const char *path, size_t *len)
{
    struct stat st;
    uint8_t *bytes = NULL;
    errno = 0;
    FILE *file = fopen(path, "re");
    if (file && fstat(fileno(file), &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= FILE_MAX)
        bytes = malloc((size_t)st.st_size + 1);
    if (bytes)
        *len = fread(bytes, 1, (size_t)st.st_size, file);
    if (!bytes || ferror(file))
        output_error(out, "cannot read %s: %s", path, errno ? strerror(errno) : "no regular file");
    if (file)
        fclose(file);
    return bytes;
}

static enum target_result upload_file(struct target *t, struct output *out, const char *path,
                                      const char *rest)
{
    char where[WORD_BYTES], more[WORD_BYTES];
    size_t len = 0;
    if (!next_word(&rest, where) || next_word(&rest, more)) {
        output_error(out, "upload FILE ADDRESS or upload FILE phys:ADDRESS: sends a file's bytes "
                          "into the target's memory");
        return TARGET_FAILED;
    }
    uint8_t *bytes = read_file(out, path, &len);
    if (!bytes)
        return TARGET_FAILED;
    enum target_result result = send_all(t, out, path, where, bytes, len);
    free(bytes);
    return result;
}

bool upload_command(struct target *t, struct output *out, const char *line,
                    enum target_result *result)
{
    static char command[WORD_BYTES], word[WORD_BYTES];
    const char *rest = line;
    if (!next_word(&rest, command))
        return false;
    bool is_load = strcmp(command, "load") == 0, is_upload = strcmp(command, "upload") == 0;
    if ((!is_load && !is_upload) || (!next_word(&rest, word) && is_load))
        return false;
    if (is_load && !is_file(word))
        return false;
    *result = is_load ? load_file(t, out, word, rest) : upload_file(t, out, word, rest);
    return true;
}
