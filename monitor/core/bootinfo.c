/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading the boot information: see bootinfo.h. */
#include "monitor/core/bootinfo.h"

#include "monitor/core/chunk.h"

static const seL4_BootInfo *boot;
static struct fdt tree;
static const struct fdt *tree_found;

static const struct {
    seL4_Word id;
    const char *name;
} chunk_names[] = {
    {SEL4_BOOTINFO_HEADER_PADDING, "padding"},
    {SEL4_BOOTINFO_HEADER_X86_VBE, "VBE graphics mode"},
    {SEL4_BOOTINFO_HEADER_X86_MBMMAP, "multiboot memory map"},
    {SEL4_BOOTINFO_HEADER_X86_ACPI_RSDP, "ACPI root pointer"},
    {SEL4_BOOTINFO_HEADER_X86_FRAMEBUFFER, "frame buffer"},
    {SEL4_BOOTINFO_HEADER_X86_TSC_FREQ, "TSC frequency"},
    {SEL4_BOOTINFO_HEADER_FDT, "device tree"},
};

static bool is_region(seL4_SlotRegion region, seL4_Word slots)
{
    return region.start <= region.end && region.end <= slots;
}

/* What is wrong with it, or NULL. */
static const char *find_fault(const seL4_BootInfo *b)
{
    seL4_Word slots;

    if (b->initThreadCNodeSizeBits < 4 || b->initThreadCNodeSizeBits > 24)
        return "the root CNode's size makes no sense";
    slots = (seL4_Word)1 << b->initThreadCNodeSizeBits;
    if (!is_region(b->empty, slots) || !is_region(b->userImageFrames, slots) ||
        !is_region(b->userImagePaging, slots) || !is_region(b->extraBIPages, slots) ||
        !is_region(b->untyped, slots))
        return "its slot regions make no sense";
    if (b->untyped.end - b->untyped.start > CONFIG_MAX_NUM_BOOTINFO_UNTYPED_CAPS)
        return "it lists more untypeds than it has room for";
    if ((seL4_Word)b->ipcBuffer & (sizeof(seL4_IPCBuffer) - 1))
        return "the IPC buffer is not aligned";
    for (seL4_Word i = 0; i < b->untyped.end - b->untyped.start; i++) {
        unsigned bits = b->untypedList[i].sizeBits;

        if (bits < seL4_MinUntypedBits || bits > seL4_MaxUntypedBits ||
            b->untypedList[i].paddr & ((1u << seL4_MinUntypedBits) - 1))
            return "an untyped's size or address makes no sense";
    }
    return NULL;
}

enum err bootinfo_init(const seL4_BootInfo *given, const char **why)
{
    struct bootinfo_chunk chunk;

    *why = find_fault(given);
    if (*why)
        return ERR_FORMAT;
    boot = given;
    if (bootinfo_chunk_find(SEL4_BOOTINFO_HEADER_FDT, &chunk) == ERR_OK &&
        fdt_open(chunk.bytes, chunk.len_bytes, &tree) == ERR_OK)
        tree_found = &tree;
    return ERR_OK;
}

const seL4_BootInfo *bootinfo_get(void)
{
    return boot;
}

const struct fdt *bootinfo_tree(void)
{
    return tree_found;
}

enum err bootinfo_chunk_get(unsigned number, struct bootinfo_chunk *out)
{
    struct chunk chunk;
    enum err e =
        chunk_get((const char *)boot + seL4_BootInfoFrameSize, boot->extraLen, number, &chunk);

    if (e)
        return e;
    *out =
        (struct bootinfo_chunk){.id = chunk.id, .bytes = chunk.bytes, .len_bytes = chunk.len_bytes};
    for (unsigned i = 0; i < sizeof chunk_names / sizeof chunk_names[0]; i++) {
        if (chunk_names[i].id == out->id)
            out->name = chunk_names[i].name;
    }
    return ERR_OK;
}

enum err bootinfo_chunk_find(seL4_Word id, struct bootinfo_chunk *out)
{
    for (unsigned i = 0;; i++) {
        enum err e = bootinfo_chunk_get(i, out);

        if (e || out->id == id)
            return e;
    }
}
