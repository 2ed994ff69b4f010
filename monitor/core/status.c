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

static bool answers(const struct arch_probe_call *probe)
{
    seL4_MessageInfo_t info = seL4_MessageInfo_new(probe->label, 0, 0, probe->words);

    info = seL4_Call(probe->cap, info);
    return seL4_MessageInfo_get_label(info) == probe->error;
}

bool status_check_kernel(void)
{
    for (unsigned i = 0; i < arch_probe_call_count; i++) {
        if (answers(&arch_probe_calls[i]))
            continue;
        status_note("The kernel is not the one that this image was built for: calls have other "
                    "numbers. Build the image with its prefix (--kernel PREFIX).");
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

    fmt_print(line, sizeof line, "sel4mon %s on seL4 %s, %s%s%s%s, interface %s", SEL4MON_VERSION,
              api_identity.version[0] ? api_identity.version : "of an unknown version",
              api_identity.arch, api_identity.mcs ? ", MCS" : "",
              api_identity.debug ? ", debug" : ", release", api_identity.smp ? ", multicore" : "",
              api_identity.hash);
    write("\r\n", 2);
    write_line(write, line);
    for (unsigned i = 0; status_note_at(i); i++)
        write_line(write, status_note_at(i));
}

void status_say_early(const char *sentence)
{
    for (const char *c = sentence; *c; c++)
        kernel_put_char(*c);
    kernel_put_char('\n');
}
