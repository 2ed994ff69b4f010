/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Decoding of invocations: messages to threads go to endpoints, notifications and replies; all else
 * is found in one table by capability kind and method.
 */
#include "host/sim/kernel/invoke.h"

#include "host/sim/kernel/debug.h"
#include "host/sim/kernel/endpoint.h"
#include "host/sim/kernel/handlers.h"
#include "host/sim/kernel/ipc.h"
#include "host/sim/kernel/irq.h"
#include "host/sim/kernel/notification.h"
#include "host/sim/kernel/sched.h"
#include "host/sim/kernel/tcb.h"
#include "host/sim/kernel/untyped.h"
#include "host/sim/kernel/vspace.h"

static const struct invoke_row rows[] = {
    {SIM_METHOD_Untyped_Retype, CAP_UNTYPED, 6, 1, untyped_retype},

    {SIM_METHOD_CNode_Copy, CAP_CNODE, 2, 0, cnode_copy},
    {SIM_METHOD_CNode_Mint, CAP_CNODE, 2, 0, cnode_mint},
    {SIM_METHOD_CNode_Move, CAP_CNODE, 2, 0, cnode_move},
    {SIM_METHOD_CNode_Mutate, CAP_CNODE, 2, 0, cnode_mutate},
    {SIM_METHOD_CNode_Rotate, CAP_CNODE, 2, 0, cnode_rotate},
    {SIM_METHOD_CNode_Revoke, CAP_CNODE, 2, 0, cnode_revoke},
    {SIM_METHOD_CNode_Delete, CAP_CNODE, 2, 0, cnode_delete},
    {SIM_METHOD_CNode_SaveCaller, CAP_CNODE, 2, 0, cnode_save_caller},
    {SIM_METHOD_CNode_CancelBadgedSends, CAP_CNODE, 2, 0, cnode_cancel_badged_sends},

    {SIM_METHOD_TCB_ReadRegisters, CAP_TCB, 2, 0, tcb_read_registers},
    {SIM_METHOD_TCB_WriteRegisters, CAP_TCB, 2, 0, tcb_write_registers},
    {SIM_METHOD_TCB_CopyRegisters, CAP_TCB, 1, 1, tcb_copy_registers},
    {SIM_METHOD_TCB_Suspend, CAP_TCB, 0, 0, tcb_suspend},
    {SIM_METHOD_TCB_Resume, CAP_TCB, 0, 0, tcb_resume},
    {SIM_METHOD_TCB_Configure, CAP_TCB, 4, 3, tcb_configure},
    {SIM_METHOD_TCB_SetPriority, CAP_TCB, 1, 1, tcb_set_priority},
    {SIM_METHOD_TCB_SetMCPriority, CAP_TCB, 1, 1, tcb_set_mc_priority},
    {SIM_METHOD_TCB_SetSchedParams, CAP_TCB, 2, 1, tcb_set_sched_params},
    {SIM_METHOD_TCB_SetIPCBuffer, CAP_TCB, 1, 1, tcb_set_ipc_buffer},
    {SIM_METHOD_TCB_SetSpace, CAP_TCB, 3, 2, tcb_set_space},
    {SIM_METHOD_TCB_BindNotification, CAP_TCB, 0, 1, tcb_bind_notification},
    {SIM_METHOD_TCB_UnbindNotification, CAP_TCB, 0, 0, tcb_unbind_notification},
    {SIM_METHOD_TCB_SetTLSBase, CAP_TCB, 1, 0, tcb_set_tls_base},
    {SIM_METHOD_TCB_SetFlags, CAP_TCB, 2, 0, tcb_set_flags},
    {SIM_METHOD_TCB_SetBreakpoint, CAP_TCB, 0, 0, debug_set_breakpoint},
    {SIM_METHOD_TCB_GetBreakpoint, CAP_TCB, 0, 0, debug_get_breakpoint},
    {SIM_METHOD_TCB_UnsetBreakpoint, CAP_TCB, 0, 0, debug_unset_breakpoint},
    {SIM_METHOD_TCB_ConfigureSingleStepping, CAP_TCB, 0, 0, debug_configure_stepping},

    {SIM_METHOD_IRQControl_Get, CAP_IRQ_CONTROL, 3, 1, irq_control_get},
    {SIM_METHOD_IRQControl_GetTrigger, CAP_IRQ_CONTROL, 4, 1, irq_control_get_trigger},
    {SIM_METHOD_IRQControl_GetIOAPIC, CAP_IRQ_CONTROL, 7, 1, irq_control_get_ioapic},
    {SIM_METHOD_IRQControl_GetMSI, CAP_IRQ_CONTROL, 7, 1, irq_control_get_msi},
    {SIM_METHOD_IRQControl_IssueSGISignal, CAP_IRQ_CONTROL, 4, 1, irq_control_issue_sgi},
    {SIM_METHOD_IRQHandler_Ack, CAP_IRQ_HANDLER, 0, 0, irq_handler_ack},
    {SIM_METHOD_IRQHandler_SetNotification, CAP_IRQ_HANDLER, 0, 1, irq_handler_set},
    {SIM_METHOD_IRQHandler_Clear, CAP_IRQ_HANDLER, 0, 0, irq_handler_clear},

    {SIM_METHOD_DomainSet_Set, CAP_DOMAIN, 1, 0, domain_set},
    {SIM_METHOD_DomainSet_ScheduleConfigure, CAP_DOMAIN, 3, 0, domain_schedule_configure},
    {SIM_METHOD_DomainSet_ScheduleSetStart, CAP_DOMAIN, 1, 0, domain_schedule_set_start},

    {SIM_METHOD_X86_IOPortControl_Issue, CAP_IO_PORT_CONTROL, 4, 1, ioport_issue},
    {SIM_METHOD_X86_IOPort_In8, CAP_IO_PORT, 1, 0, ioport_in},
    {SIM_METHOD_X86_IOPort_In16, CAP_IO_PORT, 1, 0, ioport_in},
    {SIM_METHOD_X86_IOPort_In32, CAP_IO_PORT, 1, 0, ioport_in},
    {SIM_METHOD_X86_IOPort_Out8, CAP_IO_PORT, 2, 0, ioport_out},
    {SIM_METHOD_X86_IOPort_Out16, CAP_IO_PORT, 2, 0, ioport_out},
    {SIM_METHOD_X86_IOPort_Out32, CAP_IO_PORT, 2, 0, ioport_out},

    {SIM_METHOD_X86_PDPT_Map, CAP_PDPT, 2, 1, x86_table_map},
    {SIM_METHOD_X86_PDPT_Unmap, CAP_PDPT, 0, 0, vspace_table_unmap},
    {SIM_METHOD_X86_PageDirectory_Map, CAP_PAGE_DIRECTORY, 2, 1, x86_table_map},
    {SIM_METHOD_X86_PageDirectory_Unmap, CAP_PAGE_DIRECTORY, 0, 0, vspace_table_unmap},
    {SIM_METHOD_X86_PageTable_Map, CAP_PAGE_TABLE, 2, 1, x86_table_map},
    {SIM_METHOD_X86_PageTable_Unmap, CAP_PAGE_TABLE, 0, 0, vspace_table_unmap},
    {SIM_METHOD_X86_Page_Map, CAP_FRAME, 3, 1, x86_frame_map},
    {SIM_METHOD_X86_Page_Unmap, CAP_FRAME, 0, 0, vspace_frame_unmap},
    {SIM_METHOD_X86_Page_GetAddress, CAP_FRAME, 0, 0, vspace_frame_address},
    {SIM_METHOD_X86_ASIDControl_MakePool, CAP_ASID_CONTROL, 2, 2, vspace_make_pool},
    {SIM_METHOD_X86_ASIDPool_Assign, CAP_ASID_POOL, 0, 1, vspace_assign},

    {SIM_METHOD_ARM_VSpace_Clean_Data, CAP_VSPACE, 2, 0, arm_vspace_flush},
    {SIM_METHOD_ARM_VSpace_Invalidate_Data, CAP_VSPACE, 2, 0, arm_vspace_flush},
    {SIM_METHOD_ARM_VSpace_CleanInvalidate_Data, CAP_VSPACE, 2, 0, arm_vspace_flush},
    {SIM_METHOD_ARM_VSpace_Unify_Instruction, CAP_VSPACE, 2, 0, arm_vspace_flush},
    {SIM_METHOD_ARM_PageTable_Map, CAP_PAGE_TABLE, 2, 1, arm_table_map},
    {SIM_METHOD_ARM_PageTable_Unmap, CAP_PAGE_TABLE, 0, 0, vspace_table_unmap},
    {SIM_METHOD_ARM_Page_Map, CAP_FRAME, 3, 1, arm_frame_map},
    {SIM_METHOD_ARM_Page_Unmap, CAP_FRAME, 0, 0, vspace_frame_unmap},
    {SIM_METHOD_ARM_Page_Clean_Data, CAP_FRAME, 2, 0, arm_frame_flush},
    {SIM_METHOD_ARM_Page_Invalidate_Data, CAP_FRAME, 2, 0, arm_frame_flush},
    {SIM_METHOD_ARM_Page_CleanInvalidate_Data, CAP_FRAME, 2, 0, arm_frame_flush},
    {SIM_METHOD_ARM_Page_Unify_Instruction, CAP_FRAME, 2, 0, arm_frame_flush},
    {SIM_METHOD_ARM_Page_GetAddress, CAP_FRAME, 0, 0, vspace_frame_address},
    {SIM_METHOD_ARM_ASIDControl_MakePool, CAP_ASID_CONTROL, 2, 2, vspace_make_pool},
    {SIM_METHOD_ARM_ASIDPool_Assign, CAP_ASID_POOL, 0, 1, vspace_assign},

    {SIM_METHOD_RISCV_PageTable_Map, CAP_PAGE_TABLE, 2, 1, riscv_table_map},
    {SIM_METHOD_RISCV_PageTable_Unmap, CAP_PAGE_TABLE, 0, 0, riscv_table_unmap},
    {SIM_METHOD_RISCV_Page_Map, CAP_FRAME, 3, 1, riscv_frame_map},
    {SIM_METHOD_RISCV_Page_Unmap, CAP_FRAME, 0, 0, vspace_frame_unmap},
    {SIM_METHOD_RISCV_Page_GetAddress, CAP_FRAME, 0, 0, vspace_frame_address},
    {SIM_METHOD_RISCV_ASIDControl_MakePool, CAP_ASID_CONTROL, 2, 2, vspace_make_pool},
    {SIM_METHOD_RISCV_ASIDPool_Assign, CAP_ASID_POOL, 0, 1, vspace_assign},
};

_Static_assert(sizeof rows / sizeof *rows < UINT8_MAX, "row_of_method holds bytes");

uint64_t invocation_arg(struct kernel *k, const struct invocation *in, unsigned index)
{
    return tcb_mr_read(k, in->thread, in->buffer, index);
}

struct slot *invocation_extra(struct kernel *k, unsigned index)
{
    return index < FACTS_MAX_EXTRA_CAPS ? k->extra_caps[index] : NULL;
}

void invocation_commit(struct kernel *k, struct invocation *in)
{
    sched_set_state(k, in->thread, THREAD_RESTART);
}

void invocation_answer(struct kernel *k, struct invocation *in, const uint64_t *words,
                       unsigned count)
{
    if (in->is_call) {
        ipc_answer_words(k, in->thread, words, count);
    }
    sched_set_state(k, in->thread, THREAD_RUNNING);
}

static enum outcome invoke_endpoint(struct kernel *k, struct invocation *in)
{
    const struct cap *cap = &in->cap;
    struct send send = {
        .blocking = in->is_blocking,
        .is_call = in->is_call,
        .can_grant = cap->rights & RIGHT_GRANT,
        .can_grant_reply = cap->rights & RIGHT_GRANT_REPLY,
        .badge = cap->word,
    };
    if (!(cap->rights & RIGHT_WRITE)) {
        return refuse_capability(k, 0);
    }
    invocation_commit(k, in);
    endpoint_send(k, in->thread, cap->endpoint, &send);
    return OUTCOME_DONE;
}

static enum outcome invoke_notification(struct kernel *k, struct invocation *in)
{
    if (!(in->cap.rights & RIGHT_WRITE)) {
        return refuse_capability(k, 0);
    }
    invocation_commit(k, in);
    notification_signal(k, in->cap.notification, in->cap.word);
    return OUTCOME_DONE;
}

static enum outcome invoke_reply(struct kernel *k, struct invocation *in)
{
    if (in->cap.master) {
        return refuse_capability(k, 0);
    }
    invocation_commit(k, in);
    ipc_reply(k, in->thread, in->cap.tcb, in->slot, in->cap.rights & RIGHT_GRANT);
    return OUTCOME_DONE;
}

static enum outcome invoke_sgi(struct kernel *k, struct invocation *in)
{
    invocation_commit(k, in);
    if (in->cap.word == 0) {
        irq_raise_software(k, in->cap.number);
    }
    return OUTCOME_DONE;
}

void invoke_init(struct kernel *k)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        k->row_of_method[rows[i].method] = (uint8_t)(i + 1);
    }
}

static enum outcome invoke_method(struct kernel *k, struct invocation *in)
{
    unsigned number = k->row_of_method[in->method];
    const struct invoke_row *row = number ? &rows[number - 1] : NULL;
    if (!row || row->kind != in->cap.kind) {
        return refuse(k, REFUSAL_ILLEGAL_OPERATION);
    }
    if (in->length < row->length || (row->caps && !invocation_extra(k, row->caps - 1u))) {
        return refuse(k, REFUSAL_TRUNCATED);
    }
    return row->handler(k, in);
}

enum outcome invoke(struct kernel *k, struct invocation *in)
{
    switch ((enum cap_kind)in->cap.kind) {
    case CAP_NULL:
    case CAP_ZOMBIE:
        return refuse_capability(k, 0);
    case CAP_ENDPOINT:
        return invoke_endpoint(k, in);
    case CAP_NOTIFICATION:
        return invoke_notification(k, in);
    case CAP_REPLY:
        return invoke_reply(k, in);
    case CAP_SGI_SIGNAL:
        return invoke_sgi(k, in);
    default:
        return invoke_method(k, in);
    }
}
