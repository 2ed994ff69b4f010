/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From `_start` to main and on to the end: thread-local storage, the start block or what stands for
 * it in a root task, arguments, exit. Called by start.S; knows no architecture.
 */
#include "sel4mon/component.h"
#include <stdalign.h>
#include <string.h>
#include "component_arch.h"
#include "component_tls.h"

/* Where a root task, whom nobody tells, maps what it makes: above any image, below all stacks. */
#define ROOT_FREE_FIRST 0x10000000u
#define ROOT_FREE_END   0x20000000u

enum { ROOT_CAPS = 5 };

static struct {
    const struct component_start *start;
    seL4_BootInfo *bootinfo;
    char *argv[COMPONENT_ARGS_MAX + 1];
    alignas(64) char tls[COMPONENT_TLS_BYTES];
    struct {
        struct component_start start;
        struct component_cap caps[ROOT_CAPS];
        char args[8];
    } root;
} component;

/* start.S: the stack of a root task. */
alignas(16) char component_root_stack[COMPONENT_STACK_BYTES];

extern void (*const __init_array_start[])(void) __attribute__((weak));
extern void (*const __init_array_end[])(void) __attribute__((weak));

const struct component_start *component_start(void)
{
    return component.start;
}

seL4_BootInfo *component_bootinfo(void)
{
    return component.bootinfo;
}

const struct component_cap *component_cap(const char *name)
{
    const struct component_start *s = component.start;
    const struct component_cap *caps = (const void *)((const char *)s + s->caps_offset);

    for (uint32_t i = 0; i < s->caps_count; i++) {
        if (strcmp(caps[i].name, name) == 0) {
            return &caps[i];
        }
    }
    return NULL;
}

seL4_CPtr component_slot(const char *name)
{
    const struct component_cap *cap = component_cap(name);

    return cap ? (seL4_CPtr)cap->slot : seL4_CapNull;
}

/* Said its last word: with its own capability the thread stops, without it by the fault. */
static _Noreturn void stop(int status, seL4_CPtr tcb)
{
    for (;;) {
        if (tcb != seL4_CapNull) {
            seL4_TCB_Suspend(tcb);
        }
        component_arch_exit_trap((seL4_Word)status);
    }
}

_Noreturn void component_exit(int status)
{
    seL4_CPtr exit = component_slot(COMPONENT_CAP_EXIT);

    if (component.bootinfo) {
        component_print("component: exit %d\n", status);
        stop(status, seL4_CapInitThreadTCB);
    }
    if (exit != seL4_CapNull) {
        seL4_Word word = (seL4_Word)status;
        seL4_MessageInfo_t info = seL4_MessageInfo_new(COMPONENT_MESSAGE_EXIT, 0, 0, 1);

        seL4_SendWithMRs(exit, info, &word, NULL, NULL, NULL);
        stop(status, component_slot(COMPONENT_CAP_TCB));
    }
    stop(status, seL4_CapNull);
}

void component_check(seL4_Error error, const char *what)
{
    if (error != seL4_NoError) {
        component_print("component: %s: error %d\n", what, (int)error);
        component_exit(COMPONENT_STATUS_CHECK);
    }
}

/* The largest memory that is RAM, as a row for the block. */
static struct component_cap largest_untyped(const seL4_BootInfo *bi)
{
    struct component_cap cap = {.name = COMPONENT_CAP_UNTYPED};

    for (seL4_Word i = 0; i < bi->untyped.end - bi->untyped.start; i++) {
        const seL4_UntypedDesc *u = &bi->untypedList[i];

        if (!u->isDevice && (1ull << u->sizeBits) > cap.size_bytes) {
            cap.slot = bi->untyped.start + i;
            cap.size_bytes = 1ull << u->sizeBits;
        }
    }
    return cap;
}

static seL4_CPtr root_sched_control(const seL4_BootInfo *bi)
{
#ifdef CONFIG_KERNEL_MCS
    return bi->schedcontrol.start;
#else
    (void)bi;
    return seL4_CapNull;
#endif
}

/* Nobody wrote a block for a root task: it is made here, from what the kernel says. */
static void start_as_root(seL4_BootInfo *bi)
{
    component.root.caps[0] = largest_untyped(bi);
    component.root.caps[1] =
        (struct component_cap){.name = COMPONENT_CAP_TCB, .slot = seL4_CapInitThreadTCB};
    component.root.caps[2] =
        (struct component_cap){.name = COMPONENT_CAP_CNODE, .slot = seL4_CapInitThreadCNode};
    component.root.caps[3] =
        (struct component_cap){.name = COMPONENT_CAP_VSPACE, .slot = seL4_CapInitThreadVSpace};
    component.root.caps[4] =
        (struct component_cap){.name = COMPONENT_CAP_SCHED_CONTROL, .slot = root_sched_control(bi)};
    memcpy(component.root.args, "root", sizeof "root");
    component.root.start = (struct component_start){
        .magic = COMPONENT_START_MAGIC,
        .version = COMPONENT_START_VERSION,
        .size_bytes = sizeof component.root,
        .caps_offset = offsetof(__typeof__(component.root), caps),
        .caps_count = root_sched_control(bi) ? ROOT_CAPS : ROOT_CAPS - 1,
        .args_offset = offsetof(__typeof__(component.root), args),
        .args_count = 1,
        .ipc_buffer = (uintptr_t)bi->ipcBuffer,
        .slots_first = bi->empty.start,
        .slots_end = bi->empty.end,
        .free_first = ROOT_FREE_FIRST,
        .free_end = ROOT_FREE_END,
    };
    component.bootinfo = bi;
    component.start = &component.root.start;
}

static bool block_is_sound(const struct component_start *s)
{
    uint64_t caps_end = s->caps_offset + (uint64_t)s->caps_count * sizeof(struct component_cap);

    return s->version == COMPONENT_START_VERSION && s->size_bytes >= sizeof *s &&
           s->caps_offset % alignof(struct component_cap) == 0 && caps_end <= s->size_bytes &&
           s->args_offset <= s->size_bytes && s->args_count <= COMPONENT_ARGS_MAX;
}

/* Returns the count, or -1 if a text has no end within the block. */
static int read_arguments(const struct component_start *s)
{
    char *at = (char *)s + s->args_offset, *end = (char *)s + s->size_bytes;

    for (uint32_t i = 0; i < s->args_count; i++) {
        component.argv[i] = at;
        while (at < end && *at) {
            at++;
        }
        if (at == end) {
            return -1;
        }
        at++;
    }
    return (int)s->args_count;
}

/* A function of its own: before it, the compiler must not have looked at the thread pointer. */
static __attribute__((noinline)) _Noreturn void run_main(void)
{
    seL4_SetIPCBuffer((seL4_IPCBuffer *)(uintptr_t)component.start->ipc_buffer);
    int argc = read_arguments(component.start);
    if (argc < 0) {
        component_exit(COMPONENT_STATUS_START);
    }
    for (void (*const *f)(void) = __init_array_start; f < __init_array_end; f++) {
        (*f)();
    }
    component_exit(main(argc, component.argv));
}

/* `given` is what was in the first argument register. */
_Noreturn void component_boot(void *given)
{
    const struct component_start *s = given;
    uintptr_t end;
    uintptr_t pointer = component_tls_make(component.tls, sizeof component.tls, &end);
    bool told = s->magic == COMPONENT_START_MAGIC;

    if (!pointer || (told && !block_is_sound(s))) {
        for (;;) {
            component_arch_exit_trap(COMPONENT_STATUS_START);
        }
    }
    if (told) {
        component.start = s;
    } else {
        start_as_root(given);
    }
    component_arch_tls_set(pointer, component_slot(COMPONENT_CAP_TCB));
    run_main();
}
