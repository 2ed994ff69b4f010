/* SPDX-License-Identifier: BSD-2-Clause */
/* Names, lines and unwinding by libdw; see the header. */
#include "host/client/symbols.h"

#include <elfutils/libdwfl.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct symbols {
    Dwfl *dwfl;
    Dwfl_Module *module;
    Elf *elf;
    /* Of an unwinding under way. */
    const struct symbols_thread *thread;
    uint64_t *pcs;
    unsigned count, cap;
    bool attached;
};

static char *debug_path; /* libdw's own places */

static int find_nothing(Dwfl_Module *module, void **user, const char *name, Dwarf_Addr base,
                        char **file, Elf **elf)
{
    (void)module, (void)user, (void)name, (void)base, (void)file, (void)elf;
    return -1;
}

static const Dwfl_Callbacks callbacks = {
    .find_elf = find_nothing,
    .find_debuginfo = dwfl_standard_find_debuginfo,
    .section_address = dwfl_offline_section_address,
    .debuginfo_path = &debug_path,
};

struct symbols *symbols_open(const char *path, char *why, size_t cap)
{
    struct symbols *s = calloc(1, sizeof *s);
    GElf_Addr bias;
    int fd = s ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd >= 0)
        s->dwfl = dwfl_begin(&callbacks);
    if (s && s->dwfl) {
        dwfl_report_begin(s->dwfl);
        s->module = dwfl_report_elf(s->dwfl, path, path, fd, 0, true);
        dwfl_report_end(s->dwfl, NULL, NULL);
    }
    if (s && s->module) {
        s->elf = dwfl_module_getelf(s->module, &bias);
        return s;
    }
    snprintf(why, cap, "cannot read symbols of %s", path);
    if (fd >= 0)
        close(fd);
    symbols_close(s);
    return NULL;
}

void symbols_close(struct symbols *s)
{
    if (s && s->dwfl)
        dwfl_end(s->dwfl);
    free(s);
}

/* --- names and lines -------------------------------------------------------------------------- */

bool symbols_address(struct symbols *s, const char *name, uint64_t *addr, uint64_t *len_bytes)
{
    int count = dwfl_module_getsymtab(s->module);
    GElf_Sym symbol;
    GElf_Addr value;
    for (int i = 1; i < count; i++) {
        const char *found =
            dwfl_module_getsym_info(s->module, i, &symbol, &value, NULL, NULL, NULL);
        if (!found || strcmp(found, name) != 0 || symbol.st_shndx == SHN_UNDEF)
            continue;
        *addr = value;
        *len_bytes = symbol.st_size;
        return true;
    }
    return false;
}

void symbols_each(struct symbols *s, const char *prefix,
                  void (*take)(void *context, const char *name), void *context)
{
    int count = dwfl_module_getsymtab(s->module);
    GElf_Sym symbol;
    GElf_Addr value;
    for (int i = 1; i < count; i++) {
        const char *name = dwfl_module_getsym_info(s->module, i, &symbol, &value, NULL, NULL, NULL);
        unsigned type = GELF_ST_TYPE(symbol.st_info);
        if (name && *name && strncmp(name, prefix, strlen(prefix)) == 0 &&
            symbol.st_shndx != SHN_UNDEF && type != STT_FILE && type != STT_SECTION)
            take(context, name);
    }
}

bool symbols_name(struct symbols *s, uint64_t addr, char *to, size_t cap)
{
    GElf_Off offset;
    GElf_Sym symbol;
    const char *name = dwfl_module_addrinfo(s->module, addr, &offset, &symbol, NULL, NULL, NULL);
    if (!name)
        return false;
    if (offset)
        snprintf(to, cap, "%s+0x%llx", name, (unsigned long long)offset);
    else
        snprintf(to, cap, "%s", name);
    return true;
}

bool symbols_inside(struct symbols *s, uint64_t addr, char *to, size_t cap)
{
    GElf_Off offset;
    GElf_Sym symbol;
    const char *name = dwfl_module_addrinfo(s->module, addr, &offset, &symbol, NULL, NULL, NULL);
    if (!name || (offset && offset >= symbol.st_size && !dwfl_module_getsrc(s->module, addr)))
        return false;
    return symbols_name(s, addr, to, cap);
}

bool symbols_line(struct symbols *s, uint64_t addr, char *file, size_t cap, int *line)
{
    Dwfl_Line *found = dwfl_module_getsrc(s->module, addr);
    const char *name = found ? dwfl_lineinfo(found, NULL, line, NULL, NULL, NULL) : NULL;
    const char *folder = name && *name != '/' ? dwfl_line_comp_dir(found) : NULL;
    if (!name)
        return false;
    snprintf(file, cap, "%s%s%s", folder ? folder : "", folder ? "/" : "", name);
    return true;
}

/* --- unwinding -------------------------------------------------------------------------------- */

static pid_t next_thread(Dwfl *dwfl, void *context, void **thread)
{
    (void)dwfl;
    if (*thread)
        return 0;
    *thread = context;
    return 1;
}

static bool read_word(Dwfl *dwfl, Dwarf_Addr addr, Dwarf_Word *word, void *context)
{
    struct symbols *s = context;
    (void)dwfl;
    return s->thread->read(s->thread->context, addr, word);
}

static bool set_registers(Dwfl_Thread *thread, void *context)
{
    struct symbols *s = context;
    if (!dwfl_thread_state_registers(thread, 0, s->thread->register_count, s->thread->registers))
        return false;
    dwfl_thread_state_register_pc(thread, s->thread->pc);
    return true;
}

static const Dwfl_Thread_Callbacks thread_callbacks = {
    .next_thread = next_thread,
    .memory_read = read_word,
    .set_initial_registers = set_registers,
};

static int take_frame(Dwfl_Frame *frame, void *context)
{
    struct symbols *s = context;
    Dwarf_Addr pc;
    if (s->count == s->cap || !dwfl_frame_pc(frame, &pc, NULL) || pc == 0)
        return DWARF_CB_ABORT;
    s->pcs[s->count++] = pc;
    return DWARF_CB_OK;
}

static int take_thread(Dwfl_Thread *thread, void *context)
{
    (void)dwfl_thread_getframes(thread, take_frame, context);
    return DWARF_CB_OK;
}

unsigned symbols_unwind(struct symbols *s, const struct symbols_thread *thread, uint64_t *pcs,
                        unsigned cap)
{
    s->thread = thread;
    s->pcs = pcs;
    s->cap = cap;
    s->count = 0;
    if (!s->attached)
        s->attached = dwfl_attach_state(s->dwfl, s->elf, 1, &thread_callbacks, s);
    if (!s->attached)
        return 0;
    (void)dwfl_getthreads(s->dwfl, take_thread, s);
    return s->count;
}
