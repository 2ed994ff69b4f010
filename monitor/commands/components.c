/* SPDX-License-Identifier: BSD-2-Clause */
/* `load`, `start`, `stop`, `kill`, `restart`, `wait`, `components`: the lives of components. */
#include "monitor/commands/commands.h"
#include "monitor/commands/common.h"

#include "arch/include/arch.h"
#include "arch/lib/elf.h"
#include "arch/lib/str.h"
#include "monitor/core/archive.h"
#include "monitor/core/component.h"
#include "monitor/core/console.h"
#include "monitor/core/debug_gdb.h"
#include "monitor/core/shell_thread.h"
#include "monitor/shell/shell.h"

static const char *const states[] = {
    [COMPONENT_FREE] = "free",   [COMPONENT_MAKING] = "loading", [COMPONENT_LOADED] = "loaded",
    [COMPONENT_ALIVE] = "alive", [COMPONENT_ENDED] = "ended",
};

static unsigned count_threads(const struct component *component, bool stopped)
{
    unsigned count = 0;

    for (unsigned i = 0; i < LIMIT_COMPONENT_THREADS; i++)
        count += component->threads[i].tid && component->threads[i].stopped == stopped;
    return count;
}

static const char *state_of(const struct component *component)
{
    bool stands = component->state == COMPONENT_ALIVE && !count_threads(component, false);

    return stands ? "stopped" : states[component->state];
}

static void emit(struct command_call *call, const struct component *component)
{
    static const struct column columns[] = {
        {"name", FIELD_NAME, 12},    {"pid", FIELD_COUNT, 5},     {"state", FIELD_NAME, 8},
        {"threads", FIELD_COUNT, 7}, {"running", FIELD_COUNT, 7}, {"priority", FIELD_COUNT, 8},
        {"memory", FIELD_SIZE, 9},   {"entry", FIELD_WORD, 0},    {"status", FIELD_COUNT, 6},
    };
    static const struct record_type type = {"component", columns, 9, RECORD_TABLE};
    unsigned running = component->state == COMPONENT_ALIVE ? count_threads(component, false) : 0;
    const struct field fields[] = {
        {.text = component->name},
        {.word = component->pid},
        {.text = state_of(component)},
        {.word = count_threads(component, false) + count_threads(component, true)},
        {.word = running},
        {.word = component->priority},
        {.word = component->memory_bytes},
        {.word = component->entry},
        {.word = component->exit_status, .absent = component->state != COMPONENT_ENDED},
    };

    record_emit(call->out, &type, fields);
}

static enum err find(struct command_call *call, const char *name, struct component **out)
{
    *out = component_by_name(name);
    if (*out)
        return ERR_OK;
    return command_fail(call, ERR_NOT_FOUND, "name", "there is no component '%s'", name);
}

static enum err read_component(struct command_call *call, struct component **out)
{
    const char *name;
    enum err e = arg_text(call, 0, "name", false, &name);

    return e ? e : find(call, name, out);
}

/* --- load ------------------------------------------------------------------------------------- */

/* The arguments after the name, each with its end, behind the name itself. */
struct words {
    char text[LIMIT_COMPONENT_ARGS_BYTES];
    size_t used;
    unsigned count;
};

static bool add_word(struct words *words, const char *word)
{
    size_t len = strlen(word) + 1;

    if (len > sizeof words->text - words->used || words->count == PACKAGE_ARGS_MAX)
        return false;
    memcpy(words->text + words->used, word, len);
    words->used += len;
    words->count++;
    return true;
}

static enum err read_words(struct command_call *call, const char *name, struct words *words)
{
    *words = (struct words){.used = 0};
    (void)add_word(words, name);
    for (unsigned i = 1; i < call->arg_count; i++) {
        if (!add_word(words, call->args[i].whole))
            return command_fail(call, ERR_NO_SPACE, "arguments",
                                "a component takes at most %u arguments of %u bytes in all",
                                PACKAGE_ARGS_MAX - 1, LIMIT_COMPONENT_ARGS_BYTES);
        call->taken |= 1u << i;
    }
    return arg_end(call);
}

static enum err fail_load(struct command_call *call, enum err e, const char *name,
                          const struct component_problem *problem)
{
    if (problem->text[0])
        return command_fail(call, e, "name", "%s: %s", name, problem->text);
    if (e == ERR_EXISTS)
        return command_fail(call, e, "name",
                            "there is a component '%s' already; `restart %s` begins it anew", name,
                            name);
    return common_fail(call, e, "name", "cannot make the component");
}

static enum err fail_package(struct command_call *call, enum err e, const char *name,
                             const char *why)
{
    if (e != ERR_NOT_FOUND)
        return command_fail(call, e, "name", "the package of '%s': %s", name,
                            why ? why : err_text(e));
    return command_fail(call, e, "name",
                        "there is no '%s' in the boot image, nor was it sent; `components all` "
                        "lists what there is",
                        name);
}

/* `words` with the name alone: the arguments of the description. */
static enum err load_words(struct command_call *call, const char *name, const struct words *words,
                           struct component **out)
{
    struct component_problem problem = {""};
    bool own = words->count > 1;
    struct package package;
    const char *why;
    enum err e = archive_find(name, &package, &why);

    if (e)
        return fail_package(call, e, name, why);
    e = component_load(package.head, package.elf, package.elf_bytes, own ? words->text : NULL,
                       words->count, out, &problem);
    if (e)
        return fail_load(call, e, name, &problem);
    if (own) {
        memcpy((*out)->args, words->text, words->used);
        (*out)->args_count = (uint8_t)words->count;
    }
    return ERR_OK;
}

static enum err load(struct command_call *call, const char *name, struct component **out)
{
    struct words words;
    enum err e = read_words(call, name, &words);

    return e ? e : load_words(call, name, &words, out);
}

static enum err run_load(struct command_call *call)
{
    struct component *component;
    const char *name;
    enum err e = arg_text(call, 0, "name", false, &name);

    if (!e)
        e = load(call, name, &component);
    if (!e)
        emit(call, component);
    return e;
}

/* --- start, stop, kill, restart --------------------------------------------------------------- */

/* gdb is not to lose its component behind its own back: gdb 13 may wait for ever then. */
static enum err refuse_gdbs_own(struct command_call *call, const struct component *component,
                                const char *instead)
{
    if (!debug_gdb_asks_for_own(component->pid))
        return ERR_OK;
    return command_fail(call, ERR_BUSY, "name", "gdb itself has '%s'; use gdb's own `%s`",
                        component->name, instead);
}

static enum err fail_going(struct command_call *call, enum err e, const char *name,
                           const char *doing)
{
    if (e == ERR_BUSY)
        return command_fail(call, e, "name", "gdb has '%s'; it lets go with `detach`", name);
    return common_fail(call, e, "name", doing);
}

static enum err start(struct command_call *call, struct component *component)
{
    enum err e;

    if (component->state == COMPONENT_ENDED)
        return command_fail(call, ERR_REFUSED, "name",
                            "'%s' has ended; `restart %s` begins it anew", component->name,
                            component->name);
    e = component_start(component);
    if (e)
        return fail_going(call, e, component->name, "starting");
    emit(call, component);
    return ERR_OK;
}

static enum err run_start(struct command_call *call)
{
    struct component *component;
    const char *name;
    enum err e = arg_text(call, 0, "name", false, &name);

    if (e)
        return e;
    component = component_by_name(name);
    if (component)
        e = arg_end(call);
    else
        e = load(call, name, &component);
    return e ? e : start(call, component);
}

static enum err run_stop(struct command_call *call)
{
    struct component *component;
    enum err e = read_component(call, &component);

    if (!e)
        e = arg_end(call);
    if (e)
        return e;
    e = component_stop(component);
    if (e)
        return fail_going(call, e, component->name, "stopping");
    emit(call, component);
    return ERR_OK;
}

static enum err run_kill(struct command_call *call)
{
    struct component *component;
    enum err e = read_component(call, &component);

    if (!e)
        e = arg_end(call);
    if (!e)
        e = refuse_gdbs_own(call, component, "kill");
    if (e)
        return e;
    e = component_kill(component);
    return e ? common_fail(call, e, "name", "killing") : ERR_OK;
}

static enum err run_restart(struct command_call *call)
{
    static struct words words; /* outlive the component */
    struct component *component;
    char name[PACKAGE_NAME_BYTES];
    enum err e = read_component(call, &component);

    if (!e)
        e = read_words(call, component->name, &words);
    if (!e)
        e = refuse_gdbs_own(call, component, "run");
    if (e)
        return e;
    if (words.count == 1 && component->args_count) {
        memcpy(words.text, component->args, sizeof words.text);
        words.count = component->args_count;
        words.used = sizeof words.text;
    }
    (void)str_copy(name, sizeof name, component->name);
    e = component_kill(component);
    if (e)
        return common_fail(call, e, "name", "killing");
    e = load_words(call, name, &words, &component);
    return e ? e : start(call, component);
}

/* --- wait ------------------------------------------------------------------------------------- */

/* It has ended, or none of its threads runs. */
static bool stands(const struct component *component)
{
    return component->state != COMPONENT_ALIVE || !count_threads(component, false);
}

static enum err run_wait(struct command_call *call)
{
    struct component *component;
    enum err e = read_component(call, &component);

    if (!e)
        e = arg_end(call);
    if (e)
        return e;
    if (component->state == COMPONENT_LOADED)
        return command_fail(call, ERR_REFUSED, "name", "'%s' was not started", component->name);
    console_listen();
    while (!stands(component)) {
        console_flush();
        if (command_interrupted(call) ||
            console_wait(CONSOLE_NOTICE | CONSOLE_INTERRUPT) & CONSOLE_INTERRUPT)
            return ERR_INTERRUPTED;
        shell_thread_show_notices();
    }
    shell_thread_show_notices();
    emit(call, component);
    return ERR_OK;
}

/* --- components ------------------------------------------------------------------------------- */

static void emit_package(struct command_call *call, const struct package *package, bool sent)
{
    static const struct column columns[] = {
        {"name", FIELD_NAME, 12},
        {"from", FIELD_NAME, 6},
        {"size", FIELD_SIZE, 9},
        {"loaded", FIELD_BOOL, 6},
    };
    static const struct record_type type = {"package", columns, 4, RECORD_TABLE};
    const struct field fields[] = {
        {.text = package->head->name},
        {.text = sent ? "line" : "image"},
        {.word = package->elf_bytes},
        {.word = component_by_name(package->head->name) != NULL},
    };

    record_emit(call->out, &type, fields);
}

/* Pages beside each other that are known to be mapped, with where the first of them really is. */
static void emit_region(struct command_call *call, const struct component *component,
                        const struct component_region *region)
{
    static const struct column columns[] = {
        {"component", FIELD_NAME, 12}, {"address", FIELD_WORD, 0},  {"size", FIELD_SIZE, 9},
        {"rights", FIELD_NAME, 6},     {"paddr", FIELD_ADDRESS, 0},
    };
    static const struct record_type type = {"region", columns, 5, RECORD_TABLE};
    char rights[4] = {region->rights & ELF_FLAG_READ ? 'r' : '-',
                      region->rights & ELF_FLAG_WRITE ? 'w' : '-',
                      region->rights & ELF_FLAG_EXECUTE ? 'x' : '-', '\0'};
    seL4_Word paddr = 0;
    bool known = arch_frame_address(region->frames, &paddr) == seL4_NoError;
    const struct field fields[] = {
        {.text = component->name},
        {.word = region->start},
        {.word = (uint64_t)region->pages * ARCH_PAGE_BYTES},
        {.text = rights},
        {.word = paddr, .absent = !known},
    };

    record_emit(call->out, &type, fields);
}

static enum err list_regions(struct command_call *call, const struct component *component)
{
    enum err e = arg_end(call);

    for (unsigned i = 0; i < LIMIT_COMPONENT_REGIONS && !e; i++) {
        if (component->regions[i].pages)
            emit_region(call, component, &component->regions[i]);
    }
    return e;
}

static enum err run_components(struct command_call *call)
{
    const struct arg *arg = arg_find(call, 0, "which");
    struct package package;
    bool sent, all = arg && strcmp(arg->text, "all") == 0;
    struct component *component;
    enum err e;

    if (arg && !all) {
        e = find(call, arg->text, &component);
        return e ? e : list_regions(call, component);
    }
    e = arg_end(call);
    if (e)
        return e;
    for (unsigned i = 0; i < LIMIT_COMPONENTS; i++) {
        if (component_at(i))
            emit(call, component_at(i));
    }
    for (unsigned i = 0; all && archive_at(i, &package, &sent) == ERR_OK; i++)
        emit_package(call, &package, sent);
    return ERR_OK;
}

/* --- completion ------------------------------------------------------------------------------- */

static void complete_loaded(struct shell *shell, unsigned index, const char *prefix,
                            command_offer offer, void *context)
{
    (void)shell, (void)prefix;
    for (unsigned i = 0; index == 0 && i < LIMIT_COMPONENTS; i++) {
        if (component_at(i))
            offer(context, component_at(i)->name);
    }
}

static void complete_package(struct shell *shell, unsigned index, const char *prefix,
                             command_offer offer, void *context)
{
    struct package package;
    bool sent;

    (void)shell, (void)prefix;
    for (unsigned i = 0; index == 0 && archive_at(i, &package, &sent) == ERR_OK; i++)
        offer(context, package.head->name);
}

const struct command command_load = {
    .name = "load",
    .usage = "load NAME [ARGUMENT...]",
    .summary =
        "Make a component of a package: its spaces, memory and capabilities; it does not run",
    .help = "NAME is a package of the boot image or one that was sent (`components all`). The\n"
            "arguments stand in place of those in its description.",
    .run = run_load,
    .complete = complete_package,
    .group = GROUP_COMPONENTS,
};

const struct command command_start = {
    .name = "start",
    .usage = "start NAME [ARGUMENT...]",
    .summary = "Let a component run, loading it first if it is not; also after stop",
    .run = run_start,
    .complete = complete_package,
    .group = GROUP_COMPONENTS,
};

const struct command command_stop = {
    .name = "stop",
    .usage = "stop NAME",
    .summary = "Suspend all threads of a component",
    .run = run_stop,
    .complete = complete_loaded,
    .group = GROUP_COMPONENTS,
};

const struct command command_kill = {
    .name = "kill",
    .usage = "kill NAME",
    .summary = "Take a component away, with every object and slot that it has",
    .run = run_kill,
    .complete = complete_loaded,
    .group = GROUP_COMPONENTS,
};

const struct command command_restart = {
    .name = "restart",
    .usage = "restart NAME [ARGUMENT...]",
    .summary = "Kill a component, load it again and start it",
    .help = "Without arguments it gets those that it was loaded with.",
    .run = run_restart,
    .complete = complete_loaded,
    .group = GROUP_COMPONENTS,
};

const struct command command_wait = {
    .name = "wait",
    .usage = "wait NAME",
    .summary = "Wait until a component has ended or none of its threads runs",
    .help = "What it writes is shown meanwhile. Ctrl-C ends the wait, not the component.",
    .run = run_wait,
    .complete = complete_loaded,
    .group = GROUP_COMPONENTS,
};

const struct command command_components = {
    .name = "components",
    .usage = "components [all|NAME]",
    .summary = "List the components; with all, also the packages that can be loaded",
    .help = "With a NAME: the memory that is known to be mapped in that component.",
    .run = run_components,
    .group = GROUP_COMPONENTS,
};
