/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Threads of one component: each counts in a thread-local variable and in a shared one, tells the
 * first thread by a notification, and has its result checked. Worth setting breakpoints in.
 */
#include <sel4mon/component.h>
#include <sel4mon/component_object.h>
#include <sel4mon/component_thread.h>

enum { COUNTERS = 3, ROUNDS = 1000, STACK_BYTES = 4096 };

static __thread unsigned own_count = 7; /* not 0: the image's first values must have been copied */
static unsigned shared_count;

struct counter {
    struct component_thread thread;
    _Alignas(16) char stack[STACK_BYTES];
    seL4_CPtr done; /* notification, badge 1 << index */
    unsigned result;
};

static struct counter counters[COUNTERS];

static void count(void *argument)
{
    struct counter *self = argument;

    for (int i = 0; i < ROUNDS; i++) {
        own_count++;
        __atomic_fetch_add(&shared_count, 1, __ATOMIC_RELAXED);
        if (i % 100 == 0) {
            seL4_Yield();
        }
    }
    self->result = own_count;
    seL4_Signal(self->done);
}

static void start(struct counter *c, seL4_CPtr notification, seL4_Word badge)
{
    c->thread = (struct component_thread){
        .run = count,
        .argument = c,
        .stack = c->stack,
        .stack_bytes = sizeof c->stack,
        .priority = 100,
    };
    component_check(component_cap_mint(notification, seL4_AllRights, badge, &c->done), "mint");
    component_check(component_thread_start(&c->thread), "thread");
}

int main(int argc, char **argv)
{
    seL4_CPtr notification;
    seL4_Word seen = 0, badge;
    bool right = true;

    (void)argc;
    (void)argv;
    component_check(component_object_make(seL4_NotificationObject, 0, &notification),
                    "notification");
    for (unsigned i = 0; i < COUNTERS; i++) {
        start(&counters[i], notification, 1u << i);
    }
    while (seen != (1u << COUNTERS) - 1) {
        seL4_Wait(notification, &badge);
        seen |= badge;
    }
    for (unsigned i = 0; i < COUNTERS; i++) {
        component_print("counter %u: %u\n", i, counters[i].result);
        right = right && counters[i].result == ROUNDS + 7;
    }
    component_print("together: %u\n", shared_count);
    return right && own_count == 7 && shared_count == COUNTERS * ROUNDS ? 0 : 1;
}
