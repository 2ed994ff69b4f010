/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Commands with symbols; see the header. Files are those of gdb_mode.h, each under its component's
 * name, and opened for symbols when first asked about. Code is shown from the file; registers and
 * memory are asked of the target.
 */
#include "host/client/symbol_commands.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/client/ask.h"
#include "host/client/disassemble.h"
#include "host/client/gdb_mode.h"
#include "host/client/script.h"
#include "host/client/symbols.h"

enum { WORD = 300, LINES_AROUND = 5, FRAMES = 64, ASK_MS = 10000 };

/* --- files ------------------------------------------------------------------------------------ */

static struct {
    const uint8_t *of; /* the file's contents when it was opened */
    struct symbols *symbols;
} opened[GDB_FILES_MAX];

static const struct gdb_file *file_of(const char *component, size_t len)
{
    return gdb_files_find(gdb_mode_files(), component, len);
}

static struct symbols *symbols_of(const struct gdb_file *file)
{
    size_t i = (size_t)(file - gdb_mode_files()->list);
    char why[WORD];
    if (opened[i].of != file->bytes) {
        symbols_close(opened[i].symbols);
        opened[i].symbols = symbols_open(file->path, why, sizeof why);
        opened[i].of = file->bytes;
    }
    return opened[i].symbols;
}

struct symbols *symbol_commands_symbols(const char *component, size_t len)
{
    const struct gdb_file *file = len ? file_of(component, len) : NULL;
    return file ? symbols_of(file) : NULL;
}

/* SYMBOL, SYMBOL+N or a number. */
static bool address_of(struct symbols *symbols, const char *text, uint64_t *addr)
{
    char name[WORD];
    uint64_t len, offset = 0;
    char *end;
    size_t plus = strcspn(text, "+");
    *addr = strtoull(text, &end, 0);
    if (*text && *end == '\0')
        return true;
    if (plus >= sizeof name)
        return false;
    memcpy(name, text, plus);
    name[plus] = '\0';
    if (text[plus] == '+') {
        offset = strtoull(text + plus + 1, &end, 0);
        if (text[plus + 1] == '\0' || *end)
            return false;
    }
    if (!symbols || !symbols_address(symbols, name, addr, &len))
        return false;
    *addr += offset;
    return true;
}

/* --- names in lines for the target ------------------------------------------------------------ */

/* The file that a word COMPONENT:SYMBOL names, `*symbol` its second part. */
static const struct gdb_file *word_file(const char *word, size_t len, const char **symbol)
{
    const char *colon = memchr(word, ':', len);
    if (!colon || colon == word)
        return NULL;
    *symbol = colon + 1;
    return file_of(word, (size_t)(colon - word));
}

static bool ends_with_word(const char *text, size_t len, const char *word, size_t word_len)
{
    while (len > 0 && text[len - 1] == ' ')
        len--;
    return len > word_len && memcmp(text + len - word_len, word, word_len) == 0 &&
           text[len - word_len - 1] == ' ';
}

char *symbol_commands_resolve(const char *line, char *why, unsigned cap)
{
    char *out = NULL;
    size_t len = 0, out_cap = strlen(line) * 8 + 64;
    bool any = false;
    why[0] = '\0';
    if (!strchr(line, ':') || !(out = malloc(out_cap)))
        return NULL;
    for (const char *at = line; *at;) {
        size_t word_len = strcspn(at, " \t\""), gap;
        const char *symbol;
        const struct gdb_file *file = word_file(at, word_len, &symbol);
        char name[WORD];
        uint64_t addr;
        snprintf(name, sizeof name, "%.*s", file ? (int)(at + word_len - symbol) : 0,
                 file ? symbol : "");
        if (file && address_of(symbols_of(file), name, &addr)) {
            size_t component = (size_t)(symbol - 1 - at);
            if (!ends_with_word(out, len, at, component))
                len += (size_t)snprintf(out + len, out_cap - len, "%.*s ", (int)component, at);
            len += (size_t)snprintf(out + len, out_cap - len, "0x%" PRIx64, addr);
            any = true;
        } else if (file) {
            snprintf(why, cap, "%s has no symbol %s", file->name, name);
            free(out);
            return NULL;
        } else {
            memcpy(out + len, at, word_len);
            len += word_len;
        }
        at += word_len;
        gap = *at == '"' ? strcspn(at + 1, "\"") + 1 : strspn(at, " \t");
        gap += *at == '"' && at[gap] == '"';
        memcpy(out + len, at, gap);
        len += gap;
        at += gap;
    }
    out[len] = '\0';
    if (!any) {
        free(out);
        return NULL;
    }
    return out;
}

/* --- completion ------------------------------------------------------------------------------- */

struct offering {
    const char *component;
    size_t len;
    void (*offer)(void *context, const char *word);
    void *context;
};

static void offer_symbol(void *context, const char *name)
{
    const struct offering *o = context;
    char word[2 * WORD];
    snprintf(word, sizeof word, "%.*s:%s", (int)o->len, o->component, name);
    o->offer(o->context, word);
}

void symbol_commands_offer(const char *word, void (*offer)(void *context, const char *word),
                           void *context)
{
    const char *symbol;
    const struct gdb_file *file = word_file(word, strlen(word), &symbol);
    struct symbols *symbols = file ? symbols_of(file) : NULL;
    if (!symbols)
        return;
    struct offering o = {word, (size_t)(symbol - 1 - word), offer, context};
    symbols_each(symbols, symbol, offer_symbol, &o);
}

/* --- symbols ---------------------------------------------------------------------------------- */

static bool run_symbols(struct script *s, const char *args)
{
    const struct gdb_files *files = gdb_mode_files();
    char word[WORD], why[2 * WORD];
    if (client_command_word(&args, word, sizeof word)) {
        if (gdb_files_add(gdb_mode_files(), word, why, sizeof why))
            return true;
        output_error(s->out, "%s", why);
        return false;
    }
    for (size_t i = 0; i < files->count; i++)
        printf("%-16s %s\n", files->list[i].name, files->list[i].path);
    if (files->count == 0)
        output_note(s->out, "no files; `symbols FILE` reads one");
    return true;
}

/* --- where ------------------------------------------------------------------------------------ */

/* COMPONENT ADDRESS, COMPONENT SYMBOL, COMPONENT:SYMBOL, or SYMBOL with a single file. */
static bool place_take(struct script *s, const char **args, const struct gdb_file **file,
                       uint64_t *addr)
{
    char word[WORD], second[WORD];
    const char *symbol = NULL;
    if (!client_command_word(args, word, sizeof word)) {
        output_error(s->out, "which place? COMPONENT:SYMBOL, or COMPONENT ADDRESS");
        return false;
    }
    *file = word_file(word, strlen(word), &symbol);
    if (!*file && (*file = file_of(word, strlen(word)))) {
        if (!client_command_word(args, second, sizeof second))
            snprintf(second, sizeof second, "main");
        symbol = second;
    }
    if (!*file) {
        *file = file_of(NULL, 0);
        symbol = word;
    }
    if (!*file) {
        output_error(s->out, "there are no symbols of %s; `symbols FILE` reads some", word);
        return false;
    }
    if (address_of(symbols_of(*file), symbol, addr))
        return true;
    output_error(s->out, "%s has no symbol %s", (*file)->name, symbol);
    return false;
}

static void place_print(struct symbols *symbols, uint64_t addr)
{
    char name[WORD];
    char source[PATH_MAX];
    int line;
    if (symbols && symbols_name(symbols, addr, name, sizeof name))
        printf("  <%s>", name);
    if (symbols && symbols_line(symbols, addr, source, sizeof source, &line))
        printf("  %s:%d", source, line);
}

/* --- list ------------------------------------------------------------------------------------- */

static bool source_print(struct script *s, const char *path, int middle)
{
    FILE *source = fopen(path, "re");
    char *text = NULL;
    size_t cap = 0;
    if (!source) {
        output_error(s->out, "cannot read the source %s", path);
        return false;
    }
    for (int line = 1; getline(&text, &cap, source) > 0 && line <= middle + LINES_AROUND; line++)
        if (line >= middle - LINES_AROUND)
            printf("%c%5d  %s", line == middle ? '>' : ' ', line, text);
    free(text);
    fclose(source);
    return true;
}

static bool run_list(struct script *s, const char *args)
{
    const struct gdb_file *file;
    char source[PATH_MAX];
    uint64_t addr;
    int line;
    if (!place_take(s, &args, &file, &addr))
        return false;
    if (symbols_of(file) && symbols_line(symbols_of(file), addr, source, sizeof source, &line))
        return source_print(s, source, line);
    output_error(s->out, "no source line is known for 0x%" PRIx64 " of %s (compile with -g)", addr,
                 file->name);
    return false;
}

/* --- disassemble ------------------------------------------------------------------------------ */

static void print_instruction(void *context, uint64_t addr, const char *text)
{
    char name[WORD] = "";
    (void)symbols_name(context, addr, name, sizeof name);
    printf("0x%" PRIx64 "  %-20s %s\n", addr, name, text);
}

static bool run_disassemble(struct script *s, const char *args)
{
    const struct gdb_file *file;
    char word[WORD], why[WORD];
    uint64_t addr;
    long count = 10;
    if (!place_take(s, &args, &file, &addr))
        return false;
    if (client_command_word(&args, word, sizeof word))
        count = strtol(word, NULL, 0);
    if (count < 1 || count > 10000) {
        output_error(s->out, "COUNT goes from 1 to 10000");
        return false;
    }
    if (disassemble(file, addr, (unsigned)count, print_instruction, symbols_of(file), why,
                    sizeof why))
        return true;
    output_error(s->out, "%s", why);
    return false;
}

/* --- backtrace -------------------------------------------------------------------------------- */

struct unwinding {
    struct script *script;
    char component[WORD];
};

/* The value of a field that is a word ("0x...") or the first of words. */
static bool field_word(const json_t *record, const char *name, uint64_t *value)
{
    const json_t *field = json_object_get(record, name);
    if (json_is_array(field))
        field = json_array_get(field, 0);
    if (!json_is_string(field))
        return false;
    *value = strtoull(json_string_value(field), NULL, 0);
    return true;
}

static bool read_word(void *context, uint64_t addr, uint64_t *word)
{
    const struct unwinding *u = context;
    char line[WORD + 64];
    json_t *records = json_array();
    bool ok;
    snprintf(line, sizeof line, "json examine %s 0x%" PRIx64 " 1 size=8", u->component, addr);
    ok = ask_target(u->script->target, line, ASK_MS, records) == TARGET_OK &&
         field_word(json_array_get(records, 0), "words", word);
    json_decref(records);
    return ok;
}

/* Registers in DWARF's order, by the target's names; the last is the PC's name. */
static const struct {
    unsigned machine, count;
    const char *pc, *names[32];
} orders[] = {
    {62,
     16,
     "rip",
     {"rax", "rdx", "rcx", "rbx", "rsi", "rdi", "rbp", "rsp", "r8", "r9", "r10", "r11", "r12",
      "r13", "r14", "r15"}},
    {183, 32, "pc", {"x0",  "x1",  "x2",  "x3",  "x4",  "x5",  "x6",  "x7",  "x8",  "x9",  "x10",
                     "x11", "x12", "x13", "x14", "x15", "x16", "x17", "x18", "x19", "x20", "x21",
                     "x22", "x23", "x24", "x25", "x26", "x27", "x28", "x29", "x30", "sp"}},
    {243, 32, "pc", {"zero", "ra", "sp", "gp", "tp",  "t0",  "t1", "t2", "fp", "s1", "a0",
                     "a1",   "a2", "a3", "a4", "a5",  "a6",  "a7", "s2", "s3", "s4", "s5",
                     "s6",   "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6"}},
};

static void register_take(struct symbols_thread *thread, unsigned order, const json_t *record)
{
    const char *name = json_string_value(json_object_get(record, "register"));
    uint64_t value;
    if (!name || !field_word(record, "value", &value))
        return;
    if (strcmp(name, orders[order].pc) == 0)
        thread->pc = value;
    for (unsigned i = 0; i < orders[order].count; i++)
        if (strcmp(name, orders[order].names[i]) == 0)
            thread->registers[i] = value;
}

static bool registers_read(struct script *s, const struct gdb_file *file, const char *thread_name,
                           struct symbols_thread *thread)
{
    char line[WORD + 16];
    json_t *records = json_array();
    unsigned machine = file->bytes[18] | (unsigned)file->bytes[19] << 8, order = 0;
    while (order < 2 && orders[order].machine != machine)
        order++;
    snprintf(line, sizeof line, "json regs %s", thread_name);
    bool ok = ask_target(s->target, line, ASK_MS, records) == TARGET_OK;
    for (size_t i = 0; ok && i < json_array_size(records); i++)
        register_take(thread, order, json_array_get(records, i));
    thread->register_count = orders[order].count;
    if (!ok) {
        const char *text = json_string_value(json_object_get(json_array_get(records, 0), "text"));
        output_error(s->out, "%s", text ? text : "the registers cannot be read");
    }
    json_decref(records);
    return ok;
}

static bool backtrace_is_own(const char *args)
{
    return file_of(args, strcspn(args, ". \t")) != NULL;
}

static bool run_backtrace(struct script *s, const char *args)
{
    char word[WORD];
    uint64_t pcs[FRAMES];
    struct unwinding u = {.script = s};
    struct symbols_thread thread = {.context = &u, .read = read_word};
    if (!client_command_word(&args, word, sizeof word))
        return false;
    snprintf(u.component, sizeof u.component, "%.*s", (int)strcspn(word, "."), word);
    const struct gdb_file *file = file_of(u.component, strlen(u.component));
    struct symbols *symbols = file ? symbols_of(file) : NULL;
    if (!symbols || !registers_read(s, file, word, &thread))
        return false;
    unsigned count = symbols_unwind(symbols, &thread, pcs, FRAMES);
    if (count <= 1) {
        char line[WORD + 16];
        output_note(s->out,
                    "no call frame information there (compile with -g); by frame pointers:");
        snprintf(line, sizeof line, "backtrace %s", word);
        return target_run(s->target, line, s->timeout_ms) == TARGET_OK;
    }
    for (unsigned i = 0; i < count; i++) {
        printf("#%-3u 0x%" PRIx64, i, pcs[i]);
        place_print(symbols, i == 0 ? pcs[i] : pcs[i] - 1); /* within the call */
        printf("\n");
    }
    return true;
}

/* --- rows ------------------------------------------------------------------------------------- */

const struct client_command command_symbols = {
    .name = "symbols",
    .usage = "symbols [[NAME=]FILE]",
    .summary = "List the ELF files with symbols, or read one",
    .takes_file = true,
    .run = run_symbols,
};

const struct client_command command_list = {
    .name = "list",
    .usage = "list COMPONENT:SYMBOL | COMPONENT ADDRESS",
    .summary = "Show source lines",
    .run = run_list,
};

const struct client_command command_disassemble = {
    .name = "disassemble",
    .usage = "disassemble COMPONENT:SYMBOL|COMPONENT ADDRESS [COUNT]",
    .summary = "Show instructions, from the ELF file",
    .run = run_disassemble,
};

const struct client_command command_backtrace = {
    .name = "backtrace",
    .usage = "backtrace THREAD",
    .summary = "Show the callers of a thread, by its call frame information",
    .help = "For components with symbols; for others it is the target's, by frame pointers.",
    .is_own = backtrace_is_own,
    .run = run_backtrace,
};
