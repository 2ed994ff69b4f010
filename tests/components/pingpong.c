/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A client calls a server over an endpoint, and both check what arrives. As two components, each
 * with its role as first argument ("ping", "pong") and the capability "peer"; with no argument, as
 * two threads of one component.
 */
#include <sel4mon/component.h>
#include <sel4mon/component_ipc.h>
#include <sel4mon/component_object.h>
#include <sel4mon/component_thread.h>
#include <string.h>

enum { ROUNDS = 1000, STACK_BYTES = 4096, LABEL_PING = 1, LABEL_STOP = 2, WORDS = 20 };

static struct {
    struct component_thread thread;
    _Alignas(16) char stack[STACK_BYTES];
    seL4_CPtr endpoint;
    seL4_CPtr reply;
} server;

/* Answers each word with its double, until told to stop. Long messages use the IPC buffer. */
static void pong(void *unused)
{
    seL4_Word badge;
    seL4_MessageInfo_t info = component_receive(server.endpoint, &badge, server.reply);

    (void)unused;
    while (seL4_MessageInfo_get_label(info) == LABEL_PING) {
        seL4_Word length = seL4_MessageInfo_get_length(info);

        for (seL4_Word i = 0; i < length; i++) {
            seL4_SetMR((int)i, 2 * seL4_GetMR((int)i));
        }
        info = component_reply_receive(server.endpoint, seL4_MessageInfo_new(0, 0, 0, length),
                                       &badge, server.reply);
    }
    component_print("pong: stopped by badge %lu\n", (unsigned long)badge);
    component_reply(seL4_MessageInfo_new(0, 0, 0, 0), server.reply);
}

static int ping(seL4_CPtr endpoint)
{
    unsigned wrong = 0;

    for (seL4_Word round = 0; round < ROUNDS; round++) {
        seL4_Word length = round % WORDS;

        for (seL4_Word i = 0; i < length; i++) {
            seL4_SetMR((int)i, round + i);
        }
        seL4_MessageInfo_t answer =
            seL4_Call(endpoint, seL4_MessageInfo_new(LABEL_PING, 0, 0, length));
        wrong += seL4_MessageInfo_get_length(answer) != length;
        for (seL4_Word i = 0; i < length; i++) {
            wrong += seL4_GetMR((int)i) != 2 * (round + i);
        }
    }
    component_print("ping: %d rounds, %u wrong\n", ROUNDS, wrong);
    seL4_Call(endpoint, seL4_MessageInfo_new(LABEL_STOP, 0, 0, 0));
    return wrong ? 1 : 0;
}

static int both(void)
{
    seL4_CPtr endpoint;

    component_check(component_object_make(seL4_EndpointObject, 0, &server.endpoint), "endpoint");
    component_check(component_cap_mint(server.endpoint, seL4_AllRights, 42, &endpoint), "mint");
    server.thread = (struct component_thread){
        .run = pong,
        .stack = server.stack,
        .stack_bytes = sizeof server.stack,
        .priority = 200, /* above nobody, below the root task's 255: it waits in the endpoint */
    };
    component_check(component_thread_start(&server.thread), "thread");
    return ping(endpoint);
}

int main(int argc, char **argv)
{
    component_check(component_reply_make(&server.reply), "reply");
    if (argc < 2) {
        return both();
    }
    server.endpoint = component_slot("peer");
    if (strcmp(argv[1], "ping") == 0) {
        return ping(server.endpoint);
    }
    pong(NULL);
    return 0;
}
