/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Errors in words. What the kernel leaves with each error is fixed by its API (message words after
 * a failed invocation): a table by error number has one explanation each.
 */
#include "monitor/shell/errors.h"
#include "monitor/shell/method.h"
#include "arch/lib/str.h"

enum { ERROR_WORDS = 5, SMALL_NUMBER = 4096 };

static const struct column columns[ERROR_FIELD_COUNT] = {
    [ERROR_NAME] = {"error", FIELD_NAME, 0},
    [ERROR_TEXT] = {"text", FIELD_TEXT, 0},
    [ERROR_COMMAND] = {"command", FIELD_NAME, 0},
    [ERROR_ARGUMENT] = {"argument", FIELD_NAME, 0},
    [ERROR_KIND] = {"kind", FIELD_NAME, 0},
    [ERROR_NEAR] = {"near", FIELD_NAME, 0},
    [ERROR_COLUMN] = {"column", FIELD_COUNT, 0},
    [ERROR_LABEL] = {"label", FIELD_COUNT, 0},
    [ERROR_NUMBER] = {"number", FIELD_COUNT, 0},
    [ERROR_MIN] = {"min", FIELD_WORD, 0},
    [ERROR_MAX] = {"max", FIELD_WORD, 0},
    [ERROR_SIDE] = {"side", FIELD_NAME, 0},
    [ERROR_LOOKUP] = {"lookup", FIELD_NAME, 0},
    [ERROR_BITS_LEFT] = {"bits_left", FIELD_COUNT, 0},
    [ERROR_BITS_FOUND] = {"bits_found", FIELD_COUNT, 0},
    [ERROR_GUARD_FOUND] = {"guard_found", FIELD_WORD, 0},
    [ERROR_LENGTH] = {"length", FIELD_COUNT, 0},
    [ERROR_AVAILABLE] = {"available", FIELD_SIZE, 0},
    [ERROR_LEFT] = {"left", FIELD_TEXT, 0},
    [ERROR_RIGHT] = {"right", FIELD_TEXT, 0},
    [ERROR_CAUSE] = {"cause", FIELD_NAME, 0},
    [ERROR_ADDRESS] = {"address", FIELD_ADDRESS, 0},
    [ERROR_PC] = {"pc", FIELD_ADDRESS, 0},
};

const struct record_type error_record = {"error", columns, ERROR_FIELD_COUNT, RECORD_ERROR};

static bool is_text(unsigned field)
{
    return columns[field].kind == FIELD_TEXT || columns[field].kind == FIELD_NAME;
}

void error_begin(struct error_info *info, enum err e)
{
    info->text[0] = '\0';
    for (unsigned i = 0; i < ERROR_FIELD_COUNT; i++) {
        info->fields[i] = (struct field){.absent = !is_text(i)};
        if (is_text(i))
            info->fields[i].text = NULL;
    }
    info->fields[ERROR_NAME].text = err_name(e);
    info->fields[ERROR_TEXT].text = info->text;
}

void error_set_word(struct error_info *info, enum error_field field, uint64_t word)
{
    info->fields[field] = (struct field){.word = word};
}

void error_set_text(struct error_info *info, enum error_field field, const char *text)
{
    info->fields[field].text = text;
}

void error_vsay(struct error_info *info, const char *format, va_list args)
{
    static const char cut[] = "...";
    size_t used = strlen(info->text), room = sizeof(info->text) - used;

    if (fmt_vprint(info->text + used, room, format, args) >= room)
        memcpy(info->text + sizeof(info->text) - sizeof(cut), cut, sizeof(cut));
}

void error_say(struct error_info *info, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    error_vsay(info, format, args);
    va_end(args);
}

void error_say_near(struct error_info *info, const struct near *near)
{
    char question[LIMIT_NAME_BYTES * 4];

    if (near_print(near, question, sizeof(question)) == 0)
        return;
    error_say(info, "; %s", question);
    str_copy(info->near, sizeof(info->near), near->names[0]);
    error_set_text(info, ERROR_NEAR, info->near);
}

static const char *enum_name(const struct api_enum *values, uint64_t value)
{
    for (unsigned i = 0; i < values->count; i++) {
        if (values->values[i].value == value)
            return values->values[i].name;
    }
    return "an error that this monitor does not know";
}

/* The parameter that travels at `index` of `where`, NULL if none does or several share it. */
static const struct api_param *param_at(const struct api_method *method, enum api_where where,
                                        uint64_t index)
{
    const struct api_param *found = NULL;

    for (unsigned i = 0; method && i < method->param_count; i++) {
        const struct api_param *param = &method->params[i];
        if (param->where != where || param->index != index)
            continue;
        if (found)
            return NULL;
        found = param;
    }
    return found;
}

static void say_param(struct error_info *info, const struct api_param *param)
{
    if (!param)
        return;
    error_say(info, " (%s)", method_param_name(param));
    error_set_text(info, ERROR_ARGUMENT, method_param_name(param));
}

struct explanation {
    struct error_info *info;
    const struct api_method *method;
    const uint64_t *words; /* ERROR_WORDS of them */
};

static void say_number(struct error_info *info, uint64_t number)
{
    error_say(info, number < SMALL_NUMBER ? "%llu" : "0x%llx", (unsigned long long)number);
}

static void explain_argument(const struct explanation *x)
{
    error_set_word(x->info, ERROR_NUMBER, x->words[0]);
    error_say(x->info, "argument number %llu is not valid", (unsigned long long)x->words[0]);
    say_param(x->info, param_at(x->method, API_AT_MESSAGE, x->words[0]));
}

/* The kernel counts the invoked capability as 0, those sent along from 1. */
static void explain_capability(const struct explanation *x)
{
    uint64_t number = x->words[0];

    error_set_word(x->info, ERROR_NUMBER, number);
    error_say(x->info, "capability number %llu is not of the right kind, or not valid",
              (unsigned long long)number);
    say_param(x->info, number == 0 ? param_at(x->method, API_AT_CAP, 0)
                                   : param_at(x->method, API_AT_EXTRA_CAP, number - 1));
}

static void explain_range(const struct explanation *x)
{
    error_set_word(x->info, ERROR_MIN, x->words[0]);
    error_set_word(x->info, ERROR_MAX, x->words[1]);
    error_say(x->info, "an argument is out of range, it goes from ");
    say_number(x->info, x->words[0]);
    error_say(x->info, " to ");
    say_number(x->info, x->words[1]);
}

/* `words`: kind of failure, bits left, and what the kind adds. */
static void say_lookup(struct error_info *info, const uint64_t *words)
{
    static const char *const left_words[] = {
        NULL,
        "the root is not a CNode",
        "there is no capability, %llu bits before the end of the address",
        "the address ends inside a CNode: %llu bits are left, %llu needed",
        "the guard differs: with %llu bits left the CNode wants %llu bits of guard, 0x%llx",
    };
    enum { MISSING = 2, DEPTH = 3, GUARD = 4 };
    uint64_t kind = words[0];
    unsigned long long left = words[1];
    unsigned long long found = kind == GUARD ? words[3] : words[2];

    error_set_text(info, ERROR_LOOKUP, enum_name(&api_lookup_errors, kind));
    if (kind >= MISSING && kind <= GUARD)
        error_set_word(info, ERROR_BITS_LEFT, left);
    if (kind == DEPTH || kind == GUARD)
        error_set_word(info, ERROR_BITS_FOUND, found);
    if (kind == GUARD)
        error_set_word(info, ERROR_GUARD_FOUND, words[2]);
    if (kind == 0 || kind > GUARD)
        error_say(info, "kind %llu is not known", (unsigned long long)kind);
    else
        error_say(info, left_words[kind], left, found, (unsigned long long)words[2]);
}

static void explain_lookup(const struct explanation *x)
{
    const char *side = x->words[0] ? "source" : "destination";

    error_set_text(x->info, ERROR_SIDE, side);
    error_say(x->info, "the lookup of the %s failed: ", side);
    say_lookup(x->info, x->words + 1);
}

static void explain_truncated(const struct explanation *x)
{
    error_say(x->info, "the message is too short, or a capability is missing");
    if (!x->method)
        return;
    error_set_word(x->info, ERROR_LENGTH, x->method->length);
    error_say(x->info, "; the call has %u words and %u capabilities", x->method->length,
              x->method->extra_caps);
}

static void explain_memory(const struct explanation *x)
{
    error_set_word(x->info, ERROR_AVAILABLE, x->words[0]);
    error_say(x->info, "the untyped is too small or used up, %llu bytes are left",
              (unsigned long long)x->words[0]);
}

struct kernel_error {
    void (*explain)(const struct explanation *x);
    const char *text; /* where the kernel leaves nothing to explain */
};

static const struct kernel_error kernel_errors[] = {
    {NULL, NULL},
    {explain_argument, NULL},
    {explain_capability, NULL},
    {NULL, "the object cannot do that, not now or not with this capability"},
    {explain_range, NULL},
    {NULL, "an address or a size is not aligned"},
    {explain_lookup, NULL},
    {explain_truncated, NULL},
    {NULL, "the place is taken, delete what is there first"},
    {NULL, "something derived from the capability is in the way, revoke it first"},
    {explain_memory, NULL},
};

enum { KERNEL_ERROR_COUNT = sizeof(kernel_errors) / sizeof(kernel_errors[0]) };

void error_explain_kernel(struct error_info *info, const struct api_method *method, uint64_t label,
                          const uint64_t *words, unsigned word_count)
{
    uint64_t padded[ERROR_WORDS] = {0};
    struct explanation x = {info, method, padded};

    for (unsigned i = 0; i < word_count && i < ERROR_WORDS; i++)
        padded[i] = words[i];
    error_begin(info, ERR_KERNEL);
    error_set_text(info, ERROR_NAME, enum_name(&api_errors, label));
    error_set_word(info, ERROR_LABEL, label);
    if (method)
        error_set_text(info, ERROR_COMMAND, method->name);
    error_say(info, "%s: ", enum_name(&api_errors, label));
    if (label >= KERNEL_ERROR_COUNT)
        error_say(info, "the kernel returned number %llu", (unsigned long long)label);
    else if (kernel_errors[label].explain)
        kernel_errors[label].explain(&x);
    else if (kernel_errors[label].text)
        error_say(info, "%s", kernel_errors[label].text);
}

/* Words of a capability fault: after address and phase the kind of failure and what goes with it.
 */
static void explain_cap_fault(struct error_info *info, const struct env_fault *fault)
{
    enum { LOOKUP = 3, LOOKUP_WORDS = 4, MISSING = 2 };
    unsigned long long address = fault->address;
    uint64_t words[LOOKUP_WORDS] = {0};

    for (unsigned i = 0; i < LOOKUP_WORDS && LOOKUP + i < fault->word_count; i++)
        words[i] = fault->words[LOOKUP + i];
    if (words[0] == MISSING && words[1] == 0) {
        error_set_text(info, ERROR_LOOKUP, enum_name(&api_lookup_errors, words[0]));
        error_set_word(info, ERROR_BITS_LEFT, 0);
        error_say(info, "the capability at 0x%llx is missing, or not of the right kind", address);
        return;
    }
    error_say(info, "the capability address 0x%llx leads nowhere: ", address);
    say_lookup(info, words);
}

void error_explain_fault(struct error_info *info, const char *method, const struct env_fault *fault)
{
    error_begin(info, ERR_FAULT);
    error_set_text(info, ERROR_COMMAND, method);
    error_set_text(info, ERROR_CAUSE, fault->cause);
    if (fault->has_address)
        error_set_word(info, ERROR_ADDRESS, fault->address);
    if (fault->is_cap) {
        explain_cap_fault(info, fault);
        return;
    }
    error_say(info, "%s ended in a fault", method);
    if (fault->cause)
        error_say(info, ", %s", fault->cause);
    if (fault->has_address)
        error_say(info, " at 0x%llx", (unsigned long long)fault->address);
}
