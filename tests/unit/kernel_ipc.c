/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Threads talking: calls and replies, badges, capabilities sent along, notifications, faults as
 * messages, and who runs when.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/kernel_world.h"

#define W(x) ((uint64_t)(x))

enum { BUFFER = 0x20000000 };

/* A root and one thread, "other", with an IPC buffer of its own, and an endpoint. */
struct pair {
    struct world *w;
    uint64_t other, ep, badged, frame;
};

static void name_thread(struct world *w, uint64_t tcb, const char *name)
{
    for (unsigned i = 0; i < 8; i++) {
        uint64_t word = 0;
        size_t len = strlen(name + i * 8 > name + strlen(name) ? "" : name + i * 8);
        memcpy(&word, name + i * 8, len < 8 ? len : 8);
        world_write(w, w->ipc_buffer + 8 * (1 + i), word);
        if (len < 8) {
            break;
        }
    }
    world_set(w, w->abi->trap.cap, tcb);
    world_trap(w, SIM_SYS_DebugNameThread);
}

static struct pair pair_new(const char *config, unsigned priority)
{
    struct pair p = {.w = world_new(config)};
    struct world *w = p.w;
    uint64_t root = ROOT_CNODE;
    p.ep = world_make(w, SIM_OBJECT_Endpoint, 0);
    p.badged = world_free_slot(w);
    struct answer a = world_invoke_caps(w, ROOT_CNODE, SIM_METHOD_CNode_Mint, &root, 1, 6, p.badged,
                                        W(64), p.ep, W(64), W(15), W(0xbad6e));
    assert_int_equal(a.label, 0);
    p.frame = world_map(w, BUFFER);
    p.other = world_thread(w, priority, BUFFER, p.frame, p.badged);
    name_thread(w, p.other, "other");
    return p;
}

static void lower_root(struct world *w, unsigned priority)
{
    uint64_t auth = ROOT_TCB;
    struct answer a =
        world_invoke_caps(w, ROOT_TCB, SIM_METHOD_TCB_SetPriority, &auth, 1, 1, W(priority));
    (void)a;
}

static void resume(struct pair *p)
{
    world_invoke(p->w, p->other, SIM_METHOD_TCB_Resume, 0);
}

static void receive(struct world *w, uint64_t cap)
{
    world_set(w, w->abi->trap.cap, cap);
    world_trap(w, SIM_SYS_Recv);
}

static void test_call_and_reply(void **state)
{
    (void)state;
    for (unsigned i = 0; world_configs[i]; i++) {
        struct pair p = pair_new(world_configs[i], 100);
        struct world *w = p.w;
        struct message m = {.length = 10};
        resume(&p);
        assert_string_equal(world_running(w), "rootserver");
        receive(w, p.ep);
        assert_string_equal(world_running(w), "other");
        for (unsigned n = 0; n < 10; n++) {
            m.words[n] = 0x100 + n;
        }
        world_prepare(w, p.badged, 0x55, &m);
        world_trap(w, SIM_SYS_Call);
        assert_string_equal(world_running(w), "rootserver");
        struct answer a = world_answer(w);
        assert_int_equal(a.label, 0x55);
        assert_int_equal(a.badge, 0xbad6e);
        assert_int_equal(a.length, 10);
        for (unsigned n = 0; n < 10; n++) {
            assert_int_equal(a.words[n], 0x100 + n);
        }
        m = (struct message){.length = 1, .words = {0x99}};
        world_prepare(w, p.ep, 0x66, &m);
        world_trap(w, SIM_SYS_ReplyRecv);
        assert_string_equal(world_running(w), "other");
        a = world_answer(w);
        assert_int_equal(a.label, 0x66);
        assert_int_equal(a.badge, 0);
        assert_int_equal(a.words[0], 0x99);
        world_free(w);
    }
}

static void test_send_rights(void **state)
{
    (void)state;
    struct pair p = pair_new("aarch64", 100);
    struct world *w = p.w;
    uint64_t root = ROOT_CNODE, read = world_free_slot(w), write = world_free_slot(w);
    world_invoke_caps(w, ROOT_CNODE, SIM_METHOD_CNode_Copy, &root, 1, 5, read, W(64), p.ep, W(64),
                      W(2));
    world_invoke_caps(w, ROOT_CNODE, SIM_METHOD_CNode_Copy, &root, 1, 5, write, W(64), p.ep, W(64),
                      W(1));
    struct answer a = world_call(w, read, 7, &(struct message){.length = 0});
    assert_int_equal(a.label, world_constant(w, "seL4_InvalidCapability"));
    resume(&p);
    receive(w, p.ep);
    /* A call without grant or grant-reply gets no answer: the caller stops. */
    world_prepare(w, write, 8, &(struct message){.length = 0});
    world_trap(w, SIM_SYS_Call);
    assert_string_equal(world_running(w), "rootserver");
    assert_int_equal(world_answer(w).label, 8);
    world_trap(w, SIM_SYS_Reply); /* nobody to reply to: nothing happens */
    assert_string_equal(world_running(w), "rootserver");
    /* Receiving by a capability without the right is a fault, and the root has no handler. */
    receive(w, write);
    assert_string_equal(world_running(w), "idle");
    assert_non_null(strstr(w->console, "rootserver"));
    world_free(w);
}

static void test_capability_transfer(void **state)
{
    (void)state;
    struct pair p = pair_new("riscv64", 100);
    struct world *w = p.w;
    uint64_t ntfn = world_make(w, SIM_OBJECT_Notification, 0), to = world_free_slot(w);
    resume(&p);
    /* Where the root takes capabilities. */
    world_write(w, w->ipc_buffer + 8 * 125, ROOT_CNODE);
    world_write(w, w->ipc_buffer + 8 * 126, to);
    world_write(w, w->ipc_buffer + 8 * 127, 64);
    receive(w, p.ep);
    struct message m = {.length = 0, .cap_count = 2, .caps = {p.badged, ntfn}};
    world_prepare(w, p.badged, 1, &m);
    world_trap(w, SIM_SYS_Call);
    struct answer a = world_answer(w);
    assert_int_equal(a.extra_caps, 2);
    assert_int_equal(a.unwrapped, 1); /* of the same endpoint: its badge comes */
    assert_int_equal(world_read(w, w->ipc_buffer + 8 * 122), 0xbad6e);
    world_set(w, w->abi->trap.cap, to);
    world_trap(w, SIM_SYS_DebugCapIdentify);
    assert_int_equal(world_get(w, w->abi->trap.cap), world_constant(w, "cap_notification_cap"));
    world_free(w);
}

static void test_notifications(void **state)
{
    (void)state;
    struct pair p = pair_new("x86_64", 100);
    struct world *w = p.w;
    uint64_t root = ROOT_CNODE, ntfn = world_make(w, SIM_OBJECT_Notification, 0);
    uint64_t one = world_free_slot(w), four = world_free_slot(w);
    world_invoke_caps(w, ROOT_CNODE, SIM_METHOD_CNode_Mint, &root, 1, 6, one, W(64), ntfn, W(64),
                      W(15), W(1));
    world_invoke_caps(w, ROOT_CNODE, SIM_METHOD_CNode_Mint, &root, 1, 6, four, W(64), ntfn, W(64),
                      W(15), W(4));
    for (unsigned i = 0; i < 2; i++) {
        world_prepare(w, i ? four : one, 0, &(struct message){.length = 0});
        world_trap(w, SIM_SYS_Send);
    }
    world_set(w, w->abi->trap.cap, ntfn);
    world_trap(w, SIM_SYS_NBRecv);
    assert_int_equal(world_get(w, "rdi"), 5);
    world_set(w, w->abi->trap.cap, ntfn);
    world_trap(w, SIM_SYS_NBRecv);
    assert_int_equal(world_get(w, "rdi"), 0);
    /* Bound to the root: arrives at an endpoint. */
    struct answer a = world_invoke_caps(w, ROOT_TCB, SIM_METHOD_TCB_BindNotification, &ntfn, 1, 0);
    assert_int_equal(a.label, 0);
    a = world_invoke_caps(w, ROOT_TCB, SIM_METHOD_TCB_BindNotification, &ntfn, 1, 0);
    assert_int_equal(a.label, world_constant(w, "seL4_IllegalOperation"));
    resume(&p);
    receive(w, p.ep);
    assert_string_equal(world_running(w), "other");
    world_prepare(w, four, 0, &(struct message){.length = 0});
    world_trap(w, SIM_SYS_Send);
    assert_string_equal(world_running(w), "rootserver");
    assert_int_equal(world_get(w, "rdi"), 4);
    world_free(w);
}

/* A page fault goes to the handler, and its reply restarts the thread. */
static void test_vm_fault(void **state)
{
    static const uint64_t status[][2] = {{4, 6}, {0x92000005, 0x92000045}, {5, 7}};
    (void)state;
    for (unsigned i = 0; world_configs[i]; i++) {
        for (unsigned write = 0; write < 2; write++) {
            struct pair p = pair_new(world_configs[i], 100);
            struct world *w = p.w;
            struct cpu_event event = {.kind = CPU_EVENT_VM_FAULT, .address = 0x70001234};
            event.access = write ? CPU_WRITE : CPU_READ;
            resume(&p);
            receive(w, p.ep);
            assert_string_equal(world_running(w), "other");
            kernel_current(w->k)->reg[0] = 0x400100;
            world_event(w, &event);
            assert_string_equal(world_running(w), "rootserver");
            struct answer a = world_answer(w);
            assert_int_equal(a.label, sim_abi_fault(w->abi, "VMFault")->label);
            assert_int_equal(a.badge, 0xbad6e);
            assert_int_equal(a.length, 4);
            assert_int_equal(a.words[0], 0x400100);
            assert_int_equal(a.words[1], 0x70001234);
            assert_int_equal(a.words[2], 0);
            assert_int_equal(a.words[3], status[i][write]);
            world_prepare(w, p.ep, 0, &(struct message){.length = 0});
            world_trap(w, SIM_SYS_ReplyRecv);
            assert_string_equal(world_running(w), "other");
            assert_int_equal(kernel_current(w->k)->reg[0], 0x400100);
            world_free(w);
        }
    }
}

/* An unknown system call's message has the registers, and the reply sets them. */
static void test_unknown_syscall(void **state)
{
    (void)state;
    for (unsigned i = 0; world_configs[i]; i++) {
        struct pair p = pair_new(world_configs[i], 100);
        struct world *w = p.w;
        const struct sim_fault *fault = sim_abi_fault(w->abi, "UnknownSyscall");
        struct cpu_event event = {.kind = CPU_EVENT_SYSCALL};
        unsigned bytes = i == 0 ? 2 : 4;
        resume(&p);
        receive(w, p.ep);
        world_set(w, w->abi->trap.number, 1234);
        world_set(w, w->abi->trap.mr[0], 0xabc);
        kernel_current(w->k)->reg[0] = 0x400200;
        world_event(w, &event);
        struct answer a = world_answer(w);
        assert_int_equal(a.label, fault->label);
        assert_int_equal(a.length, fault->length);
        assert_int_equal(a.words[fault->length - 1], 1234);
        unsigned ip = 0;
        while (strcmp(fault->words[ip], "FaultIP") != 0) {
            ip++;
        }
        assert_int_equal(a.words[ip], 0x400200 - bytes);
        struct message m = {.length = fault->length};
        memcpy(m.words, a.words, sizeof a.words);
        m.words[ip] = 0x400300;
        for (unsigned n = 0; n < fault->length; n++) {
            if (strcmp(fault->words[n], "FLAGS") == 0 || strcmp(fault->words[n], "SPSR") == 0) {
                m.words[n] = UINT64_MAX;
            }
        }
        world_prepare(w, p.ep, 0, &m);
        world_trap(w, SIM_SYS_ReplyRecv);
        assert_string_equal(world_running(w), "other");
        assert_int_equal(kernel_current(w->k)->reg[0], 0x400300);
        assert_int_equal(world_get(w, w->abi->trap.mr[0]), 0xabc);
        if (i < 2) { /* user code gets no more of the status register than it may have */
            assert_int_equal(world_get(w, i == 0 ? "rflags" : "spsr"), i == 0 ? 0xed7 : 0xf0000040);
        }
        world_free(w);
    }
}

static void test_user_exception(void **state)
{
    (void)state;
    for (unsigned i = 0; world_configs[i]; i++) {
        struct pair p = pair_new(world_configs[i], 100);
        struct world *w = p.w;
        struct cpu_event event = {.kind = CPU_EVENT_USER_EXCEPTION, .number = 6, .code = 0};
        resume(&p);
        receive(w, p.ep);
        world_event(w, &event);
        struct answer a = world_answer(w);
        const struct sim_fault *fault = sim_abi_fault(w->abi, "UserException");
        assert_int_equal(a.label, fault->label);
        assert_int_equal(a.length, fault->length);
        assert_int_equal(a.words[fault->length - 2], 6);
        /* A reply with a label leaves the thread stopped. */
        world_prepare(w, p.ep, 1, &(struct message){.length = 0});
        world_trap(w, SIM_SYS_ReplyRecv);
        assert_string_equal(world_running(w), "idle");
        world_free(w);
    }
}

/* A capability fault: the words say how the lookup failed. */
static void test_capability_fault(void **state)
{
    (void)state;
    struct pair p = pair_new("x86_64", 100);
    struct world *w = p.w;
    resume(&p);
    receive(w, p.ep);
    world_prepare(w, W(1) << 40, 0, &(struct message){.length = 0});
    world_trap(w, SIM_SYS_NBSend); /* does not wait, so does not fault */
    assert_string_equal(world_running(w), "other");
    world_prepare(w, W(1) << 40, 0, &(struct message){.length = 0});
    world_trap(w, SIM_SYS_Call);
    struct answer a = world_answer(w);
    assert_int_equal(a.label, sim_abi_fault(w->abi, "CapFault")->label);
    assert_int_equal(a.words[1], W(1) << 40);
    assert_int_equal(a.words[2], 0);
    assert_int_equal(a.words[3], world_constant(w, "seL4_GuardMismatch"));
    assert_int_equal(a.words[4], 64);
    assert_int_equal(a.words[5], 0);
    assert_int_equal(a.words[6], 52);
    assert_int_equal(a.length, 7);
    world_free(w);
}

static void test_no_handler(void **state)
{
    (void)state;
    struct pair p = pair_new("aarch64", 100);
    struct world *w = p.w;
    struct cpu_event event = {.kind = CPU_EVENT_VM_FAULT, .address = 0, .access = CPU_EXECUTE};
    world_event(w, &event);
    assert_string_equal(world_running(w), "idle");
    assert_non_null(strstr(w->console, "Thread \"rootserver\" stops"));
    world_free(w);
}

static void test_priorities(void **state)
{
    (void)state;
    struct pair p = pair_new("riscv64", 200);
    struct world *w = p.w;
    uint64_t auth = ROOT_TCB;
    resume(&p);
    assert_string_equal(world_running(w), "rootserver");
    lower_root(w, 150);
    assert_string_equal(world_running(w), "other"); /* the lowered one has to wait */
    /* Its maximum is 200. */
    auth = p.other;
    struct answer a =
        world_invoke_caps(w, p.other, SIM_METHOD_TCB_SetPriority, &auth, 1, 1, W(201));
    assert_int_equal(a.label, world_constant(w, "seL4_RangeError"));
    assert_int_equal(a.words[0], 0);
    assert_int_equal(a.words[1], 200);
    a = world_invoke_caps(w, p.other, SIM_METHOD_TCB_SetPriority, &auth, 1, 1, W(150));
    /* Both at 150: the first in the queue runs. */
    struct cpu_event tick = {.kind = CPU_EVENT_TICK};
    const char *first = world_running(w);
    for (unsigned turn = 0; turn < 4; turn++) {
        const char *running = world_running(w);
        for (unsigned i = 0; i < 5; i++) {
            assert_string_equal(world_running(w), running);
            world_event(w, &tick);
        }
        assert_string_not_equal(world_running(w), running);
    }
    world_trap(w, SIM_SYS_Yield);
    const char *second = world_running(w);
    world_trap(w, SIM_SYS_Yield);
    assert_string_equal(world_running(w), first);
    world_trap(w, SIM_SYS_Yield);
    assert_string_equal(world_running(w), second);
    world_free(w);
}

static void test_registers(void **state)
{
    (void)state;
    for (unsigned i = 0; world_configs[i]; i++) {
        struct pair p = pair_new(world_configs[i], 100);
        struct world *w = p.w;
        unsigned count = w->abi->context_count;
        struct message m = {.length = count + 2, .words = {0, count}};
        for (unsigned r = 0; r < count; r++) {
            m.words[r + 2] = 0x1000 + r;
        }
        struct answer a = world_call(w, p.other, world_label(w, SIM_METHOD_TCB_WriteRegisters), &m);
        assert_int_equal(a.label, 0);
        assert_int_equal(w->replaced, 1);
        a = world_invoke(w, p.other, SIM_METHOD_TCB_ReadRegisters, 2, W(0), W(count));
        assert_int_equal(a.label, 0);
        assert_int_equal(a.length, count);
        for (unsigned r = 0; r < count; r++) {
            const char *name = w->abi->context[r];
            uint64_t expected = 0x1000 + r;
            if (strcmp(name, "rflags") == 0) {
                expected = 0x202;
            } else if (strcmp(name, "spsr") == 0) {
                expected = 0x40;
            }
            assert_int_equal(a.words[r], expected);
        }
        a = world_invoke(w, p.other, SIM_METHOD_TCB_ReadRegisters, 2, W(0), W(count + 1));
        assert_int_equal(a.label, world_constant(w, "seL4_RangeError"));
        assert_int_equal(a.words[1], count);
        a = world_invoke(w, ROOT_TCB, SIM_METHOD_TCB_ReadRegisters, 2, W(0), W(1));
        assert_int_equal(a.label, world_constant(w, "seL4_IllegalOperation"));
        world_free(w);
    }
}

/* A blocked send whose badge is cancelled is tried again by its thread. */
static void test_cancel_badged(void **state)
{
    (void)state;
    struct pair p = pair_new("x86_64", 100);
    struct world *w = p.w;
    uint64_t ntfn = world_make(w, SIM_OBJECT_Notification, 0);
    resume(&p);
    receive(w, ntfn);
    assert_string_equal(world_running(w), "other");
    struct cpu_context *other = kernel_current(w->k);
    other->reg[0] = 0x400500;
    world_prepare(w, ntfn, 0, &(struct message){.length = 0});
    world_trap(w, SIM_SYS_Send);
    assert_string_equal(world_running(w), "rootserver");
    receive(w, ntfn);
    other->reg[0] = 0x400500;
    world_prepare(w, p.badged, 3, &(struct message){.length = 0});
    world_trap(w, SIM_SYS_Send);
    assert_string_equal(world_running(w), "idle");
    /* An interrupt's signal would wake the root; here it is a tick with nobody to run. */
    world_event(w, &(struct cpu_event){.kind = CPU_EVENT_TICK});
    assert_string_equal(world_running(w), "idle");
    world_free(w);

    p = pair_new("x86_64", 255);
    w = p.w;
    resume(&p);
    world_trap(w, SIM_SYS_Yield);
    assert_string_equal(world_running(w), "other");
    other = kernel_current(w->k);
    other->reg[0] = 0x400500;
    world_prepare(w, p.badged, 3, &(struct message){.length = 0});
    world_trap(w, SIM_SYS_Send);
    assert_string_equal(world_running(w), "rootserver");
    struct answer a =
        world_invoke(w, ROOT_CNODE, SIM_METHOD_CNode_CancelBadgedSends, 2, p.badged, W(64));
    assert_int_equal(a.label, 0);
    world_trap(w, SIM_SYS_Yield);
    assert_string_equal(world_running(w), "other");
    assert_int_equal(other->reg[0], 0x400500 - 2); /* at the trap again */
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_call_and_reply),
        cmocka_unit_test(test_send_rights),
        cmocka_unit_test(test_capability_transfer),
        cmocka_unit_test(test_notifications),
        cmocka_unit_test(test_vm_fault),
        cmocka_unit_test(test_unknown_syscall),
        cmocka_unit_test(test_user_exception),
        cmocka_unit_test(test_capability_fault),
        cmocka_unit_test(test_no_handler),
        cmocka_unit_test(test_priorities),
        cmocka_unit_test(test_registers),
        cmocka_unit_test(test_cancel_badged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
