/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Making a component of an ELF file and its description: see component_load in component.h. The
 * order is check, count, take, fill; what was taken is in the component's row from the moment it is
 * had, so whoever cuts the shell short can take it back.
 */
#include "monitor/core/component.h"

#include "arch/include/arch.h"
#include "arch/lib/elf.h"
#include "arch/lib/fmt.h"
#include "arch/lib/str.h"
#include "monitor/core/component_caps.h"
#include "monitor/core/component_elf.h"
#include "monitor/core/component_map.h"
#include "monitor/core/component_table.h"
#include "monitor/core/cspace.h"
#include "monitor/core/kernel.h"
#include "monitor/core/objects.h"
#include "monitor/core/request.h"
#include "monitor/core/sched.h"
#include "monitor/core/start_block.h"
#include "monitor/core/supervisor.h"

/* What the monitor maps lies above the image, and not below this; each part has a page that is not
 * mapped on either side. What the component may map itself comes last. */
enum {
    PARTS_LOWEST = 0x10000000,
    PARTS_ALIGN = 1 << 21,
    FREE_BYTES = 1 << 28,
    PART_MAX_BYTES = 1 << 28, /* of a stack or heap */
    WRITE_BYTES = 16384,      /* that the supervisor copies at once */
};

/* Where things go, and all that is needed on the way. */
struct load {
    struct component *component;
    const struct package_head *head;
    const struct package_row *rows;
    struct elf_file elf;
    struct component_problem *problem;
    const char *args;
    unsigned args_count;
    uint64_t block, buffer, stack, heap, devices, free; /* addresses */
    uint64_t stack_pages, heap_pages;
    seL4_CPtr untyped, sched_context;
};

static struct start_block block; /* too large for a stack; the shell's alone */

/* --- laying out and counting ------------------------------------------------------------------ */

/* The address of a part, and the next part's after a page that stays empty. */
static uint64_t place(uint64_t *at, uint64_t bytes)
{
    uint64_t here = *at + ARCH_PAGE_BYTES;

    *at = here + component_pages_of(bytes) * ARCH_PAGE_BYTES;
    return here;
}

static uint64_t device_bytes(const struct load *load)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < load->head->rows_count; i++) {
        if (load->rows[i].kind == PACKAGE_DEVICE)
            sum += load->rows[i].second + ARCH_PAGE_BYTES;
    }
    return sum;
}

static enum err lay_out(struct load *load, const struct elf_extent *extent)
{
    uint64_t at = (extent->virtual_end + PARTS_ALIGN - 1) & ~(uint64_t)(PARTS_ALIGN - 1);

    if (at < PARTS_LOWEST)
        at = PARTS_LOWEST;
    if (load->head->stack_bytes > PART_MAX_BYTES || load->head->heap_bytes > PART_MAX_BYTES ||
        device_bytes(load) > PART_MAX_BYTES)
        return component_fail(load->problem, ERR_RANGE,
                              "stack, heap and devices are at most %u MiB each",
                              PART_MAX_BYTES >> 20);
    if (extent->virtual_end > arch_user_top || at + 4ull * PART_MAX_BYTES > arch_user_top)
        return component_fail(load->problem, ERR_RANGE,
                              "the ELF file ends at 0x%llx, too near to the end of what a "
                              "component may use",
                              (unsigned long long)extent->virtual_end);
    load->stack_pages = component_pages_of(load->head->stack_bytes);
    load->heap_pages = component_pages_of(load->head->heap_bytes);
    load->block = place(&at, START_BLOCK_BYTES);
    load->buffer = place(&at, ARCH_PAGE_BYTES);
    load->stack = place(&at, load->head->stack_bytes);
    load->heap = place(&at, load->head->heap_bytes);
    load->devices = place(&at, device_bytes(load));
    load->free = (at + PARTS_ALIGN) & ~(uint64_t)(PARTS_ALIGN - 1);
    return ERR_OK;
}

static void plan(const struct load *load, struct estate_plan *plan)
{
    const struct package_head *head = load->head;
    uint64_t pages =
        component_pages_of(START_BLOCK_BYTES) + 1 + load->stack_pages + load->heap_pages;
    unsigned ranges = 3, segments = 0; /* parts may lie across a table's end */
    struct elf_segment segment;

    for (unsigned i = 0; component_next_segment(&load->elf, &i, &segment); segments++)
        pages += component_segment_pages(&segment);
    estate_plan_add(plan, ARCH_PAGE_BITS, (unsigned)pages);
    component_map_plan(plan, ranges + segments, pages + component_pages_of(device_bytes(load)));
    estate_plan_add(plan, arch_vspace.size_bits, 2); /* one, aligned */
    estate_plan_add(plan, head->slots_bits + seL4_SlotBits, 2);
    if (head->memory_bits)
        estate_plan_add(plan, head->memory_bits, 2);
    estate_plan_add(plan, seL4_TCBBits, 1);
    estate_plan_add(plan, ARCH_PAGE_BITS, 1); /* a scheduling context, and what alignment takes */
    plan->slots += LIMIT_COMPONENT_THREADS + LIMIT_COMPONENT_PAGES + 4 +
                   (unsigned)component_pages_of(device_bytes(load)) + head->rows_count;
}

/* --- taking and filling ----------------------------------------------------------------------- */

static enum err make_objects(struct load *load)
{
    struct component *c = load->component;
    const struct package_head *head = load->head;
    struct component_slots *slots = &c->slots;
    enum err e = ERR_OK;

    if (head->memory_bits)
        e = estate_take(&c->estate, seL4_UntypedObject, head->memory_bits, 1, &load->untyped);
    if (!e)
        e = estate_take(&c->estate, seL4_CapTableObject, head->slots_bits, 1, &slots->cnode);
    if (!e)
        e = component_map_root(c);
    if (!e)
        e = estate_take(&c->estate, seL4_TCBObject, 0, 1, &c->threads[0].tcb);
    if (!e)
        e = sched_make_component(&c->estate, &load->sched_context);
    if (!e)
        e = estate_take_slots(&c->estate, 1, &slots->cspace);
    if (!e)
        e = estate_take_slots(&c->estate, LIMIT_COMPONENT_THREADS - 1, &slots->threads);
    if (!e)
        e = estate_take_slots(&c->estate, LIMIT_COMPONENT_PAGES, &slots->pages);
    slots->cnode_bits = head->slots_bits;
    return e ? e
             : cspace_mint(slots->cnode, slots->cspace, seL4_AllRights,
                           cspace_guard(seL4_WordBits - head->slots_bits));
}

struct write {
    struct component *component;
    uint64_t address;
    const uint8_t *bytes;
    size_t len_bytes;
};

static enum err write_part(void *arg)
{
    struct write *write = arg;
    size_t done;
    enum err e =
        component_write(write->component, write->address, write->bytes, write->len_bytes, &done);

    return e || done == write->len_bytes ? e : ERR_FAULT;
}

static enum err write_all(struct component *component, uint64_t address, const void *bytes,
                          uint64_t len_bytes)
{
    enum err e = ERR_OK;

    for (uint64_t at = 0; at < len_bytes && !e; at += WRITE_BYTES) {
        struct write write = {component, address + at, (const uint8_t *)bytes + at,
                              len_bytes - at < WRITE_BYTES ? len_bytes - at : WRITE_BYTES};

        e = request_run(write_part, &write);
    }
    return e;
}

static enum err map_image(struct load *load)
{
    struct elf_segment segment;
    enum err e = ERR_OK;

    for (unsigned i = 0; !e && component_next_segment(&load->elf, &i, &segment);) {
        e = component_map_new(load->component, component_first_page(&segment),
                              component_segment_pages(&segment), segment.flags & 7);
        if (!e)
            e = write_all(load->component, segment.vaddr, segment.bytes, segment.file_bytes);
    }
    return e;
}

static enum err map_parts(struct load *load)
{
    static const unsigned data = ELF_FLAG_READ | ELF_FLAG_WRITE;
    struct component *c = load->component;
    enum err e =
        component_map_new(c, load->block, component_pages_of(START_BLOCK_BYTES), ELF_FLAG_READ);

    if (!e)
        e = component_map_new(c, load->buffer, 1, data);
    if (!e && load->stack_pages)
        e = component_map_new(c, load->stack, load->stack_pages, data);
    if (!e && load->heap_pages)
        e = component_map_new(c, load->heap, load->heap_pages, data);
    return e;
}

/* What the component sends to the monitor by: it may call, and never receive. */
static seL4_CapRights_t sender(void)
{
    return seL4_CapRights_new(1, 0, 0, 1);
}

static seL4_Word badge_of(const struct component *component, seL4_Word more)
{
    return SUPERVISOR_MESSAGE | (seL4_Word)component->pid << SUPERVISOR_PID_SHIFT | more;
}

/* The capabilities that the runtime knows. */
static enum err give_own(struct load *load)
{
    struct component *c = load->component;
    const struct {
        const char *name;
        seL4_Word slot;
        seL4_CPtr from;
        seL4_CapRights_t rights;
        seL4_Word badge;
        uint64_t size_bytes;
    } own[] = {
        {COMPONENT_CAP_CNODE, COMPONENT_SLOT_CNODE, c->slots.cnode, seL4_AllRights,
         cspace_guard(seL4_WordBits - c->slots.cnode_bits), 0},
        {COMPONENT_CAP_VSPACE, COMPONENT_SLOT_VSPACE, c->slots.vspace, seL4_AllRights, 0, 0},
        {COMPONENT_CAP_TCB, COMPONENT_SLOT_TCB, c->threads[0].tcb, seL4_AllRights, 0, 0},
        {COMPONENT_CAP_UNTYPED, COMPONENT_SLOT_UNTYPED, load->untyped, seL4_AllRights, 0,
         (uint64_t)1 << load->head->memory_bits},
        {COMPONENT_CAP_CONSOLE, COMPONENT_SLOT_CONSOLE, supervisor.endpoint, sender(),
         badge_of(c, 0), 0},
        {COMPONENT_CAP_EXIT, COMPONENT_SLOT_CONSOLE, 0, seL4_AllRights, 0, 0},
        {COMPONENT_CAP_MONITOR, COMPONENT_SLOT_CONSOLE, 0, seL4_AllRights, 0, 0},
        {COMPONENT_CAP_SCHED_CONTROL, COMPONENT_SLOT_SCHED_CONTROL, sched_control(), seL4_AllRights,
         0, 0},
    };
    enum err e = ERR_OK;

    for (unsigned i = 0; i < sizeof own / sizeof own[0] && !e; i++) {
        if (own[i].from)
            e = component_caps_mint(c, own[i].slot, own[i].from, own[i].rights, own[i].badge);
        if (!e && (own[i].from || own[i].slot == COMPONENT_SLOT_CONSOLE))
            e = start_block_name(&block, own[i].name, own[i].slot, 0, own[i].size_bytes);
    }
    if (!e && load->heap_pages)
        e = start_block_name(&block, "heap", 0, load->heap, load->head->heap_bytes);
    return e;
}

static enum err give_rows(struct load *load)
{
    uint64_t address = load->devices;
    enum err e = ERR_OK;

    for (unsigned i = 0; i < load->head->rows_count && !e; i++) {
        const struct package_row *row = &load->rows[i];
        struct component_cap cap;

        e = component_caps_give(load->component, load->head, row, COMPONENT_SLOT_ROWS + i, address,
                                &cap, load->problem);
        if (!e)
            e = start_block_add(&block, &cap);
        if (row->kind == PACKAGE_DEVICE)
            address += row->second + ARCH_PAGE_BYTES;
    }
    return e;
}

/* One badged endpoint for each thread that the component may ever have. */
static enum err give_faults(struct load *load)
{
    struct component *c = load->component;
    enum err e = ERR_OK;

    c->slots.faults = (uint8_t)(COMPONENT_SLOT_ROWS + load->head->rows_count);
    for (unsigned i = 0; i < LIMIT_COMPONENT_THREADS && !e; i++)
        e = component_caps_mint(c, c->slots.faults + i, supervisor.endpoint, sender(),
                                badge_of(c, SUPERVISOR_FAULT | (i + 1)));
    return e;
}

static enum err write_block(struct load *load)
{
    struct component *c = load->component;
    enum err e = start_block_args(&block, load->args, load->args_count);

    if (e)
        return component_fail(load->problem, e, "the arguments are too long");
    c->block = load->block;
    block.start.ipc_buffer = load->buffer;
    block.start.slots_first = c->slots.faults + LIMIT_COMPONENT_THREADS;
    block.start.slots_end = (uint64_t)1 << c->slots.cnode_bits;
    block.start.free_first = load->free;
    block.start.free_end = load->free + FREE_BYTES;
    return write_all(c, load->block, &block, sizeof block);
}

static seL4_CPtr frame_at(const struct component *component, uint64_t address)
{
    for (unsigned i = 0; i < LIMIT_COMPONENT_REGIONS; i++) {
        if (component->regions[i].pages && component->regions[i].start == address)
            return component->regions[i].frames;
    }
    return 0;
}

/* Slot of the row that gets the component's faults; the monitor's otherwise. */
static seL4_Word fault_slot(const struct load *load)
{
    for (unsigned i = 0; i < load->head->rows_count; i++) {
        if (load->head->fault_to[0] && strcmp(load->rows[i].name, load->head->fault_to) == 0)
            return COMPONENT_SLOT_ROWS + i;
    }
    return load->component->slots.faults;
}

static enum err make_thread(struct load *load)
{
    struct component *c = load->component;
    struct component_thread *thread = &c->threads[0];
    struct sched_component parts = {
        .tcb = thread->tcb,
        .cnode = c->slots.cnode,
        .cnode_bits = c->slots.cnode_bits,
        .cspace = c->slots.cspace,
        .vspace = c->slots.vspace,
        .buffer = load->buffer,
        .buffer_frame = frame_at(c, load->buffer),
        .priority = c->priority,
        .max_priority = load->head->max_priority < THREAD_LOWEST_PRIORITY
                            ? load->head->max_priority
                            : THREAD_LOWEST_PRIORITY - 1,
        .fault_slot = fault_slot(load),
        .sched_context = load->sched_context,
    };
    seL4_UserContext context;
    enum err e = sched_configure_component(&parts);

    if (e)
        return e;
    arch_context_component(&context, load->elf.entry, load->block,
                           load->stack_pages ? load->stack + load->stack_pages * ARCH_PAGE_BYTES
                                             : 0);
    e = kernel_check(seL4_TCB_WriteRegisters(thread->tcb, false, 0, ARCH_CONTEXT_WORDS, &context));
    (void)str_copy(thread->name, sizeof thread->name, c->name);
    kernel_name_thread(thread->tcb, c->name);
    thread->slot = COMPONENT_SLOT_TCB;
    thread->stopped = true;
    thread->tid = 1;
    return e;
}

static enum err fill(struct load *load)
{
    enum err e = make_objects(load);

    start_block_init(&block);
    if (!e)
        e = map_image(load);
    if (!e)
        e = map_parts(load);
    if (!e)
        e = give_own(load);
    if (!e)
        e = give_rows(load);
    if (!e)
        e = give_faults(load);
    if (!e)
        e = write_block(load);
    return e ? e : make_thread(load);
}

static enum err explain_estate(struct load *load, enum err e, const struct estate_plan *plan)
{
    if (e == ERR_FULL)
        return component_fail(load->problem, e,
                              "it takes %u slots, and a CNode of this kernel has %u", plan->slots,
                              1u << cspace_root_bits());
    if (e == ERR_NO_MEMORY)
        return component_fail(load->problem, e, "no untyped has the %llu KiB that it takes",
                              (unsigned long long)(plan->bytes >> 10));
    return e;
}

static enum err check_slots(struct load *load)
{
    unsigned least = COMPONENT_SLOT_ROWS + load->head->rows_count + LIMIT_COMPONENT_THREADS + 1;

    if (least <= 1u << load->head->slots_bits)
        return ERR_OK;
    return component_fail(load->problem, ERR_RANGE,
                          "its %u slots are too few, it takes %u with what it is given",
                          1u << load->head->slots_bits, least);
}

enum err component_load(const struct package_head *head, const void *elf, size_t elf_bytes,
                        const char *args, unsigned args_count, struct component **out,
                        struct component_problem *problem)
{
    struct load load = {
        .head = head,
        .rows = package_rows(head),
        .problem = problem,
        .args = args ? args : package_arg(head, 0),
        .args_count = args ? args_count : head->args_count,
    };
    struct estate_plan needs = {0};
    struct elf_extent extent;
    enum err e;

    problem->text[0] = '\0';
    e = component_check_elf(elf, elf_bytes, &load.elf, &extent, problem);
    if (!e)
        e = lay_out(&load, &extent);
    if (!e)
        e = check_slots(&load);
    if (!e)
        e = component_table_begin(head->name, &load.component);
    if (e)
        return e == ERR_FULL
                   ? component_fail(problem, e, "there are %u components already", LIMIT_COMPONENTS)
                   : e;
    load.component->entry = load.elf.entry;
    load.component->priority =
        head->priority < THREAD_LOWEST_PRIORITY ? head->priority : THREAD_LOWEST_PRIORITY - 1;
    plan(&load, &needs);
    e = estate_make(&load.component->estate, component_table_number(load.component), &needs);
    if (e)
        e = explain_estate(&load, e, &needs);
    else
        e = fill(&load);
    if (e) {
        struct kernel_error keep = *kernel_last_error();

        component_table_drop(load.component);
        thread_self()->error = keep;
        return e;
    }
    component_table_commit(load.component);
    *out = load.component;
    return ERR_OK;
}
