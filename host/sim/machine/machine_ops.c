/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the kernel model asks of the machine, and what the engine does, each one short function.
 * An access that raises an interrupt line or ends the machine also stops the engine.
 */
#include "host/sim/machine/machine_state.h"

#include "host/sim/machine/serial.h"

#include <string.h>
#include <sys/mman.h>

#define PAGE_BYTES 0x1000ULL

/* From here on it is cheaper to give pages back to the host than to write zeros. */
#define CLEAR_BY_MAP_BYTES 0x40000ULL

static bool translate(void *context, uint64_t vaddr, enum cpu_access access,
                      struct sim_translation *out)
{
    struct machine *m = context;

    return kernel_translate(m->kernel, vaddr, access, out);
}

static void after_access(struct machine *m)
{
    if (m->board.end != BOARD_RUNS) {
        engine_end(m->engine);
    } else if (m->board.raised) {
        engine_interrupt(m->engine);
    }
}

static bool device_answers(void *context, uint64_t page)
{
    struct machine *m = context;

    return !m->platform->absent_faults || board_answers(&m->board, page, PAGE_BYTES);
}

static uint64_t device_read(void *context, uint64_t paddr, unsigned width_bytes)
{
    struct machine *m = context;
    uint64_t value = board_read(&m->board, false, paddr, width_bytes);

    after_access(m);
    return value;
}

static void device_write(void *context, uint64_t paddr, unsigned width_bytes, uint64_t value)
{
    struct machine *m = context;

    board_write(&m->board, false, paddr, width_bytes, value);
    after_access(m);
}

static bool port_allowed(void *context, uint16_t port, unsigned width_bytes)
{
    struct machine *m = context;

    for (unsigned i = 0; i < width_bytes; i++) {
        if (!kernel_port_allowed(m->kernel, (uint16_t)(port + i))) {
            return false;
        }
    }
    return true;
}

static uint32_t user_port_in(void *context, uint16_t port, unsigned width_bytes)
{
    struct machine *m = context;
    uint32_t value = (uint32_t)board_read(&m->board, true, port, width_bytes);

    after_access(m);
    return value;
}

static void user_port_out(void *context, uint16_t port, unsigned width_bytes, uint32_t value)
{
    struct machine *m = context;

    board_write(&m->board, true, port, width_bytes, value);
    after_access(m);
}

static uint64_t counter(void *context)
{
    return machine_time_ns(context);
}

const struct engine_ops machine_engine_ops = {
    .translate = translate,
    .device_answers = device_answers,
    .device_read = device_read,
    .device_write = device_write,
    .port_allowed = port_allowed,
    .port_in = user_port_in,
    .port_out = user_port_out,
    .counter = counter,
};

static struct cpu_context *context_new(void *machine)
{
    struct machine *m = machine;

    return engine_context_new(m->engine);
}

static void context_free(void *machine, struct cpu_context *context)
{
    struct machine *m = machine;

    if (m->last == context) {
        m->last = NULL;
    }
    engine_context_free(m->engine, context);
}

static uint64_t reg_read(void *machine, struct cpu_context *context, unsigned reg)
{
    struct machine *m = machine;

    return engine_reg_read(m->engine, context, reg);
}

static void reg_write(void *machine, struct cpu_context *context, unsigned reg, uint64_t value)
{
    struct machine *m = machine;

    engine_reg_write(m->engine, context, reg, value);
}

static void context_copy_fpu(void *machine, struct cpu_context *to, struct cpu_context *from)
{
    struct machine *m = machine;

    engine_context_copy_fpu(m->engine, to, from);
}

static void space_changed(void *machine)
{
    struct machine *m = machine;

    engine_space_changed(m->engine);
}

static void memory_written(void *machine, uint64_t paddr, uint64_t len_bytes)
{
    struct machine *m = machine;

    engine_memory_written(m->engine, paddr, len_bytes);
}

static void registers_replaced(void *machine, struct cpu_context *context)
{
    struct machine *m = machine;

    engine_registers_replaced(m->engine, context);
}

static void irq_set_masked(void *machine, unsigned irq, bool masked)
{
    struct machine *m = machine;

    board_set_masked(&m->board, irq, masked);
}

static uint32_t port_in(void *machine, uint16_t port, unsigned width_bytes)
{
    struct machine *m = machine;

    return (uint32_t)board_read(&m->board, true, port, width_bytes);
}

static void port_out(void *machine, uint16_t port, unsigned width_bytes, uint32_t value)
{
    struct machine *m = machine;

    board_write(&m->board, true, port, width_bytes, value);
}

/* The kernel's console is the first serial line, and it writes a carriage return before a line
 * feed. */
static void put_char(void *machine, char c)
{
    struct machine *m = machine;
    struct serial *line = m->board.serials[0];

    if (!line) {
        return;
    }
    if (c == '\n') {
        serial_put(line, '\r');
    }
    serial_put(line, (uint8_t)c);
}

static void halt(void *machine, const char *why)
{
    machine_end(machine, MACHINE_STATUS_HALTED, why);
}

static void debug_changed(void *machine, struct cpu_context *context)
{
    struct machine *m = machine;

    (void)context;
    m->debug_changed = true;
}

static void memory_clear(void *machine, uint64_t paddr, uint64_t len_bytes)
{
    struct machine *m = machine;
    uint64_t start = paddr - m->platform->ram_base, end = start + len_bytes;
    uint64_t first = (start + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1), last = end & ~(PAGE_BYTES - 1);

    if (start > m->ram_bytes || len_bytes > m->ram_bytes - start) {
        return;
    }
    if (len_bytes < CLEAR_BY_MAP_BYTES ||
        madvise(m->ram + first, last - first, MADV_DONTNEED) != 0) {
        memset(m->ram + start, 0, len_bytes);
    } else {
        memset(m->ram + start, 0, first - start);
        memset(m->ram + last, 0, end - last);
    }
    engine_memory_written(m->engine, paddr, len_bytes);
}

const struct cpu_ops machine_cpu_ops = {
    .context_new = context_new,
    .context_free = context_free,
    .reg_read = reg_read,
    .reg_write = reg_write,
    .context_copy_fpu = context_copy_fpu,
    .space_changed = space_changed,
    .memory_written = memory_written,
    .registers_replaced = registers_replaced,
    .irq_set_masked = irq_set_masked,
    .port_in = port_in,
    .port_out = port_out,
    .put_char = put_char,
    .halt = halt,
    .debug_changed = debug_changed,
    .memory_clear = memory_clear,
};
