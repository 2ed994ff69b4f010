/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The simulator's tables: what the look-ups give, that the JSON form read back is the same as the
 * generated table, and that broken files are refused with words.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <sel4mon/sim_abi.h>

#include "tests/temporary.h"

static const char *const configs[] = {"x86_64",     "aarch64",     "riscv64",
                                      "x86_64-mcs", "aarch64-mcs", "riscv64-mcs"};

static int64_t constant(const struct sim_abi *abi, const char *name)
{
    int64_t value = -1;
    assert_true(sim_abi_constant(abi, name, &value));
    return value;
}

static void tables_are_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(configs) / sizeof(configs[0]); i++) {
        const struct sim_abi *abi = sim_abi_find(configs[i]);
        assert_non_null(abi);
        assert_string_equal(abi->config, configs[i]);
        assert_int_equal(abi->mcs, strstr(configs[i], "mcs") != NULL);
        assert_int_equal(abi->hw_mrs, 4);
    }
    assert_null(sim_abi_find("z80"));
}

static void methods_and_calls_have_meaning(void **state)
{
    (void)state;
    for (size_t i = 0; sim_abis[i]; i++) {
        const struct sim_abi *abi = sim_abis[i];
        assert_int_equal(sim_abi_method(abi, 0), SIM_METHOD_NONE);
        assert_int_equal(sim_abi_method(abi, 1), SIM_METHOD_Untyped_Retype);
        assert_int_equal(sim_abi_method(abi, abi->method_count), SIM_METHOD_NONE);
        assert_int_equal(sim_abi_method(abi, UINT64_MAX), SIM_METHOD_NONE);
        assert_int_equal(abi->messages[1].length, 6);
        assert_int_equal(abi->messages[1].extra_caps, 1);
        assert_int_equal(sim_abi_syscall(abi, -1), SIM_SYS_Call);
        assert_int_equal(sim_abi_syscall(abi, 0), SIM_SYS_NONE);
        assert_int_equal(sim_abi_syscall(abi, -1000), SIM_SYS_NONE);
        assert_int_equal(sim_abi_syscall(abi, abi->mcs ? -11 : -7), SIM_SYS_Yield);
    }
    assert_string_equal(sim_abi_method_name(SIM_METHOD_Untyped_Retype), "Untyped_Retype");
    assert_string_equal(sim_abi_method_name(SIM_METHOD_COUNT), "?");
}

static void types_constants_and_fields_are_there(void **state)
{
    (void)state;
    const struct sim_abi *x86 = sim_abi_find("x86_64"), *arm = sim_abi_find("aarch64");
    assert_int_equal(constant(x86, "seL4_TCBBits"), 11);
    assert_int_equal(constant(arm, "seL4_TCBBits"), 12);
    assert_int_equal(constant(x86, "cap_thread_cap"), 12);
    assert_int_equal(constant(x86, "TCBSuspend"), 11);
    assert_int_equal(constant(x86, "seL4_InvalidPrio"), -1);
    int64_t value;
    assert_false(sim_abi_constant(x86, "seL4_NoSuchThing", &value));
    const struct sim_field *field = sim_abi_field(x86, "seL4_BootInfo.untypedList");
    assert_non_null(field);
    assert_int_equal(field->offset, 168);
    assert_int_equal(field->size, 16);
    assert_int_equal(field->count, 230);
    assert_null(sim_abi_field(x86, "seL4_BootInfo.nothing"));
    const struct sim_type *page = sim_abi_type(x86, constant(x86, "seL4_X86_4K"));
    assert_non_null(page);
    assert_true(page->is_frame);
    assert_int_equal(page->object, SIM_OBJECT_X86_4K);
    assert_int_equal(page->size_bits, 12);
    assert_null(sim_abi_type(x86, 1000));
}

static void faults_have_their_words(void **state)
{
    (void)state;
    const struct sim_abi *abi = sim_abi_find("aarch64");
    const struct sim_fault *fault = sim_abi_fault(abi, "VMFault");
    assert_non_null(fault);
    assert_int_equal(fault->label, 5);
    assert_int_equal(fault->length, 4);
    assert_string_equal(fault->words[1], "Addr");
    assert_int_equal(sim_abi_fault(abi, "UnknownSyscall")->length, 13);
    assert_null(sim_abi_fault(abi, "Timeout"));
    assert_int_equal(sim_abi_fault(sim_abi_find("riscv64-mcs"), "VMFault")->label, 6);
    assert_int_equal(abi->context_count, 36);
    assert_string_equal(abi->context[0], "pc");
    assert_string_equal(abi->trap.number, "x7");
    assert_null(abi->trap.reply);
}

static void compare(const struct sim_abi *a, const struct sim_abi *b)
{
    assert_string_equal(a->hash, b->hash);
    assert_int_equal(a->method_count, b->method_count);
    assert_memory_equal(a->methods, b->methods, a->method_count * sizeof(*a->methods));
    assert_memory_equal(a->messages, b->messages, a->method_count * sizeof(*a->messages));
    assert_memory_equal(a->syscalls, b->syscalls, SIM_SYS_COUNT * sizeof(*a->syscalls));
    assert_int_equal(a->constant_count, b->constant_count);
    for (unsigned i = 0; i < a->constant_count; i++) {
        assert_string_equal(a->constants[i].name, b->constants[i].name);
        assert_int_equal(a->constants[i].value, b->constants[i].value);
    }
    assert_int_equal(a->field_count, b->field_count);
    for (unsigned i = 0; i < a->field_count; i++) {
        assert_string_equal(a->fields[i].name, b->fields[i].name);
        assert_int_equal(a->fields[i].offset, b->fields[i].offset);
    }
    assert_int_equal(a->type_count, b->type_count);
    for (unsigned i = 0; i < a->type_count; i++) {
        assert_int_equal(a->types[i].object, b->types[i].object);
        assert_int_equal(a->types[i].number, b->types[i].number);
    }
    assert_int_equal(a->fault_count, b->fault_count);
    for (unsigned i = 0; i < a->fault_count; i++) {
        assert_string_equal(a->faults[i].name, b->faults[i].name);
        assert_int_equal(a->faults[i].length, b->faults[i].length);
    }
}

static void json_says_the_same(void **state)
{
    (void)state;
    static const char *const folders[] = {"x86_64", "riscv64_mcs"};
    static const char *const names[] = {"x86_64", "riscv64-mcs"};
    for (int i = 0; i < 2; i++) {
        char path[512], message[200] = "";
        snprintf(path, sizeof(path), "%s/%s/sim_abi.json", GENERATED, folders[i]);
        struct sim_abi *abi = sim_abi_load(path, message, sizeof(message));
        assert_string_equal(message, "");
        assert_non_null(abi);
        compare(abi, sim_abi_find(names[i]));
        sim_abi_free(abi);
    }
}

static void broken_files_are_refused(void **state)
{
    (void)state;
    static const char *const broken[] = {
        "",
        "{",
        "[]",
        "{}",
        "{\"config\": 5}",
        "{\"config\": \"x\", \"methods\": [{}]}",
        "{\"word_bits\": 99, \"constants\": [[1, 2]], \"fields\": [[\"a\"]]}"};
    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        char path[256], message[200] = "";
        int fd = mkstemp(temporary_path(path, sizeof(path), "sim_abi_XXXXXX"));
        assert_true(fd >= 0);
        assert_int_equal(write(fd, broken[i], strlen(broken[i])), strlen(broken[i]));
        close(fd);
        assert_null(sim_abi_load(path, message, sizeof(message)));
        assert_true(message[0] != '\0');
        unlink(path);
    }
    char message[200] = "";
    assert_null(sim_abi_load("/nowhere/at/all", message, sizeof(message)));
    assert_true(strstr(message, "/nowhere") != NULL);
    sim_abi_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_are_found),
        cmocka_unit_test(methods_and_calls_have_meaning),
        cmocka_unit_test(types_constants_and_fields_are_there),
        cmocka_unit_test(faults_have_their_words),
        cmocka_unit_test(json_says_the_same),
        cmocka_unit_test(broken_files_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
