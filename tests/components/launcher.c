/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Starts a component as a loader does, with a start block, and takes its text and its end: by the
 * exit endpoint, then by the unknown system call. The smallest loader there can be, for testing the
 * runtime where there is no monitor: the component shares this one's address space.
 */
#include "launcher.h"
#include <sel4mon/component.h>
#include <sel4mon/component_ipc.h>
#include <sel4mon/component_object.h>
#include <sel4mon/component_start.h>
#include <sel4mon/component_thread.h>
#include <string.h>

enum { PAGE_BYTES = 4096, STACK_BYTES = 8192, BADGE_CONSOLE = 1, BADGE_EXIT, BADGE_FAULT };

struct header {
    uint8_t ident[24];
    uint64_t entry, program_offset, section_offset;
    uint32_t flags;
    uint16_t header_size, program_size, program_count;
};

struct program {
    uint32_t type, flags;
    uint64_t offset, address, physical, file_size, memory_size, align;
};

extern const struct header launcher_image;

/* A start block, tables and texts behind it. */
struct block {
    struct component_start start;
    struct component_cap caps[3];
    char args[16];
};

static struct {
    struct component_thread thread;
    struct block block;
    _Alignas(16) char stack[STACK_BYTES];
} child;

/* Runs in the new thread, whose IPC buffer is known by now. */
static void enter(void *unused)
{
    (void)unused;
    child.block.start.ipc_buffer = (uintptr_t)child.thread.ipc_buffer;
    ((void (*)(void *))(uintptr_t)launcher_image.entry)(&child.block);
}

static void map_segment(const struct program *p, bool again)
{
    uintptr_t first = p->address & ~(uint64_t)(PAGE_BYTES - 1);
    seL4_CPtr frame;

    for (uintptr_t at = first; at < p->address + p->memory_size && !again; at += PAGE_BYTES) {
        component_check(component_object_make(launcher_arch_page_type, 0, &frame), "frame");
        component_check(launcher_arch_map(frame, component_slot("vspace"), at), "map");
    }
    memset((char *)(uintptr_t)p->address, 0, p->memory_size);
    memcpy((char *)(uintptr_t)p->address, (const char *)&launcher_image + p->offset, p->file_size);
}

static void load(bool again)
{
    const char *programs = (const char *)&launcher_image + launcher_image.program_offset;

    for (unsigned i = 0; i < launcher_image.program_count; i++) {
        const struct program *p = (const void *)(programs + i * launcher_image.program_size);

        if (p->type == 1) { /* PT_LOAD */
            map_segment(p, again);
        }
    }
    __asm__ volatile("" : : : "memory");
}

static seL4_CPtr badged(seL4_CPtr endpoint, seL4_Word badge)
{
    seL4_CPtr made;

    component_check(component_cap_mint(endpoint, seL4_AllRights, badge, &made), "mint");
    return made;
}

static void make_block(seL4_CPtr endpoint, unsigned caps_count)
{
    child.block = (struct block){
        .start = {.magic = COMPONENT_START_MAGIC,
                  .version = COMPONENT_START_VERSION,
                  .size_bytes = sizeof child.block,
                  .caps_offset = offsetof(struct block, caps),
                  .caps_count = caps_count,
                  .args_offset = offsetof(struct block, args),
                  .args_count = 3},
        .caps = {{.name = COMPONENT_CAP_CONSOLE, .slot = badged(endpoint, BADGE_CONSOLE)},
                 {.name = "memory", .address = 0x123000, .size_bytes = 8192},
                 {.name = COMPONENT_CAP_EXIT, .slot = badged(endpoint, BADGE_EXIT)}},
        .args = "launched\0one\0",
    };
}

static void show_text(void)
{
    char text[seL4_MsgMaxLength * sizeof(seL4_Word)];
    size_t len_bytes = seL4_GetMR(0);

    for (size_t i = 0; i < len_bytes && i < sizeof text; i++) {
        text[i] =
            (char)(seL4_GetMR((int)(1 + i / sizeof(seL4_Word))) >> (8 * (i % sizeof(seL4_Word))));
    }
    component_write(text, len_bytes);
}

/* Takes messages until the component has ended; returns its status. */
static int attend(seL4_CPtr endpoint, seL4_CPtr reply)
{
    for (;;) {
        seL4_Word badge;
        seL4_MessageInfo_t info = component_receive(endpoint, &badge, reply);
        seL4_Word label = seL4_MessageInfo_get_label(info);

        if (badge == BADGE_CONSOLE && label == COMPONENT_MESSAGE_TEXT) {
            show_text();
        } else if (badge == BADGE_EXIT && label == COMPONENT_MESSAGE_EXIT) {
            component_print("by exit message\n");
            return (int)seL4_GetMR(0);
        } else if (badge == BADGE_FAULT && label == seL4_Fault_UnknownSyscall &&
                   launcher_arch_exit_number() == COMPONENT_EXIT_SYSCALL) {
            component_print("by unknown system call\n");
            return (int)launcher_arch_exit_status();
        } else {
            component_print("badge %lu, label %lu\n", (unsigned long)badge, (unsigned long)label);
            return -1;
        }
    }
}

static int launch(seL4_CPtr endpoint, seL4_CPtr reply, unsigned caps_count, bool again)
{
    load(again);
    make_block(endpoint, caps_count);
    child.thread = (struct component_thread){
        .run = enter,
        .stack = child.stack,
        .stack_bytes = sizeof child.stack,
        .priority = 100,
        .fault_slot = badged(endpoint, BADGE_FAULT),
    };
    component_check(component_thread_start(&child.thread), "thread");
    int status = attend(endpoint, reply);
    component_check(seL4_TCB_Suspend(child.thread.tcb), "suspend");
    component_print("status %d\n", status);
    return status;
}

int main(int argc, char **argv)
{
    seL4_CPtr endpoint, reply;

    (void)argc;
    (void)argv;
    component_check(component_object_make(seL4_EndpointObject, 0, &endpoint), "endpoint");
    component_check(component_reply_make(&reply), "reply");
    bool right = launch(endpoint, reply, 3, false) == 3;
    right = launch(endpoint, reply, 2, true) == 3 && right;
    return right ? 0 : 1;
}
