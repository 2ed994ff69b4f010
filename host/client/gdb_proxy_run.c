/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Threads and running: which thread the stub is to mean (told only where it matters), registers
 * while threads are stopped, what goes on and ends, and stop replies.
 */
#include "host/client/gdb_proxy_impl.h"

#include <stdlib.h>
#include <string.h>

/* --- which thread ----------------------------------------------------------------------------- */

static void thread_copy(char *to, const uint8_t *from, size_t len)
{
    if (len >= GDB_THREAD_TEXT)
        len = 0; /* none of the stub's is as long: it is asked, and refuses */
    memcpy(to, from, len);
    to[len] = '\0';
}

/* H: kept until it matters. Any thread is the one that gdb means already. */
static void select_thread(struct gdb_proxy *p, struct hex_cursor *args)
{
    bool general = hex_take_char(args, 'g');

    if ((!general && !hex_take_char(args, 'c')) || hex_left(args) >= GDB_THREAD_TEXT ||
        hex_left(args) == 0) {
        gdb_ask_request(p, gdb_done_reply, false);
        return;
    }
    if (general && p->general[0] && gdb_is(args->at, hex_left(args), "p0.0")) {
        gdb_reply_word(p, "OK");
        return;
    }
    thread_copy(general ? p->general : p->control, args->at, hex_left(args));
    gdb_reply_word(p, "OK");
}

static void general_done(struct gdb_proxy *p, const uint8_t *reply, size_t len)
{
    if (gdb_is(reply, len, "OK")) {
        memcpy(p->general_sent, p->general, sizeof p->general);
        gdb_again(p);
        return;
    }
    p->general_sent[0] = '\0';
    gdb_reply_bytes(p, reply, len); /* of what needed the thread */
}

void gdb_general_switch(struct gdb_proxy *p, const char *thread, gdb_done done)
{
    gdb_text_clear(&p->ask);
    gdb_text_word(&p->ask, "Hg");
    gdb_text_word(&p->ask, thread);
    p->general_sent[0] = '\0';
    gdb_ask(p, done, false);
}

bool gdb_general_ready(struct gdb_proxy *p)
{
    if (p->general[0] == '\0' || strcmp(p->general, p->general_sent) == 0)
        return true;
    gdb_general_switch(p, p->general, general_done);
    return false;
}

uint32_t gdb_general_pid(const struct gdb_proxy *p)
{
    struct hex_cursor c = {(const uint8_t *)p->general,
                           (const uint8_t *)p->general + strlen(p->general)};
    uint64_t pid;

    if (!hex_take_char(&c, 'p') || !hex_take_number(&c, &pid) || pid >= UINT32_MAX)
        return 0;
    return (uint32_t)pid;
}

static void control_done(struct gdb_proxy *p, const uint8_t *reply, size_t len)
{
    if (gdb_is(reply, len, "OK")) {
        memcpy(p->control_sent, p->control, sizeof p->control);
        gdb_again(p);
        return;
    }
    gdb_reply_bytes(p, reply, len);
}

static bool control_ready(struct gdb_proxy *p)
{
    if (p->control[0] == '\0' || strcmp(p->control, p->control_sent) == 0)
        return true;
    gdb_text_clear(&p->ask);
    gdb_text_word(&p->ask, "Hc");
    gdb_text_word(&p->ask, p->control);
    gdb_ask(p, control_done, false);
    return false;
}

/* Packets about the thread of Hg. */
static void pass_general(struct gdb_proxy *p, struct hex_cursor *args)
{
    if (gdb_general_ready(p))
        gdb_pass(p, args);
}

/* --- registers -------------------------------------------------------------------------------- */

void gdb_registers_forget(struct gdb_proxy *p)
{
    for (unsigned i = 0; i < GDB_REGISTER_SETS; i++) {
        free(p->registers[i].bytes);
        memset(&p->registers[i], 0, sizeof p->registers[i]);
    }
}

static struct gdb_register_set *registers_of(struct gdb_proxy *p, const char *thread)
{
    for (unsigned i = 0; i < GDB_REGISTER_SETS; i++)
        if (strcmp(p->registers[i].thread, thread) == 0)
            return &p->registers[i];
    return NULL;
}

static void registers_done(struct gdb_proxy *p, const uint8_t *reply, size_t len)
{
    struct gdb_register_set *set = registers_of(p, ""); /* a free row */

    if (set && !p->non_stop && p->general[0] && len > 0 && reply[0] != 'E') {
        set->bytes = malloc(len);
        if (set->bytes) {
            memcpy(set->bytes, reply, len);
            set->len = len;
            memcpy(set->thread, p->general, sizeof p->general);
        }
    }
    gdb_reply_bytes(p, reply, len);
}

static void registers_read(struct gdb_proxy *p, struct hex_cursor *args)
{
    struct gdb_register_set *set = p->general[0] ? registers_of(p, p->general) : NULL;

    (void)args;
    if (set)
        gdb_reply_bytes(p, set->bytes, set->len);
    else if (gdb_general_ready(p))
        gdb_ask_request(p, registers_done, false);
}

static void registers_write(struct gdb_proxy *p, struct hex_cursor *args)
{
    p->stop_len = 0;
    gdb_registers_forget(p);
    pass_general(p, args);
}

/* --- running ---------------------------------------------------------------------------------- */

void gdb_stopped_forget(struct gdb_proxy *p)
{
    p->stop_len = 0;
    gdb_registers_forget(p);
    gdb_kept_forget(p);
    if (!p->has_notices)
        gdb_document_forget(&p->threads);
}

static void inferior_forget(struct gdb_proxy *p, uint32_t pid)
{
    gdb_memory_forget(p, pid);
    gdb_breaks_forget(p, pid);
    gdb_document_forget(&p->threads);
    gdb_registers_forget(p);
}

/* What follows `key` in a stop reply, up to the semicolon. */
static bool field_find(const uint8_t *reply, size_t len, const char *key, struct hex_cursor *out)
{
    size_t key_len = strlen(key);

    for (size_t i = 0; i + key_len < len; i++) {
        if (memcmp(reply + i, key, key_len) != 0 || (i > 3 && reply[i - 1] != ';'))
            continue;
        const uint8_t *end = memchr(reply + i, ';', len - i);
        *out = (struct hex_cursor){reply + i + key_len, end ? end : reply + len};
        return true;
    }
    return false;
}

/* In all-stop mode the stub means the thread that stopped from then on, and so does gdb. */
static void stop_note(struct gdb_proxy *p, const uint8_t *reply, size_t len)
{
    struct hex_cursor c;
    uint64_t pid = 0;

    p->stop_len = 0;
    if (len == 0 || p->non_stop)
        return;
    if (len <= sizeof p->stop) {
        memcpy(p->stop, reply, len);
        p->stop_len = len;
    }
    if (reply[0] == 'T' && field_find(reply, len, "thread:", &c)) {
        thread_copy(p->general, c.at, hex_left(&c));
        memcpy(p->general_sent, p->general, sizeof p->general);
        memcpy(p->control, p->general, sizeof p->general);
        memcpy(p->control_sent, p->general, sizeof p->general);
    } else if (reply[0] == 'W' || reply[0] == 'X') {
        if (field_find(reply, len, "process:", &c))
            (void)hex_take_number(&c, &pid);
        inferior_forget(p, (uint32_t)pid);
        p->general_sent[0] = p->control_sent[0] = '\0';
    }
}

static void stop_done(struct gdb_proxy *p, const uint8_t *reply, size_t len)
{
    gdb_stop_expand(p, reply, len);
    stop_note(p, p->reply.bytes, p->reply.len);
    gdb_reply(p);
}

/* `vCont;s:p1.2` alone, of the thread that stopped last: gdb lets it pass the breakpoint that it is
 * at. All other breakpoints can stay, for nothing else runs meanwhile. */
static bool steps_one(const struct gdb_proxy *p, struct hex_cursor c)
{
    return !p->non_stop && p->stop_len > 0 && hex_take_word(&c, "s:") &&
           gdb_is(c.at, hex_left(&c), p->general_sent);
}

/* Is it what the stub was told last? If not, it is from now on. */
static bool is_again(struct gdb_proxy *p)
{
    const uint8_t *actions = p->request + strlen("vCont");
    size_t len = p->request_len - strlen("vCont");

    if (!p->has_notices || len > sizeof p->again) {
        p->again_len = 0;
        return false;
    }
    if (len == p->again_len && memcmp(actions, p->again, len) == 0)
        return true;
    memcpy(p->again, actions, len);
    p->again_len = len;
    return false;
}

static void resume(struct gdb_proxy *p, struct hex_cursor *args)
{
    p->stepping = steps_one(p, *args);
    if (!gdb_breaks_settled(p))
        return;
    p->stepping = false;
    gdb_stopped_forget(p);
    if (is_again(p)) {
        gdb_ask_again(p, stop_done, !p->non_stop);
    } else {
        gdb_ask_request(p, stop_done, !p->non_stop);
    }
}

/* c, s and their kin, from before vCont. */
static void resume_control(struct gdb_proxy *p, struct hex_cursor *args)
{
    (void)args;
    if (!gdb_breaks_settled(p) || !control_ready(p) || !gdb_general_ready(p))
        return;
    gdb_stopped_forget(p);
    gdb_ask_request(p, stop_done, !p->non_stop);
}

static void actions_done(struct gdb_proxy *p, const uint8_t *reply, size_t len)
{
    if (len > 0 && len <= sizeof p->vcont) {
        memcpy(p->vcont, reply, len);
        p->vcont_len = len;
        p->vcont_known = true;
    }
    gdb_reply_bytes(p, reply, len);
}

static void actions(struct gdb_proxy *p, struct hex_cursor *args)
{
    (void)args;
    if (p->vcont_known)
        gdb_reply_bytes(p, p->vcont, p->vcont_len);
    else
        gdb_ask_request(p, actions_done, false);
}

/* --- inferiors -------------------------------------------------------------------------------- */

/* `?`, vAttach, vRun: a stop reply, and inferiors may be new. */
static void begin(struct gdb_proxy *p, struct hex_cursor *args)
{
    (void)args;
    gdb_stopped_forget(p);
    gdb_document_forget(&p->threads);
    gdb_ask_request(p, stop_done, true);
}

/* D;pid and vKill;pid, D alone. */
static void end_done(struct gdb_proxy *p, const uint8_t *reply, size_t len)
{
    struct hex_cursor c = {p->request, p->request + p->request_len};
    uint64_t pid = 0;

    if (gdb_is(reply, len, "OK")) {
        if (hex_take_word(&c, "vKill;") || hex_take_word(&c, "D;"))
            (void)hex_take_number(&c, &pid);
        inferior_forget(p, (uint32_t)pid);
        p->general_sent[0] = p->control_sent[0] = '\0';
    }
    gdb_reply_bytes(p, reply, len);
}

static void end(struct gdb_proxy *p, struct hex_cursor *args)
{
    (void)args;
    gdb_ask_request(p, end_done, false);
}

/* Neither has a reply. */
static void end_all(struct gdb_proxy *p, struct hex_cursor *args)
{
    (void)args;
    inferior_forget(p, 0);
    gdb_ask_request(p, gdb_done_reply, false);
    p->asked.active = false;
    gdb_reply_none(p);
}

static void restart(struct gdb_proxy *p, struct hex_cursor *args)
{
    (void)args;
    gdb_reply_none(p);
}

static const struct gdb_row rows[] = {
    {"H", select_thread},
    {"g", registers_read},
    {"G", registers_write},
    {"p", pass_general},
    {"P", registers_write},
    {"qC", pass_general},
    {"qCRC:", pass_general},
    {"qSearch:", pass_general},
    {"vCont;", resume},
    {"vCont?", actions},
    {"c", resume_control},
    {"C", resume_control},
    {"s", resume_control},
    {"S", resume_control},
    {"?", begin},
    {"vAttach;", begin},
    {"vRun", begin},
    {"D", end},
    {"vKill;", end},
    {"k", end_all},
    {"R", restart},
};

const struct gdb_group gdb_run_group = {rows, sizeof rows / sizeof *rows};
