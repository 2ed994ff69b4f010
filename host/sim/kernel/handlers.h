/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The handlers of invocations, one for each row of the table in invoke.c, where they are called.
 * Named by the object and what is done to it.
 */
#ifndef SIM_KERNEL_HANDLERS_H
#define SIM_KERNEL_HANDLERS_H

#include "host/sim/kernel/invoke.h"

#define HANDLER(name) enum outcome name(struct kernel *k, struct invocation *in)

HANDLER(cnode_copy);
HANDLER(cnode_mint);
HANDLER(cnode_move);
HANDLER(cnode_mutate);
HANDLER(cnode_rotate);
HANDLER(cnode_revoke);
HANDLER(cnode_delete);
HANDLER(cnode_save_caller);
HANDLER(cnode_cancel_badged_sends);

HANDLER(tcb_read_registers);
HANDLER(tcb_write_registers);
HANDLER(tcb_copy_registers);
HANDLER(tcb_suspend);
HANDLER(tcb_resume);
HANDLER(tcb_configure);
HANDLER(tcb_set_priority);
HANDLER(tcb_set_mc_priority);
HANDLER(tcb_set_sched_params);
HANDLER(tcb_set_ipc_buffer);
HANDLER(tcb_set_space);
HANDLER(tcb_bind_notification);
HANDLER(tcb_unbind_notification);
HANDLER(tcb_set_tls_base);
HANDLER(tcb_set_flags);

HANDLER(irq_control_get);
HANDLER(irq_control_get_trigger);
HANDLER(irq_control_get_ioapic);
HANDLER(irq_control_get_msi);
HANDLER(irq_control_issue_sgi);
HANDLER(irq_handler_ack);
HANDLER(irq_handler_set);
HANDLER(irq_handler_clear);

HANDLER(ioport_issue);
HANDLER(ioport_in);
HANDLER(ioport_out);

HANDLER(domain_set);
HANDLER(domain_schedule_configure);
HANDLER(domain_schedule_set_start);

HANDLER(x86_frame_map);
HANDLER(x86_table_map);

HANDLER(arm_frame_map);
HANDLER(arm_frame_flush);
HANDLER(arm_table_map);
HANDLER(arm_vspace_flush);

HANDLER(riscv_frame_map);
HANDLER(riscv_table_map);
HANDLER(riscv_table_unmap);

#undef HANDLER

#endif
