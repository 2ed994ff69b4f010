/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The decoders of next program counters, against a processor: programs made by the compilers run in
 * Unicorn instruction by instruction, and each time the decoder's answer has to hold. Usage:
 * test_gdb_nextpc ARCH=ELF...
 */
#include "gdbstub/stub.h"
#include "tests/gdb/server/machine.h"
#include "tests/gdb/program/program.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS_MAX = 400000, SEQUENCE_STEPS_MAX = 200 };

static struct gdbstub stub; /* nothing is attached to it */
static char **programs;
static int program_count;

/* --- counts, so that a test which met nothing fails ------------------------------------------- */
struct counts {
    unsigned long steps, jumps, sequences, calls;
};

static size_t code_read(void *context, uint64_t addr, void *to, size_t len)
{
    struct machine *m = context;
    size_t done = 0;

    machine_ops.mem_read(m, m->inferiors[0].pid, addr, to, len, &done);
    return done;
}

static bool among(const struct next_pc *next, uint64_t pc)
{
    for (unsigned i = 0; i < next->count; i++)
        if (next->pc[i] == pc)
            return true;
    return false;
}

/* A repeated string instruction that stays where it is counts as one step. */
static bool is_repeat(struct machine *m, uint64_t pc)
{
    uint8_t byte = 0;

    code_read(m, pc, &byte, 1);
    return m->arch->gdb == &gdb_arch_x86_64 && (byte == 0xf3 || byte == 0xf2);
}

/* Only a load-exclusive, or a repeated instruction, may take more than one of the processor's. */
static bool may_take_more(struct machine *m, uint64_t pc)
{
    uint32_t insn = 0;

    code_read(m, pc, &insn, 4);
    if (m->arch->gdb == &gdb_arch_aarch64)
        return (insn & 0x3fc00000) == 0x08400000;
    if (m->arch->gdb == &gdb_arch_riscv64)
        return (insn & 0xf800007f) == 0x1000002f;
    return is_repeat(m, pc);
}

/* One step of the decoder: instructions of the processor until one of its addresses is reached. */
static bool step_check(struct machine *m, struct counts *counts)
{
    struct gdb_id id = {m->inferiors[0].pid, 1};
    struct gdb_code code = {code_read, m};
    uint64_t words[GDB_CONTEXT_WORDS_MAX], before;
    unsigned pc_word = m->arch->gdb->pc_word;
    struct next_pc next;
    unsigned tries = 0;

    assert_int_equal(machine_ops.regs_read(m, id, words), ERR_OK);
    before = words[pc_word];
    assert_int_equal(m->arch->gdb->next_pc(&code, words, &next), ERR_OK);
    assert_true(next.count > 0);
    do {
        tries++;
        assert_int_equal(machine_ops.resume(m, id, true), ERR_OK);
        machine_run(m);
        if (!m->inferiors[0].pid)
            return false; /* the program has ended */
        assert_int_equal(machine_ops.regs_read(m, id, words), ERR_OK);
        if (!among(&next, words[pc_word]) &&
            (!may_take_more(m, before) || tries > SEQUENCE_STEPS_MAX)) {
            print_error("%s: from %#llx to %#llx\n", m->arch->gdb->name, (unsigned long long)before,
                        (unsigned long long)words[pc_word]);
            fail();
        }
    } while (!among(&next, words[pc_word]));
    counts->steps++;
    counts->sequences += tries > 1 && !is_repeat(m, before);
    counts->jumps += words[pc_word] - before > 15;
    counts->calls += next.syscall;
    /* Outside sequences one address is all: the decoder sees the registers. */
    assert_true(next.count == 1 || tries > 1 || may_take_more(m, before));
    return true;
}

static void program_check(const char *arch, const char *path)
{
    static struct machine m;
    struct counts counts = {0, 0, 0, 0};
    uint32_t pid;

    memset(&m, 0, sizeof m);
    m.arch = machine_arch_find(arch);
    m.image = path;
    m.hardware = true;
    m.stub = &stub;
    assert_non_null(m.arch);
    gdbstub_init(&stub,
                 &(struct gdbstub_config){.arch = m.arch->gdb, .ops = &machine_ops, .target = &m});
    assert_int_equal(machine_start(&m, true, &pid), ERR_OK);
    while (counts.steps < STEPS_MAX && step_check(&m, &counts))
        ;
    print_message("%s: %lu steps, %lu jumps, %lu sequences, %lu system calls\n", path, counts.steps,
                  counts.jumps, counts.sequences, counts.calls);
    assert_true(counts.steps > 1000 && counts.jumps > 100 && counts.calls > 0);
    assert_true(counts.sequences > 0 || strcmp(arch, "x86_64") == 0);
    machine_end(&m);
}

static void test_programs(void **state)
{
    (void)state;
    assert_true(program_count > 0);
    for (int i = 0; i < program_count; i++) {
        char arch[16];
        const char *path = strchr(programs[i], '=');
        assert_non_null(path);
        snprintf(arch, sizeof arch, "%.*s", (int)(path - programs[i]), programs[i]);
        program_check(arch, path + 1);
    }
}

/* --- instructions that programs seldom have --------------------------------------------------- */
struct fixed {
    uint64_t base;
    const uint8_t *bytes;
    size_t len;
};

static size_t fixed_read(void *context, uint64_t addr, void *to, size_t len)
{
    const struct fixed *f = context;
    uint64_t at = addr - f->base;

    if (at >= f->len)
        return 0;
    if (len > f->len - at)
        len = f->len - at;
    memcpy(to, f->bytes + at, len);
    return len;
}

static enum err next_of(const struct gdb_arch *arch, const uint8_t *bytes, size_t len,
                        uint64_t *words, struct next_pc *next)
{
    struct fixed f = {0x1000, bytes, len};
    struct gdb_code code = {fixed_read, &f};

    words[arch->pc_word] = 0x1000;
    return arch->next_pc(&code, words, next);
}

#define CHECK_NEXT(arch, bytes, words, want)                                                       \
    do {                                                                                           \
        struct next_pc next;                                                                       \
        assert_int_equal(next_of(arch, bytes, sizeof bytes, words, &next), ERR_OK);                \
        assert_int_equal(next.count, 1);                                                           \
        assert_int_equal(next.pc[0], want);                                                        \
    } while (0)

static void test_x86_seldom(void **state)
{
    const uint8_t loop[] = {0xe2, 0xfe}, loope[] = {0xe1, 0x10}, jrcxz[] = {0xe3, 0x10};
    const uint8_t jecxz[] = {0x67, 0xe3, 0x10}, ret_n[] = {0xc2, 8, 0, 0, 0, 0, 0, 0};
    const uint8_t jmp_fs[] = {0x64, 0xff, 0x24, 0x25, 0x10, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 0};
    const uint8_t jmp_rip[] = {0xff, 0x25, 0x02, 0, 0, 0, 0, 0, 0x34, 0x12, 0, 0, 0, 0, 0, 0};
    const uint8_t xbegin[] = {0xc7, 0xf8, 0x10, 0, 0, 0}, syscall[] = {0x0f, 0x05};
    uint64_t words[GDB_CONTEXT_WORDS_MAX] = {0};
    struct next_pc next;

    (void)state;
    words[5] = 2; /* rcx */
    CHECK_NEXT(&gdb_arch_x86_64, loop, words, 0x1000);
    CHECK_NEXT(&gdb_arch_x86_64, loope, words, 0x1002);
    words[2] = 0x40; /* ZF */
    CHECK_NEXT(&gdb_arch_x86_64, loope, words, 0x1012);
    words[5] = 1;
    CHECK_NEXT(&gdb_arch_x86_64, loop, words, 0x1002);
    CHECK_NEXT(&gdb_arch_x86_64, jrcxz, words, 0x1002);
    words[5] = 0x100000000;
    CHECK_NEXT(&gdb_arch_x86_64, jrcxz, words, 0x1002);
    CHECK_NEXT(&gdb_arch_x86_64, jecxz, words, 0x1013);
    words[1] = 0x1000; /* rsp: the return address is the code itself */
    CHECK_NEXT(&gdb_arch_x86_64, ret_n, words, 0x8c2);
    words[18] = 0xff8; /* fs */
    CHECK_NEXT(&gdb_arch_x86_64, jmp_fs, words, 0x7060504030201);
    CHECK_NEXT(&gdb_arch_x86_64, jmp_rip, words, 0x1234);
    assert_int_equal(next_of(&gdb_arch_x86_64, xbegin, sizeof xbegin, words, &next), ERR_OK);
    assert_int_equal(next.count, 2);
    assert_int_equal(next_of(&gdb_arch_x86_64, syscall, sizeof syscall, words, &next), ERR_OK);
    assert_true(next.syscall && next.pc[0] == 0x1002);
    words[1] = 0x5000;
    assert_int_equal(next_of(&gdb_arch_x86_64, ret_n, sizeof ret_n, words, &next), ERR_FAULT);
    assert_int_equal(next_of(&gdb_arch_x86_64, jmp_fs, 3, words, &next), ERR_FAULT);
}

static void test_aarch64_seldom(void **state)
{
    const uint8_t retaa[] = {0xff, 0x0b, 0x5f, 0xd6}, braa[] = {0x02, 0x08, 0x1f, 0xd7};
    const uint8_t tbnz[] = {0x40, 0x00, 0x00, 0xb7}; /* tbnz x0, #32, +8 */
    const uint8_t svc[] = {0x01, 0x00, 0x00, 0xd4}, casp[] = {0x82, 0x7c, 0x20, 0x48};
    uint64_t words[GDB_CONTEXT_WORDS_MAX] = {0};
    struct next_pc next;

    (void)state;
    words[16] = 0x0012000000004000; /* x30 with an authentication code */
    CHECK_NEXT(&gdb_arch_aarch64, retaa, words, 0x4000);
    words[3] = 0x7ff0000000005000; /* x0 */
    CHECK_NEXT(&gdb_arch_aarch64, braa, words, 0x5000);
    words[3] = 1;
    CHECK_NEXT(&gdb_arch_aarch64, tbnz, words, 0x1004);
    words[3] = 1ull << 32;
    CHECK_NEXT(&gdb_arch_aarch64, tbnz, words, 0x1008);
    CHECK_NEXT(&gdb_arch_aarch64, casp, words, 0x1004);
    assert_int_equal(next_of(&gdb_arch_aarch64, svc, sizeof svc, words, &next), ERR_OK);
    assert_true(next.syscall);
}

/* Sequences of all shapes: where a step from the load at 0x1000 ends. */
struct sequence {
    const char *shape;
    const struct gdb_arch *arch;
    uint32_t words[12];
    uint64_t ends[NEXT_PC_MAX]; /* offsets */
};

enum {
    LR = 0x1005262f,   /* lr.w a2, (a0) */
    SC = 0x18e526af,   /* sc.w a3, a4, (a0) */
    NOPS = 0x00010001, /* two compressed ones */
    ECALL = 0x73,
    JR = 0x00058067,    /* jr a1 */
    LDXR = 0x885f7c20,  /* ldxr w0, [x1] */
    STXR = 0x88027c20,  /* stxr w2, w0, [x1] */
    LDAXP = 0xc87f8c20, /* ldaxp x0, x3, [x1] */
    STLXP = 0xc8228c20, /* stlxp w2, x0, x3, [x1] */
    NOP64 = 0xd503201f, /* */
    BR64 = 0xd61f0040,  /* br x2 */
    SVC64 = 0xd4000001, /* */
    CBZ64 = 0x34000000, /* cbz w0 */
    B64 = 0x14000000,   /* */
    BEQZ = 0x00060063,  /* beqz a2 */
};
#define CBZ64_TO(words) (CBZ64 | ((words)&0x7ffff) << 5)
#define B64_TO(words)   (B64 | ((words)&0x3ffffff))
#define BEQZ_TO(bytes)  (BEQZ | ((bytes)&0x1e) << 7 | ((bytes)&0x7e0) << 20)

static const struct sequence sequences[] = {
    {"plain", &gdb_arch_riscv64, {LR, SC}, {8}},
    {"compressed inside", &gdb_arch_riscv64, {LR, NOPS, SC}, {12}},
    {"left by a branch to its end", &gdb_arch_riscv64, {LR, BEQZ_TO(8), SC}, {12}},
    {"left by a branch past it", &gdb_arch_riscv64, {LR, BEQZ_TO(16), SC}, {20, 12}},
    {"a branch inside", &gdb_arch_riscv64, {LR, BEQZ_TO(8), NOPS, SC}, {16}},
    {"a lock's loop", &gdb_arch_riscv64, {LR, BEQZ_TO(8), 0xff9ff06f, SC}, {16}},
    {"a system call inside", &gdb_arch_riscv64, {LR, ECALL, SC}, {4}},
    {"a jump by register inside", &gdb_arch_riscv64, {LR, JR, SC}, {4}},
    {"another load inside", &gdb_arch_riscv64, {LR, LR, SC}, {4}},
    {"no store", &gdb_arch_riscv64, {LR, NOPS}, {4}},
    {"many branches past it",
     &gdb_arch_riscv64,
     {LR, BEQZ_TO(48), BEQZ_TO(48), BEQZ_TO(48), BEQZ_TO(48), BEQZ_TO(48), BEQZ_TO(48), BEQZ_TO(48),
      BEQZ_TO(48), SC},
     {4}},
    {"plain", &gdb_arch_aarch64, {LDXR, NOP64, STXR}, {12}},
    {"pairs", &gdb_arch_aarch64, {LDAXP, STLXP}, {8}},
    {"left by a branch past it", &gdb_arch_aarch64, {LDXR, CBZ64_TO(4), STXR}, {20, 12}},
    {"left by a branch before it", &gdb_arch_aarch64, {LDXR, CBZ64_TO(-3), STXR}, {-8ull, 12}},
    {"back to its beginning", &gdb_arch_aarch64, {LDXR, CBZ64_TO(-1), STXR}, {12}},
    {"a lock's loop", &gdb_arch_aarch64, {LDXR, CBZ64_TO(2), B64_TO(-2), STXR}, {16}},
    {"left by a jump", &gdb_arch_aarch64, {LDXR, CBZ64_TO(2), B64_TO(6), STXR}, {32, 16}},
    {"a jump by register inside", &gdb_arch_aarch64, {LDXR, BR64, STXR}, {4}},
    {"a system call inside", &gdb_arch_aarch64, {LDXR, SVC64, STXR}, {4}},
    {"no store", &gdb_arch_aarch64, {LDXR, NOP64}, {4}},
};

static void test_sequences(void **state)
{
    uint64_t words[GDB_CONTEXT_WORDS_MAX] = {0};
    struct next_pc next;

    (void)state;
    for (size_t i = 0; i < sizeof sequences / sizeof sequences[0]; i++) {
        const struct sequence *s = &sequences[i];
        unsigned count = 0;

        assert_int_equal(next_of(s->arch, (const uint8_t *)s->words, sizeof s->words, words, &next),
                         ERR_OK);
        while (count < NEXT_PC_MAX && s->ends[count])
            count++;
        bool right = next.count == count;
        for (unsigned n = 0; right && n < count; n++)
            right = next.pc[n] == 0x1000 + s->ends[n];
        if (!right)
            print_error("%s, %s: %u ends, the first at %#llx\n", s->arch->name, s->shape,
                        next.count, (unsigned long long)next.pc[0]);
        assert_true(right);
    }
}

static void test_riscv_lengths(void **state)
{
    const uint8_t longer[] = {0x1f, 0, 0, 0, 0, 0}, longest[] = {0x7f, 0x20, 0, 0};
    uint64_t words[GDB_CONTEXT_WORDS_MAX] = {0};

    (void)state;
    CHECK_NEXT(&gdb_arch_riscv64, longer, words, 0x1006);
    CHECK_NEXT(&gdb_arch_riscv64, longest, words, 0x100e);
}

/* --- anything at all -------------------------------------------------------------------------- */
static void test_random(void **state)
{
    static const struct gdb_arch *const archs[] = {&gdb_arch_x86_64, &gdb_arch_aarch64,
                                                   &gdb_arch_riscv64};
    uint64_t words[GDB_CONTEXT_WORDS_MAX], seed = 1;
    struct next_pc next;
    uint8_t bytes[64];

    (void)state;
    for (int round = 0; round < 300000; round++) {
        for (size_t i = 0; i < sizeof bytes; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            bytes[i] = (uint8_t)(seed >> 56);
        }
        for (size_t i = 0; i < GDB_CONTEXT_WORDS_MAX; i++)
            words[i] = seed * (i + 1);
        size_t len = round % sizeof bytes;
        uint8_t *exact = malloc(len + 1); /* the sanitizer sees what is read past it */
        memcpy(exact, bytes, len);
        enum err err = next_of(archs[round % 3], exact, len, words, &next);
        assert_true(err == ERR_OK ? next.count >= 1 && next.count <= NEXT_PC_MAX
                                  : err == ERR_FAULT || err == ERR_FORMAT);
        free(exact);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_programs),       cmocka_unit_test(test_x86_seldom),
        cmocka_unit_test(test_aarch64_seldom), cmocka_unit_test(test_sequences),
        cmocka_unit_test(test_riscv_lengths),  cmocka_unit_test(test_random),
    };
    programs = argv + 1;
    program_count = argc - 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
