/* SPDX-License-Identifier: BSD-2-Clause */
/* The fake surroundings: three objects, a canned answer, and everything kept. */
#include "tests/unit/shell_fake.h"
#include "monitor/commands/commands.h"

#include <string.h>

static const struct {
    const char *name;
    uint64_t cptr;
} objects[] = {{"tcb0", 0x10}, {"ep0", 0x11}, {"cnode", 0x2}};

static void fake_write(void *context, const char *text, size_t len)
{
    struct shell_fake *fake = context;
    size_t room = sizeof(fake->output) - 1 - fake->len;

    memcpy(fake->output + fake->len, text, len < room ? len : room);
    fake->len += len < room ? len : room;
    fake->output[fake->len] = '\0';
    if (fake->also)
        fake->also(text, len);
}

static void fake_drain(void *context)
{
    ((struct shell_fake *)context)->drains++;
}

static bool fake_interrupted(void *context)
{
    return ((struct shell_fake *)context)->interrupted;
}

static enum err fake_lookup(void *context, const char *name, uint64_t *cptr)
{
    (void)context;
    for (unsigned i = 0; i < 3; i++) {
        if (strcmp(objects[i].name, name) == 0) {
            *cptr = objects[i].cptr;
            return ERR_OK;
        }
    }
    return ERR_NOT_FOUND;
}

static const char *fake_name(void *context, unsigned number)
{
    (void)context;
    return number < 3 ? objects[number].name : NULL;
}

static enum err fake_call(void *context, struct api_trap *trap, uint64_t *words,
                          const uint64_t *caps, bool blocking)
{
    struct shell_fake *fake = context;

    fake->calls++;
    fake->trap = *trap;
    memcpy(fake->words, words, sizeof(fake->words));
    memcpy(fake->caps, caps, sizeof(fake->caps));
    fake->blocking = blocking;
    if (fake->answer_error)
        return fake->answer_error;
    trap->info = fake->answer_info;
    trap->cap = fake->answer_badge;
    memcpy(words, fake->answer_words, sizeof(fake->answer_words));
    return ERR_OK;
}

static enum err fake_identify(void *context, uint64_t cptr, const char **object)
{
    struct shell_fake *fake = context;

    (void)cptr;
    *object = fake->kind;
    return fake->kind ? ERR_OK : ERR_UNSUPPORTED;
}

static enum err fake_put_buffer(void *context, const char *text, size_t len)
{
    struct shell_fake *fake = context;

    memcpy(fake->buffer, text, len + 1);
    return ERR_OK;
}

static const char *fake_danger(void *context, const struct api_method *method,
                               const struct api_trap *trap, const uint64_t *words,
                               const uint64_t *caps)
{
    (void)method;
    (void)trap;
    (void)words;
    (void)caps;
    return ((struct shell_fake *)context)->danger;
}

/* Misbehaving commands. */

static enum err run_mute(struct command_call *call)
{
    (void)call;
    return ERR_NO_MEMORY;
}

static enum err run_half(struct command_call *call)
{
    fmt_to(call->out->sink, call->out->context, "half a li");
    return ERR_FAULT;
}

static enum err run_numbers(struct command_call *call)
{
    uint64_t first = 0, second = 7, size = 1;
    unsigned mode = 0;
    static const char *const modes[] = {"fast", "slow", "slower", NULL};
    static const struct column columns[] = {{"first", FIELD_WORD, 0},
                                            {"second", FIELD_COUNT, 0},
                                            {"bytes", FIELD_SIZE, 0},
                                            {"mode", FIELD_NAME, 0}};
    static const struct record_type type = {"numbers", columns, 4, RECORD_TABLE};
    enum err e = arg_word(call, 0, "first", 1, 0xff, false, &first);

    if (!e)
        e = arg_word(call, 1, "second", 0, UINT64_MAX, true, &second);
    if (!e)
        e = arg_word(call, ARG_NAMED, "size", 1, 8192, true, &size);
    if (!e)
        e = arg_choice(call, ARG_NAMED, "mode", modes, true, &mode);
    if (!e)
        e = arg_end(call);
    if (e)
        return e;
    const struct field fields[] = {
        {.word = first}, {.word = second}, {.word = size}, {.text = modes[mode]}};
    record_emit(call->out, &type, fields);
    return ERR_OK;
}

static const struct command command_mute = {.name = "mute", .run = run_mute};
static const struct command command_half = {.name = "half", .run = run_half};
static const struct command command_numbers = {.name = "numbers", .run = run_numbers};

const struct command *const fake_commands[] = {
    &command_api,     &command_assert, &command_call, &command_complete_line,
    &command_echo,    &command_help,   &command_json, &command_let,
    &command_print,   &command_set,    &command_text, &command_try,
    &command_version, &command_mute,   &command_half, &command_numbers,
};

const unsigned fake_command_count = sizeof(fake_commands) / sizeof(fake_commands[0]);

void fake_init(struct shell_fake *fake)
{
    memset(fake, 0, sizeof(*fake));
    fake->env = (struct shell_env){
        .context = fake,
        .write = fake_write,
        .drain = fake_drain,
        .interrupted = fake_interrupted,
        .object_lookup = fake_lookup,
        .object_name = fake_name,
        .call = fake_call,
        .identify = fake_identify,
        .put_buffer = fake_put_buffer,
        .danger = fake_danger,
    };
    fake->kind = "TCB";
    shell_init(&fake->shell, &fake->env, fake_commands, fake_command_count);
}

const char *fake_bytes(struct shell_fake *fake, const void *bytes, size_t len)
{
    const uint8_t *byte = bytes;

    fake->len = 0;
    fake->output[0] = '\0';
    for (size_t i = 0; i < len; i++)
        shell_input(&fake->shell, byte[i]);
    return fake->output;
}

const char *fake_type(struct shell_fake *fake, const char *text)
{
    return fake_bytes(fake, text, strlen(text));
}

const char *fake_run(struct shell_fake *fake, const char *line)
{
    fake->len = 0;
    fake->output[0] = '\0';
    shell_set_json(&fake->shell, true);
    shell_run_line(&fake->shell, line);
    return fake->output;
}
