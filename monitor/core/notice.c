/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines from the supervisor to the shell: see notice.h. In the ring a line is its component's
 * number (2 bytes), its length (1 byte) and its text. */
#include "monitor/core/notice.h"

#include "arch/lib/fmt.h"
#include "arch/lib/str.h"
#include "monitor/core/ring.h"

enum { HEAD_BYTES = 3 };

_Static_assert(LIMIT_NOTICE_BYTES <= UINT8_MAX, "a line's length is one byte");

static struct ring ring;
static void (*wake)(void);
static volatile uint32_t lost; /* lines */

/* Lines that components have not ended yet. */
static struct part {
    uint32_t pid; /* 0: free */
    uint8_t len;
    char text[LIMIT_NOTICE_BYTES];
} parts[LIMIT_COMPONENTS];

void notice_init(void (*wake_fn)(void))
{
    wake = wake_fn;
}

static void put(uint32_t pid, const char *text, size_t len)
{
    if (ring_room(&ring) < HEAD_BYTES + len) {
        lost++;
        return;
    }
    (void)ring_put(&ring, (uint8_t)pid);
    (void)ring_put(&ring, (uint8_t)(pid >> 8));
    (void)ring_put(&ring, (uint8_t)len);
    for (size_t i = 0; i < len; i++)
        (void)ring_put(&ring, (uint8_t)text[i]);
    wake();
}

static void flush(struct part *part)
{
    put(part->pid, part->text, part->len);
    part->pid = 0;
    part->len = 0;
}

/* The unfinished line of a component, or a place for one: an older one's is shown as it is. */
static struct part *part_of(uint32_t pid)
{
    struct part *free = NULL;

    for (unsigned i = 0; i < LIMIT_COMPONENTS; i++) {
        if (parts[i].pid == pid)
            return &parts[i];
        if (!parts[i].pid && !free)
            free = &parts[i];
    }
    if (!free) {
        free = &parts[0];
        flush(free);
    }
    free->pid = pid;
    return free;
}

void notice_write(uint32_t pid, const char *text, size_t len_bytes)
{
    struct part *part = part_of(pid);

    for (size_t i = 0; i < len_bytes; i++) {
        if (text[i] == '\n') {
            flush(part);
            part->pid = pid;
        } else if (text[i] != '\r') {
            if (part->len == LIMIT_NOTICE_BYTES - 1) {
                flush(part);
                part->pid = pid;
            }
            part->text[part->len++] = text[i];
        }
    }
    if (part->len == 0)
        part->pid = 0;
}

void notice_tell(uint32_t pid, const char *format, ...)
{
    char text[LIMIT_NOTICE_BYTES];
    va_list args;

    for (unsigned i = 0; i < LIMIT_COMPONENTS; i++) {
        if (pid && parts[i].pid == pid)
            flush(&parts[i]);
    }
    va_start(args, format);
    fmt_vprint(text, sizeof text, format, args);
    va_end(args);
    put(pid, text, strlen(text));
}

static bool tell_lost(uint32_t *pid, char *line, size_t cap)
{
    uint32_t count = __atomic_exchange_n(&lost, 0, __ATOMIC_RELAXED);

    if (count == 0)
        return false;
    *pid = 0;
    fmt_print(line, cap, "%u lines of components were lost: they came faster than the line takes",
              count);
    return true;
}

bool notice_take(uint32_t *pid, char *line, size_t cap)
{
    uint8_t low, high = 0, len = 0, byte;
    size_t kept = 0;

    if (!ring_get(&ring, &low))
        return tell_lost(pid, line, cap);
    (void)ring_get(&ring, &high);
    (void)ring_get(&ring, &len);
    for (unsigned i = 0; i < len && ring_get(&ring, &byte); i++) {
        if (kept + 1 < cap)
            line[kept++] = (char)byte;
    }
    line[kept] = '\0';
    *pid = low | (uint32_t)high << 8;
    return true;
}
