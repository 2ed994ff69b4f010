/* SPDX-License-Identifier: BSD-2-Clause */
/* The monitor's own threads: see thread.h. */
#include "monitor/core/thread.h"

#include "monitor/core/objects.h"
#include "monitor/core/sched.h"
#include "monitor/core/vspace.h"

enum { STACK_BYTES = 16384 };

/* What lies in the image for each thread but the root, whose stack is in entry.S and whose buffer
 * the kernel made. */
static struct {
    char guard[ARCH_PAGE_BYTES];
    char stack[STACK_BYTES];
    char buffer[ARCH_PAGE_BYTES];
} rooms[THREAD_COUNT - 1] __attribute__((aligned(ARCH_PAGE_BYTES)));

static char tls_areas[THREAD_COUNT][ARCH_TLS_AREA_BYTES] __attribute__((aligned(64)));

extern char arch_boot_guard[];

struct thread threads[THREAD_COUNT] = {
    [THREAD_KEEPER] = {.name = "keeper", .id = THREAD_KEEPER},
    [THREAD_SUPERVISOR] = {.name = "supervisor", .id = THREAD_SUPERVISOR},
    [THREAD_SHELL] = {.name = "shell", .id = THREAD_SHELL},
    [THREAD_WORKER] = {.name = "worker", .id = THREAD_WORKER},
};

static __thread struct thread *self;

struct thread *thread_self(void)
{
    return self;
}

static void begin_self(struct thread *thread)
{
    self = thread;
    seL4_SetIPCBuffer(thread->buffer);
}

void thread_adopt_root(seL4_IPCBuffer *buffer)
{
    struct thread *root = &threads[THREAD_KEEPER];

    root->tcb = seL4_CapInitThreadTCB;
    root->thread_pointer = arch_tls_init(tls_areas[THREAD_KEEPER]);
    root->buffer = buffer;
    arch_tls_set(root->tcb, root->thread_pointer);
    begin_self(root);
}

enum err thread_guard_stacks(void)
{
    enum err e = vspace_unmap_image((uintptr_t)arch_boot_guard);

    for (unsigned i = 0; i < THREAD_COUNT - 1 && !e; i++)
        e = vspace_unmap_image((uintptr_t)rooms[i].guard);
    return e;
}

static enum err make_tcb(struct thread *thread, seL4_CPtr fault_ep)
{
    struct object *object;
    enum err e = objects_make(objects_type_number(seL4_TCBObject), 0, thread->name, OBJECT_MONITOR,
                              NULL, &object);

    if (e)
        return e;
    thread->tcb = object->slot;
    return sched_configure(thread, vspace_image_frame((uintptr_t)thread->buffer),
                           THREAD_HIGHEST_PRIORITY - thread->id, fault_ep);
}

/* Where every thread but the root begins, on a fresh stack. */
static void begin(void *arg)
{
    struct thread *thread = arg;

    begin_self(thread);
    thread->trying = NULL;
    thread->entry(thread->arg);
    for (;;)
        (void)seL4_TCB_Suspend(thread->tcb);
}

enum err thread_make(enum thread_id id, seL4_CPtr fault_ep)
{
    struct thread *thread = &threads[id];

    thread->stack_top = (uintptr_t)rooms[id - 1].stack + STACK_BYTES;
    thread->buffer = (seL4_IPCBuffer *)rooms[id - 1].buffer;
    thread->thread_pointer = arch_tls_init(tls_areas[id]);
    return make_tcb(thread, fault_ep);
}

enum err thread_start(enum thread_id id, void (*entry)(void *), void *arg)
{
    struct thread *thread = &threads[id];
    seL4_UserContext context;
    enum err e = kernel_check(seL4_TCB_Suspend(thread->tcb));

    if (e)
        return e;
    thread->entry = entry;
    thread->arg = arg;
    thread->thread_pointer = arch_tls_init(tls_areas[id]);
    arch_context_init(&context, begin, thread, thread->stack_top, thread->thread_pointer);
    return kernel_check(
        seL4_TCB_WriteRegisters(thread->tcb, true, 0, ARCH_CONTEXT_WORDS, &context));
}

enum err thread_try(void (*fn)(void *), void *arg)
{
    struct thread *thread = thread_self();
    struct arch_try *outer = thread->trying;
    struct arch_try save;
    int failed;

    /* arch_try sets `save` before anything of `fn` runs. */
    thread->trying = &save;
    failed = arch_try(fn, arg, &save);
    thread->trying = outer;
    return failed ? ERR_FAULT : ERR_OK;
}
