/* SPDX-License-Identifier: BSD-2-Clause */
/* `load FILE` and `upload FILE ADDRESS`: see upload_command.h. */
#include "host/client/upload_command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/client/kept.h"
#include "host/client/script_ops.h"
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

static enum target_result send_all(struct script *s, const char *name, const char *where,
                                   const uint8_t *bytes, size_t len)
{
    enum target_result result;
    do {
        struct bar bar = {.out = s->out, .name = name, .start_ms = target_clock_ms()};
        result = upload_bytes(s->target, where, bytes, len, show_progress, &bar);
    } while (result == TARGET_LOST && script_ops_come_back(s));
    return result;
}

/* --- the commands ----------------------------------------------------------------------------- */

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text), end_len = strlen(end);
    return len > end_len && strcmp(text + len - end_len, end) == 0;
}

/* `load` with a word that means a file of this machine. */
static bool is_load_file(const char *args)
{
    char word[WORD_BYTES];
    return client_command_word(&args, word, sizeof(word)) &&
           (strchr(word, '/') || ends_with(word, ".yaml") || ends_with(word, ".yml") ||
            ends_with(word, ".elf"));
}

/* A component's package goes over, then the target loads it by its name. */
static bool load_made(struct script *s, const struct package_made *made, const char *arguments)
{
    struct package_why why;
    uint8_t *bytes = NULL;
    size_t len;
    char command[WORD_BYTES];
    if (!package_archive(made, 1, &bytes, &len, &why)) {
        output_error(s->out, "%s", why.text);
        return false;
    }
    enum target_result result = send_all(s, made->head->name, NULL, bytes, len);
    free(bytes);
    if (result != TARGET_OK)
        return script_ops_report(s, result, 0);
    snprintf(command, sizeof(command), "load %s%s", made->head->name, arguments);
    s->stirred = true;
    result = target_run(s->target, command, s->timeout_ms);
    if (result == TARGET_OK)
        kept_loaded(s, made->head->name);
    return script_ops_report(s, result, s->timeout_ms);
}

static bool run_load(struct script *s, const char *args)
{
    char path[WORD_BYTES];
    struct package_made made;
    struct package_why why;
    if (!client_command_word(&args, path, sizeof(path)) || !script_ops_check(s))
        return false;
    if (!package_make(path, &made, &why)) {
        output_error(s->out, "%s", why.text);
        return false;
    }
    bool held = load_made(s, &made, args);
    package_free(&made);
    return held;
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

static bool run_upload(struct script *s, const char *args)
{
    char path[WORD_BYTES], where[WORD_BYTES];
    size_t len = 0;
    if (!client_command_word(&args, path, sizeof(path)) ||
        !client_command_word(&args, where, sizeof(where)) || args[strspn(args, " \t")] != '\0') {
        output_error(s->out, "%s: sends a file's bytes into the target's memory",
                     upload_command_data.usage);
        return false;
    }
    if (!script_ops_check(s))
        return false;
    uint8_t *bytes = read_file(s->out, path, &len);
    if (!bytes)
        return false;
    bool held = script_ops_report(s, send_all(s, path, where, bytes, len), 0);
    free(bytes);
    return held;
}

const struct client_command upload_command_load = {
    .name = "load",
    .usage = "load FILE.yaml|FILE.elf",
    .summary = "Send a component over the line, and load it",
    .is_own = is_load_file,
    .takes_file = true,
    .run = run_load,
};

const struct client_command upload_command_data = {
    .name = "upload",
    .usage = "upload FILE ADDRESS|phys:ADDRESS",
    .summary = "Send a file's bytes into the target's memory",
    .help = "Packed, checked at both ends, and from where it stopped if the line broke. The line\n"
            "has to carry frames (no --raw). ADDRESS is as `write` takes it.",
    .takes_file = true,
    .run = run_upload,
};
