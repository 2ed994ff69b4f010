/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Recursive descent for what is in parentheses, precedence climbing over a table of operators for
 * the rest. Depth is bounded, since the target's stack is.
 */
#include "monitor/shell/expr.h"
#include "monitor/shell/lex.h"
#include "arch/lib/fmt.h"
#include "arch/lib/str.h"

enum operation {
    OP_OR,
    OP_AND,
    OP_EQUAL,
    OP_DIFFERENT,
    OP_LESS,
    OP_LESS_EQUAL,
    OP_GREATER,
    OP_GREATER_EQUAL,
    OP_BIT_OR,
    OP_BIT_XOR,
    OP_BIT_AND,
    OP_SHIFT_LEFT,
    OP_SHIFT_RIGHT,
    OP_ADD,
    OP_SUBTRACT,
    OP_MULTIPLY,
    OP_DIVIDE,
    OP_REMAINDER,
};

enum level { LEVEL_OR = 1, LEVEL_AND, LEVEL_NOT, LEVEL_COMPARE, LEVEL_WORDS, LEVEL_UNARY = 20 };

struct operator_row {
    const char *text;
    uint8_t operation;
    uint8_t level;
};

/* A text that begins another one comes after it. */
static const struct operator_row operators[] = {
    {"||", OP_OR, LEVEL_OR},
    {"or", OP_OR, LEVEL_OR},
    {"&&", OP_AND, LEVEL_AND},
    {"and", OP_AND, LEVEL_AND},
    {"==", OP_EQUAL, LEVEL_COMPARE},
    {"!=", OP_DIFFERENT, LEVEL_COMPARE},
    {"<<", OP_SHIFT_LEFT, LEVEL_WORDS + 3},
    {">>", OP_SHIFT_RIGHT, LEVEL_WORDS + 3},
    {"<=", OP_LESS_EQUAL, LEVEL_COMPARE},
    {"<", OP_LESS, LEVEL_COMPARE},
    {">=", OP_GREATER_EQUAL, LEVEL_COMPARE},
    {">", OP_GREATER, LEVEL_COMPARE},
    {"|", OP_BIT_OR, LEVEL_WORDS},
    {"^", OP_BIT_XOR, LEVEL_WORDS + 1},
    {"&", OP_BIT_AND, LEVEL_WORDS + 2},
    {"+", OP_ADD, LEVEL_WORDS + 4},
    {"-", OP_SUBTRACT, LEVEL_WORDS + 4},
    {"*", OP_MULTIPLY, LEVEL_WORDS + 5},
    {"/", OP_DIVIDE, LEVEL_WORDS + 5},
    {"%", OP_REMAINDER, LEVEL_WORDS + 5},
};

enum { OPERATOR_COUNT = sizeof(operators) / sizeof(operators[0]) };

static enum err parse_level(struct expr *x, unsigned level, struct expr_value *out);

static enum err __attribute__((format(printf, 4, 5)))
fail(struct expr *x, enum err e, size_t column, const char *format, ...)
{
    va_list args;

    x->column = (uint16_t)column;
    va_start(args, format);
    fmt_vprint(x->reason, sizeof(x->reason), format, args);
    va_end(args);
    return e;
}

static void skip_space(struct expr *x)
{
    while (lex_is_space(x->source[x->at]))
        x->at++;
}

static uint64_t word_mask(const struct expr *x)
{
    return x->scope->word_bits >= 64 ? UINT64_MAX : ((uint64_t)1 << x->scope->word_bits) - 1;
}

static unsigned digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    if (c >= 'a' && c <= 'z')
        return (unsigned)(c - 'a') + 10;
    if (c >= 'A' && c <= 'Z')
        return (unsigned)(c - 'A') + 10;
    return 99;
}

static unsigned number_base(const char *text)
{
    if (text[0] != '0')
        return 10;
    switch (text[1]) {
    case 'x':
    case 'X':
        return 16;
    case 'b':
    case 'B':
        return 2;
    case 'o':
        return 8;
    default:
        return 10;
    }
}

static unsigned suffix_shift(char c)
{
    static const char letters[] = "kKMG";
    static const uint8_t shifts[] = {10, 10, 20, 30};
    const char *letter = c ? strchr(letters, c) : NULL;

    return letter ? shifts[letter - letters] : 0;
}

enum err expr_number(const char *text, uint64_t *out, size_t *len)
{
    unsigned base = number_base(text), shift;
    size_t at = base == 10 ? 0 : 2, first = at;
    uint64_t value = 0;
    bool too_large = false;

    if (digit_of(text[at]) >= base)
        return ERR_SYNTAX;
    for (; digit_of(text[at]) < base || (text[at] == '_' && at > first); at++) {
        uint64_t next;
        if (text[at] == '_')
            continue;
        too_large |= __builtin_mul_overflow(value, base, &next);
        too_large |= __builtin_add_overflow(next, digit_of(text[at]), &value);
    }
    shift = suffix_shift(text[at]);
    if (shift > 0) {
        too_large |= value >> (64 - shift) != 0;
        value <<= shift;
        at++;
    }
    *len = at;
    if (lex_is_identifier(text[at]) || text[at - 1] == '_')
        return ERR_SYNTAX;
    *out = value;
    return too_large ? ERR_RANGE : ERR_OK;
}

static enum err want_word(struct expr *x, struct expr_value *value, size_t column)
{
    char name[LIMIT_NAME_BYTES];

    if (value->is_word || x->skipping)
        return ERR_OK;
    fmt_print(name, sizeof(name), "%.*s", (int)value->len, value->text);
    if (x->scope->name && value->len < sizeof(name) &&
        x->scope->name(x->scope->context, name, &value->word)) {
        value->is_word = true;
        return ERR_OK;
    }
    str_copy(x->missing, sizeof(x->missing), name);
    return fail(x, ERR_SYNTAX, column, "'%s' is not a number", name);
}

static enum err parse_number(struct expr *x, struct expr_value *out)
{
    size_t start = x->at, len = 1;
    enum err e = expr_number(x->source + x->at, &out->word, &len);

    if (e == ERR_RANGE)
        return fail(x, e, start, "the number is too large, a word has %u bits",
                    x->scope->word_bits);
    if (e)
        return fail(x, e, start, "that is not a number");
    if (out->word > word_mask(x))
        return fail(x, ERR_RANGE, start, "the number is too large, a word has %u bits",
                    x->scope->word_bits);
    out->is_word = true;
    x->at += len;
    return ERR_OK;
}

static enum err parse_quoted(struct expr *x, struct expr_value *out)
{
    struct lex_error bad;
    size_t start = x->at, end;
    enum err e = lex_word_end(x->source, start, ")]},|&=!<>+-*/%^~ ", &end, &bad);
    char quote = x->source[start];

    if (e)
        return fail(x, e, bad.column, "%s", bad.reason);
    size_t len = end - start;
    if (len + 1 > sizeof(x->pool) - x->used)
        return fail(x, ERR_NO_SPACE, start, "the text is too long");
    out->text = x->pool + x->used;
    lex_unquote(x->pool + x->used, x->source + start, len);
    out->len = (uint16_t)strlen(out->text);
    x->used = (uint16_t)(x->used + out->len + 1);
    if (quote == '\'' && out->len == 1) {
        out->is_word = true;
        out->word = (unsigned char)out->text[0];
    }
    x->at = end;
    return ERR_OK;
}

/* The identifier at x->at; its length, or 0 with an error if it is too long for a name. */
static size_t take_name(struct expr *x, char *name)
{
    size_t len = 0;

    while (lex_is_identifier(x->source[x->at + len]))
        len++;
    if (len == 0 || len >= LIMIT_NAME_BYTES)
        return 0;
    memcpy(name, x->source + x->at, len);
    name[len] = '\0';
    return len;
}

static enum err parse_variable(struct expr *x, struct expr_value *out)
{
    char name[LIMIT_NAME_BYTES];
    size_t start = x->at++;
    size_t len = take_name(x, name);

    if (len == 0)
        return fail(x, ERR_SYNTAX, start, "a name must follow the $");
    x->at += len;
    if (x->skipping)
        return ERR_OK;
    enum err e = x->scope->variable(x->scope->context, name, out);
    if (e) {
        x->missing_variable = true;
        str_copy(x->missing, sizeof(x->missing), name);
        return fail(x, e, start, "there is no $%s", name);
    }
    return ERR_OK;
}

static enum err parse_bare(struct expr *x, struct expr_value *out)
{
    size_t len = 0;

    while (lex_is_identifier(x->source[x->at + len]))
        len++;
    out->text = x->source + x->at;
    out->len = (uint16_t)len;
    x->at += len;
    return ERR_OK;
}

static enum err parse_primary(struct expr *x, struct expr_value *out)
{
    char c = x->source[x->at];

    *out = (struct expr_value){0};
    if (c == '(') {
        x->at++;
        enum err e = parse_level(x, LEVEL_OR, out);
        if (e)
            return e;
        skip_space(x);
        if (x->source[x->at] != ')')
            return fail(x, ERR_SYNTAX, x->at, "a ) is missing");
        x->at++;
        return ERR_OK;
    }
    if (c == '$')
        return parse_variable(x, out);
    if (c == '"' || c == '\'')
        return parse_quoted(x, out);
    if (c >= '0' && c <= '9')
        return parse_number(x, out);
    if (lex_is_identifier_start(c))
        return parse_bare(x, out);
    return fail(x, ERR_SYNTAX, x->at, c ? "a value is missing before this" : "a value is missing");
}

static bool at_word(const struct expr *x, const char *word)
{
    size_t len = strlen(word);

    return strncmp(x->source + x->at, word, len) == 0 &&
           (!lex_is_identifier_start(word[0]) || !lex_is_identifier(x->source[x->at + len]));
}

static enum err parse_not(struct expr *x, size_t operator_len, struct expr_value *out)
{
    x->at += operator_len;
    skip_space(x);
    size_t column = x->at;
    enum err e = parse_level(x, LEVEL_NOT, out);
    if (!e)
        e = want_word(x, out, column);
    if (e)
        return e;
    *out = (struct expr_value){.is_word = true, .word = out->word == 0};
    return ERR_OK;
}

/* -x and ~x, in the machine's word. */
static enum err parse_sign(struct expr *x, char sign, struct expr_value *out)
{
    x->at++;
    skip_space(x);
    size_t column = x->at;
    enum err e = parse_level(x, LEVEL_UNARY, out);
    if (!e)
        e = want_word(x, out, column);
    if (e)
        return e;
    uint64_t word = sign == '-' ? 0 - out->word : ~out->word;
    *out = (struct expr_value){.is_word = true, .word = word & word_mask(x)};
    return ERR_OK;
}

static enum err parse_unary(struct expr *x, struct expr_value *out)
{
    char c = x->source[x->at];

    if (c == '!' && x->source[x->at + 1] != '=')
        return parse_not(x, 1, out);
    if (at_word(x, "not"))
        return parse_not(x, 3, out);
    if (c == '-' || c == '~')
        return parse_sign(x, c, out);
    return parse_primary(x, out);
}

static const struct operator_row *find_operator(const struct expr *x)
{
    for (unsigned i = 0; i < OPERATOR_COUNT; i++) {
        if (at_word(x, operators[i].text))
            return &operators[i];
    }
    return NULL;
}

static bool same_text(const struct expr_value *a, const struct expr_value *b)
{
    return a->len == b->len && strncmp(a->text, b->text, a->len) == 0;
}

static bool compare_words(unsigned operation, uint64_t a, uint64_t b)
{
    switch (operation) {
    case OP_EQUAL:
        return a == b;
    case OP_DIFFERENT:
        return a != b;
    case OP_LESS:
        return a < b;
    case OP_LESS_EQUAL:
        return a <= b;
    case OP_GREATER:
        return a > b;
    default:
        return a >= b;
    }
}

static enum err compare(struct expr *x, unsigned operation, size_t column, struct expr_value *a,
                        struct expr_value *b)
{
    bool texts = a->text && b->text && (operation == OP_EQUAL || operation == OP_DIFFERENT) &&
                 !(a->is_word && b->is_word);
    bool result;

    if (texts) {
        result = same_text(a, b) == (operation == OP_EQUAL);
    } else {
        enum err e = want_word(x, a, column);
        if (!e)
            e = want_word(x, b, column);
        if (e)
            return e;
        result = compare_words(operation, a->word, b->word);
    }
    if (!result && !x->skipping) {
        x->compared = true;
        x->left = *a;
        x->right = *b;
    }
    *a = (struct expr_value){.is_word = true, .word = result};
    return ERR_OK;
}

static bool shift_left_loses(const struct expr *x, uint64_t a, uint64_t b)
{
    if (a == 0)
        return false;
    return b >= x->scope->word_bits || a << b >> b != a || a << b > word_mask(x);
}

/* What has one right answer; returns a reason where it has none. */
static const char *arithmetic(const struct expr *x, unsigned operation, uint64_t a, uint64_t b,
                              uint64_t *out)
{
    switch (operation) {
    case OP_BIT_OR:
        *out = a | b;
        return NULL;
    case OP_BIT_XOR:
        *out = a ^ b;
        return NULL;
    case OP_BIT_AND:
        *out = a & b;
        return NULL;
    case OP_SHIFT_LEFT:
        *out = b < 64 ? a << b : 0;
        return shift_left_loses(x, a, b) ? "bits are shifted out of the word" : NULL;
    case OP_SHIFT_RIGHT:
        *out = b < 64 ? a >> b : 0;
        return NULL;
    case OP_ADD:
        return __builtin_add_overflow(a, b, out) || *out > word_mask(x) ? "the sum is too large"
                                                                        : NULL;
    case OP_SUBTRACT:
        *out = a - b;
        return a < b ? "the difference is below zero" : NULL;
    case OP_MULTIPLY:
        return __builtin_mul_overflow(a, b, out) || *out > word_mask(x) ? "the product is too large"
                                                                        : NULL;
    default:
        if (b == 0)
            return "division by zero";
        *out = operation == OP_DIVIDE ? a / b : a % b;
        return NULL;
    }
}

static enum err apply(struct expr *x, const struct operator_row *row, size_t column,
                      struct expr_value *a, struct expr_value *b)
{
    if (row->level == LEVEL_COMPARE && !x->skipping)
        return compare(x, row->operation, column, a, b);
    enum err e = want_word(x, a, column);
    if (!e)
        e = want_word(x, b, column);
    if (e)
        return e;
    uint64_t result = 0;
    if (row->operation == OP_OR) {
        result = a->word || b->word;
    } else if (row->operation == OP_AND) {
        result = a->word && b->word;
    } else if (!x->skipping) {
        const char *reason = arithmetic(x, row->operation, a->word, b->word, &result);
        if (reason)
            return fail(x, ERR_RANGE, column, "%s", reason);
    }
    *a = (struct expr_value){.is_word = true, .word = result};
    return ERR_OK;
}

/* The right side; of || and && it is only read, not evaluated, when the left decides. */
static enum err parse_right(struct expr *x, const struct operator_row *row, size_t column,
                            struct expr_value *left, struct expr_value *right)
{
    bool was = x->skipping;

    if (row->level <= LEVEL_AND) {
        enum err e = want_word(x, left, column);
        if (e)
            return e;
        if (!was && (left->word != 0) == (row->operation == OP_OR))
            x->skipping = true;
    }
    enum err e = parse_level(x, row->level + 1u, right);
    if (x->skipping && !was)
        *right = *left;
    x->skipping = was;
    return e;
}

static enum err parse_operators(struct expr *x, unsigned level, struct expr_value *out)
{
    skip_space(x);
    enum err e = parse_unary(x, out);
    while (!e) {
        skip_space(x);
        size_t column = x->at;
        const struct operator_row *row = find_operator(x);
        if (!row || row->level < level)
            break;
        struct expr_value right = {0};
        x->at += strlen(row->text);
        e = parse_right(x, row, column, out, &right);
        if (!e)
            e = apply(x, row, column, out, &right);
        /* a < b < c reads as something that it does not mean */
        if (!e && row->level == LEVEL_COMPARE) {
            skip_space(x);
            row = find_operator(x);
            if (row && row->level == LEVEL_COMPARE)
                e = fail(x, ERR_SYNTAX, x->at, "comparisons do not chain, use && between them");
        }
    }
    return e;
}

static enum err parse_level(struct expr *x, unsigned level, struct expr_value *out)
{
    if (x->depth == LIMIT_EXPR_DEPTH)
        return fail(x, ERR_SYNTAX, x->at, "too much inside each other");
    x->depth++;
    enum err e = parse_operators(x, level, out);
    x->depth--;
    return e;
}

enum err expr_eval(struct expr *expr, const struct expr_scope *scope, const char *source,
                   struct expr_value *out)
{
    *expr = (struct expr){.scope = scope, .source = source};
    enum err e = parse_level(expr, LEVEL_OR, out);
    if (e)
        return e;
    skip_space(expr);
    if (source[expr->at])
        return fail(expr, ERR_SYNTAX, expr->at, "this does not belong to the expression");
    return ERR_OK;
}

enum err expr_eval_word(struct expr *expr, const struct expr_scope *scope, const char *source,
                        uint64_t *out)
{
    struct expr_value value;
    enum err e = expr_eval(expr, scope, source, &value);

    if (!e)
        e = want_word(expr, &value, 0);
    if (!e)
        *out = value.word;
    return e;
}

void expr_print(const struct expr_value *value, char *to, size_t cap)
{
    if (value->text)
        fmt_print(to, cap, "%.*s", (int)value->len, value->text);
    else
        fmt_print(to, cap, "0x%llx", (unsigned long long)value->word);
}
