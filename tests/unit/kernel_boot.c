/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a root task finds when it starts: boot information, slots, untypeds, its mappings.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/kernel_world.h"

static uint64_t field(struct world *w, const char *name)
{
    const struct sim_field *f = sim_abi_field(w->abi, name);
    assert_non_null(f);
    return world_read(w, w->boot_info + f->offset);
}

static uint64_t region_end(struct world *w, const char *name)
{
    const struct sim_field *f = sim_abi_field(w->abi, name);
    return world_read(w, w->boot_info + f->offset + 8);
}

static uint64_t identify(struct world *w, uint64_t slot)
{
    world_set(w, w->abi->trap.cap, slot);
    world_trap(w, SIM_SYS_DebugCapIdentify);
    return world_get(w, w->abi->trap.cap);
}

static void check_boot_info(struct world *w)
{
    assert_int_equal(field(w, "seL4_BootInfo.numNodes"), 1);
    assert_int_equal(field(w, "seL4_BootInfo.initThreadCNodeSizeBits"), 12);
    assert_int_equal(w->boot_info, w->ipc_buffer + 4096);
    assert_int_equal(w->ipc_buffer, 0x404000);
    assert_int_equal(region_end(w, "seL4_BootInfo.empty"), 4096);
    assert_int_equal(region_end(w, "seL4_BootInfo.untyped"), field(w, "seL4_BootInfo.empty"));
    assert_int_equal(region_end(w, "seL4_BootInfo.userImageFrames") -
                         field(w, "seL4_BootInfo.userImageFrames"),
                     4);
    assert_int_equal(field(w, "seL4_BootInfo.extraLen"), 16 + 33);
    /* Extra boot information: its header, then the blob. */
    assert_int_equal(world_read(w, w->boot_info + 4096), 7);
    assert_int_equal(world_read(w, w->boot_info + 4096 + 8), 16 + 33);
}

/* The untypeds are aligned, disjoint, and all of RAM but what the kernel took. */
static void check_untypeds(struct world *w)
{
    uint64_t start = field(w, "seL4_BootInfo.untyped"),
             end = region_end(w, "seL4_BootInfo.untyped");
    const struct sim_field *list = sim_abi_field(w->abi, "seL4_BootInfo.untypedList");
    uint64_t ram = 0, last_end = 0;
    bool was_device = true;
    for (uint64_t slot = start; slot < end; slot++) {
        uint64_t at = w->boot_info + list->offset + 16 * (slot - start);
        uint64_t paddr = world_read(w, at), desc = world_read(w, at + 8);
        uint64_t bytes = UINT64_C(1) << (desc & 0xff);
        bool device = desc >> 8 & 1;
        assert_int_equal(paddr & (bytes - 1), 0);
        last_end = device != was_device ? 0 : last_end;
        assert_true(paddr >= last_end);
        last_end = paddr + bytes;
        was_device = device;
        ram += device ? 0 : bytes;
        assert_int_equal(identify(w, slot), world_constant(w, "cap_untyped_cap"));
    }
    assert_true(ram > w->ram_bytes - (1 << 20) && ram < w->ram_bytes);
}

static void test_boot(void **state)
{
    (void)state;
    for (unsigned i = 0; world_configs[i]; i++) {
        struct world *w = world_new(world_configs[i]);
        check_boot_info(w);
        check_untypeds(w);
        assert_string_equal(world_running(w), "rootserver");
        assert_int_equal(kernel_current(w->k)->reg[0], 0x400010);
        assert_int_equal(identify(w, 1), world_constant(w, "cap_thread_cap"));
        assert_int_equal(identify(w, 2), world_constant(w, "cap_cnode_cap"));
        assert_int_equal(identify(w, 4), world_constant(w, "cap_irq_control_cap"));
        assert_int_equal(identify(w, 9), world_constant(w, "cap_frame_cap"));
        assert_int_equal(identify(w, 0), 0);
        world_free(w);
    }
}

static void test_put_char(void **state)
{
    (void)state;
    for (unsigned i = 0; world_configs[i]; i++) {
        struct world *w = world_new(world_configs[i]);
        for (const char *c = "hello"; *c; c++) {
            world_set(w, w->abi->trap.cap, (uint64_t)*c);
            world_trap(w, SIM_SYS_DebugPutChar);
        }
        assert_string_equal(w->console, "hello");
        world_free(w);
    }
}

static void test_translation(void **state)
{
    (void)state;
    for (unsigned i = 0; world_configs[i]; i++) {
        struct world *w = world_new(world_configs[i]);
        struct sim_translation t;
        assert_true(kernel_translate(w->k, 0x400010, CPU_EXECUTE, &t));
        assert_int_equal(t.paddr, w->ram_base + 0x200000);
        assert_int_equal(t.page_bytes, 4096);
        assert_true(kernel_translate(w->k, 0x400010, CPU_WRITE, &t));
        assert_false(t.device);
        assert_false(kernel_translate(w->k, 0, CPU_READ, &t));
        assert_false(kernel_translate(w->k, 0x3ff000, CPU_READ, &t));
        assert_false(kernel_translate(w->k, UINT64_MAX, CPU_READ, &t));
        world_free(w);
    }
}

static void test_bad_images(void **state)
{
    (void)state;
    struct world *w = world_new("x86_64");
    struct sim_image image = {.vstart = 0x1000, .vend = 0x2000, .pstart = w->ram_base};
    assert_int_equal(kernel_boot(w->k, &image), ERR_ARGUMENT); /* booted already */
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_boot),
        cmocka_unit_test(test_put_char),
        cmocka_unit_test(test_translation),
        cmocka_unit_test(test_bad_images),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
