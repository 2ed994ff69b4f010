/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What launcher.c starts: shows that everything in a start block arrives. Its exit status is the
 * number of its arguments.
 */
#include <sel4mon/component.h>
#include <string.h>

static int constructed;
static __thread int thread_local_value = 5;

static __attribute__((constructor)) void construct(void)
{
    constructed = 1;
}

int main(int argc, char **argv)
{
    const struct component_cap *memory = component_cap("memory");

    for (int i = 0; i < argc; i++) {
        component_print("argument %d: %s\n", i, argv[i]);
    }
    component_print("a line that needs the IPC buffer, for it is longer than three registers\n");
    component_print("constructed %d, thread-local %d, %s boot info\n", constructed,
                    thread_local_value, component_bootinfo() ? "with" : "no");
    if (memory) {
        component_print("memory at 0x%lx, %lu bytes\n", (unsigned long)memory->address,
                        (unsigned long)memory->size_bytes);
    }
    component_print("%s\n", component_slot("nothing") ? "something" : "nothing");
    return argc;
}
