/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The decoders of next program counters, against a processor, branch by branch: instructions made
 * of templates with random bits, with random registers, run once each in Unicorn. Compilers make
 * few of the forms; here are all of the base and compressed sets. An instruction that faults shows
 * nothing and is passed over; a form of which too few ran fails the test.
 */
#include "tests/gdb/server/machine.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

enum { ROUNDS = 400, RAN_LEAST = ROUNDS / 4, FORM_BYTES_MAX = 8, PAGE = 4096 };

/* The low half of memory is code and data alike, so that a random address often is some. */
#define MEMORY_START 0x10000ull
#define MEMORY_BYTES 0x100000ull
#define CODE         0x80000ull

/* Bits of `fixed` where `random` has none, others by chance; little endian, `len` bytes. */
struct form {
    const char *name;
    unsigned len;
    uint64_t fixed, random;
};

static uint64_t seed;

static uint64_t chance(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed * 0x2545f4914f6cdd1dull;
}

static uint64_t address_random(void)
{
    return MEMORY_START + (chance() % (MEMORY_BYTES - PAGE) & ~7ull);
}

/* Values at which branches decide otherwise, and addresses that are mapped. Where they make an
 * address (`memory`), no great ones: the emulator has fewer address bits than a processor. */
static uint64_t value_random(bool memory)
{
    static const uint64_t edges[] = {0,          1,          2,          ~0ull,
                                     1ull << 63, 1ull << 31, 1ull << 32, 0xffffffff};

    if (memory)
        return chance() % 2 ? address_random() : chance() % PAGE & ~7ull;
    switch (chance() % 4) {
    case 0:
        return edges[chance() % (sizeof edges / sizeof edges[0])];
    case 1:
        return chance();
    default:
        return address_random();
    }
}

static size_t code_read(void *context, uint64_t addr, void *to, size_t len)
{
    if (addr < MEMORY_START || addr >= MEMORY_START + MEMORY_BYTES)
        return 0;
    if (len > MEMORY_START + MEMORY_BYTES - addr)
        len = MEMORY_START + MEMORY_BYTES - addr;
    return uc_mem_read(context, addr, to, len) == UC_ERR_OK ? len : 0;
}

struct world {
    const struct machine_arch *arch;
    uc_engine *uc;
    unsigned ran, taken;
    bool interrupted;
};

static void on_interrupt(uc_engine *uc, uint32_t number, void *context)
{
    (void)number;
    ((struct world *)context)->interrupted = true;
    uc_emu_stop(uc);
}

static void memory_fill(struct world *w)
{
    uint64_t words[PAGE / 8];

    for (uint64_t at = MEMORY_START; at < MEMORY_START + MEMORY_BYTES; at += PAGE) {
        for (size_t i = 0; i < PAGE / 8; i++)
            words[i] = MEMORY_START + (chance() % (MEMORY_BYTES - PAGE) & ~3ull);
        assert_int_equal(uc_mem_write(w->uc, at, words, PAGE), UC_ERR_OK);
    }
}

static void world_start(struct world *w, const char *arch)
{
    uc_hook hook;

    *w = (struct world){.arch = machine_arch_find(arch)};
    assert_int_equal(uc_open((uc_arch)w->arch->uc_arch, (uc_mode)w->arch->uc_mode, &w->uc),
                     UC_ERR_OK);
    if (w->arch->gdb == &gdb_arch_aarch64) /* one that authenticates pointers */
        uc_ctl_set_cpu_model(w->uc, UC_CPU_ARM64_MAX);
    w->arch->init(w->uc);
    assert_int_equal(uc_mem_map(w->uc, MEMORY_START, MEMORY_BYTES, UC_PROT_ALL), UC_ERR_OK);
    assert_int_equal(
        uc_hook_add(w->uc, &hook, UC_HOOK_INTR, (void *)(uintptr_t)on_interrupt, w, 1, 0),
        UC_ERR_OK);
    memory_fill(w);
}

static void registers_fill(struct world *w, bool memory, uint64_t *words)
{
    for (unsigned i = 0; i < w->arch->context_count; i++)
        words[i] = value_random(memory);
    words[w->arch->gdb->pc_word] = CODE;
    if (w->arch->gdb == &gdb_arch_x86_64) {
        words[2] = 2 | (chance() & 0x8c5); /* no traps */
        words[18] = words[19] = MEMORY_START;
    } else if (w->arch->gdb == &gdb_arch_aarch64) {
        words[2] = chance() & 0xf0000000;
    }
    for (unsigned i = 0; i < w->arch->context_count; i++)
        uc_reg_write(w->uc, w->arch->context_regs[i], &words[i]);
}

static void form_check(struct world *w, const struct form *form, bool memory)
{
    struct gdb_code code = {code_read, w->uc};
    uint64_t words[GDB_CONTEXT_WORDS_MAX] = {0}, pc = 0;
    uint64_t insn = (form->fixed & ~form->random) | (chance() & form->random);
    struct next_pc next;

    assert_int_equal(uc_mem_write(w->uc, CODE, &insn, form->len), UC_ERR_OK);
    uc_ctl_remove_cache(w->uc, CODE, CODE + FORM_BYTES_MAX);
    registers_fill(w, memory, words);
    enum err err = w->arch->gdb->next_pc(&code, words, &next);
    w->interrupted = false;
    uc_err ran = uc_emu_start(w->uc, CODE, 0, 0, 1);
    uc_reg_read(w->uc, w->arch->pc, &pc);
    /* A jump to where nothing is mapped shows where it went all the same. */
    bool fetched = ran == UC_ERR_OK || ran == UC_ERR_FETCH_UNMAPPED;
    if (!fetched || w->interrupted)
        return;
    if (err != ERR_OK || next.count != 1 || next.pc[0] != pc)
        print_error("%s %s %#llx: to %#llx, the decoder says %s %#llx\n", w->arch->gdb->name,
                    form->name, (unsigned long long)insn, (unsigned long long)pc,
                    err == ERR_OK ? "" : err_text(err), (unsigned long long)next.pc[0]);
    assert_int_equal(err, ERR_OK);
    assert_int_equal(next.count, 1);
    assert_int_equal(next.pc[0], pc);
    w->ran++;
    w->taken += pc != CODE + form->len;
}

/* With `memory` they read from there where to go, or go where registers say. */
static void forms_check(const char *arch, const struct form *forms, size_t count, bool memory)
{
    struct world w;

    seed = 88172645463325252ull;
    world_start(&w, arch);
    for (size_t i = 0; i < count; i++) {
        w.ran = w.taken = 0;
        for (int round = 0; round < ROUNDS; round++)
            form_check(&w, &forms[i], memory);
        if (w.ran < RAN_LEAST || w.taken == 0)
            print_error("%s %s: %u ran, %u went elsewhere\n", arch, forms[i].name, w.ran, w.taken);
        assert_true(w.ran >= RAN_LEAST && w.taken > 0);
    }
    uc_close(w.uc);
}

#define FORMS_CHECK(arch, forms, memory)                                                           \
    forms_check(arch, forms, sizeof(forms) / sizeof((forms)[0]), memory)

static void test_x86(void **state)
{
    static const struct form forms[] = {
        {"jcc rel8", 2, 0x70, 0xff0f},
        {"jcc rel32", 6, 0x800f, 0xffffffff0f00},
        {"prefixed jcc rel8", 3, 0x702e, 0xff0f00},
        {"bnd jcc rel32", 7, 0x800ff2, 0xffffffff0f0000},
        {"loopne", 2, 0xe0, 0xff00},
        {"loope", 2, 0xe1, 0xff00},
        {"loop", 2, 0xe2, 0xff00},
        {"jrcxz", 2, 0xe3, 0xff00},
        {"loop by ecx", 3, 0xe267, 0xff0000},
        {"loopne by ecx", 3, 0xe067, 0xff0000},
        {"jecxz", 3, 0xe367, 0xff0000},
        {"rex loop", 3, 0xe240, 0xff000f},
        {"call rel32", 5, 0xe8, 0xfffff00},
        {"jmp rel32", 5, 0xe9, 0xffffffff00},
        {"jmp rel8", 2, 0xeb, 0xff00},
        {"jmp reg", 2, 0xe0ff, 0x0700},
        {"jmp rex reg", 3, 0xe0ff40, 0x07000f},
        {"notrack jmp reg", 3, 0xe0ff3e, 0x070000},
        {"call reg", 2, 0xd0ff, 0x0700},
    };

    (void)state;
    FORMS_CHECK("x86_64", forms, false);
}

static void test_x86_memory(void **state)
{
    static const struct form forms[] = {
        {"ret", 1, 0xc3, 0},
        {"rep ret", 2, 0xc3f3, 0},
        {"ret n", 3, 0xc2, 0xffff00},
        {"jmp (reg)", 2, 0x20ff, 0x0300},
        {"jmp rex (sib)", 4, 0x0024ff40, 0x3f000002},
        {"jmp rex (base+disp8)", 4, 0x60ff41, 0x3f030002},
        {"jmp rex (sib+disp8)", 5, 0x64ff40, 0x3ff8000003},
        {"jmp (rip+disp32)", 6, 0x25ff, 0x00003fff0000},
        {"jmp (disp32)", 7, 0x100002524ffull, 0xfff8000000},
        {"jmp fs:(disp32)", 8, 0x000000002524ff64ull, 0x00007ff800000000},
        {"jmp gs:(disp32)", 8, 0x000000002524ff65ull, 0x00007ff800000000},
        {"jmp (ereg)", 3, 0x20ff67, 0x030000},
        {"call (reg)", 2, 0x10ff, 0x0300},
        {"call rex (base+disp8)", 4, 0x50ff41, 0x3f030002},
    };

    (void)state;
    FORMS_CHECK("x86_64", forms, true);
}

static void test_aarch64(void **state)
{
    static const struct form forms[] = {
        {"b", 4, 0x14000000, 0x03ffffff},      {"bl", 4, 0x94000000, 0x03ffffff},
        {"b.cond", 4, 0x54000000, 0x00ffffef}, {"cbz w", 4, 0x34000000, 0x00ffffff},
        {"cbz x", 4, 0xb4000000, 0x00ffffff},  {"cbnz w", 4, 0x35000000, 0x00ffffff},
        {"cbnz x", 4, 0xb5000000, 0x00ffffff}, {"tbz", 4, 0x36000000, 0x80ffffff},
        {"tbnz", 4, 0x37000000, 0x80ffffff},   {"br", 4, 0xd61f0000, 0x000003e0},
        {"blr", 4, 0xd63f0000, 0x000003e0},    {"ret", 4, 0xd65f0000, 0x000003e0},
    };

    (void)state;
    FORMS_CHECK("aarch64", forms, false);
}

/* Keys are off: what is authenticated passes as it is. */
static void test_aarch64_authenticated(void **state)
{
    static const struct form forms[] = {
        {"braaz", 4, 0xd61f081f, 0x000003e0},  {"brabz", 4, 0xd61f0c1f, 0x000003e0},
        {"blraaz", 4, 0xd63f081f, 0x000003e0}, {"blrabz", 4, 0xd63f0c1f, 0x000003e0},
        {"retaa", 4, 0xd65f0bff, 0},           {"retab", 4, 0xd65f0fff, 0},
        {"braa", 4, 0xd71f0800, 0x000003ff},   {"brab", 4, 0xd71f0c00, 0x000003ff},
        {"blraa", 4, 0xd73f0800, 0x000003ff},  {"blrab", 4, 0xd73f0c00, 0x000003ff},
    };

    (void)state;
    FORMS_CHECK("aarch64", forms, true);
}

static void test_riscv(void **state)
{
    static const struct form forms[] = {
        {"beq", 4, 0x00000063, 0xffff8f80},
        {"bne", 4, 0x00001063, 0xffff8f80},
        {"blt", 4, 0x00004063, 0xffff8f80},
        {"bge", 4, 0x00005063, 0xffff8f80},
        {"bltu", 4, 0x00006063, 0xffff8f80},
        {"bgeu", 4, 0x00007063, 0xffff8f80},
        {"beq itself", 4, 0x00000063, 0xf00ff00},
        {"jal", 4, 0x6f, 0xffffff80},
        {"jalr", 4, 0x67, 0xffff8f80},
        {"c.j", 2, 0xa001, 0x1ffc},
        {"c.beqz", 2, 0xc001, 0x1ffc},
        {"c.bnez", 2, 0xe001, 0x1ffc},
        {"c.jr", 2, 0x8002, 0x0f80},
        {"c.jalr", 2, 0x9002, 0x0f80},
    };

    (void)state;
    FORMS_CHECK("riscv64", forms, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_x86),     cmocka_unit_test(test_x86_memory),
        cmocka_unit_test(test_aarch64), cmocka_unit_test(test_aarch64_authenticated),
        cmocka_unit_test(test_riscv),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
