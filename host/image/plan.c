/* SPDX-License-Identifier: BSD-2-Clause */
/* Placing and packing, see plan.h. Each step fills its part of the plan or returns why not. */
#include "host/image/plan.h"
#include "arch/lib/fdt.h"

#include <stdlib.h>
#include <string.h>

enum {
    IMAGE_SIZE_OFFSET = 16, /* in the loader's "Image" header, both architectures */
};

/* One region of the plan and where its bytes come from. */
struct piece {
    struct loader_region region;
    const uint8_t *bytes;
};

struct plan {
    struct loader_plan head;
    struct piece pieces[LOADER_REGIONS_MAX];
    struct elf_extent loader_extent;
};

static uint64_t round_up(uint64_t value, uint64_t unit)
{
    return (value + unit - 1) / unit * unit;
}

static const char *add_piece(struct plan *plan, uint64_t to, uint64_t mem_bytes,
                             const uint8_t *bytes, uint64_t file_bytes)
{
    if (plan->head.region_count == LOADER_REGIONS_MAX)
        return "kernel and root task have too many segments";
    plan->pieces[plan->head.region_count++] = (struct piece){
        .region = {.to_paddr = to, .mem_bytes = mem_bytes, .file_bytes = file_bytes},
        .bytes = bytes,
    };
    return NULL;
}

/* The loaded segment that begins lowest, at or above `from`. */
static bool next_segment(const struct elf_file *file, uint64_t from, bool physical,
                         struct elf_segment *out)
{
    bool any = false;

    for (unsigned i = 0; i < file->segment_count; i++) {
        struct elf_segment s;
        if (elf_segment_get(file, i, &s) || s.type != ELF_SEGMENT_LOAD || s.mem_bytes == 0)
            continue;
        uint64_t at = physical ? s.paddr : s.vaddr;
        if (at >= from && (!any || at < (physical ? out->paddr : out->vaddr))) {
            *out = s;
            any = true;
        }
    }
    return any;
}

/* The segments in order, each followed by zeros up to the next one or to `end`; `offset` is added
 * to a segment's address. */
static const char *add_segments(struct plan *plan, const struct elf_file *file, bool physical,
                                uint64_t offset, uint64_t end)
{
    struct elf_segment s, next;
    bool have = next_segment(file, 0, physical, &s);

    while (have) {
        uint64_t at = physical ? s.paddr : s.vaddr;
        have = next_segment(file, at + 1, physical, &next);
        uint64_t until = have ? (physical ? next.paddr : next.vaddr) : end;
        const char *why = add_piece(plan, at + offset, until - at, s.bytes, s.file_bytes);
        if (why)
            return why;
        s = next;
    }
    return NULL;
}

/* All segments lie at one distance from their virtual addresses, and the boot page tables can say
 * so in blocks. */
static const char *check_kernel_offset(const struct elf_file *kernel, uint64_t offset)
{
    for (unsigned i = 0; i < kernel->segment_count; i++) {
        struct elf_segment s;
        if (elf_segment_get(kernel, i, &s) || s.type != ELF_SEGMENT_LOAD || s.mem_bytes == 0)
            continue;
        if (s.vaddr - s.paddr != offset)
            return "the kernel's segments are not at one distance from their virtual addresses";
    }
    return offset % LOADER_BLOCK_BYTES ? "the kernel's virtual and physical address do not fit"
                                       : NULL;
}

static const char *place_kernel(struct plan *plan, const struct elf_file *kernel)
{
    struct elf_extent extent;

    if (elf_load_extent(kernel, &extent))
        return "the kernel's segments are malformed";
    const char *why = check_kernel_offset(kernel, extent.virtual_start - extent.physical_start);
    if (why)
        return why;
    if (kernel->entry < extent.virtual_start || kernel->entry >= extent.virtual_end)
        return "the kernel's entry is outside the kernel";
    plan->head.kernel_vaddr = extent.virtual_start;
    plan->head.kernel_paddr = extent.physical_start;
    plan->head.kernel_bytes = extent.physical_end - extent.physical_start;
    plan->head.kernel_entry = kernel->entry;
    return add_segments(plan, kernel, true, 0, extent.physical_end);
}

static const char *place_dtb(struct plan *plan, const struct file_bytes *dtb, uint64_t *at)
{
    struct fdt tree;

    if (!dtb->bytes)
        return NULL;
    if (fdt_open(dtb->bytes, dtb->len_bytes, &tree))
        return "the device tree is malformed";
    plan->head.dtb_paddr = *at;
    plan->head.dtb_bytes = tree.total_bytes;
    *at = round_up(*at + tree.total_bytes, LOADER_PAGE_BYTES);
    return add_piece(plan, plan->head.dtb_paddr, tree.total_bytes, dtb->bytes, tree.total_bytes);
}

static const char *place_user(struct plan *plan, const struct elf_file *monitor, uint64_t *at)
{
    struct elf_extent extent;

    if (elf_load_extent(monitor, &extent))
        return "the root task's segments are malformed";
    if (monitor->entry < extent.virtual_start || monitor->entry >= extent.virtual_end)
        return "the root task's entry is outside the root task";
    uint64_t start = extent.virtual_start / LOADER_PAGE_BYTES * LOADER_PAGE_BYTES;
    uint64_t end = round_up(extent.virtual_end, LOADER_PAGE_BYTES);
    uint64_t slack = extent.virtual_start - start;

    plan->head.user_start = *at;
    plan->head.user_end = *at + (end - start);
    plan->head.user_offset = *at - start;
    plan->head.user_entry = monitor->entry;
    *at = plan->head.user_end;
    if (slack > 0) {
        const char *why = add_piece(plan, plan->head.user_start, slack, NULL, 0);
        if (why)
            return why;
    }
    return add_segments(plan, monitor, false, plan->head.user_offset, end);
}

/* The loader, its payload and its page tables, behind everything. */
static const char *place_loader(struct plan *plan, const struct elf_file *loader, uint64_t *at)
{
    struct loader_plan *head = &plan->head;

    if (elf_load_extent(loader, &plan->loader_extent) || plan->loader_extent.virtual_start != 0 ||
        loader->entry != 0)
        return "the loader was not built with its own linker script";
    head->loader_bytes = plan->loader_extent.virtual_end;
    if (head->loader_bytes % 16)
        return "the loader was not built with its own linker script";
    head->run_paddr = round_up(*at, LOADER_BLOCK_BYTES);
    uint64_t offset = round_up(head->loader_bytes + sizeof(*head), 16);
    for (unsigned i = 0; i < head->region_count; i++) {
        plan->pieces[i].region.from_offset = offset;
        offset = round_up(offset + plan->pieces[i].region.file_bytes, 16);
    }
    head->size_bytes = offset;
    head->tables_paddr = round_up(head->run_paddr + offset, LOADER_PAGE_BYTES);
    *at = round_up(head->tables_paddr + LOADER_TABLES * LOADER_PAGE_BYTES, LOADER_BLOCK_BYTES);
    return NULL;
}

/* Is all of it in one range of memory? The kernel's own range may begin below its first segment. */
static const char *check_memory(const struct plan_input *input, uint64_t start, uint64_t end)
{
    for (unsigned i = 0; i < input->memory_count; i++) {
        if (input->memory[i].start <= start && end <= input->memory[i].end)
            return NULL;
    }
    return "kernel, root task and loader do not fit in the memory range that the kernel lies in";
}

/* The machine's cores, in the order of the device tree; without enough of them there they are
 * counted from the first. */
static void find_cores(const struct plan_input *input, const struct fdt *tree,
                       struct loader_plan *head)
{
    fdt_node cpus, cpu;
    unsigned found = 0;

    for (unsigned i = 0; i < input->core_count; i++)
        head->core_ids[i] = input->first_core + i;
    if (!tree || input->core_count == 1 || fdt_find_path(tree, "/cpus", &cpus))
        return;
    uint64_t ids[LOADER_CORES_MAX];
    enum err e = fdt_child(tree, cpus, &cpu);
    for (; !e && found < input->core_count; e = fdt_sibling(tree, cpu, &cpu)) {
        uint64_t id, size;
        if (fdt_reg(tree, cpu, 0, &id, &size) || !fdt_is_enabled(tree, cpu) ||
            id < input->first_core)
            continue;
        ids[found++] = id;
    }
    if (found == input->core_count)
        memcpy(head->core_ids, ids, found * sizeof(ids[0]));
}

/* How further cores are started, and whether they are running already. */
static uint32_t core_flags(const struct fdt *tree)
{
    static const char *const psci[] = {"arm,psci-1.0", "arm,psci-0.2", "arm,psci"};
    struct fdt_property p;
    const char *text;
    fdt_node node;

    for (size_t i = 0; i < sizeof(psci) / sizeof(psci[0]); i++) {
        if (fdt_find_compatible(tree, psci[i], NULL, &node) == ERR_OK &&
            fdt_property_find(tree, node, "method", &p) == ERR_OK &&
            fdt_text(&p, 0, &text) == ERR_OK)
            return strcmp(text, "hvc") == 0 ? LOADER_PSCI_HVC : LOADER_PSCI_SMC;
    }
    if (fdt_find_path(tree, "/cpus/cpu", &node) == ERR_OK &&
        fdt_property_find(tree, node, "enable-method", &p) == ERR_OK &&
        fdt_text(&p, 0, &text) == ERR_OK && strcmp(text, "spin-table") == 0)
        return LOADER_PARK;
    return 0;
}

static void find_console(const struct fdt *tree, struct loader_plan *head)
{
    fdt_node console;
    uint64_t address, size;

    if (fdt_stdout(tree, &console, NULL) == ERR_OK &&
        fdt_is_compatible(tree, console, "arm,pl011") &&
        fdt_reg(tree, console, 0, &address, &size) == ERR_OK) {
        head->console = LOADER_CONSOLE_PL011;
        head->console_paddr = address;
    }
}

static const char *describe_machine(const struct plan_input *input, struct loader_plan *head)
{
    struct fdt tree;
    bool have_tree =
        input->dtb.bytes && fdt_open(input->dtb.bytes, input->dtb.len_bytes, &tree) == ERR_OK;

    if (input->core_count == 0 || input->core_count > LOADER_CORES_MAX)
        return "the kernel is for more cores than the loader starts";
    head->flags = input->hypervisor ? LOADER_HYPERVISOR : 0;
    head->pa_bits = input->pa_bits;
    head->levels = input->levels;
    head->core_count = input->core_count;
    find_cores(input, have_tree ? &tree : NULL, head);
    if (have_tree) {
        find_console(&tree, head);
        if (input->kernel->machine == ELF_MACHINE_AARCH64)
            head->flags |= core_flags(&tree);
    }
    if (input->core_count > 1 && input->kernel->machine == ELF_MACHINE_AARCH64 &&
        !(head->flags & (LOADER_PSCI_HVC | LOADER_PSCI_SMC)))
        return "the kernel is for several cores, and the device tree names no PSCI to start them";
    return NULL;
}

static const char *pack(struct plan *plan, const struct elf_file *loader, struct plan_blob *out)
{
    struct loader_plan *head = &plan->head;
    uint8_t *bytes = calloc(1, (size_t)head->size_bytes);

    if (!bytes)
        return "there is not enough memory here";
    for (unsigned i = 0; i < loader->segment_count; i++) {
        struct elf_segment s;
        if (elf_segment_get(loader, i, &s) == ERR_OK && s.type == ELF_SEGMENT_LOAD)
            memcpy(bytes + s.vaddr, s.bytes, (size_t)s.file_bytes);
    }
    for (unsigned i = 0; i < head->region_count; i++) {
        const struct piece *piece = &plan->pieces[i];
        head->regions[i] = piece->region;
        if (piece->region.file_bytes > 0)
            memcpy(bytes + piece->region.from_offset, piece->bytes,
                   (size_t)piece->region.file_bytes);
    }
    memcpy(bytes + IMAGE_SIZE_OFFSET, &head->size_bytes, sizeof(head->size_bytes));
    memcpy(bytes + head->loader_bytes, head, sizeof(*head));
    *out = (struct plan_blob){bytes, (size_t)head->size_bytes, head->run_paddr};
    return NULL;
}

const char *plan_build(const struct plan_input *input, struct plan_blob *out)
{
    struct plan plan = {.head = {.magic = LOADER_MAGIC, .version = LOADER_VERSION}};
    uint64_t at = 0;
    const char *why = describe_machine(input, &plan.head);

    if (!why)
        why = place_kernel(&plan, input->kernel);
    at = round_up(plan.head.kernel_paddr + plan.head.kernel_bytes, LOADER_PAGE_BYTES);
    if (!why)
        why = place_dtb(&plan, &input->dtb, &at);
    if (!why)
        why = place_user(&plan, input->monitor, &at);
    if (!why)
        why = place_loader(&plan, input->loader, &at);
    if (!why)
        why = check_memory(input, plan.head.kernel_paddr, at);
    return why ? why : pack(&plan, input->loader, out);
}
