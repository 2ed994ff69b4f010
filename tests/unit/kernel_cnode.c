/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Capability spaces and the derivation tree: CNode operations, lookup failures with their words,
 * revocation, deletion of CNodes that hold themselves, untypeds and their children.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/kernel_world.h"

#define W(x) ((uint64_t)(x))

static uint64_t error(struct world *w, const char *name)
{
    return (uint64_t)world_constant(w, name);
}

static struct answer copy(struct world *w, uint64_t to, uint64_t from, uint64_t rights)
{
    uint64_t root = ROOT_CNODE;
    return world_invoke_caps(w, ROOT_CNODE, SIM_METHOD_CNode_Copy, &root, 1, 5, to, W(64), from,
                             W(64), rights);
}

static struct answer mint(struct world *w, uint64_t to, uint64_t from, uint64_t rights,
                          uint64_t badge)
{
    uint64_t root = ROOT_CNODE;
    return world_invoke_caps(w, ROOT_CNODE, SIM_METHOD_CNode_Mint, &root, 1, 6, to, W(64), from,
                             W(64), rights, badge);
}

static struct answer on_slot(struct world *w, enum sim_method method, uint64_t slot)
{
    return world_invoke(w, ROOT_CNODE, method, 2, slot, W(64));
}

static uint64_t identify(struct world *w, uint64_t slot)
{
    world_set(w, w->abi->trap.cap, slot);
    world_trap(w, SIM_SYS_DebugCapIdentify);
    return world_get(w, w->abi->trap.cap);
}

static void test_copy_and_delete(void **state)
{
    (void)state;
    for (unsigned i = 0; world_configs[i]; i++) {
        struct world *w = world_new(world_configs[i]);
        uint64_t ep = world_make(w, SIM_OBJECT_Endpoint, 0), to = world_free_slot(w);
        assert_int_equal(copy(w, to, ep, 15).label, 0);
        assert_int_equal(identify(w, to), world_constant(w, "cap_endpoint_cap"));
        assert_int_equal(copy(w, to, ep, 15).label, error(w, "seL4_DeleteFirst"));
        assert_int_equal(on_slot(w, SIM_METHOD_CNode_Delete, to).label, 0);
        assert_int_equal(identify(w, to), 0);
        assert_int_equal(on_slot(w, SIM_METHOD_CNode_Delete, to).label, 0); /* empty: fine */
        struct answer a = copy(w, to, world_free_slot(w), 15);
        assert_int_equal(a.label, error(w, "seL4_FailedLookup"));
        assert_int_equal(a.words[0], 1); /* of the source */
        assert_int_equal(a.words[1], error(w, "seL4_MissingCapability"));
        assert_int_equal(a.words[2], 64);
        assert_int_equal(a.length, 3);
        world_free(w);
    }
}

static void test_lookup_failures(void **state)
{
    (void)state;
    struct world *w = world_new("x86_64");
    struct answer a = world_invoke(w, ROOT_CNODE, SIM_METHOD_CNode_Delete, 2, W(1) << 20, W(64));
    assert_int_equal(a.label, error(w, "seL4_FailedLookup"));
    assert_int_equal(a.words[0], 0);
    assert_int_equal(a.words[1], error(w, "seL4_GuardMismatch"));
    assert_int_equal(a.words[2], 64);
    assert_int_equal(a.words[3], 0);  /* the guard */
    assert_int_equal(a.words[4], 52); /* its size */
    assert_int_equal(a.length, 5);
    a = world_invoke(w, ROOT_CNODE, SIM_METHOD_CNode_Delete, 2, W(1), W(56));
    assert_int_equal(a.words[1], error(w, "seL4_DepthMismatch"));
    assert_int_equal(a.words[2], 56);
    assert_int_equal(a.words[3], 64);
    a = world_invoke(w, ROOT_CNODE, SIM_METHOD_CNode_Delete, 2, W(1), W(65));
    assert_int_equal(a.label, error(w, "seL4_RangeError"));
    assert_int_equal(a.words[0], 1);
    assert_int_equal(a.words[1], 64);
    a = world_invoke(w, ROOT_CNODE, SIM_METHOD_CNode_Delete, 1, W(1));
    assert_int_equal(a.label, error(w, "seL4_TruncatedMessage"));
    a = world_call(w, ROOT_CNODE, 0xfffff, &(struct message){.length = 2});
    assert_int_equal(a.label, error(w, "seL4_IllegalOperation"));
    a = world_call(w, 0, 0, &(struct message){.length = 0});
    assert_int_equal(a.label, error(w, "seL4_InvalidCapability"));
    assert_int_equal(a.words[0], 0);
    world_free(w);
}

/* A second level: slots there are found at exactly the depth that both levels have. */
static void test_two_levels(void **state)
{
    (void)state;
    struct world *w = world_new("riscv64");
    uint64_t ep = world_make(w, SIM_OBJECT_Endpoint, 0);
    uint64_t cnode = world_make(w, SIM_OBJECT_CNode, 4), top = world_free_slot(w);
    uint64_t root = ROOT_CNODE;
    struct answer a = world_invoke_caps(w, cnode, SIM_METHOD_CNode_Copy, &root, 1, 5, W(3), W(4),
                                        ep, W(64), W(15));
    assert_int_equal(a.label, 0);
    /* Seen from the root through a guard of 0 bits: 12 + 4 bits, in the top 16 with a guard. */
    assert_int_equal(mint(w, top, cnode, 15, 0).label, 0);
    a = world_invoke_caps(w, top, SIM_METHOD_CNode_Copy, &root, 1, 5, W(4), W(4), ep, W(64), W(15));
    assert_int_equal(a.label, 0);
    a = world_invoke(w, top, SIM_METHOD_CNode_Delete, 2, W(4), W(5));
    assert_int_equal(a.label, error(w, "seL4_FailedLookup"));
    assert_int_equal(a.words[1], error(w, "seL4_DepthMismatch"));
    assert_int_equal(a.words[2], 1); /* bits left */
    assert_int_equal(a.words[3], 0);
    world_free(w);
}

static void test_revoke(void **state)
{
    (void)state;
    struct world *w = world_new("aarch64");
    uint64_t ep = world_make(w, SIM_OBJECT_Endpoint, 0);
    uint64_t badged = world_free_slot(w), child = world_free_slot(w), plain = world_free_slot(w);
    assert_int_equal(mint(w, badged, ep, 15, 0x77).label, 0);
    assert_int_equal(copy(w, child, badged, 15).label, 0);
    assert_int_equal(copy(w, plain, ep, 15).label, 0);
    assert_int_equal(mint(w, world_free_slot(w), badged, 15, 0x78).label,
                     error(w, "seL4_IllegalOperation")); /* badged already */
    assert_int_equal(on_slot(w, SIM_METHOD_CNode_Revoke, badged).label, 0);
    assert_int_equal(identify(w, child), 0);
    assert_int_not_equal(identify(w, badged), 0);
    assert_int_equal(on_slot(w, SIM_METHOD_CNode_Revoke, ep).label, 0);
    assert_int_equal(identify(w, badged), 0);
    assert_int_equal(identify(w, plain), 0);
    assert_int_not_equal(identify(w, ep), 0);
    world_free(w);
}

static void test_move_mutate_rotate(void **state)
{
    (void)state;
    struct world *w = world_new("x86_64");
    uint64_t root[2] = {ROOT_CNODE, ROOT_CNODE};
    uint64_t a1 = world_make(w, SIM_OBJECT_Endpoint, 0),
             b1 = world_make(w, SIM_OBJECT_Notification, 0);
    uint64_t c1 = world_free_slot(w);
    struct answer a = world_invoke_caps(w, ROOT_CNODE, SIM_METHOD_CNode_Rotate, root, 2, 8, c1,
                                        W(64), W(0), b1, W(64), W(0), a1, W(64));
    assert_int_equal(a.label, error(w, "seL4_IllegalOperation")); /* endpoints keep their badge */
    uint64_t t1 = world_make(w, SIM_OBJECT_TCB, 0), t2 = world_make(w, SIM_OBJECT_CNode, 3);
    a = world_invoke_caps(w, ROOT_CNODE, SIM_METHOD_CNode_Rotate, root, 2, 8, c1, W(64), W(0), t2,
                          W(64), W(0), t1, W(64));
    assert_int_equal(a.label, 0);
    assert_int_equal(identify(w, c1), world_constant(w, "cap_cnode_cap"));
    assert_int_equal(identify(w, t2), world_constant(w, "cap_thread_cap"));
    assert_int_equal(identify(w, t1), 0);
    a = world_invoke_caps(w, ROOT_CNODE, SIM_METHOD_CNode_Rotate, root, 2, 8, c1, W(64), W(0), t2,
                          W(64), W(0), c1, W(64)); /* swap */
    assert_int_equal(a.label, 0);
    assert_int_equal(identify(w, t2), world_constant(w, "cap_cnode_cap"));
    a = world_invoke_caps(w, ROOT_CNODE, SIM_METHOD_CNode_Move, root, 1, 4, t1, W(64), c1, W(64));
    assert_int_equal(a.label, 0);
    assert_int_equal(identify(w, t1), world_constant(w, "cap_thread_cap"));
    a = world_invoke_caps(w, ROOT_CNODE, SIM_METHOD_CNode_Mutate, root, 1, 5, c1, W(64), t2, W(64),
                          W(5)); /* a guard of five bits */
    assert_int_equal(a.label, 0);
    world_free(w);
}

/* Exchanging a capability with its own copy, its neighbour in the derivation list. */
static void test_swap_neighbours(void **state)
{
    (void)state;
    struct world *w = world_new("aarch64");
    uint64_t root[2] = {ROOT_CNODE, ROOT_CNODE}, tcb = world_make(w, SIM_OBJECT_TCB, 0);
    uint64_t other = world_free_slot(w), third = world_free_slot(w);
    assert_int_equal(copy(w, other, tcb, 15).label, 0);
    for (unsigned i = 0; i < 2; i++) { /* checks the list after each call */
        uint64_t a = tcb, b = other;   /* the second time the other one is before it */
        struct answer answer = world_invoke_caps(w, ROOT_CNODE, SIM_METHOD_CNode_Rotate, root, 2, 8,
                                                 a, W(64), W(0), b, W(64), W(0), a, W(64));
        assert_int_equal(answer.label, 0);
    }
    struct answer answer = world_invoke_caps(w, ROOT_CNODE, SIM_METHOD_CNode_Rotate, root, 2, 8,
                                             third, W(64), W(0), other, W(64), W(0), tcb, W(64));
    assert_int_equal(answer.label, 0);
    assert_int_equal(identify(w, third), world_constant(w, "cap_thread_cap"));
    assert_int_equal(identify(w, tcb), 0);
    world_free(w);
}

/* Host memory goes with the last capability. */
static void test_objects_die(void **state)
{
    (void)state;
    struct world *w = world_new("riscv64");
    unsigned before = w->contexts;
    uint64_t tcb = world_make(w, SIM_OBJECT_TCB, 0), other = world_free_slot(w);
    assert_int_equal(copy(w, other, tcb, 15).label, 0);
    assert_int_equal(w->contexts, before + 1);
    assert_int_equal(on_slot(w, SIM_METHOD_CNode_Delete, tcb).label, 0);
    assert_int_equal(w->contexts, before + 1);
    assert_int_equal(on_slot(w, SIM_METHOD_CNode_Delete, other).label, 0);
    assert_int_equal(w->contexts, before);
    world_free(w);
}

/* A CNode with its own only capability in it: unreachable after that, but its memory comes back
 * when the untyped is revoked. */
static void test_cyclic_cnode(void **state)
{
    (void)state;
    struct world *w = world_new("x86_64");
    uint64_t root = ROOT_CNODE, untyped = world_make(w, SIM_OBJECT_Untyped, 16);
    uint64_t slot = world_free_slot(w);
    struct answer a =
        world_invoke_caps(w, untyped, SIM_METHOD_Untyped_Retype, &root, 1, 6,
                          world_type(w, SIM_OBJECT_CNode), W(2), W(0), W(0), slot, W(1));
    assert_int_equal(a.label, 0);
    a = world_invoke_caps(w, slot, SIM_METHOD_CNode_Move, &root, 1, 4, W(1), W(2), slot, W(64));
    assert_int_equal(a.label, 0);
    assert_int_equal(identify(w, slot), 0);
    a = world_invoke_caps(w, untyped, SIM_METHOD_Untyped_Retype, &root, 1, 6,
                          world_type(w, SIM_OBJECT_CNode), W(11), W(0), W(0), slot, W(1));
    assert_int_equal(a.label, error(w, "seL4_NotEnoughMemory")); /* the other one is still there */
    assert_int_equal(a.words[0], (1 << 16) - 128);
    assert_int_equal(on_slot(w, SIM_METHOD_CNode_Revoke, untyped).label, 0);
    a = world_invoke_caps(w, untyped, SIM_METHOD_Untyped_Retype, &root, 1, 6,
                          world_type(w, SIM_OBJECT_CNode), W(11), W(0), W(0), slot, W(1));
    assert_int_equal(a.label, 0);
    world_free(w);
}

static void test_retype_refusals(void **state)
{
    (void)state;
    for (unsigned i = 0; world_configs[i]; i++) {
        struct world *w = world_new(world_configs[i]);
        uint64_t root = ROOT_CNODE, ut = world_untyped(w, 20, false), slot = world_free_slot(w);
        uint64_t ep = world_type(w, SIM_OBJECT_Endpoint), cn = world_type(w, SIM_OBJECT_CNode);
        uint64_t un = world_type(w, SIM_OBJECT_Untyped),
                 max = (uint64_t)world_constant(w, "seL4_MaxUntypedBits");
        const struct {
            uint64_t words[6];
            const char *error;
            uint64_t first, second;
        } rows[] = {
            {{999, 0, 0, 0, slot, 1}, "seL4_InvalidArgument", 0, 0},
            {{un, 64, 0, 0, slot, 1}, "seL4_RangeError", 0, max},
            {{un, max + 1, 0, 0, slot, 1}, "seL4_RangeError", 0, max},
            {{un, 3, 0, 0, slot, 1}, "seL4_InvalidArgument", 1, 0},
            {{cn, 0, 0, 0, slot, 1}, "seL4_InvalidArgument", 1, 0},
            {{ep, 0, 0, 0, 4096, 1}, "seL4_RangeError", 0, 4095},
            {{ep, 0, 0, 0, slot, 0}, "seL4_RangeError", 1, 256},
            {{ep, 0, 0, 0, slot, 257}, "seL4_RangeError", 1, 256},
            {{ep, 0, 0, 0, 4095, 2}, "seL4_RangeError", 1, 1},
            {{ep, 0, 0, 0, 1, 1}, "seL4_DeleteFirst", 0, 0},
            {{ep, 0, 1, 64, 0, 1}, "seL4_FailedLookup", 0, 2},
        };
        for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
            struct message m = {.length = 6, .cap_count = 1, .caps = {root}};
            memcpy(m.words, rows[r].words, sizeof rows[r].words);
            struct answer a = world_call(w, ut, world_label(w, SIM_METHOD_Untyped_Retype), &m);
            assert_int_equal(a.label, error(w, rows[r].error));
            if (a.length > 0) {
                assert_int_equal(a.words[0], rows[r].first);
            }
            if (a.length > 1) {
                assert_int_equal(a.words[1], rows[r].second);
            }
        }
        uint64_t device = world_untyped(w, 12, true);
        struct answer a = world_invoke_caps(w, device, SIM_METHOD_Untyped_Retype, &root, 1, 6, ep,
                                            W(0), W(0), W(0), slot, W(1));
        assert_int_equal(a.label, error(w, "seL4_InvalidArgument"));
        assert_int_equal(a.words[0], 1);
        a = world_invoke(w, ut, SIM_METHOD_Untyped_Retype, 6, ep, W(0), W(0), W(0), slot, W(1));
        assert_int_equal(a.label, error(w, "seL4_TruncatedMessage"));
        world_free(w);
    }
}

/* Memory is zero again when an untyped without children is used again. */
static void test_untyped_reset(void **state)
{
    (void)state;
    struct world *w = world_new("x86_64");
    uint64_t vaddr = 0x10000000, frame = world_map(w, vaddr), vspace = ROOT_VSPACE;
    world_write(w, vaddr + 8, 0x1234);
    struct answer a = world_invoke(w, frame, SIM_METHOD_X86_Page_GetAddress, 0);
    uint64_t paddr = a.words[0];
    memset(w->ram + (paddr - w->ram_base) + 64, 0xee, 64);
    uint64_t untyped = world_untyped(w, 24, false);
    assert_int_equal(on_slot(w, SIM_METHOD_CNode_Revoke, untyped).label, 0);
    assert_int_equal(identify(w, frame), 0);
    struct sim_translation t;
    assert_false(kernel_translate(w->k, vaddr, CPU_READ, &t));
    frame = world_map(w, vaddr);
    assert_int_equal(world_read(w, vaddr + 8), 0);
    for (unsigned i = 0; i < 4096; i += 8) {
        assert_int_equal(world_read(w, vaddr + i), 0);
    }
    (void)vspace;
    world_free(w);
}

static void test_untyped_children(void **state)
{
    (void)state;
    struct world *w = world_new("x86_64");
    uint64_t ut = world_make(w, SIM_OBJECT_Untyped, 12), copy1 = world_free_slot(w);
    assert_int_equal(copy(w, copy1, ut, 15).label, 0);
    /* The original is used up by its copy. */
    uint64_t root = ROOT_CNODE, slot = world_free_slot(w);
    struct answer a =
        world_invoke_caps(w, ut, SIM_METHOD_Untyped_Retype, &root, 1, 6,
                          world_type(w, SIM_OBJECT_Endpoint), W(0), W(0), W(0), slot, W(1));
    assert_int_equal(a.label, error(w, "seL4_NotEnoughMemory"));
    assert_int_equal(a.words[0], 0);
    assert_int_equal(copy(w, world_free_slot(w), ut, 15).label, error(w, "seL4_RevokeFirst"));
    a = world_invoke_caps(w, copy1, SIM_METHOD_Untyped_Retype, &root, 1, 6,
                          world_type(w, SIM_OBJECT_Endpoint), W(0), W(0), W(0), slot, W(256));
    assert_int_equal(a.label, 0);
    world_free(w);
}

/* The current thread takes itself away, in several ways. */
static void test_suicide(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        struct world *w = world_new("x86_64");
        if (i == 0) {
            on_slot(w, SIM_METHOD_CNode_Delete, ROOT_TCB);
            assert_string_equal(world_running(w), "idle");
        } else if (i == 1) {
            /* The root CNode goes; the thread's own reference keeps the space. */
            assert_int_equal(on_slot(w, SIM_METHOD_CNode_Delete, ROOT_CNODE).label, 0);
            struct answer a = world_invoke(w, ROOT_TCB, SIM_METHOD_TCB_Suspend, 0);
            assert_int_equal(a.label, UINT64_MAX);
        } else {
            assert_int_equal(on_slot(w, SIM_METHOD_CNode_Delete, ROOT_VSPACE).label, 0);
            struct sim_translation t;
            assert_true(kernel_translate(w->k, 0x400000, CPU_READ, &t));
        }
        world_free(w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_copy_and_delete),    cmocka_unit_test(test_lookup_failures),
        cmocka_unit_test(test_two_levels),         cmocka_unit_test(test_revoke),
        cmocka_unit_test(test_move_mutate_rotate), cmocka_unit_test(test_swap_neighbours),
        cmocka_unit_test(test_objects_die),        cmocka_unit_test(test_cyclic_cnode),
        cmocka_unit_test(test_retype_refusals),    cmocka_unit_test(test_untyped_reset),
        cmocka_unit_test(test_untyped_children),   cmocka_unit_test(test_suicide),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
