/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Readers of arguments by kind. Scalars are expressions in which bare names mean the members that
 * the parameter knows; lists are split here and their elements read the same way.
 */
#include "monitor/shell/value.h"
#include "monitor/shell/method.h"
#include "monitor/shell/scope.h"
#include "monitor/shell/shell.h"
#include "arch/lib/str.h"

/* What bare names mean inside one argument. */
struct value_scope {
    struct shell *shell;
    const struct api_param *param;
};

static const char *const kind_names[API_KIND_COUNT] = {
    [API_WORD] = "word",
    [API_BOOL] = "true or false",
    [API_CAP] = "capability",
    [API_SLOT] = "slot",
    [API_DEPTH] = "depth",
    [API_BADGE] = "badge",
    [API_RIGHTS] = "rights",
    [API_ENUM] = "enumeration",
    [API_FLAGS] = "flags",
    [API_OBJECT] = "object type",
    [API_VADDR] = "address",
    [API_PADDR] = "physical address",
    [API_SIZE_BITS] = "size bits",
    [API_SIZE] = "size",
    [API_PRIORITY] = "priority",
    [API_TIME] = "time",
    [API_IRQ] = "interrupt",
    [API_PORT] = "port",
    [API_CHAR] = "character",
    [API_STRING] = "text",
    [API_REGISTERS] = "registers",
    [API_STRUCT] = "structure",
    [API_MSGINFO] = "message info",
    [API_WORDS] = "words",
    [API_CAPS] = "capabilities",
    [API_ERROR] = "error",
};

const char *value_kind(const struct api_param *param)
{
    switch (param->kind) {
    case API_CAP:
        return param->type == 0 ? "capability" : api_objects[param->type];
    case API_ENUM:
    case API_FLAGS:
        return api_enums[param->type].name;
    case API_REGISTERS:
    case API_STRUCT:
        return api_structs[param->type].name;
    default:
        return kind_names[param->kind];
    }
}

bool value_is_list(const struct api_param *param)
{
    return param->kind == API_REGISTERS || param->kind == API_STRUCT || param->kind == API_WORDS ||
           param->kind == API_CAPS;
}

static bool is_cap(const struct api_param *param)
{
    return param->kind == API_CAP || param->kind == API_CAPS;
}

static bool has_members(const struct api_param *param)
{
    return param->kind == API_ENUM || param->kind == API_FLAGS || param->kind == API_OBJECT;
}

static void begin_error(struct command_call *call, const struct api_param *param,
                        const struct arg *arg, enum err e)
{
    struct error_info *info = &call->shell->failure;

    error_begin(info, e);
    error_set_text(info, ERROR_COMMAND, call->shell->invoke.method->name);
    error_set_text(info, ERROR_ARGUMENT, method_param_name(param));
    error_set_text(info, ERROR_KIND, value_kind(param));
    error_set_word(info, ERROR_COLUMN, arg->column + 1u);
    error_say(info, "%s (%s): ", method_param_name(param), value_kind(param));
}

static enum err fail_range(struct command_call *call, const struct api_param *param,
                           const struct arg *arg, uint64_t word)
{
    struct error_info *info = &call->shell->failure;
    uint64_t max = marshal_max(param);
    unsigned width = param->width ? param->width : api_identity.word_bits;

    begin_error(call, param, arg, ERR_RANGE);
    error_set_word(info, ERROR_MIN, 0);
    error_set_word(info, ERROR_MAX, max);
    error_say(info, "0x%llx does not fit %u bit%s, the range is 0 to 0x%llx",
              (unsigned long long)word, width, width == 1 ? "" : "s", (unsigned long long)max);
    return shell_fail(call->shell, ERR_RANGE, info);
}

/* Bare names. */

static bool yes_or_no(const char *name, uint64_t *word)
{
    static const char *const words[] = {"no", "yes", "off", "on", "false", "true"};

    for (unsigned i = 0; i < 6; i++) {
        if (str_compare_nocase(words[i], name) == 0) {
            *word = i & 1;
            return true;
        }
    }
    return false;
}

static bool bare_name(void *context, const char *name, uint64_t *word)
{
    const struct value_scope *scope = context;
    const struct shell_env *env = scope->shell->env;
    const struct api_param *param = scope->param;

    if (has_members(param) && scope_enum_find(&api_enums[param->type], name, word) == ERR_OK)
        return true;
    if (param->kind == API_BOOL && yes_or_no(name, word))
        return true;
    if (is_cap(param) && env->object_lookup(env->context, name, word) == ERR_OK)
        return true;
    return scope_bare_name(scope->shell, name, word);
}

/* The scope's variables are looked up with the shell as context, bare names with the parameter:
 * this makes one of two. */
static enum err variable(void *context, const char *name, struct expr_value *out)
{
    const struct value_scope *scope = context;
    struct expr_scope shell = scope_of(scope->shell);

    return shell.variable(shell.context, name, out);
}

static void suggest(struct command_call *call, const struct api_param *param, const char *wanted)
{
    const struct api_enum *members = &api_enums[param->type];
    struct near near;

    near_begin(&near, wanted);
    for (unsigned i = 0; i < members->count; i++) {
        if (str_starts_nocase(members->values[i].name, wanted))
            near_add(&near, members->values[i].name);
    }
    bool starts = near.names[0] != NULL;
    for (unsigned i = 0; !starts && i < members->count; i++)
        near_offer(&near, members->values[i].name);
    error_say_near(&call->shell->failure, &near);
    for (unsigned i = 0; !near.names[0] && i < members->count; i++)
        error_say(&call->shell->failure, i ? ", %s" : "; one of %s", members->values[i].name);
}

static void say_reason(struct command_call *call, const struct api_param *param)
{
    const struct expr *expr = &call->shell->expr;
    bool name = has_members(param) && expr->missing[0] && !expr->missing_variable;
    uint64_t word;

    if (name && scope_enum_find(&api_enums[param->type], expr->missing, &word) == ERR_AMBIGUOUS)
        error_say(&call->shell->failure, "'%s' fits more than one member", expr->missing);
    else if (is_cap(param) && expr->missing[0] && !expr->missing_variable)
        error_say(&call->shell->failure, "there is no object '%s'", expr->missing);
    else
        error_say(&call->shell->failure, "%s", expr->reason);
    if (name)
        suggest(call, param, expr->missing);
    else if (expr->missing[0])
        scope_say_near(call->shell, &call->shell->failure, expr->missing);
    if (name || value_is_list(param) || param->kind == API_MSGINFO)
        return;
    if (param->kind == API_RIGHTS)
        error_say(&call->shell->failure, "; rights are letters of r w g p, or - for none");
    error_set_word(&call->shell->failure, ERROR_MIN, 0);
    error_set_word(&call->shell->failure, ERROR_MAX, marshal_max(param));
    error_say(&call->shell->failure, "; the range is 0 to 0x%llx",
              (unsigned long long)marshal_max(param));
}

static enum err eval(struct command_call *call, const struct api_param *param,
                     const struct arg *arg, const char *text, uint64_t *word)
{
    struct expr *expr = &call->shell->expr;
    struct value_scope names = {call->shell, param};
    bool wide = param->width > api_identity.word_bits;
    const struct expr_scope scope = {
        .context = &names,
        .variable = variable,
        .name = bare_name,
        .word_bits = wide ? 64 : api_identity.word_bits,
    };
    enum err e = expr_eval_word(expr, &scope, text, word);

    if (!e)
        return ERR_OK;
    begin_error(call, param, arg, e);
    if (text >= arg->raw && text <= arg->raw + strlen(arg->raw))
        error_set_word(&call->shell->failure, ERROR_COLUMN,
                       arg->column + (unsigned)(text - arg->raw) + expr->column + 1u);
    say_reason(call, param);
    return shell_fail(call->shell, e, &call->shell->failure);
}

/* Rights: the letters of seL4_CapRights' bits, lowest first. */
static bool rights_letters(const char *text, uint64_t *word)
{
    static const char letters[] = "wrgp";
    uint64_t rights = 0;

    for (; *text; text++) {
        const char *letter = strchr(letters, *text);
        if (letter)
            rights |= (uint64_t)1 << (letter - letters);
        else if (*text != '-')
            return false;
    }
    *word = rights;
    return true;
}

static enum err read_scalar(struct command_call *call, const struct api_param *param,
                            const struct arg *arg, uint64_t *word)
{
    bool digit = arg->text[0] >= '0' && arg->text[0] <= '9';
    bool single = arg->text[0] != '\0' && arg->text[1] == '\0';

    if (param->kind == API_RIGHTS && arg->text[0] && rights_letters(arg->text, word))
        return ERR_OK;
    if (param->kind == API_CHAR && single && (arg->is_quoted || !digit)) {
        *word = (unsigned char)arg->text[0];
        return ERR_OK;
    }
    if (arg->is_word) {
        *word = arg->word;
        return ERR_OK;
    }
    return eval(call, param, arg, arg->raw, word);
}

/* Lists. */

struct list {
    const char *at, *end; /* of the elements, without the brackets */
};

static struct list list_open(const char *text)
{
    size_t len = strlen(text);
    bool brackets = len >= 2 && ((text[0] == '[' && text[len - 1] == ']') ||
                                 (text[0] == '{' && text[len - 1] == '}'));

    return brackets ? (struct list){text + 1, text + len - 1} : (struct list){text, text + len};
}

/* The next element, without blanks around it. ERR_NOT_FOUND after the last. */
static enum err list_next(struct list *list, char *to, size_t cap)
{
    const char *from, *end;

    while (list->at < list->end && lex_is_space(*list->at))
        list->at++;
    if (list->at >= list->end)
        return ERR_NOT_FOUND;
    from = list->at;
    while (list->at < list->end && *list->at != ',') {
        struct lex_error bad;
        size_t len;
        if (lex_word_end(list->at, 0, ",]}", &len, &bad) != ERR_OK)
            return ERR_SYNTAX;
        list->at += len > 0 ? len : 1;
    }
    end = list->at < list->end ? list->at : list->end;
    list->at++; /* the comma */
    while (end > from && lex_is_space(end[-1]))
        end--;
    if ((size_t)(end - from) >= cap)
        return ERR_NO_SPACE;
    memcpy(to, from, (size_t)(end - from));
    to[end - from] = '\0';
    return ERR_OK;
}

static enum err fail_list(struct command_call *call, const struct api_param *param,
                          const struct arg *arg, enum err e, const char *reason)
{
    begin_error(call, param, arg, e);
    error_say(&call->shell->failure, "%s", reason);
    return shell_fail(call->shell, e, &call->shell->failure);
}

static uint64_t *list_room(struct command_call *call, struct marshal_value *out, unsigned max)
{
    struct invoke *invoke = &call->shell->invoke;

    if (out->count >= max || invoke->lists_used >= LIMIT_LIST_WORDS)
        return NULL;
    if (out->count == 0)
        out->words = &invoke->lists[invoke->lists_used];
    out->count++;
    return &invoke->lists[invoke->lists_used++];
}

static unsigned list_max(const struct api_param *param)
{
    if (param->kind == API_CAPS)
        return LIMIT_MESSAGE_CAPS;
    if (param->kind == API_WORDS)
        return LIMIT_MESSAGE_WORDS;
    return api_structs[param->type].count;
}

static enum err add_element(struct command_call *call, const struct api_param *param,
                            const struct arg *arg, const char *text, struct marshal_value *out)
{
    uint64_t word;
    enum err e = eval(call, param, arg, text, &word);

    if (e)
        return e;
    uint64_t *to = list_room(call, out, list_max(param));
    if (!to)
        return fail_list(call, param, arg, ERR_FULL, "there are too many elements");
    *to = word;
    return ERR_OK;
}

enum err value_add(struct command_call *call, const struct api_param *param, const struct arg *arg,
                   struct marshal_value *out)
{
    char element[LIMIT_ELEMENT_BYTES];
    struct list list = list_open(arg->raw);
    enum err e;

    out->given = true;
    while ((e = list_next(&list, element, sizeof(element))) == ERR_OK) {
        e = add_element(call, param, arg, element, out);
        if (e)
            return e;
    }
    return e == ERR_NOT_FOUND ? ERR_OK : fail_list(call, param, arg, e, "that is no list");
}

/* `name=value` elements; the name's end, or NULL if the element has none. */
static char *split_name(char *element)
{
    char *at = element;

    if (!lex_is_identifier_start(*at))
        return NULL;
    while (lex_is_identifier(*at))
        at++;
    if (*at != '=' || at[1] == '=')
        return NULL;
    *at = '\0';
    return at + 1;
}

static int field_index(const struct api_struct *type, const char *name)
{
    for (unsigned i = 0; i < type->count; i++) {
        if (str_compare_nocase(type->fields[i], name) == 0)
            return (int)i;
    }
    return -1;
}

static enum err fail_field(struct command_call *call, const struct api_param *param,
                           const struct arg *arg, const char *name)
{
    const struct api_struct *type = &api_structs[param->type];
    struct near near;

    begin_error(call, param, arg, ERR_NOT_FOUND);
    error_say(&call->shell->failure, "there is no field '%.32s'", name);
    near_begin(&near, name);
    for (unsigned i = 0; i < type->count; i++)
        near_offer(&near, type->fields[i]);
    if (near.names[0])
        error_say_near(&call->shell->failure, &near);
    for (unsigned i = 0; !near.names[0] && i < type->count; i++)
        error_say(&call->shell->failure, i ? ", %s" : "; the fields are %s", type->fields[i]);
    return shell_fail(call->shell, ERR_NOT_FOUND, &call->shell->failure);
}

/* One field into its place; the value grows to hold it, with zeros between. */
static enum err set_field(struct command_call *call, const struct api_param *param,
                          const struct arg *arg, unsigned index, const char *text,
                          struct marshal_value *out)
{
    uint64_t word;
    enum err e = eval(call, param, arg, text, &word);

    if (e)
        return e;
    while (out->count <= index) {
        uint64_t *to = list_room(call, out, list_max(param));
        if (!to)
            return fail_list(call, param, arg, ERR_FULL, "there are too many fields");
        *to = 0;
    }
    ((uint64_t *)out->words)[index] = word;
    return ERR_OK;
}

static enum err read_fields(struct command_call *call, const struct api_param *param,
                            const struct arg *arg, struct marshal_value *out)
{
    char element[LIMIT_ELEMENT_BYTES];
    struct list list = list_open(arg->raw);
    unsigned position = 0;
    enum err e;

    while ((e = list_next(&list, element, sizeof(element))) == ERR_OK) {
        char *value = split_name(element);
        int index = (int)position++;
        if (value) {
            index = field_index(&api_structs[param->type], element);
            if (index < 0)
                return fail_field(call, param, arg, element);
        }
        e = set_field(call, param, arg, (unsigned)index, value ? value : element, out);
        if (e)
            return e;
    }
    return e == ERR_NOT_FOUND ? ERR_OK : fail_list(call, param, arg, e, "that is no list");
}

/* The parts of a message info, as INVOKE_LABEL... */
static const char *const info_names[INVOKE_INFO_PARTS] = {"label", "length", "caps"};

static uint64_t info_max(unsigned part)
{
    static const uint64_t counts[] = {
        [INVOKE_LENGTH] = LIMIT_MESSAGE_WORDS, [INVOKE_CAPS] = LIMIT_MESSAGE_CAPS};
    enum { BITS_BELOW_LABEL = 12 };

    return part == INVOKE_LABEL ? ((uint64_t)1 << (api_identity.word_bits - BITS_BELOW_LABEL)) - 1
                                : counts[part];
}

static enum err fail_info(struct command_call *call, const struct api_param *param,
                          const struct arg *arg, unsigned part, uint64_t value)
{
    struct error_info *info = &call->shell->failure;

    begin_error(call, param, arg, ERR_RANGE);
    error_set_word(info, ERROR_MIN, 0);
    error_set_word(info, ERROR_MAX, info_max(part));
    error_say(info, "%s: 0x%llx is out of range, it goes from 0 to 0x%llx", info_names[part],
              (unsigned long long)value, (unsigned long long)info_max(part));
    return shell_fail(call->shell, ERR_RANGE, info);
}

static enum err read_info_part(struct command_call *call, const struct api_param *param,
                               const struct arg *arg, char *element)
{
    struct invoke *invoke = &call->shell->invoke;
    char *value = split_name(element);
    uint64_t word = 0;
    unsigned part = 0;

    while (value && part < INVOKE_INFO_PARTS && strcmp(info_names[part], element) != 0)
        part++;
    if (part == INVOKE_INFO_PARTS)
        return fail_list(call, param, arg, ERR_NOT_FOUND, "the parts are label, length and caps");
    enum err e = eval(call, param, arg, value ? value : element, &word);
    if (e)
        return e;
    if (word > info_max(part))
        return fail_info(call, param, arg, part, word);
    invoke->info[part] = word;
    invoke->info_given[part] = true;
    return ERR_OK;
}

/* {label=, length=, caps=}: what is left out is filled in when words and capabilities are known.
 */
static enum err read_info(struct command_call *call, const struct api_param *param,
                          const struct arg *arg, struct marshal_value *out)
{
    char element[LIMIT_ELEMENT_BYTES];
    struct list list = list_open(arg->raw);
    enum err e;

    out->words = NULL;
    while ((e = list_next(&list, element, sizeof(element))) == ERR_OK) {
        e = read_info_part(call, param, arg, element);
        if (e)
            return e;
    }
    return e == ERR_NOT_FOUND ? ERR_OK : fail_list(call, param, arg, e, "that is no list");
}

enum err value_read(struct command_call *call, const struct api_param *param, const struct arg *arg,
                    struct marshal_value *out)
{
    out->given = true;
    switch (param->kind) {
    case API_STRING:
        out->text = arg->text;
        return ERR_OK;
    case API_REGISTERS:
    case API_STRUCT:
        return read_fields(call, param, arg, out);
    case API_WORDS:
    case API_CAPS:
        return value_add(call, param, arg, out);
    case API_MSGINFO:
        return read_info(call, param, arg, out);
    default:
        break;
    }
    enum err e = read_scalar(call, param, arg, &out->word);
    if (!e && out->word > marshal_max(param))
        e = fail_range(call, param, arg, out->word);
    return e;
}
