/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A crash of each kind. With a kind as first argument the component does it itself, for the monitor
 * (or its user) to see; with none, each is done by a thread, whose fault the first thread receives
 * and prints. "list" prints the kinds.
 */
#include "crash.h"
#include <sel4mon/component.h>
#include <sel4mon/component_ipc.h>
#include <sel4mon/component_object.h>
#include <sel4mon/component_thread.h>
#include <string.h>

enum { STACK_BYTES = 4096 }; /* one page, so that an overflow meets what lies below: nothing */

static const struct fault_name {
    seL4_Word label;
    const char *name;
} fault_names[] = {
    {seL4_Fault_CapFault, "capability fault"},
    {seL4_Fault_UnknownSyscall, "unknown system call"},
    {seL4_Fault_UserException, "user exception"},
    {seL4_Fault_VMFault, "memory fault"},
    {CRASH_BREAKPOINT_FAULT, "breakpoint"},
};

static const char *fault_name(seL4_Word label)
{
    for (size_t i = 0; i < sizeof fault_names / sizeof fault_names[0]; i++) {
        if (fault_names[i].label == label) {
            return fault_names[i].name;
        }
    }
    return "other fault";
}

static void run_crash(void *argument)
{
    const struct crash *c = argument;

    c->run();
}

/* One thread, one crash, one message. The thread is left where it is: its reply never comes. */
static bool try_crash(const struct crash *c, seL4_CPtr endpoint, seL4_CPtr reply)
{
    static struct component_thread thread;
    void *stack;
    seL4_CPtr frame;
    seL4_Word badge;

    component_check(component_page_make(&stack, &frame), "stack");
    thread = (struct component_thread){
        .run = run_crash,
        .argument = (void *)c,
        .stack = stack,
        .stack_bytes = STACK_BYTES,
        .priority = 100,
        .fault_slot = endpoint,
    };
    component_check(component_thread_start(&thread), "thread");
    seL4_MessageInfo_t info = component_receive(endpoint, &badge, reply);
    seL4_Word label = seL4_MessageInfo_get_label(info);
    component_print("%s: %s\n", c->name, fault_name(label));
    component_check(seL4_TCB_Suspend(thread.tcb), "suspend");
    return label == c->fault;
}

static int try_all(void)
{
    seL4_CPtr endpoint, reply;
    unsigned tried = 0, wrong = 0;

    component_check(component_object_make(seL4_EndpointObject, 0, &endpoint), "endpoint");
    component_check(component_reply_make(&reply), "reply");
    for (size_t i = 0; i < crash_count; i++) {
        if (!crash_kinds[i].needs_loader || !component_bootinfo()) {
            wrong += !try_crash(&crash_kinds[i], endpoint, reply);
            tried++;
        }
    }
    component_print("%u kinds, %u wrong\n", tried, wrong);
    return wrong ? 1 : 0;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        return try_all();
    }
    for (size_t i = 0; i < crash_count; i++) {
        if (strcmp(argv[1], "list") == 0) {
            component_print("%s\n", crash_kinds[i].name);
        } else if (strcmp(argv[1], crash_kinds[i].name) == 0) {
            crash_kinds[i].run();
        }
    }
    return strcmp(argv[1], "list") == 0 ? 0 : 64;
}
