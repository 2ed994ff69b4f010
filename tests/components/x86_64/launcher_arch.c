/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * launcher.h for x86_64.
 */
#include "launcher.h"

const seL4_Word launcher_arch_page_type = seL4_X86_4K;

seL4_Error launcher_arch_map(seL4_CPtr frame, seL4_CPtr vspace, seL4_Word address)
{
    return seL4_X86_Page_Map(frame, vspace, address, seL4_AllRights, seL4_X86_Default_VMAttributes);
}

seL4_Word launcher_arch_exit_status(void)
{
    return seL4_GetMR(seL4_UnknownSyscall_RDI);
}

seL4_Word launcher_arch_exit_number(void)
{
    return seL4_GetMR(seL4_UnknownSyscall_Syscall);
}
