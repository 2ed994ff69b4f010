/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Address spaces: mapping and its refusals on each architecture, rights, unmapping by deletion,
 * ASID pools, what translation says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/kernel_world.h"

#define W(x) ((uint64_t)(x))

enum { VADDR = 0x40000000 };

/* The methods of one architecture. */
struct names {
    const char *config;
    enum sim_object frame, large, vspace;
    enum sim_method map, unmap, address, make_pool, assign;
    uint64_t no_execute; /* attribute */
};

static const struct names names[] = {
    {"x86_64", SIM_OBJECT_X86_4K, SIM_OBJECT_X86_LargePage, SIM_OBJECT_X64_PML4,
     SIM_METHOD_X86_Page_Map, SIM_METHOD_X86_Page_Unmap, SIM_METHOD_X86_Page_GetAddress,
     SIM_METHOD_X86_ASIDControl_MakePool, SIM_METHOD_X86_ASIDPool_Assign, 0},
    {"aarch64", SIM_OBJECT_ARM_SmallPage, SIM_OBJECT_ARM_LargePage, SIM_OBJECT_ARM_VSpace,
     SIM_METHOD_ARM_Page_Map, SIM_METHOD_ARM_Page_Unmap, SIM_METHOD_ARM_Page_GetAddress,
     SIM_METHOD_ARM_ASIDControl_MakePool, SIM_METHOD_ARM_ASIDPool_Assign, 4},
    {"riscv64", SIM_OBJECT_RISCV_4K_Page, SIM_OBJECT_RISCV_Mega_Page, SIM_OBJECT_RISCV_PageTable,
     SIM_METHOD_RISCV_Page_Map, SIM_METHOD_RISCV_Page_Unmap, SIM_METHOD_RISCV_Page_GetAddress,
     SIM_METHOD_RISCV_ASIDControl_MakePool, SIM_METHOD_RISCV_ASIDPool_Assign, 1},
};

static struct answer map(struct world *w, const struct names *n, uint64_t frame, uint64_t vspace,
                         uint64_t vaddr, uint64_t rights, uint64_t attributes)
{
    return world_invoke_caps(w, frame, n->map, &vspace, 1, 3, vaddr, rights, attributes);
}

static uint64_t error(struct world *w, const char *name)
{
    return (uint64_t)world_constant(w, name);
}

static bool can(struct world *w, uint64_t vaddr, enum cpu_access access)
{
    struct sim_translation t;
    return kernel_translate(w->k, vaddr, access, &t);
}

static void test_map_and_rights(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        const struct names *n = &names[i];
        struct world *w = world_new(n->config);
        uint64_t frame = world_map(w, VADDR), vspace = ROOT_VSPACE;
        assert_true(can(w, VADDR, CPU_WRITE));
        assert_true(can(w, VADDR + 4095, CPU_EXECUTE));
        assert_false(can(w, VADDR + 4096, CPU_READ));
        assert_int_equal(map(w, n, frame, vspace, VADDR, 2, n->no_execute).label, 0);
        assert_true(can(w, VADDR, CPU_READ));
        assert_false(can(w, VADDR, CPU_WRITE));
        assert_int_equal(can(w, VADDR, CPU_EXECUTE), n->no_execute == 0);
        struct answer a = world_invoke(w, frame, n->address, 0);
        struct sim_translation t;
        assert_true(kernel_translate(w->k, VADDR, CPU_READ, &t));
        assert_int_equal(a.words[0], t.paddr);
        assert_int_equal(world_invoke(w, frame, n->unmap, 0).label, 0);
        assert_false(can(w, VADDR, CPU_READ));
        assert_int_equal(world_invoke(w, frame, n->unmap, 0).label, 0);
        assert_int_equal(map(w, n, frame, vspace, VADDR + 0x2000, 3, 0).label, 0);
        assert_true(can(w, VADDR + 0x2000, CPU_READ));
        world_invoke(w, ROOT_CNODE, SIM_METHOD_CNode_Delete, 2, frame, W(64));
        assert_false(can(w, VADDR + 0x2000, CPU_READ));
        world_free(w);
    }
}

static void test_map_refusals(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        const struct names *n = &names[i];
        struct world *w = world_new(n->config);
        uint64_t frame = world_map(w, VADDR), vspace = ROOT_VSPACE;
        uint64_t fresh = world_make(w, n->frame, 0), large = world_make(w, n->large, 0);
        struct answer a = map(w, n, frame, vspace, VADDR + 0x1000, 3, 0);
        assert_int_equal(a.label, error(w, "seL4_InvalidArgument"));
        assert_int_equal(a.words[0], 0);
        a = map(w, n, fresh, ROOT_CNODE, VADDR + 0x1000, 3, 0);
        assert_int_equal(a.label, error(w, "seL4_InvalidCapability"));
        assert_int_equal(a.words[0], 1);
        a = map(w, n, fresh, vspace, VADDR + 0x1001, 3, 0);
        assert_int_equal(a.label, error(w, "seL4_AlignmentError"));
        a = map(w, n, fresh, vspace, UINT64_MAX - 0xfff, 3, 0);
        assert_int_equal(a.label, error(w, "seL4_InvalidArgument"));
        a = map(w, n, fresh, vspace, W(1) << 37, 3, 0); /* no tables there */
        assert_int_equal(a.label, error(w, "seL4_FailedLookup"));
        assert_int_equal(a.words[0], 0);
        assert_int_equal(a.words[1], error(w, "seL4_MissingCapability"));
        assert_int_equal(a.words[2], 30);
        a = map(w, n, large, vspace, VADDR, 3, 0); /* a table is there */
        assert_int_equal(a.label, error(w, i == 0 ? "seL4_DeleteFirst" : "seL4_FailedLookup"));
        a = world_invoke(w, fresh, n->map, 3, W(VADDR), W(3), W(0));
        assert_int_equal(a.label, error(w, "seL4_TruncatedMessage"));
        a = world_call(w, fresh, 0xffff, &(struct message){.length = 0});
        assert_int_equal(a.label, error(w, "seL4_IllegalOperation"));
        world_free(w);
    }
}

/* An address space of its own, with an ASID from the root's pool, and one from a new pool. */
static void test_asids(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        const struct names *n = &names[i];
        struct world *w = world_new(n->config);
        uint64_t vspace = world_make(w, n->vspace, 0), pool = 6, asid_control = 5;
        uint64_t to = world_free_slot(w), untyped = world_make(w, SIM_OBJECT_Untyped, 12);
        uint64_t caps[2] = {untyped, ROOT_CNODE}, root = ROOT_CNODE, copy = world_free_slot(w);
        struct answer a = world_invoke_caps(w, ROOT_CNODE, SIM_METHOD_CNode_Copy, &root, 1, 5, copy,
                                            W(64), vspace, W(64), W(15));
        assert_int_equal(a.label, error(w, "seL4_IllegalOperation")); /* not before it has one */
        assert_int_equal(world_invoke_caps(w, pool, n->assign, &vspace, 1, 0).label, 0);
        a = world_invoke_caps(w, pool, n->assign, &vspace, 1, 0);
        assert_int_equal(a.label, error(w, "seL4_InvalidCapability"));
        assert_int_equal(a.words[0], 1);
        a = world_invoke_caps(w, asid_control, n->make_pool, caps, 2, 2, to, W(64));
        assert_int_equal(a.label, 0);
        a = world_invoke_caps(w, asid_control, n->make_pool, caps, 2, 2, world_free_slot(w), W(64));
        assert_int_equal(a.label, error(w, "seL4_RevokeFirst"));
        uint64_t other = world_make(w, n->vspace, 0);
        assert_int_equal(world_invoke_caps(w, to, n->assign, &other, 1, 0).label, 0);
        /* The pool goes: the address space is none any more. */
        world_invoke(w, ROOT_CNODE, SIM_METHOD_CNode_Delete, 2, to, W(64));
        uint64_t frame = world_make(w, n->frame, 0);
        a = map(w, n, frame, other, VADDR, 3, 0);
        assert_int_equal(a.label, error(w, "seL4_FailedLookup"));
        assert_int_equal(a.words[1], error(w, "seL4_InvalidRoot"));
        /* Its pool deleted, the root task has none either: what it does next is a fault. */
        world_invoke(w, ROOT_CNODE, SIM_METHOD_CNode_Delete, 2, pool, W(64));
        assert_false(can(w, 0x400000, CPU_READ));
        world_free(w);
    }
}

static void test_copies_of_frames(void **state)
{
    (void)state;
    struct world *w = world_new("aarch64");
    const struct names *n = &names[1];
    uint64_t frame = world_map(w, VADDR), copy = world_free_slot(w), root = ROOT_CNODE;
    struct answer a = world_invoke_caps(w, ROOT_CNODE, SIM_METHOD_CNode_Copy, &root, 1, 5, copy,
                                        W(64), frame, W(64), W(2));
    assert_int_equal(a.label, 0);
    assert_int_equal(map(w, n, copy, ROOT_VSPACE, VADDR + 0x1000, 3, 0).label, 0);
    assert_true(can(w, VADDR + 0x1000, CPU_READ));
    assert_false(can(w, VADDR + 0x1000, CPU_WRITE)); /* the copy is read-only */
    world_write(w, VADDR, 0x77);
    assert_int_equal(world_read(w, VADDR + 0x1000), 0x77);
    a = world_invoke(w, copy, SIM_METHOD_ARM_Page_Clean_Data, 2, W(0), W(4096));
    assert_int_equal(a.label, 0);
    a = world_invoke(w, copy, SIM_METHOD_ARM_Page_Invalidate_Data, 2, W(0), W(4096));
    assert_int_equal(a.label, error(w, "seL4_IllegalOperation"));
    a = world_invoke(w, copy, SIM_METHOD_ARM_Page_Clean_Data, 2, W(0), W(4097));
    assert_int_equal(a.label, error(w, "seL4_InvalidArgument"));
    assert_int_equal(a.words[0], 0);
    a = world_invoke(w, ROOT_VSPACE, SIM_METHOD_ARM_VSpace_Clean_Data, 2, W(VADDR),
                     W(VADDR + 0x1001));
    assert_int_equal(a.label, error(w, "seL4_RangeError"));
    assert_int_equal(a.words[0], VADDR);
    assert_int_equal(a.words[1], VADDR + 0xfff);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_map_and_rights),
        cmocka_unit_test(test_map_refusals),
        cmocka_unit_test(test_asids),
        cmocka_unit_test(test_copies_of_frames),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
