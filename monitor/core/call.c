/* SPDX-License-Identifier: BSD-2-Clause */
/* One kernel call by registers: see call.h. */
#include "monitor/core/call.h"

#include "arch/lib/str.h"
#include "monitor/core/thread.h"

enum { LENGTH_MASK = 0x7f, CAPS_SHIFT = 7, CAPS_MASK = 3, LABEL_SHIFT = 12 };
enum { TRAP_WORDS = sizeof(((struct api_trap *)0)->mr) / sizeof(uintptr_t) };

static struct {
    intptr_t set_tls_base, reply;
    uint64_t save_caller;
} numbers;

static int32_t number_of(const char *name)
{
    for (unsigned i = 0; i < api_method_count; i++) {
        if (strcmp(api_methods[i].name, name) == 0)
            return api_methods[i].number;
    }
    return 0;
}

void call_init(void)
{
    numbers.set_tls_base = number_of("SetTLSBase");
    numbers.reply = number_of("Reply");
    numbers.save_caller = (uint64_t)number_of("CNode_SaveCaller");
}

static unsigned length_of(uintptr_t info)
{
    unsigned length = info & LENGTH_MASK;

    return length < seL4_MsgMaxLength ? length : seL4_MsgMaxLength;
}

/* All that travels in registers is moved at once, without a look at the length: what a call by name
 * costs beside the bare stub is measured. */
static void put_message(const struct call *call, seL4_IPCBuffer *buffer)
{
    struct api_trap *trap = call->trap;
    unsigned length = length_of(trap->info);
    unsigned caps = trap->info >> CAPS_SHIFT & CAPS_MASK;

#pragma GCC unroll 4
    for (unsigned i = 0; i < TRAP_WORDS; i++)
        trap->mr[i] = (uintptr_t)call->words[i];
    for (unsigned i = api_identity.hw_mrs; i < length; i++)
        buffer->msg[i] = (seL4_Word)call->words[i];
    for (unsigned i = 0; i < caps; i++)
        buffer->caps_or_badges[i] = (seL4_Word)call->caps[i];
}

static void take_message(const struct call *call, const seL4_IPCBuffer *buffer)
{
    const struct api_trap *trap = call->trap;
    unsigned length = length_of(trap->info);

#pragma GCC unroll 4
    for (unsigned i = 0; i < TRAP_WORDS; i++)
        call->words[i] = trap->mr[i];
    for (unsigned i = api_identity.hw_mrs; i < length; i++)
        call->words[i] = buffer->msg[i];
}

static void run(void *arg)
{
    const struct call *call = arg;
    struct thread *self = thread_self();
    intptr_t number = call->trap->syscall;

    put_message(call, self->buffer);
    api_trap(call->trap);
    if (number == numbers.set_tls_base && number != 0)
        arch_tls_set(self->tcb, self->thread_pointer);
    take_message(call, self->buffer);
}

enum err call_run(struct call *call)
{
    return thread_try(run, call);
}

bool call_is_workers(const struct api_trap *trap)
{
    uint64_t label = trap->info >> LABEL_SHIFT;

    if (trap->syscall == numbers.reply && numbers.reply != 0)
        return true;
    return trap->syscall == api_identity.sys_call && numbers.save_caller &&
           label == numbers.save_caller;
}
