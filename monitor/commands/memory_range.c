/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses for `read` and `write`: see memory_range.h. */
#include "monitor/commands/memory_range.h"

#include "arch/lib/str.h"
#include "monitor/commands/common.h"
#include "monitor/core/fault.h"
#include "monitor/core/thread.h"
#include "monitor/shell/errors.h"
#include "monitor/shell/shell.h"

static const char prefix[] = "phys:";
enum { PREFIX_LEN = sizeof prefix - 1 };

enum err memory_range_read(struct command_call *call, unsigned size_bytes,
                           struct memory_range *range)
{
    static const char *const sizes[] = {"1", "2", "4", "8", NULL};
    const struct arg *arg = arg_find(call, 0, "address");
    unsigned size = 0;
    enum err e;

    if (!arg)
        return command_fail(call, ERR_ARGUMENT, "address", "the address is missing");
    range->physical = str_starts_nocase(arg->raw, prefix);
    e = arg_eval(call, "address", range->physical ? arg->raw + PREFIX_LEN : arg->raw, 0,
                 UINTPTR_MAX, &range->address);
    while (sizes[size] && 1u << size != size_bytes)
        size++;
    if (!e)
        e = arg_choice(call, ARG_NAMED, "size", sizes, true, &size);
    if (e)
        return e;
    range->size_bytes = 1u << size;
    if (range->address & (range->size_bytes - 1))
        return command_fail(call, ERR_ARGUMENT, "address",
                            "the address is not a multiple of the size, %u", range->size_bytes);
    return ERR_OK;
}

static enum err fail_physical(struct command_call *call, enum err e, uint64_t paddr,
                              const struct access_frame *reached)
{
    unsigned long long shown = paddr;

    if (e == ERR_NOT_FOUND)
        return command_fail(call, e, "address", "no untyped or known frame has physical 0x%llx",
                            shown);
    if (e == ERR_BUSY && reached->frame)
        return command_fail(call, e, "address", "physical 0x%llx is spent on $%s", shown,
                            reached->frame->name);
    if (e == ERR_BUSY)
        return command_fail(call, e, "address", "physical 0x%llx is spent by the monitor", shown);
    return common_fail(call, e, "address", "cannot reach it");
}

enum err memory_range_reach(struct command_call *call, const struct memory_range *range,
                            uint64_t at, volatile uint8_t **pointer, uint64_t *left_bytes)
{
    uint64_t address = range->address + at;
    struct access_frame reached;
    enum err e;

    if (address < range->address)
        return command_fail(call, ERR_RANGE, "address", "the range wraps around");
    if (!range->physical) {
        *pointer = (volatile uint8_t *)(uintptr_t)address;
        *left_bytes = UINT64_MAX - address;
        return ERR_OK;
    }
    e = access_physical(address, &reached);
    if (e)
        return fail_physical(call, e, address, &reached);
    if (reached.is_new)
        common_emit_object(call, reached.frame,
                           reached.is_device ? "a frame of the device, made for this"
                                             : "a frame made for this: the kernel zeroed it");
    *pointer = reached.address;
    *left_bytes = reached.left_bytes;
    return ERR_OK;
}

/* The fault's own address is of a window that the user never asked for. */
enum err memory_range_fail(struct command_call *call, const struct memory_range *range, uint64_t at,
                           enum err e, const char *doing)
{
    struct error_info *info = &call->shell->failure;
    uint64_t paddr = range->address + at;

    if (e != ERR_FAULT || !range->physical)
        return common_fail(call, e, "address", doing);
    error_begin(info, e);
    error_set_text(info, ERROR_COMMAND, call->shell->command);
    error_set_text(info, ERROR_ARGUMENT, "address");
    error_set_text(info, ERROR_CAUSE, fault_name(thread_self()->fault.label));
    error_set_word(info, ERROR_ADDRESS, paddr);
    error_say(info, "%s faults at physical 0x%llx", doing, (unsigned long long)paddr);
    return shell_fail(call->shell, e, info);
}
