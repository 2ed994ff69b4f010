/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A fault in words: what the thread tried, where, and which mapping or capability was missing. What
 * the kernel did not say is not guessed.
 */
#include "monitor/core/debug_core.h"

#include "arch/lib/elf.h"
#include "arch/lib/fmt.h"
#include "arch/lib/str.h"

/* A text that is put together piece by piece; what does not fit is cut off. */
struct sentence {
    char *at;
    size_t left;
};

static void say(struct sentence *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(struct sentence *s, const char *format, ...)
{
    va_list args;
    size_t len;

    va_start(args, format);
    len = fmt_vprint(s->at, s->left, format, args);
    va_end(args);
    if (len >= s->left)
        len = s->left ? s->left - 1 : 0;
    s->at += len;
    s->left -= len;
}

/* --- memory ----------------------------------------------------------------------------------- */

static const char *const verbs[] = {
    [ARCH_ACCESS_READ] = "read", [ARCH_ACCESS_WRITE] = "write", [ARCH_ACCESS_EXECUTE] = "execute"};

static const uint8_t rights_of[] = {[ARCH_ACCESS_READ] = ELF_FLAG_READ,
                                    [ARCH_ACCESS_WRITE] = ELF_FLAG_WRITE,
                                    [ARCH_ACCESS_EXECUTE] = ELF_FLAG_EXECUTE};

static const char *rights_text(unsigned rights)
{
    bool write = rights & ELF_FLAG_WRITE, execute = rights & ELF_FLAG_EXECUTE;

    return write && execute ? "read, write and execute"
           : write          ? "read and write, not execute"
           : execute        ? "read and execute, not write"
                            : "only read";
}

/* An access that misses the stack by less than a page, below it. */
static bool below_stack(struct component *component, const struct component_thread *thread)
{
    uint64_t words[GDB_CONTEXT_WORDS_MAX], address = thread->fault.address, sp;

    if (debug_thread_regs_read((struct gdb_id){component->pid, thread->tid}, words))
        return false;
    sp = words[arch_gdb->sp_word];
    return address + ARCH_PAGE_BYTES - sp < 2 * (uint64_t)ARCH_PAGE_BYTES &&
           component_rights(component, (address | (ARCH_PAGE_BYTES - 1)) + 1) & ELF_FLAG_WRITE;
}

static void say_vm(struct sentence *s, struct component *component,
                   const struct component_thread *thread)
{
    const struct thread_fault *fault = &thread->fault;
    struct arch_vm_fault vm =
        arch_vm_fault(fault->words[seL4_VMFault_FSR], fault->words[seL4_VMFault_PrefetchFault]);
    unsigned rights = component_rights(component, fault->address);

    say(s, "tried to %s %s0x%llx, ", verbs[vm.access],
        vm.access == ARCH_ACCESS_EXECUTE ? "code at " : "", (unsigned long long)fault->address);
    if (vm.is_bus)
        say(s, "where no memory answers or the access is not aligned");
    else if (rights && !(rights & rights_of[vm.access]))
        say(s, "where it may %s", rights_text(rights));
    else if (rights || vm.is_mapped)
        say(s, "where a page is mapped that does not allow it");
    else if (below_stack(component, thread))
        say(s, "just below its stack: the stack has overflowed");
    else
        say(s, "where nothing is mapped");
}

/* --- capabilities ----------------------------------------------------------------------------- */

static void say_lookup(struct sentence *s, const uint64_t *words)
{
    unsigned long long bits = words[seL4_CapFault_BitsLeft];

    switch (words[seL4_CapFault_LookupFailureType]) {
    case seL4_InvalidRoot:
        say(s, "but its capability space has no valid root");
        return;
    case seL4_MissingCapability:
        say(s, "where there is no capability (%llu bits of the address were left)", bits);
        return;
    case seL4_DepthMismatch:
        say(s, "which does not fit the depth of its capability space (%llu bits left, %llu found)",
            bits, (unsigned long long)words[seL4_CapFault_DepthMismatch_BitsFound]);
        return;
    case seL4_GuardMismatch:
        say(s, "which does not fit the guard 0x%llx of %llu bits (%llu bits left)",
            (unsigned long long)words[seL4_CapFault_GuardMismatch_GuardFound],
            (unsigned long long)words[seL4_CapFault_GuardMismatch_BitsFound], bits);
        return;
    default:
        say(s, "which could not be looked up");
    }
}

static void say_cap(struct sentence *s, const struct thread_fault *fault)
{
    say(s, "made a system call %s capability 0x%llx, ",
        fault->words[seL4_CapFault_InRecvPhase] ? "to receive through" : "with",
        (unsigned long long)fault->address);
    say_lookup(s, fault->words);
}

/* --- the others ------------------------------------------------------------------------------- */

static void say_exception(struct sentence *s, const struct thread_fault *fault)
{
    uint64_t number = fault->words[seL4_UserException_Number];
    struct arch_exception what = arch_exception(number);

    say(s, "ran into %s (exception 0x%llx", what.text, (unsigned long long)number);
    if (fault->words[seL4_UserException_Code])
        say(s, ", code 0x%llx", (unsigned long long)fault->words[seL4_UserException_Code]);
    say(s, ")");
}

#ifdef CONFIG_HARDWARE_DEBUG_API
static void say_debug(struct sentence *s, const struct thread_fault *fault)
{
    static const char *const texts[] = {
        [seL4_DataBreakpoint] = "met a watchpoint",
        [seL4_InstructionBreakpoint] = "met a breakpoint",
        [seL4_SingleStep] = "ended a step",
        [seL4_SoftwareBreakRequest] = "ran a breakpoint instruction",
    };
    uint64_t reason = fault->words[seL4_DebugException_ExceptionReason];

    say(s, "%s", reason < sizeof texts / sizeof texts[0] ? texts[reason] : "met a debug exception");
}
#endif

static void say_what(struct sentence *s, struct component *component,
                     const struct component_thread *thread)
{
    const struct thread_fault *fault = &thread->fault;

    if (fault->label == seL4_Fault_VMFault)
        say_vm(s, component, thread);
    else if (fault->label == seL4_Fault_CapFault)
        say_cap(s, fault);
    else if (fault->label == seL4_Fault_UserException)
        say_exception(s, fault);
    else if (fault->label == seL4_Fault_UnknownSyscall)
        say(s, "made a system call that the kernel does not know");
#ifdef CONFIG_HARDWARE_DEBUG_API
    else if (fault->label == seL4_Fault_DebugException)
        say_debug(s, fault);
#endif
#ifdef CONFIG_KERNEL_MCS
    else if (fault->label == seL4_Fault_Timeout)
        say(s, "used up its time");
#endif
    else
        say(s, "was stopped by fault %llu", (unsigned long long)fault->label);
}

void debug_explain(struct component *component, const struct component_thread *thread, char *to,
                   size_t cap)
{
    struct sentence s = {to, cap};

    if (cap)
        to[0] = '\0';
    say(&s, "thread %u (%s) ", thread->tid, thread->name);
    say_what(&s, component, thread);
    say(&s, ", by the instruction at 0x%llx", (unsigned long long)thread->fault.ip);
}
