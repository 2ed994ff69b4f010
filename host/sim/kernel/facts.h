/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The numbers of one configuration's interface that the model uses, looked up by their C names
 * once, when a kernel is made. No other file of this folder asks the ABI tables for a name, and
 * none holds a number that they have.
 */
#ifndef SIM_KERNEL_FACTS_H
#define SIM_KERNEL_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "arch/lib/err.h"
#include "host/sim/kernel/object.h"

/* What an invocation can be refused with; the number is in facts.errors. */
enum refusal {
    REFUSAL_NONE,
    REFUSAL_INVALID_ARGUMENT,
    REFUSAL_INVALID_CAPABILITY,
    REFUSAL_ILLEGAL_OPERATION,
    REFUSAL_RANGE,
    REFUSAL_ALIGNMENT,
    REFUSAL_FAILED_LOOKUP,
    REFUSAL_TRUNCATED,
    REFUSAL_DELETE_FIRST,
    REFUSAL_REVOKE_FIRST,
    REFUSAL_NO_MEMORY,
    REFUSAL_COUNT
};

enum {
    FACTS_MAX_MRS = 4,
    FACTS_MAX_EXTRA_CAPS = 3,
    FACTS_MAX_FAULT_REGS = 32,
    FACTS_REG_NONE = 0xff,
    FACTS_REG_NEXT_IP = 0xfe, /* in a fault message: where the thread would have gone on */
};

/* Where a field of a structure in guest memory is. */
struct facts_field {
    unsigned offset, size;
};

struct facts {
    unsigned word_bits, word_bytes, hw_mrs;
    uint64_t word_mask;

    /* Registers, by position in seL4_UserContext. */
    uint8_t reg_count, reg_cap, reg_info, reg_number, reg_mr[FACTS_MAX_MRS];
    uint8_t reg_sp, reg_status, reg_tls;
    struct {
        uint8_t count; /* registers at the start of the message */
        uint8_t reg[FACTS_MAX_FAULT_REGS];
    } fault_regs[FAULT_KIND_COUNT];
    uint8_t fault_label[FAULT_KIND_COUNT];

    uint64_t errors[REFUSAL_COUNT];
    uint64_t lookups[4]; /* by enum lookup_kind */
    int64_t cap_tags[CAP_KIND_COUNT];

    unsigned slot_bits, tcb_bits, endpoint_bits, notification_bits;
    unsigned page_bits, large_page_bits, huge_page_bits, page_table_bits, vspace_bits;
    unsigned asid_pool_bits, asid_low_bits, asid_high_bits;
    unsigned min_untyped_bits, max_untyped_bits;
    unsigned ipc_buffer_bits;
    uint64_t max_priority;
    uint64_t msg_max_length, msg_max_extra_caps;
    uint64_t user_top;
    uint64_t tcb_flags_mask, tcb_flag_fpu_disabled;

    /* The debug API; all 0 without it. */
    int64_t break_instruction, break_data, break_step, break_software;
    int64_t break_on_read, break_on_write, break_on_read_write;
    int64_t first_breakpoint, first_watchpoint;
    unsigned breakpoints, watchpoints, dual_monitors;

    /* Slots of the initial CNode and the boot information. */
    uint64_t slot_tcb, slot_cnode, slot_vspace, slot_irq_control, slot_asid_control;
    uint64_t slot_asid_pool, slot_io_port_control, slot_boot_info, slot_ipc_buffer, slot_domain;
    uint64_t initial_slots, boot_info_bits;
    struct {
        struct facts_field extra_len, node_id, node_count, io_levels, ipc_buffer;
        struct facts_field empty, shared_frames, image_frames, image_paging, io_space, extra_pages;
        struct facts_field cnode_bits, domain, untyped, untyped_list, region_end;
        struct facts_field ut_paddr, ut_size_bits, ut_is_device, ut_whole;
        struct facts_field header_id, header_len, header_whole;
    } boot_info;
    unsigned boot_untypeds; /* length of the list */
    struct {
        struct facts_field msg, caps, receive_cnode, receive_index, receive_depth;
    } ipc;
};

/* Fills `out`. ERR_FORMAT if the table lacks something that the model needs, and `*missing` is then
 * its name; ERR_UNSUPPORTED for a configuration that the model does not have. */
enum err facts_load(const struct sim_abi *abi, struct facts *out, const char **missing);

#endif
