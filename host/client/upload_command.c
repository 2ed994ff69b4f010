/* SPDX-License-Identifier: BSD-2-Clause */
/* `load FILE` and `upload FILE ADDRESS`: see upload_command.h. */
#include "host/client/upload_command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "host/client/kept.h"
#include "host/client/progress.h"
#include "host/client/script_ops.h"
#include "host/client/upload.h"
#include "host/package/package_make.h"

#define FILE_MAX   (256u << 20) /* more than any target has room for */
#define WORD_BYTES 4096

/* --- how far it is ---------------------------------------------------------------------------- */

struct sending {
    struct output *out;
    struct progress progress;
};

/* At the end one line says how long it took. */
static void show_progress(void *context, size_t start, size_t sent, size_t total, bool done)
{
    struct sending *sending = context;
    struct progress *p = &sending->progress;
    double seconds = (double)(target_clock_ms() - p->start_ms) / 1000;
    char all[32], rate[32];
    p->first = start;
    if (!done) {
        progress_show(p, sent, total);
        return;
    }
    progress_end(p);
    if (sent == total && sending->out->interactive)
        output_note(sending->out, "%s: %s in %.1f s (%s/s)%s", p->name,
                    progress_amount(all, sizeof(all), p, (double)total), seconds,
                    progress_amount(rate, sizeof(rate), p,
                                    seconds > 0 ? (double)(total - start) / seconds : 0),
                    start ? ", from where it stopped before" : "");
}

static enum target_result send_all(struct script *s, const char *name, const char *where,
                                   const uint8_t *bytes, size_t len)
{
    enum target_result result;
    do {
        struct sending sending = {.out = s->out};
        progress_begin(&sending.progress, name, NULL);
        result = upload_bytes(s->target, where, bytes, len, show_progress, &sending);
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
