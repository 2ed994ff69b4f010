/* SPDX-License-Identifier: BSD-2-Clause */
/* Keeping what the kernel says about a call that failed: see kernel.h. */
#include "monitor/core/kernel.h"

#include <sel4mon/api_table.h>

#include "arch/lib/str.h"
#include "monitor/core/thread.h"

enum err kernel_check(seL4_Error error)
{
    struct kernel_error *keep = &thread_self()->error;

    if (error == seL4_NoError)
        return ERR_OK;
    keep->label = error;
    for (unsigned i = 0; i < KERNEL_ERROR_WORDS; i++)
        keep->words[i] = seL4_GetMR((int)i);
    return ERR_KERNEL;
}

const struct kernel_error *kernel_last_error(void)
{
    return &thread_self()->error;
}

void kernel_put_char(char c)
{
#ifdef CONFIG_PRINTING
    seL4_DebugPutChar(c);
#else
    (void)c;
#endif
}

void kernel_name_thread(seL4_CPtr tcb, const char *name)
{
#ifdef CONFIG_DEBUG_BUILD
    struct api_trap trap = {.syscall = seL4_SysDebugNameThread, .cap = tcb};

    (void)str_copy((char *)seL4_GetIPCBuffer()->msg, sizeof seL4_GetIPCBuffer()->msg, name);
    api_trap(&trap);
#else
    (void)tcb, (void)name;
#endif
}

enum err kernel_identify(seL4_CPtr cap, seL4_Word *tag)
{
#ifdef CONFIG_DEBUG_BUILD
    *tag = seL4_DebugCapIdentify(cap);
    return ERR_OK;
#else
    (void)cap, (void)tag;
    return ERR_UNSUPPORTED;
#endif
}
