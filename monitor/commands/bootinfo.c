/* SPDX-License-Identifier: BSD-2-Clause */
/* `bootinfo`: all that the kernel handed over at start, from the boot information as it stands. */
#include "monitor/commands/commands.h"

#include "arch/lib/fmt.h"
#include "monitor/core/bootinfo.h"
#include "monitor/core/kinds.h"

static void emit_summary(struct command_call *call, const seL4_BootInfo *boot)
{
    static const struct column columns[] = {
        {"address", FIELD_ADDRESS, 0},   {"ipc_buffer", FIELD_ADDRESS, 0},
        {"node", FIELD_COUNT, 0},        {"nodes", FIELD_COUNT, 0},
        {"domain", FIELD_COUNT, 0},      {"root_bits", FIELD_BITS, 0},
        {"iopt_levels", FIELD_COUNT, 0}, {"extra_bytes", FIELD_COUNT, 0},
        {"untypeds", FIELD_COUNT, 0},    {"device_untypeds", FIELD_COUNT, 0},
        {"ram", FIELD_SIZE, 0},
    };
    static const struct record_type type = {"bootinfo", columns, 11, RECORD_LIST};
    uint64_t count = boot->untyped.end - boot->untyped.start, devices = 0, ram = 0;

    for (uint64_t i = 0; i < count; i++) {
        if (boot->untypedList[i].isDevice)
            devices++;
        else
            ram += (uint64_t)1 << boot->untypedList[i].sizeBits;
    }
    const struct field fields[] = {
        {.word = (uintptr_t)boot},
        {.word = (uintptr_t)boot->ipcBuffer},
        {.word = boot->nodeID},
        {.word = boot->numNodes},
        {.word = boot->initThreadDomain},
        {.word = boot->initThreadCNodeSizeBits},
        {.word = boot->numIOPTLevels, .absent = boot->numIOPTLevels == ~(seL4_Word)0},
        {.word = boot->extraLen},
        {.word = count},
        {.word = devices},
        {.word = ram},
    };
    record_emit(call->out, &type, fields);
}

static void emit_regions(struct command_call *call, const seL4_BootInfo *boot)
{
    static const struct column columns[] = {
        {"region", FIELD_NAME, 0},
        {"first", FIELD_COUNT, 0},
        {"end", FIELD_COUNT, 0},
        {"slots", FIELD_COUNT, 0},
    };
    static const struct record_type type = {"region", columns, 4, RECORD_TABLE};
    const struct {
        const char *name;
        seL4_SlotRegion region;
    } regions[] = {
        {"empty", boot->empty},
        {"sharedFrames", boot->sharedFrames},
        {"userImageFrames", boot->userImageFrames},
        {"userImagePaging", boot->userImagePaging},
        {"ioSpaceCaps", boot->ioSpaceCaps},
        {"extraBIPages", boot->extraBIPages},
#ifdef CONFIG_KERNEL_MCS
        {"schedcontrol", boot->schedcontrol},
#endif
        {"untyped", boot->untyped},
    };

    for (unsigned i = 0; i < sizeof regions / sizeof regions[0]; i++) {
        const struct field fields[] = {
            {.text = regions[i].name},
            {.word = regions[i].region.start},
            {.word = regions[i].region.end},
            {.word = regions[i].region.end - regions[i].region.start},
        };
        record_emit(call->out, &type, fields);
    }
}

static const struct {
    const char *name;
    seL4_CPtr slot;
} fixed_slots[] = {
    {"InitThreadTCB", seL4_CapInitThreadTCB},
    {"InitThreadCNode", seL4_CapInitThreadCNode},
    {"InitThreadVSpace", seL4_CapInitThreadVSpace},
    {"IRQControl", seL4_CapIRQControl},
    {"ASIDControl", seL4_CapASIDControl},
    {"InitThreadASIDPool", seL4_CapInitThreadASIDPool},
    {"IOPortControl", seL4_CapIOPortControl},
    {"IOSpace", seL4_CapIOSpace},
    {"BootInfoFrame", seL4_CapBootInfoFrame},
    {"InitThreadIPCBuffer", seL4_CapInitThreadIPCBuffer},
    {"Domain", seL4_CapDomain},
    {"SMMUSIDControl", seL4_CapSMMUSIDControl},
    {"SMMUCBControl", seL4_CapSMMUCBControl},
    {"InitThreadSC", seL4_CapInitThreadSC},
    {"SMC", seL4_CapSMC},
};

static void emit_fixed(struct command_call *call)
{
    static const struct column columns[] = {
        {"slot", FIELD_COUNT, 0},
        {"capability", FIELD_NAME, 20},
        {"kind", FIELD_NAME, 20},
        {"known_by", FIELD_NAME, 0},
    };
    static const struct record_type type = {"initial", columns, 4, RECORD_TABLE};

    for (unsigned i = 0; i < sizeof fixed_slots / sizeof fixed_slots[0]; i++) {
        struct kind_answer answer;
        bool filled = kinds_identify(fixed_slots[i].slot, &answer);
        const struct field fields[] = {
            {.word = fixed_slots[i].slot},
            {.text = fixed_slots[i].name},
            {.text = filled        ? kinds_name(answer.kind)
                     : answer.told ? "null"
                                   : NULL},
            {.text = answer.told ? "kernel"
                     : filled    ? "memory"
                                 : NULL},
        };
        record_emit(call->out, &type, fields);
    }
}

/* What can be said of a chunk in a few words; "" if nothing. */
static void describe(const struct bootinfo_chunk *chunk, char *to, size_t cap)
{
    const struct fdt *tree = bootinfo_tree();
    struct fdt_property model;
    const char *text;

    to[0] = '\0';
    if (chunk->id == SEL4_BOOTINFO_HEADER_X86_TSC_FREQ && chunk->len_bytes >= sizeof(uint32_t))
        fmt_print(to, cap, "%u MHz", *(const uint32_t *)chunk->bytes);
    else if (chunk->id == SEL4_BOOTINFO_HEADER_FDT && tree &&
             (fdt_property_find(tree, tree->root, "model", &model) == ERR_OK ||
              fdt_property_find(tree, tree->root, "compatible", &model) == ERR_OK) &&
             fdt_text(&model, 0, &text) == ERR_OK)
        fmt_print(to, cap, "%s", text);
}

static enum err emit_chunks(struct command_call *call)
{
    static const struct column columns[] = {
        {"chunk", FIELD_COUNT, 0}, {"holds", FIELD_TEXT, 22}, {"address", FIELD_ADDRESS, 0},
        {"bytes", FIELD_COUNT, 0}, {"detail", FIELD_TEXT, 0},
    };
    static const struct record_type type = {"chunk", columns, 5, RECORD_TABLE};

    for (unsigned i = 0;; i++) {
        struct bootinfo_chunk chunk;
        char detail[48];
        enum err e = bootinfo_chunk_get(i, &chunk);

        if (e == ERR_NOT_FOUND)
            return ERR_OK;
        if (e)
            return command_fail(call, e, NULL, "the extra boot information ends in chunk %u", i);
        describe(&chunk, detail, sizeof detail);
        const struct field fields[] = {
            {.word = chunk.id},
            {.text = chunk.name},
            {.word = (uintptr_t)chunk.bytes},
            {.word = chunk.len_bytes},
            {.text = detail[0] ? detail : NULL},
        };
        record_emit(call->out, &type, fields);
    }
}

static enum err run(struct command_call *call)
{
    const seL4_BootInfo *boot = bootinfo_get();
    enum err e = arg_end(call);

    if (e)
        return e;
    emit_summary(call, boot);
    emit_regions(call, boot);
    emit_fixed(call);
    return emit_chunks(call);
}

const struct command command_bootinfo = {
    .name = "bootinfo",
    .usage = "bootinfo",
    .summary = "Show the boot information that the kernel handed over",
    .run = run,
    .group = GROUP_MACHINE,
};
