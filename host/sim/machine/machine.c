/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The simulated machine: putting its parts together, and its loop. One round of the loop gives the
 * kernel model what is due (an interrupt, the tick), runs its current thread for a while, and hands
 * it the event that ended that. Virtual time is the number of instructions run, one a nanosecond;
 * only the moment at which input arrives depends on the host.
 */
#include "host/sim/machine/machine_state.h"

#include "host/sim/machine/serial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The kernel's tick (KernelTimerTickMS 2). */
#define TICK_NS 2000000ULL

/* Instructions between two looks at the serial lines: well under a millisecond. */
#define POLL_INSTRUCTIONS 100000ULL
/* Beside a watchpoint each access to its page takes 50 µs or more. */
#define POLL_INSTRUCTIONS_WATCHED 3000ULL

/* Semihosting: the operations of the exit, and the reason that says a status follows. */
enum {
    SEMIHOST_WRITEC = 0x03,
    SEMIHOST_EXIT = 0x18,
    SEMIHOST_EXIT_EXTENDED = 0x20,
    SEMIHOST_REASON_STATUS = 0x20026,
    SEMIHOST_INSN_BYTES = 4,
};

void machine_end(struct machine *m, int status, const char *why)
{
    if (!m->ended) {
        m->ended = true;
        m->status = status;
        snprintf(m->why_text, sizeof m->why_text, "%s", why);
    }
}

uint64_t machine_time_ns(const struct machine *m)
{
    return m->engine ? engine_instructions(m->engine) : 0;
}

uint64_t machine_instructions(const struct machine *m)
{
    return engine_instructions(m->engine);
}

static uint64_t board_clock(void *context)
{
    return machine_time_ns(context);
}

bool machine_read_guest(struct machine *m, uint64_t vaddr, void *to, unsigned len_bytes)
{
    struct sim_translation t;

    for (unsigned i = 0; i < len_bytes; i++) {
        if (!kernel_translate(m->kernel, vaddr + i, CPU_READ, &t)) {
            return false;
        }
        uint64_t at = t.paddr + ((vaddr + i) & (t.page_bytes - 1)) - m->platform->ram_base;
        if (at >= m->ram_bytes) {
            return false;
        }
        ((uint8_t *)to)[i] = m->ram[at];
    }
    return true;
}

static unsigned register_index(const struct machine *m, const char *name)
{
    unsigned i = 0;

    while (i < m->abi->context_count && strcmp(m->abi->context[i], name) != 0) {
        i++;
    }
    return i;
}

void machine_semihost(struct machine *m, struct cpu_context *context)
{
    unsigned x0 = register_index(m, "x0"), x1 = register_index(m, "x1");
    uint64_t operation = engine_reg_read(m->engine, context, x0) & 0xffffffffU;
    uint64_t argument = engine_reg_read(m->engine, context, x1);
    uint64_t block[2] = {0, 0};
    uint8_t byte;

    if (operation == SEMIHOST_EXIT || operation == SEMIHOST_EXIT_EXTENDED) {
        machine_read_guest(m, argument, block, sizeof block);
        board_exit(&m->board, block[0] == SEMIHOST_REASON_STATUS ? (int)(block[1] & 0xff) : 1);
        return;
    }
    if (operation == SEMIHOST_WRITEC && machine_read_guest(m, argument, &byte, 1) &&
        m->board.serials[0]) {
        serial_put(m->board.serials[0], byte);
    } else {
        engine_reg_write(m->engine, context, x0, UINT64_MAX); /* no such operation here */
    }
    engine_reg_write(m->engine, context, 0,
                     engine_reg_read(m->engine, context, 0) + SEMIHOST_INSN_BYTES);
}

/* ---- putting it together ---- */

static bool has_line(const struct platform *platform, int serial)
{
    const struct device_row *row = platform->devices;

    while (row->name && row->serial != serial) {
        row++;
    }
    return row->name != NULL;
}

static enum err open_serials(struct machine *m, const struct machine_options *options,
                             char *message, size_t message_bytes)
{
    for (unsigned i = 0; i < BOARD_SERIALS_MAX; i++) {
        if (!options->serials[i]) {
            continue;
        }
        if (!has_line(m->platform, (int)i)) {
            snprintf(message, message_bytes, "the simulated %s has only one serial line",
                     m->platform->name);
            return ERR_UNSUPPORTED;
        }
        enum err error =
            serial_open(options->serials[i], &m->board.serials[i], message, message_bytes);
        if (error) {
            return error;
        }
        if (serial_name(m->board.serials[i])[0]) {
            fprintf(stderr, "sel4sim: serial line %u is %s\n", i, serial_name(m->board.serials[i]));
        }
    }
    return ERR_OK;
}

static enum err choose_abi(struct machine *m, const char *path, char *message, size_t message_bytes)
{
    if (path) {
        m->abi = m->loaded_abi = sim_abi_load(path, message, message_bytes);
        if (!m->abi) {
            return ERR_FORMAT;
        }
    } else {
        m->abi = sim_abi_find(m->platform->arch);
    }
    if (!m->abi || strcmp(m->abi->arch, m->platform->arch) != 0) {
        snprintf(message, message_bytes, "the kernel interface is of %s, the root task of %s",
                 m->abi ? m->abi->arch : "no architecture", m->platform->arch);
        return ERR_ARGUMENT;
    }
    return ERR_OK;
}

static enum err make_ram(struct machine *m, uint64_t ram_bytes, char *message, size_t message_bytes)
{
    const struct platform *p = m->platform;

    m->ram_bytes = ram_bytes ? ram_bytes : p->ram_bytes;
    if (m->ram_bytes < p->ram_bytes_min || m->ram_bytes > p->ram_bytes_max ||
        m->ram_bytes % 0x100000) {
        snprintf(message, message_bytes, "%s has %llu to %llu MiB of memory, in whole MiB", p->name,
                 (unsigned long long)(p->ram_bytes_min >> 20),
                 (unsigned long long)(p->ram_bytes_max >> 20));
        return ERR_RANGE;
    }
    m->ram = mmap(NULL, m->ram_bytes, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (m->ram == MAP_FAILED) {
        m->ram = NULL;
        snprintf(message, message_bytes, "no room for the memory of the machine");
        return ERR_NO_MEMORY;
    }
    return ERR_OK;
}

static enum err make_engine(struct machine *m, char *message, size_t message_bytes)
{
    const struct engine_config config = {
        .arch = m->platform->arch,
        .registers = m->abi->context,
        .register_count = m->abi->context_count,
        .ram = m->ram,
        .ram_base = m->platform->ram_base,
        .ram_bytes = m->ram_bytes,
        .ops = &machine_engine_ops,
        .context = m,
    };
    enum err error = engine_new(&config, &m->engine);

    if (error) {
        snprintf(message, message_bytes, "the CPU emulator does not start: %s", err_text(error));
    }
    return error;
}

static enum err boot_kernel(struct machine *m, char *message, size_t message_bytes)
{
    struct sim_image image = {
        .vstart = m->image.vstart,
        .vend = m->image.vend,
        .pstart = m->boot.image_paddr,
        .entry = m->image.elf.entry,
        .extra_count = m->boot.extra_count,
    };
    enum err error;

    memcpy(image.extra, m->boot.extra, sizeof image.extra);
    memcpy(image.extra_id, m->boot.extra_id, sizeof image.extra_id);
    memcpy(image.extra_len_bytes, m->boot.extra_len_bytes, sizeof image.extra_len_bytes);
    m->sim_platform = (struct sim_platform){
        .name = m->platform->name,
        .regions = m->boot.regions,
        .region_count = m->boot.region_count,
        .irq_count = m->platform->irq_count,
        .timer_irq = m->platform->timer_irq,
        .ram = m->ram,
        .ram_base = m->platform->ram_base,
        .ram_bytes = m->ram_bytes,
    };
    error = kernel_new(m->abi, &m->sim_platform, &machine_cpu_ops, m, &m->kernel);
    if (!error) {
        error = kernel_boot(m->kernel, &image);
    }
    if (error) {
        snprintf(message, message_bytes, "the kernel does not boot: %s", err_text(error));
    }
    return error;
}

static void trace_line(void *context, const char *line)
{
    const struct machine *m = context;

    /* Where a terminal was made raw it no longer returns the carriage. */
    fprintf(stderr, "%12llu %s%s", (unsigned long long)machine_time_ns(m), line,
            isatty(STDERR_FILENO) ? "\r\n" : "\n");
}

static enum err load_image(struct machine *m, const struct machine_options *options, char *message,
                           size_t message_bytes)
{
    enum err error = image_open(options->image_path, &m->image, message, message_bytes);

    if (error) {
        return error;
    }
    m->platform = platform_find_elf(m->image.elf.machine);
    if (!m->platform || m->image.elf.word_bytes != 8) {
        snprintf(message, message_bytes, "%s is for an architecture that is not simulated",
                 options->image_path);
        return ERR_UNSUPPORTED;
    }
    error = choose_abi(m, options->abi_path, message, message_bytes);
    if (!error) {
        error = make_ram(m, options->ram_bytes, message, message_bytes);
    }
    if (!error) {
        error = m->platform->boot(&m->boot, m->ram, m->ram_bytes);
    }
    if (!error) {
        uint64_t at = m->boot.image_paddr - m->platform->ram_base;
        error = image_load(&m->image, m->ram + at, m->ram_bytes - at);
        if (error) {
            snprintf(message, message_bytes, "%s does not fit: %s", options->image_path,
                     err_text(error));
        }
    }
    return error;
}

static enum err make_parts(struct machine *m, const struct machine_options *options, char *message,
                           size_t message_bytes)
{
    enum err error = load_image(m, options, message, message_bytes);

    if (error) {
        return error;
    }
    m->board.time_ns = board_clock;
    m->board.context = m;
    error = board_init(&m->board, m->platform->devices);
    if (!error) {
        error = machine_catch_signals(m);
    }
    if (!error) {
        error = make_engine(m, message, message_bytes);
    }
    if (!error) {
        error = boot_kernel(m, message, message_bytes);
    }
    return error;
}

enum err machine_new(const struct machine_options *options, struct machine **out, char *message,
                     size_t message_bytes)
{
    struct machine *m = calloc(1, sizeof *m);
    enum err error;

    *out = NULL;
    snprintf(message, message_bytes, "the machine cannot be made");
    if (!m) {
        return ERR_NO_MEMORY;
    }
    m->signal_fd = -1;
    m->debug_changed = true;
    m->next_tick_ns = TICK_NS;
    m->limit = options->limit ? options->limit : UINT64_MAX;
    error = make_parts(m, options, message, message_bytes);
    if (!error) { /* last, because a terminal is changed by it */
        error = open_serials(m, options, message, message_bytes);
    }
    if (error) {
        machine_free(m);
        return error;
    }
    if (options->trace) {
        kernel_set_trace(m->kernel, trace_line, m);
    }
    *out = m;
    return ERR_OK;
}

void machine_free(struct machine *m)
{
    if (!m) {
        return;
    }
    for (unsigned i = 0; i < BOARD_SERIALS_MAX; i++) {
        serial_close(m->board.serials[i]);
    }
    kernel_free(m->kernel);
    engine_free(m->engine);
    board_free(&m->board);
    platform_boot_free(&m->boot);
    image_close(&m->image);
    if (m->ram) {
        munmap(m->ram, m->ram_bytes);
    }
    if (m->signal_fd >= 0) {
        close(m->signal_fd);
    }
    sim_abi_free(m->loaded_abi);
    free(m);
}

/* ---- the loop ---- */

static void deliver_due(struct machine *m)
{
    struct cpu_event event = {0};
    int line = board_pending_line(&m->board);

    if (line >= 0) {
        event.kind = CPU_EVENT_INTERRUPT;
        event.number = (uint64_t)line;
        kernel_handle(m->kernel, &event);
    }
    if (machine_time_ns(m) >= m->next_tick_ns) {
        m->next_tick_ns = machine_time_ns(m) + TICK_NS;
        event.kind = CPU_EVENT_TICK;
        event.number = 0;
        kernel_handle(m->kernel, &event);
    }
}

/* What the engine saw as the kernel would be entered for it. */
static void handle_exit(struct machine *m, struct cpu_context *context,
                        const struct engine_exit *exit)
{
    static const enum cpu_event_kind kinds[] = {
        [ENGINE_EXIT_SYSCALL] = CPU_EVENT_SYSCALL,
        [ENGINE_EXIT_FAULT] = CPU_EVENT_VM_FAULT,
        [ENGINE_EXIT_EXCEPTION] = CPU_EVENT_USER_EXCEPTION,
        [ENGINE_EXIT_DEBUG] = CPU_EVENT_DEBUG,
    };
    struct cpu_event event = {
        .address = exit->address,
        .access = exit->access,
        .number = exit->number,
        .code = exit->code,
    };

    switch (exit->kind) {
    case ENGINE_EXIT_BUDGET:
        break;
    case ENGINE_EXIT_SEMIHOST:
        machine_semihost(m, context);
        break;
    case ENGINE_EXIT_FAILED:
        machine_end(m, MACHINE_STATUS_FAILED, engine_failure(m->engine));
        break;
    default:
        event.kind = kinds[exit->kind];
        kernel_handle(m->kernel, &event);
    }
}

static void poll_again(struct machine *m)
{
    m->next_poll = engine_instructions(m->engine) +
                   (engine_has_watch(m->engine) ? POLL_INSTRUCTIONS_WATCHED : POLL_INSTRUCTIONS);
}

static uint64_t budget(const struct machine *m)
{
    uint64_t now = engine_instructions(m->engine), end = m->next_poll;

    end = m->next_tick_ns < end ? m->next_tick_ns : end;
    end = m->limit < end ? m->limit : end;
    return end > now ? end - now : 1;
}

static void set_debug(struct machine *m, struct cpu_context *context)
{
    struct sim_debug debug;

    if (context != m->last || m->debug_changed) {
        m->last = context;
        m->debug_changed = false;
        engine_set_debug(m->engine, kernel_debug(m->kernel, &debug) ? &debug : NULL);
        if (engine_has_watch(m->engine) &&
            m->next_poll > engine_instructions(m->engine) + POLL_INSTRUCTIONS_WATCHED) {
            poll_again(m);
        }
    }
}

static void feed_devices(struct machine *m)
{
    for (unsigned i = 0; i < BOARD_SERIALS_MAX; i++) {
        if (m->board.serials[i] && serial_has_input(m->board.serials[i])) {
            board_poll(&m->board);
            return;
        }
    }
}

static void check_end(struct machine *m)
{
    if (m->board.end == BOARD_EXITED) {
        machine_end(m, m->board.status, "");
    } else if (m->board.end == BOARD_RESET) {
        machine_end(m, 0, "the guest asked for a reset");
    } else if (engine_instructions(m->engine) >= m->limit) {
        machine_end(m, MACHINE_STATUS_LIMIT, "the limit of instructions is reached");
    }
}

static void run_thread(struct machine *m, struct cpu_context *context)
{
    struct engine_exit exit;

    set_debug(m, context);
    engine_run(m->engine, context, budget(m), &exit);
    handle_exit(m, context, &exit);
    if (engine_instructions(m->engine) >= m->next_poll) {
        poll_again(m);
        machine_poll(m);
    }
}

int machine_run(struct machine *m, const char **why)
{
    while (!m->ended) {
        feed_devices(m);
        deliver_due(m);
        struct cpu_context *context = m->ended ? NULL : kernel_current(m->kernel);
        if (context) {
            run_thread(m, context);
        } else if (!m->ended && board_pending_line(&m->board) < 0) {
            machine_idle(m);
        }
        check_end(m);
    }
    for (unsigned i = 0; i < BOARD_SERIALS_MAX; i++) {
        if (m->board.serials[i]) {
            serial_flush(m->board.serials[i]);
        }
    }
    *why = m->why_text;
    return m->status;
}
