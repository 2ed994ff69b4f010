/* SPDX-License-Identifier: BSD-2-Clause */
/* Instructions as text; see the header. */
#include "host/client/disassemble.h"

#include <capstone/capstone.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arch/lib/elf.h"

enum { INSN_BYTES_MAX = 16 };

typedef void (*tell_fn)(void *context, uint64_t addr, const char *text);

/* How much of the wanted code the file has. */
static size_t code_take(const struct gdb_file *file, uint64_t addr, uint8_t *to, size_t len)
{
    while (len > 0 && !gdb_file_image(file, addr, to, len))
        len -= len > INSN_BYTES_MAX ? INSN_BYTES_MAX : 1;
    return len;
}

static bool by_capstone(cs_arch arch, cs_mode mode, const uint8_t *code, size_t len, uint64_t addr,
                        unsigned count, tell_fn tell, void *context)
{
    csh handle;
    cs_insn *insns;
    char text[256];
    if (cs_open(arch, mode, &handle) != CS_ERR_OK)
        return false;
    size_t found = cs_disasm(handle, code, len, addr, count, &insns);
    for (size_t i = 0; i < found; i++) {
        snprintf(text, sizeof text, "%s %s", insns[i].mnemonic, insns[i].op_str);
        tell(context, insns[i].address, text);
    }
    if (found > 0)
        cs_free(insns, found);
    cs_close(&handle);
    return found > 0;
}

/* objdump's lines: blanks, address, colon, tab, code, tab, text. */
static bool line_take(char *line, uint64_t *addr, const char **text)
{
    char *colon, *tab = strchr(line, '\t');
    *addr = strtoull(line, &colon, 16);
    if (colon == line || *colon != ':' || !tab || !(tab = strchr(tab + 1, '\t')))
        return false;
    *text = tab + 1;
    for (char *c = tab + 1; *c; c++)
        *c = *c == '\t' ? ' ' : *c == '\n' ? '\0' : *c;
    return true;
}

static bool by_objdump(const struct gdb_file *file, uint64_t addr, size_t len, unsigned count,
                       tell_fn tell, void *context)
{
    char start[64], stop[64], *line = NULL;
    size_t cap = 0;
    int fds[2];
    unsigned told = 0;
    snprintf(start, sizeof start, "--start-address=0x%" PRIx64, addr);
    snprintf(stop, sizeof stop, "--stop-address=0x%" PRIx64, addr + len);
    if (pipe(fds) < 0)
        return false;
    pid_t child = fork();
    if (child == 0) {
        dup2(fds[1], STDOUT_FILENO);
        close(fds[0]);
        execlp("riscv64-linux-gnu-objdump", "objdump", "-d", start, stop, file->path, NULL);
        _exit(127);
    }
    close(fds[1]);
    FILE *output = fdopen(fds[0], "r");
    while (output && getline(&line, &cap, output) > 0) {
        const char *text;
        uint64_t at;
        if (told == count || !line_take(line, &at, &text))
            continue;
        tell(context, at, text);
        told++;
    }
    free(line);
    if (output)
        fclose(output);
    if (child > 0)
        waitpid(child, NULL, 0);
    return told > 0;
}

bool disassemble(const struct gdb_file *file, uint64_t addr, unsigned count,
                 void (*tell)(void *context, uint64_t addr, const char *text), void *context,
                 char *why, size_t cap)
{
    unsigned machine = file->bytes[18] | (unsigned)file->bytes[19] << 8;
    size_t len = (size_t)count * INSN_BYTES_MAX;
    uint8_t *code = malloc(len);
    bool ok = false;
    len = code ? code_take(file, addr, code, len) : 0;
    snprintf(why, cap, "%s has no code at 0x%" PRIx64, file->name, addr);
    if (len > 0 && machine == ELF_MACHINE_X86_64)
        ok = by_capstone(CS_ARCH_X86, CS_MODE_64, code, len, addr, count, tell, context);
    else if (len > 0 && machine == ELF_MACHINE_AARCH64)
        ok = by_capstone(CS_ARCH_ARM64, CS_MODE_ARM, code, len, addr, count, tell, context);
    else if (len > 0 && machine == ELF_MACHINE_RISCV)
        ok = by_objdump(file, addr, len, count, tell, context);
    free(code);
    return ok;
}
