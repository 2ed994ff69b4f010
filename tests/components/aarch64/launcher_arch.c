/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * launcher.h for aarch64.
 */
#include "launcher.h"

const seL4_Word launcher_arch_page_type = seL4_ARM_SmallPageObject;

seL4_Error launcher_arch_map(seL4_CPtr frame, seL4_CPtr vspace, seL4_Word address)
{
    return seL4_ARM_Page_Map(frame, vspace, address, seL4_AllRights, seL4_ARM_Default_VMAttributes);
}

seL4_Word launcher_arch_exit_status(void)
{
    return seL4_GetMR(seL4_UnknownSyscall_X0);
}

seL4_Word launcher_arch_exit_number(void)
{
    return seL4_GetMR(seL4_UnknownSyscall_Syscall);
}
