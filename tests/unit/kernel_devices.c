/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts, I/O ports, and the hardware debug API.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/kernel_world.h"

#define W(x) ((uint64_t)(x))

enum { IRQ_CONTROL = 4, IO_PORT_CONTROL = 7, LINE = 9 };

static uint64_t error(struct world *w, const char *name)
{
    return (uint64_t)world_constant(w, name);
}

/* A handler for line 9, by the call of each architecture. */
static struct answer get_handler(struct world *w, uint64_t slot)
{
    uint64_t root = ROOT_CNODE;
    if (strcmp(w->abi->config, "x86_64") == 0) {
        return world_invoke_caps(w, IRQ_CONTROL, SIM_METHOD_IRQControl_GetIOAPIC, &root, 1, 7, slot,
                                 W(64), W(0), W(LINE), W(0), W(0), W(3));
    }
    return world_invoke_caps(w, IRQ_CONTROL, SIM_METHOD_IRQControl_Get, &root, 1, 3, W(LINE), slot,
                             W(64));
}

static void test_interrupt(void **state)
{
    (void)state;
    for (unsigned i = 0; world_configs[i]; i++) {
        struct world *w = world_new(world_configs[i]);
        uint64_t handler = world_free_slot(w), ntfn = world_make(w, SIM_OBJECT_Notification, 0);
        uint64_t badged = world_free_slot(w), root = ROOT_CNODE;
        struct cpu_event event = {.kind = CPU_EVENT_INTERRUPT, .number = LINE};
        assert_int_equal(get_handler(w, handler).label, 0);
        assert_false(w->masked[LINE]);
        assert_int_equal(get_handler(w, world_free_slot(w)).label, error(w, "seL4_RevokeFirst"));
        world_invoke_caps(w, ROOT_CNODE, SIM_METHOD_CNode_Mint, &root, 1, 6, badged, W(64), ntfn,
                          W(64), W(15), W(0x10));
        struct answer a =
            world_invoke_caps(w, handler, SIM_METHOD_IRQHandler_SetNotification, &badged, 1, 0);
        assert_int_equal(a.label, 0);
        world_set(w, w->abi->trap.cap, ntfn);
        world_trap(w, SIM_SYS_Recv);
        assert_null(kernel_current(w->k));
        world_event(w, &event);
        assert_string_equal(world_running(w), "rootserver");
        assert_int_equal(world_get(w, w->abi->trap.cap), 0x10);
        assert_true(w->masked[LINE]);
        assert_int_equal(world_invoke(w, handler, SIM_METHOD_IRQHandler_Ack, 0).label, 0);
        assert_false(w->masked[LINE]);
        world_invoke(w, ROOT_CNODE, SIM_METHOD_CNode_Delete, 2, handler, W(64));
        assert_true(w->masked[LINE]);
        assert_int_equal(get_handler(w, handler).label, 0);
        world_free(w);
    }
}

static void test_interrupt_refusals(void **state)
{
    (void)state;
    uint64_t root = ROOT_CNODE;
    struct world *w = world_new("riscv64");
    struct answer a = world_invoke_caps(w, IRQ_CONTROL, SIM_METHOD_IRQControl_Get, &root, 1, 3,
                                        W(0), W(0), W(64));
    assert_int_equal(a.label, error(w, "seL4_RangeError"));
    assert_int_equal(a.words[0], 1);
    assert_int_equal(a.words[1], 99);
    world_free(w);
    w = world_new("x86_64");
    a = world_invoke_caps(w, IRQ_CONTROL, SIM_METHOD_IRQControl_Get, &root, 1, 3, W(1), W(0),
                          W(64));
    assert_int_equal(a.label, error(w, "seL4_IllegalOperation"));
    uint64_t slot = world_free_slot(w);
    a = world_invoke_caps(w, IRQ_CONTROL, SIM_METHOD_IRQControl_GetIOAPIC, &root, 1, 7, slot, W(64),
                          W(0), W(24), W(0), W(0), W(3));
    assert_int_equal(a.label, error(w, "seL4_RangeError"));
    assert_int_equal(a.words[1], 23);
    a = world_invoke_caps(w, IRQ_CONTROL, SIM_METHOD_IRQControl_GetIOAPIC, &root, 1, 7, slot, W(64),
                          W(0), W(1), W(0), W(0), W(108));
    assert_int_equal(a.label, error(w, "seL4_RangeError"));
    assert_int_equal(a.words[1], 107);
    a = world_invoke_caps(w, IRQ_CONTROL, SIM_METHOD_IRQControl_GetMSI, &root, 1, 7, slot, W(64),
                          W(0), W(32), W(0), W(0), W(3));
    assert_int_equal(a.words[1], 31);
    world_free(w);
}

static void test_ports(void **state)
{
    (void)state;
    struct world *w = world_new("x86_64");
    uint64_t root = ROOT_CNODE, port = world_free_slot(w), other = world_free_slot(w);
    struct answer a = world_invoke_caps(w, IO_PORT_CONTROL, SIM_METHOD_X86_IOPortControl_Issue,
                                        &root, 1, 4, W(0x3f8), W(0x3ff), port, W(64));
    assert_int_equal(a.label, 0);
    a = world_invoke_caps(w, IO_PORT_CONTROL, SIM_METHOD_X86_IOPortControl_Issue, &root, 1, 4,
                          W(0x3ff), W(0x400), other, W(64));
    assert_int_equal(a.label, error(w, "seL4_RevokeFirst"));
    a = world_invoke_caps(w, IO_PORT_CONTROL, SIM_METHOD_X86_IOPortControl_Issue, &root, 1, 4, W(5),
                          W(4), other, W(64));
    assert_int_equal(a.label, error(w, "seL4_InvalidArgument"));
    assert_int_equal(
        world_invoke(w, port, SIM_METHOD_X86_IOPort_Out32, 2, W(0x3f8), W(0x12345678)).label, 0);
    assert_int_equal(world_invoke(w, port, SIM_METHOD_X86_IOPort_In16, 1, W(0x3fa)).words[0],
                     0x1234);
    a = world_invoke(w, port, SIM_METHOD_X86_IOPort_In32, 1, W(0x3fd));
    assert_int_equal(a.label, error(w, "seL4_IllegalOperation"));
    world_invoke(w, ROOT_CNODE, SIM_METHOD_CNode_Delete, 2, port, W(64));
    a = world_invoke_caps(w, IO_PORT_CONTROL, SIM_METHOD_X86_IOPortControl_Issue, &root, 1, 4,
                          W(0x3ff), W(0x400), other, W(64));
    assert_int_equal(a.label, 0);
    assert_false(kernel_port_allowed(w->k, 0x3ff));
    world_free(w);
}

static struct answer set_breakpoint(struct world *w, uint64_t tcb, uint64_t number, uint64_t vaddr,
                                    uint64_t type, uint64_t size, uint64_t access)
{
    return world_invoke(w, tcb, SIM_METHOD_TCB_SetBreakpoint, 5, number, vaddr, type, size, access);
}

static void test_breakpoints(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        struct world *w = world_new(world_configs[i]);
        uint64_t data = error(w, "seL4_DataBreakpoint"),
                 code = error(w, "seL4_InstructionBreakpoint");
        uint64_t write = error(w, "seL4_BreakOnWrite"), watch = i == 0 ? 1 : 6;
        struct sim_debug debug;
        assert_false(kernel_debug(w->k, &debug));
        assert_int_equal(set_breakpoint(w, ROOT_TCB, 0, 0x400100, code, 0, 0).label, 0);
        assert_int_equal(set_breakpoint(w, ROOT_TCB, watch, 0x400200, data, 4, write).label, 0);
        assert_true(kernel_debug(w->k, &debug));
        assert_int_equal(debug.count, 2);
        assert_false(debug.single_step);
        assert_int_equal(debug.breakpoints[0].address, 0x400100);
        assert_int_equal(debug.breakpoints[0].kind, SIM_BREAK_EXECUTE);
        assert_int_equal(debug.breakpoints[1].kind, SIM_BREAK_WRITE);
        assert_int_equal(debug.breakpoints[1].number, watch);
        struct answer a = world_invoke(w, ROOT_TCB, SIM_METHOD_TCB_GetBreakpoint, 1, watch);
        assert_int_equal(a.length, 5);
        assert_int_equal(a.words[0], 0x400200);
        assert_int_equal(a.words[1], data);
        assert_int_equal(a.words[2], 4);
        assert_int_equal(a.words[3], write);
        assert_int_equal(a.words[4], 1);
        a = set_breakpoint(w, ROOT_TCB, watch, 0x400201, data, 4, write);
        assert_int_equal(a.label, error(w, "seL4_AlignmentError"));
        a = set_breakpoint(w, ROOT_TCB, watch, 0x400200, data, 0, write);
        assert_int_equal(a.words[0], 3);
        a = set_breakpoint(w, ROOT_TCB, 0, 0x400200, 7, 0, 0);
        assert_int_equal(a.words[0], 2);
        a = set_breakpoint(w, ROOT_TCB, 0, UINT64_MAX, code, 0, 0);
        assert_int_equal(a.words[0], 1);
        world_invoke(w, ROOT_TCB, SIM_METHOD_TCB_UnsetBreakpoint, 1, W(0));
        world_invoke(w, ROOT_TCB, SIM_METHOD_TCB_UnsetBreakpoint, 1, watch);
        assert_false(kernel_debug(w->k, &debug));
        world_free(w);
    }
}

/* Three steps, then the fault; the reply asks for two more. */
static void test_steps(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        struct world *w = world_new(world_configs[i]);
        struct sim_debug debug;
        uint64_t ep = world_make(w, SIM_OBJECT_Endpoint, 0);
        uint64_t frame = world_map(w, 0x20000000);
        uint64_t other = world_thread(w, 100, 0x20000000, frame, ep);
        struct cpu_event step = {.kind = CPU_EVENT_DEBUG};
        step.number = error(w, "seL4_SingleStep");
        struct answer a =
            world_invoke(w, other, SIM_METHOD_TCB_ConfigureSingleStepping, 2, W(9), W(3));
        assert_int_equal(a.label, 0);
        assert_int_equal(a.words[0], i);
        world_invoke(w, other, SIM_METHOD_TCB_Resume, 0);
        world_set(w, w->abi->trap.cap, ep);
        world_trap(w, SIM_SYS_Recv);
        for (unsigned n = 0; n < 3; n++) {
            assert_string_not_equal(world_running(w), "rootserver");
            assert_true(kernel_debug(w->k, &debug));
            assert_true(debug.single_step);
            kernel_current(w->k)->reg[0] = 0x400000 + n;
            world_event(w, &step);
        }
        assert_string_equal(world_running(w), "rootserver");
        a = world_answer(w);
        assert_int_equal(a.label, sim_abi_fault(w->abi, "DebugException")->label);
        assert_int_equal(a.length, 2);
        assert_int_equal(a.words[0], 0x400002);
        assert_int_equal(a.words[1], step.number);
        world_prepare(w, ep, 0, &(struct message){.length = 1, .words = {2}});
        world_trap(w, SIM_SYS_ReplyRecv);
        world_event(w, &step);
        assert_string_not_equal(world_running(w), "rootserver");
        world_event(w, &step);
        assert_string_equal(world_running(w), "rootserver");
        world_prepare(w, ep, 0, &(struct message){.length = 1, .words = {0}});
        world_trap(w, SIM_SYS_ReplyRecv);
        assert_false(kernel_debug(w->k, &debug));
        world_free(w);
    }
}

/* What stops a real kernel stops the model. */
static void test_halts(void **state)
{
    (void)state;
    struct world *w = world_new("aarch64");
    world_invoke(w, ROOT_TCB, SIM_METHOD_TCB_GetBreakpoint, 1, W(10));
    assert_non_null(w->halted);
    assert_null(kernel_current(w->k));
    world_free(w);
    w = world_new("x86_64");
    struct answer a = world_invoke(w, ROOT_TCB, SIM_METHOD_TCB_GetBreakpoint, 1, W(4));
    assert_int_equal(a.label, error(w, "seL4_RangeError"));
    assert_int_equal(a.words[1], 3);
    world_set(w, w->abi->trap.cap, ROOT_CNODE);
    world_trap(w, SIM_SYS_DebugNameThread);
    assert_non_null(w->halted);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_interrupt), cmocka_unit_test(test_interrupt_refusals),
        cmocka_unit_test(test_ports),     cmocka_unit_test(test_breakpoints),
        cmocka_unit_test(test_steps),     cmocka_unit_test(test_halts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
