/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Nonsense from user code: random system calls, words, capabilities, events, with the kernel
 * checked after each. The seed is fixed, so that a failure comes again; SEL4MON_LONG, or a number
 * as argument, makes the runs longer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/kernel_world.h"

enum { ROUNDS = 6000, ROUNDS_LONG = 60000 };

static unsigned long rounds;
static uint64_t random_state;

static uint64_t random_word(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static uint64_t below(uint64_t limit)
{
    return random_word() % limit;
}

/* A word that means something more often than chance would have it. */
static uint64_t plausible_word(struct world *w)
{
    static const uint64_t vaddrs[] = {0x400000, 0x10000000, 0x10001000, 0x10200000, 0x40000000};
    switch (below(12)) {
    case 0:
        return random_word();
    case 1:
        return UINT64_MAX - below(4);
    case 2:
        return 64;
    case 3:
        return below(64);
    case 4:
        return vaddrs[below(5)];
    case 5:
        return below(8);
    case 6:
    case 7:
        return w->next_slot + below(40);
    case 8:
        return UINT64_C(1) << below(64);
    case 9:
        return 64 - 12;
    default:
        return below(16);
    }
}

static uint64_t plausible_cap(struct world *w)
{
    switch (below(8)) {
    case 0:
        return below(16);
    case 1: /* rarely one that cannot be looked up: it ends the thread */
        return below(30) ? below(4096) : plausible_word(w);
    case 2:
        return world_untyped(w, 20, false);
    default:
        return w->next_slot + below(40);
    }
}

static void random_message(struct world *w, struct message *m)
{
    memset(m, 0, sizeof *m);
    m->length = (unsigned)below(10);
    m->cap_count = (unsigned)below(4);
    for (unsigned i = 0; i < m->length; i++) {
        m->words[i] = plausible_word(w);
    }
    for (unsigned i = 0; i < m->cap_count; i++) {
        m->caps[i] = below(2) ? 1 + below(6) : plausible_cap(w);
        m->caps[i] = below(300) ? m->caps[i] & 4095 : m->caps[i];
    }
}

/* A retype that is likely to work: without objects nothing else means anything. */
static void likely_retype(struct world *w, struct message *m)
{
    const struct sim_type *type = &w->abi->types[below(w->abi->type_count)];
    uint64_t words[6] = {type->number, 4 + below(12), 0, 0, w->next_slot + below(40), 1 + below(3)};
    memset(m, 0, sizeof *m);
    memcpy(m->words, words, sizeof words);
    m->length = 6;
    m->cap_count = 1;
    m->caps[0] = ROOT_CNODE;
}

static bool can_speak(struct world *w)
{
    static const uint64_t buffers[] = {0x20000000, 0x20001000, 0x20002000, 0x20003000};
    struct sim_translation t;
    bool can = kernel_translate(w->k, w->ipc_buffer, CPU_WRITE, &t) && !t.device &&
               kernel_translate(w->k, w->boot_info, CPU_READ, &t) && !t.device;
    for (unsigned i = 0; i < 4; i++) {
        can = can && kernel_translate(w->k, buffers[i], CPU_WRITE, &t) && !t.device;
    }
    return can;
}

/* Calls that can end a thread's life come seldom. */
static enum sim_syscall random_call(void)
{
    static const enum sim_syscall often[] = {
        SIM_SYS_Call,  SIM_SYS_Call,  SIM_SYS_Call,
        SIM_SYS_Call,  SIM_SYS_Send,  SIM_SYS_NBSend,
        SIM_SYS_Yield, SIM_SYS_Reply, SIM_SYS_DebugCapIdentify};
    static const enum sim_syscall seldom[] = {SIM_SYS_Recv, SIM_SYS_ReplyRecv, SIM_SYS_NBRecv};
    return below(60) ? often[below(9)] : seldom[below(3)];
}

static void random_syscall(struct world *w)
{
    struct message m;
    uint64_t label = below(w->abi->method_count), cap = plausible_cap(w);
    random_message(w, &m);
    if (below(4) == 0) {
        likely_retype(w, &m);
        label = world_label(w, SIM_METHOD_Untyped_Retype);
        cap = world_untyped(w, 20, false);
    }
    world_prepare(w, cap, label, &m);
    world_trap(w, random_call());
}

static void random_event(struct world *w)
{
    struct cpu_event event = {.kind = (enum cpu_event_kind)below(6)};
    event.address = plausible_word(w);
    event.access = (enum cpu_access)below(3);
    event.number = plausible_word(w);
    event.code = plausible_word(w);
    if (event.kind == CPU_EVENT_SYSCALL) {
        event.kind = CPU_EVENT_TICK;
    }
    world_event(w, &event);
}

/* Threads beside the root, at its priority, who speak the same nonsense. */
static void make_company(struct world *w)
{
    for (uint64_t i = 0; i < 4; i++) {
        uint64_t buffer = 0x20000000 + i * 4096, frame = world_map(w, buffer);
        uint64_t tcb = world_thread(w, 255, buffer, frame, i < 2 ? w->next_slot + 1 : 0);
        world_invoke(w, tcb, SIM_METHOD_TCB_Resume, 0);
    }
}

/* One life: until nobody runs any more, or the kernel halts. Returns calls made. */
static unsigned long live(struct world *w, unsigned long limit)
{
    unsigned long done = 0;
    make_company(w);
    while (done < limit && !w->halted && kernel_current(w->k)) {
        done++;
        if (!can_speak(w)) {
            break; /* the running thread has no buffer to write messages to */
        }
        if (below(64) == 0) {
            random_event(w);
        } else {
            random_syscall(w);
        }
    }
    return done;
}

static void test_nonsense(void **state)
{
    (void)state;
    for (unsigned i = 0; world_configs[i]; i++) {
        unsigned long done = 0;
        unsigned lives = 0;
        random_state = 0x5eed0000 + i;
        while (done < rounds) {
            struct world *w = world_new(world_configs[i]);
            done += live(w, rounds - done);
            lives++;
            world_free(w);
        }
        printf("%s: %lu calls in %u lives\n", world_configs[i], done, lives);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_nonsense)};
    const char *longer = getenv("SEL4MON_LONG");

    rounds = longer && *longer ? ROUNDS_LONG : ROUNDS;
    if (argc > 1) {
        rounds = strtoul(argv[1], NULL, 10);
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
