/* SPDX-License-Identifier: BSD-2-Clause */
/* The splitter, and the expressions that are read from its words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "monitor/shell/expr.h"
#include "monitor/shell/lex.h"
#include "monitor/shell/vars.h"

static struct lex_command lexed;
static struct lex_error bad;

static enum err lex(const char *line, size_t at)
{
    enum err e = lex_name(line, at, &lexed, &bad);
    return e ? e : lex_words(line, &lexed, &bad);
}

static void words_and_names(void **state)
{
    (void)state;
    assert_int_equal(lex("  read! phys:0x10 count=4\tx==y a=b=c # rest", 0), ERR_OK);
    assert_string_equal(lexed.name, "read");
    assert_true(lexed.force);
    assert_int_equal(lexed.word_count, 4);
    assert_string_equal(lexed.words[0].text, "phys:0x10");
    assert_null(lexed.words[0].name);
    assert_string_equal(lexed.words[1].name, "count");
    assert_string_equal(lexed.words[1].raw, "4");
    assert_string_equal(lexed.words[1].whole, "count=4");
    assert_int_equal(lexed.words[1].column, 24);
    assert_null(lexed.words[2].name);
    assert_string_equal(lexed.words[3].name, "a");
    assert_string_equal(lexed.words[3].raw, "b=c");
    assert_int_equal(lexed.next, strlen("  read! phys:0x10 count=4\tx==y a=b=c # rest"));
}

static void several_commands(void **state)
{
    static const char line[] = "one 1;two \"a;b\" (2 ; 3);;three#no\n";
    (void)state;
    assert_int_equal(lex(line, 0), ERR_OK);
    assert_string_equal(lexed.name, "one");
    assert_int_equal(lexed.word_count, 1);
    assert_int_equal(lex(line, lexed.next), ERR_OK);
    assert_string_equal(lexed.name, "two");
    assert_string_equal(lexed.words[0].text, "a;b");
    assert_true(lexed.words[0].quoted);
    assert_string_equal(lexed.words[1].raw, "(2 ; 3)");
    assert_int_equal(lex(line, lexed.next), ERR_OK);
    assert_string_equal(lexed.name, "");
    assert_int_equal(lex(line, lexed.next), ERR_OK);
    assert_string_equal(lexed.name, "three");
    assert_int_equal(lexed.next, strlen(line));
}

static void quotes_and_brackets(void **state)
{
    (void)state;
    assert_int_equal(lex("x \"a\\n\\x41\\\"b\" 'it\\n' pre\"fix\" [1, \"]\"] {pc=1, sp=2}", 0),
                     ERR_OK);
    assert_int_equal(lexed.word_count, 5);
    assert_string_equal(lexed.words[0].text, "a\nA\"b");
    assert_string_equal(lexed.words[1].text, "it\\n");
    assert_string_equal(lexed.words[2].text, "prefix");
    assert_false(lexed.words[2].quoted);
    assert_string_equal(lexed.words[3].raw, "[1, \"]\"]");
    assert_string_equal(lexed.words[4].raw, "{pc=1, sp=2}");
}

static void what_does_not_close(void **state)
{
    static const struct {
        const char *line;
        unsigned column;
    } lines[] = {{"x \"abc", 2}, {"x 'abc", 2}, {"x (1", 2},
                 {"x [1}", 4},   {"x 1)", 3},   {"x \"abc\\", 2}};
    (void)state;
    for (unsigned i = 0; i < 6; i++) {
        assert_int_equal(lex(lines[i].line, 0), ERR_SYNTAX);
        assert_int_equal(bad.column, lines[i].column);
        assert_int_equal(lexed.next, strlen(lines[i].line));
    }
}

static void too_many_words(void **state)
{
    char line[2 * LIMIT_ARGS + 8] = "x";
    (void)state;
    for (unsigned i = 0; i < LIMIT_ARGS; i++)
        strcat(line, " a");
    assert_int_equal(lex(line, 0), ERR_OK);
    strcat(line, " a");
    assert_int_equal(lex(line, 0), ERR_FULL);
    assert_int_equal(lex("x 1", 0), ERR_OK);
}

static void the_longest_lines_fit_the_pool(void **state)
{
    char line[LIMIT_LINE_BYTES];
    (void)state;
    memset(line, 'a', sizeof(line));
    memcpy(line, "x \"", 3);
    line[sizeof(line) - 2] = '"';
    line[sizeof(line) - 1] = '\0';
    assert_int_equal(lex(line, 0), ERR_OK);
    for (unsigned i = 0; i < LIMIT_ARGS; i++)
        memcpy(line + 1 + 32 * i, " name='xxxxxxxxxxxxxxxxxxxxxxxx'", 32);
    line[1 + 32 * LIMIT_ARGS] = '\0';
    assert_int_equal(lex(line, 0), ERR_OK);
    assert_int_equal(lexed.word_count, LIMIT_ARGS);
}

/* Expressions. */

static struct vars vars;

static enum err variable(void *context, const char *name, struct expr_value *out)
{
    (void)context;
    return vars_get(&vars, name, out);
}

static bool bare(void *context, const char *name, uint64_t *word)
{
    (void)context;
    *word = 4;
    return strcmp(name, "RangeError") == 0;
}

static struct expr expr;
static struct expr_scope scope = {NULL, variable, bare, 64};

static uint64_t eval(const char *text)
{
    uint64_t word = 0xdead;
    enum err e = expr_eval_word(&expr, &scope, text, &word);
    if (e)
        fail_msg("%s: %s at %u", text, expr.reason, expr.column);
    return word;
}

static void assert_fails(const char *text, enum err e, unsigned column)
{
    uint64_t word;
    assert_int_equal(expr_eval_word(&expr, &scope, text, &word), e);
    assert_int_equal(expr.column, column);
    assert_true(expr.reason[0] != '\0');
}

static void numbers(void **state)
{
    (void)state;
    assert_true(eval("18446744073709551615") == UINT64_MAX);
    assert_true(eval("0xffff_ffff_ffff_ffff") == UINT64_MAX);
    assert_int_equal(eval("0b1010"), 10);
    assert_int_equal(eval("0o777"), 511);
    assert_int_equal(eval("007"), 7);
    assert_int_equal(eval("4k"), 4096);
    assert_int_equal(eval("0x10M"), 16 << 20);
    assert_true(eval("3G") == 3ull << 30);
    assert_int_equal(eval("'a'"), 97);
    assert_fails("18446744073709551616", ERR_RANGE, 0);
    assert_fails("0x10000000000000000", ERR_RANGE, 0);
    assert_fails("17179869184G", ERR_RANGE, 0);
    assert_fails("1 + 0x", ERR_SYNTAX, 4);
    assert_fails("12ab", ERR_SYNTAX, 0);
    assert_fails("1_", ERR_SYNTAX, 0);
    scope.word_bits = 32;
    assert_fails("0x100000000", ERR_RANGE, 0);
    assert_int_equal(eval("-1"), 0xffffffff);
    assert_int_equal(eval("~0"), 0xffffffff);
    assert_fails("0xffffffff + 1", ERR_RANGE, 11);
    assert_fails("1 << 32", ERR_RANGE, 2);
    scope.word_bits = 64;
}

static void precedence(void **state)
{
    (void)state;
    assert_int_equal(eval("1 + 2 * 3"), 7);
    assert_int_equal(eval("(1 + 2) * 3"), 9);
    assert_int_equal(eval("10 - 3 - 2"), 5);
    assert_int_equal(eval("1 << 4 + 1"), 32);
    assert_int_equal(eval("1 | 6 & 3 ^ 1"), 1 | ((6 & 3) ^ 1));
    assert_int_equal(eval("0x10 == 16 && 1 | 0 == 1"), 1);
    assert_int_equal(eval("not 1 == 2 and 3 < 4 or 1/0"), 1);
    assert_int_equal(eval("!0 && !(1 > 2)"), 1);
    assert_int_equal(eval("0 && 1/0 || 1"), 1);
    assert_int_equal(eval("0 and $nosuch == 1 or 0"), 0);
    assert_int_equal(eval("7 % 4 * 2 / 3"), 2);
    assert_true(eval("-1") == UINT64_MAX);
    assert_true(eval("~0 >> 60") == 15);
}

static void exact_or_an_error(void **state)
{
    (void)state;
    assert_fails("1 + 0xffffffffffffffff", ERR_RANGE, 2);
    assert_fails("2 - 3", ERR_RANGE, 2);
    assert_fails("0x100000000 * 0x100000000", ERR_RANGE, 12);
    assert_fails("1 / 0", ERR_RANGE, 2);
    assert_fails("1 % 0", ERR_RANGE, 2);
    assert_fails("3 << 63", ERR_RANGE, 2);
    assert_fails("1 << 64", ERR_RANGE, 2);
    assert_int_equal(eval("0 << 100"), 0);
    assert_int_equal(eval("5 >> 100"), 0);
    assert_true(eval("1 << 63") == 1ull << 63);
}

static void syntax_errors(void **state)
{
    (void)state;
    assert_fails("", ERR_SYNTAX, 0);
    assert_fails("1 +", ERR_SYNTAX, 3);
    assert_fails("(1", ERR_SYNTAX, 2);
    assert_fails("1)", ERR_SYNTAX, 1);
    assert_fails("1 2", ERR_SYNTAX, 2);
    assert_fails("1 < 2 < 3", ERR_SYNTAX, 6);
    assert_fails("$", ERR_SYNTAX, 0);
    assert_fails("\"abc", ERR_SYNTAX, 0);
    assert_fails("abc + 1", ERR_SYNTAX, 4);
    assert_string_equal(expr.missing, "abc");
    assert_fails("1 + $nosuch", ERR_NOT_FOUND, 4);
    assert_true(expr.missing_variable);
}

static void depth_is_bounded(void **state)
{
    char text[400];
    (void)state;
    memset(text, '(', 300);
    strcpy(text + 300, "1");
    assert_int_equal(expr_eval_word(&expr, &scope, text, &(uint64_t){0}), ERR_SYNTAX);
    memset(text, '-', 300);
    assert_int_equal(expr_eval_word(&expr, &scope, text, &(uint64_t){0}), ERR_SYNTAX);
    assert_int_equal(eval("((((((1))))))"), 1);
}

static void texts(void **state)
{
    struct expr_value value;
    (void)state;
    assert_int_equal(eval("\"a b\" == 'a b'"), 1);
    assert_int_equal(eval("none == none"), 1);
    assert_int_equal(eval("RangeError == 4"), 1);
    assert_int_equal(eval("RangeError + 1"), 5);
    assert_int_equal(eval("\"RangeError\" == RangeError"), 1);
    assert_int_equal(eval("'a' != b"), 1);
    assert_int_equal(eval("'a' == 97"), 1);
    assert_fails("abc < abd", ERR_SYNTAX, 4);
    assert_fails("5 == abc", ERR_SYNTAX, 2);
    assert_int_equal(expr_eval(&expr, &scope, "TCB_Suspend", &value), ERR_OK);
    assert_false(value.is_word);
    assert_int_equal(value.len, 11);
    assert_int_equal(eval("3 == 3 and 4 == 5"), 0);
    assert_true(expr.compared);
    assert_int_equal(expr.left.word, 4);
    assert_int_equal(expr.right.word, 5);
}

static void variables(void **state)
{
    struct expr_value number = {.is_word = true, .word = 12};
    struct expr_value text = {.text = "RangeError!", .len = 10};
    char name[8];
    (void)state;
    assert_int_equal(vars_set(&vars, "x", &number), ERR_OK);
    assert_int_equal(vars_set(&vars, "e", &text), ERR_OK);
    assert_int_equal(eval("$x * 2"), 24);
    assert_int_equal(eval("$e == RangeError"), 1);
    number.word = 13;
    assert_int_equal(vars_set(&vars, "x", &number), ERR_OK);
    assert_int_equal(eval("$x"), 13);
    for (unsigned i = 0; i < LIMIT_VARS - 2; i++) {
        snprintf(name, sizeof(name), "v%u", i);
        assert_int_equal(vars_set(&vars, name, &number), ERR_OK);
    }
    assert_int_equal(vars_set(&vars, "more", &number), ERR_FULL);
    assert_int_equal(vars_remove(&vars, "v7"), ERR_OK);
    assert_int_equal(vars_remove(&vars, "v7"), ERR_NOT_FOUND);
    assert_int_equal(vars_set(&vars, "more", &number), ERR_OK);
    text.len = LIMIT_VALUE_BYTES;
    assert_int_equal(vars_set(&vars, "x", &text), ERR_NO_SPACE);
    assert_int_equal(vars_set(&vars, "abcdefghijklmnopqrstuvwxyzabcdef", &number), ERR_NO_SPACE);
    assert_int_equal(vars_remove(&vars, ""), ERR_NOT_FOUND);
}

static void random_text(void **state)
{
    static const char alphabet[] = "0123456789abxk$ ()[]{}\"'\\+-*/%&|^~<>=!;#,_nortd\t";
    char text[64];
    uint64_t word;
    (void)state;
    srand(3);
    for (unsigned i = 0; i < 200000; i++) {
        unsigned len = (unsigned)rand() % (sizeof(text) - 1);
        for (unsigned j = 0; j < len; j++)
            text[j] = alphabet[(unsigned)rand() % (sizeof(alphabet) - 1)];
        text[len] = '\0';
        (void)expr_eval_word(&expr, &scope, text, &word);
        if (lex(text, 0) == ERR_OK)
            assert_in_range(lexed.next, lexed.rest_end, len);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_and_names),
        cmocka_unit_test(several_commands),
        cmocka_unit_test(quotes_and_brackets),
        cmocka_unit_test(what_does_not_close),
        cmocka_unit_test(too_many_words),
        cmocka_unit_test(the_longest_lines_fit_the_pool),
        cmocka_unit_test(numbers),
        cmocka_unit_test(precedence),
        cmocka_unit_test(exact_or_an_error),
        cmocka_unit_test(syntax_errors),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(texts),
        cmocka_unit_test(variables),
        cmocka_unit_test(random_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
