/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where a component's text goes: the endpoint named "console", else the kernel's debug console,
 * else nowhere. The message is that of component_start.h. Called by component_print and by
 * components.
 */
#include "sel4mon/component.h"

/* A kernel without printing has no such call, and so no such stub. */
#ifdef CONFIG_PRINTING
static void debug_put(char c)
{
    seL4_DebugPutChar(c);
}
#else
static void debug_put(char c)
{
    (void)c;
}
#endif

/* Without an IPC buffer only the words that travel in registers can be used: 4 on all three. */
static size_t text_words_max(void)
{
    return component_start()->ipc_buffer ? seL4_MsgMaxLength - 1 : 3;
}

static void set_word(size_t i, seL4_Word v, seL4_Word registers[4])
{
    if (i < 4) {
        registers[i] = v;
    } else {
        seL4_SetMR((int)i, v);
    }
}

static void send_text(seL4_CPtr console, const char *text, size_t len_bytes)
{
    seL4_Word registers[4] = {len_bytes};
    size_t words = (len_bytes + sizeof(seL4_Word) - 1) / sizeof(seL4_Word);

    for (size_t i = 0; i < words; i++) {
        seL4_Word v = 0;

        for (size_t b = 0; b < sizeof v && i * sizeof v + b < len_bytes; b++) {
            v |= (seL4_Word)(unsigned char)text[i * sizeof v + b] << (8 * b);
        }
        set_word(i + 1, v, registers);
    }
    seL4_MessageInfo_t info = seL4_MessageInfo_new(COMPONENT_MESSAGE_TEXT, 0, 0, words + 1);
    seL4_SendWithMRs(console, info, &registers[0], &registers[1], &registers[2], &registers[3]);
}

void component_write(const char *text, size_t len_bytes)
{
    seL4_CPtr console = component_slot(COMPONENT_CAP_CONSOLE);

    if (console == seL4_CapNull) {
        for (size_t i = 0; i < len_bytes; i++) {
            debug_put(text[i]);
        }
        return;
    }
    size_t most_bytes = text_words_max() * sizeof(seL4_Word);
    while (len_bytes > 0) {
        size_t part = len_bytes < most_bytes ? len_bytes : most_bytes;

        send_text(console, text, part);
        text += part;
        len_bytes -= part;
    }
}
