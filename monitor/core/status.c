/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel below and what is missing: see status.h. */
#include "monitor/core/status.h"

#include <sel4mon/api_table.h>

#include "arch/include/arch.h"
#include "arch/lib/fmt.h"
#include "arch/lib/str.h"
#include "monitor/core/kernel.h"

enum { NOTES_MAX = 8, LINE_BYTES = 160 };

static const char *notes[NOTES_MAX];

void status_note(const char *sentence)
{
    for (unsigned i = 0; i < NOTES_MAX; i++) {
        if (!notes[i]) {
            notes[i] = sentence;
            return;
        }
    }
}

const char *status_note_at(unsigned number)
{
    return number < NOTES_MAX ? notes[number] : NULL;
}

/* By registers alone: before the kernel is known to be the right one there are no thread-locals,
 * and so no IPC buffer. Call has the same number on every kernel. */
static seL4_Word invoke(seL4_CPtr cap, seL4_Word label)
{
    struct api_trap trap = {.syscall = api_identity.sys_call,
                            .cap = cap,
                            .info = seL4_MessageInfo_new(label, 0, 0, 0).words[0]};

    api_trap(&trap);
    return seL4_MessageInfo_get_label((seL4_MessageInfo_t){{trap.info}});
}

bool status_check_kernel(void)
{
    for (unsigned i = 0; i < arch_probe_call_count; i++) {
        if (invoke(arch_probe_calls[i].cap, arch_probe_calls[i].label) != arch_probe_calls[i].error)
            return false;
    }
    if (!api_identity.debug)
        status_note("The kernel has no debug build: kinds of capability are remembered, not asked, "
                    "and threads have no names.");
    return true;
}

static void write_line(status_write write, const char *text)
{
    write(text, strlen(text));
    write("\r\n", 2);
}

void status_greet(status_write write)
{
    char line[LINE_BYTES];

    fmt_print(line, sizeof line, "sel4mon %s on seL4%s%s, %s%s%s%s, interface %s", SEL4MON_VERSION,
              api_identity.version[0] ? " " : "", api_identity.version, api_identity.arch,
              api_identity.mcs ? ", MCS" : "", api_identity.debug ? ", debug" : ", release",
              api_identity.smp ? ", multicore" : "", api_identity.hash);
    write("\r\n", 2);
    write_line(write, line);
    for (unsigned i = 0; status_note_at(i); i++)
        write_line(write, status_note_at(i));
}

/* The kernel may be any, so its debug call is found without the numbers of this image: slot 14
 * holds a scheduling context on an MCS kernel and nothing on another, and what an invocation of it
 * gives tells which; the two count their system calls differently. */
static intptr_t find_put_char(void)
{
    enum { PLAIN_PUT_CHAR = -9, MCS_PUT_CHAR = -12, NO_METHOD = 0 };
    return invoke(seL4_CapInitThreadSC, NO_METHOD) == seL4_InvalidCapability ? PLAIN_PUT_CHAR
                                                                             : MCS_PUT_CHAR;
}

void status_say_early(const char *sentence)
{
    intptr_t put_char = find_put_char();

    for (const char *c = sentence;; c++) {
        struct api_trap trap = {.syscall = put_char, .cap = *c ? (uintptr_t)*c : '\n'};

        api_trap(&trap);
        if (!*c)
            return;
    }
}

_Noreturn void status_stop(const char *sentence)
{
    status_say_early(sentence);
    /* To suspend itself has this label or, on an MCS kernel, the next. */
    (void)invoke(seL4_CapInitThreadTCB, TCBSuspend);
    (void)invoke(seL4_CapInitThreadTCB, TCBSuspend + 1);
    for (;;)
        continue;
}
