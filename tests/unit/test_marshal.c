/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls by name against what the kernel's own C stubs do with the same values: every invocation of
 * one architecture, typed at the shell, packed, answered and printed. The vectors come with the
 * tree (data/marshal_ARCH.txt, see make_marshal_vectors.py); built once for each architecture.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "monitor/shell/method.h"
#include "tests/unit/shell_fake.h"

enum { VECTOR_BYTES = 4096, ANSWER_WORDS = 60, HW_WORDS = 4 };

struct vector {
    char call[VECTOR_BYTES], msg[VECTOR_BYTES], caps[256], results[VECTOR_BYTES];
    uint64_t cap, info, answer[2];
};

static struct shell_fake fake;
static const char *vectors_path;

static const char *field(const char *text, const char *name)
{
    size_t len = strlen(name);
    return strncmp(text, name, len) == 0 ? text + len : NULL;
}

static void check_words(const char *expected, const uint64_t *words, unsigned count,
                        const char *call)
{
    char *end;
    unsigned i = 0;

    for (;; i++) {
        uint64_t word = strtoull(expected, &end, 16);
        if (end == expected)
            break;
        if (i >= count || words[i] != word)
            fail_msg("%s: word %u is %#llx, not %#llx", call, i,
                     (unsigned long long)(i < count ? words[i] : 0), (unsigned long long)word);
        expected = end;
    }
    if (i != count)
        fail_msg("%s: %u words, not %u", call, count, i);
}

/* "regs[3]" is the fourth register by its name; a member of an enumeration is a text. */
static void check_result(const char *name, uint64_t expected, const char *call)
{
    const struct api_method *method = fake.shell.invoke.method;
    const char *bracket = strchr(name, '[');
    const char *text = NULL;
    uint64_t word = 0;

    if (bracket) {
        for (unsigned i = 0; i < method->result_count; i++) {
            const struct api_param *result = &method->results[i];
            if (result->kind == API_REGISTERS || result->kind == API_STRUCT)
                name = api_structs[result->type].fields[atoi(bracket + 1)];
        }
    }
    if (record_recall(&fake.shell.memory, name, &word, &text) != ERR_OK || text)
        fail_msg("%s: no result %s", call, name);
    if (word != expected)
        fail_msg("%s: %s is %#llx, not %#llx", call, name, (unsigned long long)word,
                 (unsigned long long)expected);
}

static void check_results(struct vector *v)
{
    for (char *line = strtok(v->results, "\n"); line; line = strtok(NULL, "\n")) {
        char name[64];
        unsigned long long value;
        if (sscanf(line, "%63s %llx", name, &value) == 2 && strcmp(name, "raw") != 0)
            check_result(name, value, v->call);
    }
}

static void run_vector(struct vector *v)
{
    fake.answer_badge = 0xb001;
    fake.answer_info = ANSWER_WORDS;
    for (unsigned i = 0; i < ANSWER_WORDS; i++)
        fake.answer_words[i] = v->answer[i >= HW_WORDS] + i;
    fake.calls = 0;
    const char *printed = fake_run(&fake, v->call);
    if (fake.calls != 1)
        fail_msg("%s: not called: %s", v->call, printed);
    assert_int_equal(fake.trap.syscall, api_identity.sys_call);
    assert_true(fake.trap.cap == v->cap);
    if (fake.trap.info != v->info)
        fail_msg("%s: info is %#llx, not %#llx", v->call, (unsigned long long)fake.trap.info,
                 (unsigned long long)v->info);
    check_words(v->msg, fake.words, fake.trap.info & 0x7f, v->call);
    check_words(v->caps, fake.caps, fake.trap.info >> 7 & 3, v->call);
    check_results(v);
}

static void take_line(struct vector *v, const char *line)
{
    const char *rest;

    if ((rest = field(line, "call ")))
        fmt_print(v->call, sizeof(v->call), "call! %s", rest);
    else if ((rest = field(line, "cap ")))
        v->cap = strtoull(rest, NULL, 16);
    else if ((rest = field(line, "info ")))
        v->info = strtoull(rest, NULL, 16);
    else if ((rest = field(line, "msg")))
        fmt_print(v->msg, sizeof(v->msg), "%s", rest);
    else if ((rest = field(line, "caps")))
        fmt_print(v->caps, sizeof(v->caps), "%s", rest);
    else if ((rest = field(line, "answer ")))
        sscanf(rest, "%llx %llx", (unsigned long long *)&v->answer[0],
               (unsigned long long *)&v->answer[1]);
    else if ((rest = field(line, "result ")))
        strcat(strcat(v->results, rest), "\n");
}

static void every_invocation(void **state)
{
    static struct vector v;
    static char line[VECTOR_BYTES];
    FILE *file = fopen(vectors_path, "r");
    unsigned count = 0;
    (void)state;

    assert_non_null(file);
    fake_init(&fake);
    while (fgets(line, sizeof(line), file)) {
        line[strcspn(line, "\n")] = '\0';
        if (field(line, "call ") && v.call[0]) {
            run_vector(&v);
            count++;
            v.results[0] = '\0';
        }
        take_line(&v, line);
    }
    run_vector(&v);
    fclose(file);
    assert_true(count > 70);
}

/* The table keeps to the shell's limits, and every row can be shown. */
static void every_row_fits(void **state)
{
    char line[LIMIT_METHOD_BYTES + 8];
    (void)state;

    fake_init(&fake);
    for (unsigned m = 0; m < api_method_count; m++) {
        const struct api_method *method = &api_methods[m];
        assert_true(method->param_count <= LIMIT_PARAMS);
        assert_true(method->result_count <= LIMIT_PARAMS);
        assert_true(method->length <= LIMIT_MESSAGE_WORDS);
        assert_true(strlen(method->name) < LIMIT_METHOD_BYTES);
        for (unsigned i = 0; i < method->param_count; i++)
            assert_true(strlen(method->params[i].name) < LIMIT_NAME_BYTES - 1);
        fmt_print(line, sizeof(line), "api %s", method->name);
        assert_null(strstr(fake_run(&fake, line), "\"error\":"));
        assert_non_null(strstr(fake.output, method->name));
    }
    for (unsigned i = 0; i < api_struct_count; i++)
        assert_true(api_structs[i].count <= LIMIT_FIELDS);
}

/* Nothing is cut: one more than the largest value of each number of each method is refused. */
static void too_wide_is_refused(void **state)
{
    struct marshal_value values[LIMIT_PARAMS];
    static struct marshal_frame frame;
    unsigned tried = 0;
    (void)state;

    for (unsigned m = 0; m < api_method_count; m++) {
        const struct api_method *method = &api_methods[m];
        for (unsigned i = 0; i < method->param_count; i++) {
            uint64_t max = marshal_max(&method->params[i]);
            memset(values, 0, sizeof(values));
            values[i] = (struct marshal_value){.given = true, .word = max};
            assert_int_equal(marshal_pack(method, values, &frame), ERR_OK);
            if (max == UINT64_MAX)
                continue;
            values[i].word = max + 1;
            if (method->params[i].kind == API_STRING)
                continue;
            assert_int_equal(marshal_pack(method, values, &frame), ERR_RANGE);
            assert_int_equal(frame.bad, i);
            tried++;
        }
    }
    assert_true(tried > 20);
}

static void lists_too_long_are_refused(void **state)
{
    static const uint64_t words[LIMIT_MESSAGE_WORDS + 1];
    static struct marshal_frame frame;
    struct marshal_value values[LIMIT_PARAMS] = {{.given = true}};
    const struct api_method *send;
    (void)state;

    assert_int_equal(method_find("Send", &send), ERR_OK);
    values[2] = (struct marshal_value){true, 0, NULL, words, LIMIT_MESSAGE_WORDS};
    values[3] = (struct marshal_value){true, 0, NULL, words, 3};
    assert_int_equal(marshal_pack(send, values, &frame), ERR_OK);
    values[2].count++;
    assert_int_equal(marshal_pack(send, values, &frame), ERR_RANGE);
    values[2].count--;
    values[3].count = 4;
    assert_int_equal(marshal_pack(send, values, &frame), ERR_RANGE);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_invocation),
        cmocka_unit_test(every_row_fits),
        cmocka_unit_test(too_wide_is_refused),
        cmocka_unit_test(lists_too_long_are_refused),
    };
    if (argc != 2)
        return 2;
    vectors_path = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
