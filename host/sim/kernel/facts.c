/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Looks up what the model needs of an ABI table: tables of names and where the number goes. Called
 * by kernel_new alone.
 */
#include "host/sim/kernel/facts.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#include <sel4mon/sim_abi.h>

#define AT(member) offsetof(struct facts, member)

enum width { WIDTH_UNSIGNED, WIDTH_U64 };

struct constant_row {
    const char *name;
    size_t at;
    enum width width;
    bool optional;
};

static const struct constant_row constant_rows[] = {
    {"seL4_InvalidArgument", AT(errors[REFUSAL_INVALID_ARGUMENT]), WIDTH_U64, false},
    {"seL4_InvalidCapability", AT(errors[REFUSAL_INVALID_CAPABILITY]), WIDTH_U64, false},
    {"seL4_IllegalOperation", AT(errors[REFUSAL_ILLEGAL_OPERATION]), WIDTH_U64, false},
    {"seL4_RangeError", AT(errors[REFUSAL_RANGE]), WIDTH_U64, false},
    {"seL4_AlignmentError", AT(errors[REFUSAL_ALIGNMENT]), WIDTH_U64, false},
    {"seL4_FailedLookup", AT(errors[REFUSAL_FAILED_LOOKUP]), WIDTH_U64, false},
    {"seL4_TruncatedMessage", AT(errors[REFUSAL_TRUNCATED]), WIDTH_U64, false},
    {"seL4_DeleteFirst", AT(errors[REFUSAL_DELETE_FIRST]), WIDTH_U64, false},
    {"seL4_RevokeFirst", AT(errors[REFUSAL_REVOKE_FIRST]), WIDTH_U64, false},
    {"seL4_NotEnoughMemory", AT(errors[REFUSAL_NO_MEMORY]), WIDTH_U64, false},
    {"seL4_InvalidRoot", AT(lookups[LOOKUP_INVALID_ROOT]), WIDTH_U64, false},
    {"seL4_MissingCapability", AT(lookups[LOOKUP_MISSING]), WIDTH_U64, false},
    {"seL4_DepthMismatch", AT(lookups[LOOKUP_DEPTH_MISMATCH]), WIDTH_U64, false},
    {"seL4_GuardMismatch", AT(lookups[LOOKUP_GUARD_MISMATCH]), WIDTH_U64, false},
    {"seL4_SlotBits", AT(slot_bits), WIDTH_UNSIGNED, false},
    {"seL4_TCBBits", AT(tcb_bits), WIDTH_UNSIGNED, false},
    {"seL4_EndpointBits", AT(endpoint_bits), WIDTH_UNSIGNED, false},
    {"seL4_NotificationBits", AT(notification_bits), WIDTH_UNSIGNED, false},
    {"seL4_PageBits", AT(page_bits), WIDTH_UNSIGNED, false},
    {"seL4_LargePageBits", AT(large_page_bits), WIDTH_UNSIGNED, false},
    {"seL4_HugePageBits", AT(huge_page_bits), WIDTH_UNSIGNED, true},
    {"seL4_PageTableBits", AT(page_table_bits), WIDTH_UNSIGNED, false},
    {"seL4_VSpaceBits", AT(vspace_bits), WIDTH_UNSIGNED, false},
    {"seL4_ASIDPoolBits", AT(asid_pool_bits), WIDTH_UNSIGNED, false},
    {"seL4_ASIDPoolIndexBits", AT(asid_low_bits), WIDTH_UNSIGNED, false},
    {"seL4_NumASIDPoolsBits", AT(asid_high_bits), WIDTH_UNSIGNED, false},
    {"seL4_MinUntypedBits", AT(min_untyped_bits), WIDTH_UNSIGNED, false},
    {"seL4_MaxUntypedBits", AT(max_untyped_bits), WIDTH_UNSIGNED, false},
    {"seL4_IPCBufferSizeBits", AT(ipc_buffer_bits), WIDTH_UNSIGNED, false},
    {"seL4_MaxPrio", AT(max_priority), WIDTH_U64, false},
    {"seL4_MsgMaxLength", AT(msg_max_length), WIDTH_U64, false},
    {"seL4_MsgMaxExtraCaps", AT(msg_max_extra_caps), WIDTH_U64, false},
    {"seL4_UserTop", AT(user_top), WIDTH_U64, false},
    {"seL4_TCBFlag_MASK", AT(tcb_flags_mask), WIDTH_U64, false},
    {"seL4_TCBFlag_fpuDisabled", AT(tcb_flag_fpu_disabled), WIDTH_U64, true},
    {"seL4_InstructionBreakpoint", AT(break_instruction), WIDTH_U64, true},
    {"seL4_DataBreakpoint", AT(break_data), WIDTH_U64, true},
    {"seL4_SingleStep", AT(break_step), WIDTH_U64, true},
    {"seL4_SoftwareBreakRequest", AT(break_software), WIDTH_U64, true},
    {"seL4_BreakOnRead", AT(break_on_read), WIDTH_U64, true},
    {"seL4_BreakOnWrite", AT(break_on_write), WIDTH_U64, true},
    {"seL4_BreakOnReadWrite", AT(break_on_read_write), WIDTH_U64, true},
    {"seL4_FirstBreakpoint", AT(first_breakpoint), WIDTH_U64, true},
    {"seL4_FirstWatchpoint", AT(first_watchpoint), WIDTH_U64, true},
    {"seL4_NumExclusiveBreakpoints", AT(breakpoints), WIDTH_UNSIGNED, true},
    {"seL4_NumExclusiveWatchpoints", AT(watchpoints), WIDTH_UNSIGNED, true},
    {"seL4_NumDualFunctionMonitors", AT(dual_monitors), WIDTH_UNSIGNED, true},
    {"seL4_CapInitThreadTCB", AT(slot_tcb), WIDTH_U64, false},
    {"seL4_CapInitThreadCNode", AT(slot_cnode), WIDTH_U64, false},
    {"seL4_CapInitThreadVSpace", AT(slot_vspace), WIDTH_U64, false},
    {"seL4_CapIRQControl", AT(slot_irq_control), WIDTH_U64, false},
    {"seL4_CapASIDControl", AT(slot_asid_control), WIDTH_U64, false},
    {"seL4_CapInitThreadASIDPool", AT(slot_asid_pool), WIDTH_U64, false},
    {"seL4_CapIOPortControl", AT(slot_io_port_control), WIDTH_U64, false},
    {"seL4_CapBootInfoFrame", AT(slot_boot_info), WIDTH_U64, false},
    {"seL4_CapInitThreadIPCBuffer", AT(slot_ipc_buffer), WIDTH_U64, false},
    {"seL4_CapDomain", AT(slot_domain), WIDTH_U64, false},
    {"seL4_NumInitialCaps", AT(initial_slots), WIDTH_U64, false},
    {"seL4_BootInfoFrameBits", AT(boot_info_bits), WIDTH_U64, true},
};

struct field_row {
    const char *name;
    size_t at;
};

static const struct field_row field_rows[] = {
    {"seL4_BootInfo.extraLen", AT(boot_info.extra_len)},
    {"seL4_BootInfo.nodeID", AT(boot_info.node_id)},
    {"seL4_BootInfo.numNodes", AT(boot_info.node_count)},
    {"seL4_BootInfo.numIOPTLevels", AT(boot_info.io_levels)},
    {"seL4_BootInfo.ipcBuffer", AT(boot_info.ipc_buffer)},
    {"seL4_BootInfo.empty", AT(boot_info.empty)},
    {"seL4_BootInfo.sharedFrames", AT(boot_info.shared_frames)},
    {"seL4_BootInfo.userImageFrames", AT(boot_info.image_frames)},
    {"seL4_BootInfo.userImagePaging", AT(boot_info.image_paging)},
    {"seL4_BootInfo.ioSpaceCaps", AT(boot_info.io_space)},
    {"seL4_BootInfo.extraBIPages", AT(boot_info.extra_pages)},
    {"seL4_BootInfo.initThreadCNodeSizeBits", AT(boot_info.cnode_bits)},
    {"seL4_BootInfo.initThreadDomain", AT(boot_info.domain)},
    {"seL4_BootInfo.untyped", AT(boot_info.untyped)},
    {"seL4_BootInfo.untypedList", AT(boot_info.untyped_list)},
    {"seL4_SlotRegion.end", AT(boot_info.region_end)},
    {"seL4_UntypedDesc.paddr", AT(boot_info.ut_paddr)},
    {"seL4_UntypedDesc.sizeBits", AT(boot_info.ut_size_bits)},
    {"seL4_UntypedDesc.isDevice", AT(boot_info.ut_is_device)},
    {"seL4_UntypedDesc", AT(boot_info.ut_whole)},
    {"seL4_BootInfoHeader.id", AT(boot_info.header_id)},
    {"seL4_BootInfoHeader.len", AT(boot_info.header_len)},
    {"seL4_BootInfoHeader", AT(boot_info.header_whole)},
    {"seL4_IPCBuffer.msg", AT(ipc.msg)},
    {"seL4_IPCBuffer.caps_or_badges", AT(ipc.caps)},
    {"seL4_IPCBuffer.receiveCNode", AT(ipc.receive_cnode)},
    {"seL4_IPCBuffer.receiveIndex", AT(ipc.receive_index)},
    {"seL4_IPCBuffer.receiveDepth", AT(ipc.receive_depth)},
};

/* The kernel's own names of the capability tags; the first that exists counts. */
static const struct {
    enum cap_kind kind;
    const char *name;
} tag_rows[] = {
    {CAP_NULL, "cap_null_cap"},
    {CAP_UNTYPED, "cap_untyped_cap"},
    {CAP_ENDPOINT, "cap_endpoint_cap"},
    {CAP_NOTIFICATION, "cap_notification_cap"},
    {CAP_REPLY, "cap_reply_cap"},
    {CAP_CNODE, "cap_cnode_cap"},
    {CAP_TCB, "cap_thread_cap"},
    {CAP_IRQ_CONTROL, "cap_irq_control_cap"},
    {CAP_IRQ_HANDLER, "cap_irq_handler_cap"},
    {CAP_ZOMBIE, "cap_zombie_cap"},
    {CAP_DOMAIN, "cap_domain_cap"},
    {CAP_FRAME, "cap_frame_cap"},
    {CAP_PAGE_TABLE, "cap_page_table_cap"},
    {CAP_PAGE_DIRECTORY, "cap_page_directory_cap"},
    {CAP_PDPT, "cap_pdpt_cap"},
    {CAP_VSPACE, "cap_pml4_cap"},
    {CAP_VSPACE, "cap_vspace_cap"},
    {CAP_ASID_CONTROL, "cap_asid_control_cap"},
    {CAP_ASID_POOL, "cap_asid_pool_cap"},
    {CAP_IO_PORT, "cap_io_port_cap"},
    {CAP_IO_PORT_CONTROL, "cap_io_port_control_cap"},
    {CAP_SGI_SIGNAL, "cap_sgi_signal_cap"},
};

static const char *const fault_names[FAULT_KIND_COUNT] = {
    [FAULT_NONE] = "NullFault",
    [FAULT_CAP] = "CapFault",
    [FAULT_UNKNOWN_SYSCALL] = "UnknownSyscall",
    [FAULT_USER_EXCEPTION] = "UserException",
    [FAULT_VM] = "VMFault",
    [FAULT_DEBUG] = "DebugException",
};

/* Names in fault messages that are not those of the register set. */
static const struct {
    const char *word, *reg;
} register_aliases[] = {
    {"FaultIP", "rip"}, {"FaultIP", "pc"},   {"SP", "rsp"}, {"Stack", "rsp"},
    {"Stack", "sp"},    {"FLAGS", "rflags"}, {"RA", "ra"},
};

static uint8_t register_find(const struct sim_abi *abi, const char *name)
{
    for (unsigned i = 0; name && i < abi->context_count; i++) {
        if (strcasecmp(abi->context[i], name) == 0) {
            return (uint8_t)i;
        }
    }
    return FACTS_REG_NONE;
}

static uint8_t register_of_word(const struct sim_abi *abi, const char *word)
{
    uint8_t reg = register_find(abi, word);
    for (size_t i = 0;
         reg == FACTS_REG_NONE && i < sizeof register_aliases / sizeof *register_aliases; i++) {
        if (strcmp(register_aliases[i].word, word) == 0) {
            reg = register_find(abi, register_aliases[i].reg);
        }
    }
    /* aarch64 calls the exception link register so. */
    return reg == FACTS_REG_NONE && strcmp(word, "LR") == 0 ? FACTS_REG_NEXT_IP : reg;
}

static enum err load_constants(const struct sim_abi *abi, struct facts *f, const char **missing)
{
    for (size_t i = 0; i < sizeof constant_rows / sizeof *constant_rows; i++) {
        const struct constant_row *row = &constant_rows[i];
        int64_t value = 0;
        if (!sim_abi_constant(abi, row->name, &value) && !row->optional) {
            *missing = row->name;
            return ERR_FORMAT;
        }
        if (row->width == WIDTH_U64) {
            memcpy((char *)f + row->at, &value, sizeof value);
        } else {
            unsigned number = (unsigned)value;
            memcpy((char *)f + row->at, &number, sizeof number);
        }
    }
    if (!f->boot_info_bits) {
        f->boot_info_bits = f->page_bits;
    }
    for (size_t i = 0; i < sizeof tag_rows / sizeof *tag_rows; i++) {
        int64_t value;
        if (sim_abi_constant(abi, tag_rows[i].name, &value)) {
            f->cap_tags[tag_rows[i].kind] = value;
        }
    }
    return ERR_OK;
}

static enum err load_fields(const struct sim_abi *abi, struct facts *f, const char **missing)
{
    for (size_t i = 0; i < sizeof field_rows / sizeof *field_rows; i++) {
        const struct sim_field *field = sim_abi_field(abi, field_rows[i].name);
        if (!field) {
            *missing = field_rows[i].name;
            return ERR_FORMAT;
        }
        struct facts_field value = {field->offset, field->size};
        memcpy((char *)f + field_rows[i].at, &value, sizeof value);
    }
    f->boot_untypeds = sim_abi_field(abi, "seL4_BootInfo.untypedList")->count;
    return ERR_OK;
}

/* The words that follow the registers. */
static bool is_no_register(const char *word)
{
    return strcmp(word, "Syscall") == 0 || strcmp(word, "Number") == 0;
}

static enum err load_faults(const struct sim_abi *abi, struct facts *f, const char **missing)
{
    for (unsigned kind = 0; kind < FAULT_KIND_COUNT; kind++) {
        const struct sim_fault *fault = sim_abi_fault(abi, fault_names[kind]);
        if (!fault && kind != FAULT_NONE && (kind != FAULT_DEBUG || abi->hardware_debug)) {
            *missing = fault_names[kind];
            return ERR_FORMAT;
        }
        f->fault_label[kind] = fault ? fault->label : 0;
        if (kind != FAULT_UNKNOWN_SYSCALL && kind != FAULT_USER_EXCEPTION) {
            continue;
        }
        unsigned n = 0;
        while (n < fault->length && n < FACTS_MAX_FAULT_REGS) {
            uint8_t reg = register_of_word(abi, fault->words[n]);
            if (reg == FACTS_REG_NONE) {
                if (!is_no_register(fault->words[n])) {
                    *missing = fault->words[n];
                    return ERR_FORMAT;
                }
                break;
            }
            f->fault_regs[kind].reg[n++] = reg;
        }
        f->fault_regs[kind].count = (uint8_t)n;
    }
    return ERR_OK;
}

static enum err load_registers(const struct sim_abi *abi, struct facts *f, const char **missing)
{
    static const char *const sp[] = {"rsp", "esp", "sp"};
    static const char *const status[] = {"rflags", "eflags", "spsr", "cpsr"};
    static const char *const tls[] = {"fs_base", "tpidr_el0", "tpidrurw", "tp"};
    f->reg_count = abi->context_count;
    f->reg_cap = register_find(abi, abi->trap.cap);
    f->reg_info = register_find(abi, abi->trap.info);
    f->reg_number = register_find(abi, abi->trap.number);
    f->reg_sp = f->reg_status = f->reg_tls = FACTS_REG_NONE;
    for (unsigned i = 0; i < abi->hw_mrs; i++) {
        f->reg_mr[i] = register_find(abi, abi->trap.mr[i]);
        if (f->reg_mr[i] == FACTS_REG_NONE) {
            *missing = "message register";
            return ERR_FORMAT;
        }
    }
    for (unsigned i = 0; i < 3 && f->reg_sp == FACTS_REG_NONE; i++) {
        f->reg_sp = register_find(abi, sp[i]);
    }
    for (unsigned i = 0; i < 4 && f->reg_status == FACTS_REG_NONE; i++) {
        f->reg_status = register_find(abi, status[i]);
    }
    for (unsigned i = 0; i < 4 && f->reg_tls == FACTS_REG_NONE; i++) {
        f->reg_tls = register_find(abi, tls[i]);
    }
    if (f->reg_cap == FACTS_REG_NONE || f->reg_info == FACTS_REG_NONE ||
        f->reg_number == FACTS_REG_NONE || f->reg_sp == FACTS_REG_NONE) {
        *missing = "trap register";
        return ERR_FORMAT;
    }
    return ERR_OK;
}

enum err facts_load(const struct sim_abi *abi, struct facts *out, const char **missing)
{
    *missing = NULL;
    memset(out, 0, sizeof *out);
    for (unsigned i = 0; i < CAP_KIND_COUNT; i++) {
        out->cap_tags[i] = -1;
    }
    if (abi->mcs || abi->smp || abi->hypervisor || abi->word_bits != 64 ||
        abi->hw_mrs > FACTS_MAX_MRS) {
        return ERR_UNSUPPORTED;
    }
    out->word_bits = abi->word_bits;
    out->word_bytes = abi->word_bits / 8;
    out->word_mask = abi->word_bits == 64 ? UINT64_MAX : (UINT64_C(1) << abi->word_bits) - 1;
    out->hw_mrs = abi->hw_mrs;
    enum err err = load_constants(abi, out, missing);
    if (err == ERR_OK) {
        err = load_fields(abi, out, missing);
    }
    if (err == ERR_OK) {
        err = load_registers(abi, out, missing);
    }
    return err == ERR_OK ? load_faults(abi, out, missing) : err;
}
