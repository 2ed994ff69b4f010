/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's objects and capabilities as the model holds them, for all files of this folder and
 * nobody else. Endpoints, CNodes, TCBs, notifications and ASID pools are host structures; paging
 * objects and frames live in guest RAM, as on the real machine. An object is known to capabilities
 * by its physical address; host memory of a dead object goes back when the kernel entry ends
 * (object_reap), so that no pointer taken during the entry dangles.
 */
#ifndef SIM_KERNEL_OBJECT_H
#define SIM_KERNEL_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/sim/kernel/kernel.h"

enum cap_kind {
    CAP_NULL,
    CAP_UNTYPED,
    CAP_ENDPOINT,
    CAP_NOTIFICATION,
    CAP_REPLY,
    CAP_CNODE,
    CAP_TCB,
    CAP_IRQ_CONTROL,
    CAP_IRQ_HANDLER,
    CAP_ZOMBIE,
    CAP_DOMAIN,
    CAP_FRAME,
    CAP_PAGE_TABLE,
    CAP_PAGE_DIRECTORY,
    CAP_PDPT,
    CAP_VSPACE,
    CAP_ASID_CONTROL,
    CAP_ASID_POOL,
    CAP_IO_PORT,
    CAP_IO_PORT_CONTROL,
    CAP_SGI_SIGNAL,
    CAP_KIND_COUNT
};

/* Bits of seL4_CapRights, which are also those of an endpoint's, notification's or reply's
 * capability: write is send, read is receive. */
enum cap_right {
    RIGHT_WRITE = 1 << 0,
    RIGHT_READ = 1 << 1,
    RIGHT_GRANT = 1 << 2,
    RIGHT_GRANT_REPLY = 1 << 3,
    RIGHT_ALL = 15
};

/* A frame capability's rights. */
enum vm_rights { VM_KERNEL_ONLY = 1, VM_READ_ONLY = 2, VM_READ_WRITE = 3 };

enum object_kind {
    OBJECT_ENDPOINT,
    OBJECT_NOTIFICATION,
    OBJECT_CNODE,
    OBJECT_TCB,
    OBJECT_ASID_POOL
};

/* Common to all objects that are host structures; first member of each. */
struct object {
    struct object *prev, *next; /* all living ones, or the dead ones of this entry */
    enum object_kind kind;
    uint64_t paddr;
};

#define ZOMBIE_OF_TCB 0xff /* cap.bits of a zombie that was a TCB */

struct cap {
    uint8_t kind;       /* enum cap_kind */
    uint8_t rights;     /* enum cap_right, or enum vm_rights of a frame */
    uint8_t bits;       /* size of an untyped or frame, radix of a CNode, both of a zombie */
    uint8_t guard_bits; /* CNode */
    bool device;        /* untyped, frame */
    bool mapped;        /* paging object; VSpace: has an ASID */
    bool master;        /* reply: the one in the caller's own TCB */
    uint16_t asid;      /* frame, paging object: where mapped (0: nowhere); pool: its first */
    uint32_t number;    /* interrupt; slots left of a zombie; first and last I/O port */
    uint64_t paddr;     /* the object's identity */
    uint64_t word;      /* badge; guard; virtual address; an untyped's bytes used; SGI target */
    union {
        struct object *object;
        struct endpoint *endpoint;
        struct notification *notification;
        struct cnode *cnode;
        struct tcb *tcb;
        struct asid_pool *pool;
    };
};

/* A slot with its place in the derivation tree, kept as the kernel keeps it: one list, children
 * behind their parents. */
struct slot {
    struct cap cap;
    struct slot *prev, *next;
    bool revocable, first_badged;
};

struct cnode {
    struct object object;
    uint8_t radix;
    struct slot *slots;
};

struct tcb_queue {
    struct tcb *head, *end;
};

enum endpoint_state { ENDPOINT_IDLE, ENDPOINT_SEND, ENDPOINT_RECEIVE };

struct endpoint {
    struct object object;
    enum endpoint_state state;
    struct tcb_queue queue;
};

enum notification_state { NOTIFICATION_IDLE, NOTIFICATION_WAITING, NOTIFICATION_ACTIVE };

struct notification {
    struct object object;
    enum notification_state state;
    struct tcb_queue queue;
    uint64_t badge;
    struct tcb *bound;
};

#define ASID_POOL_ENTRIES 1024 /* more than any configuration has */

struct asid_pool {
    struct object object;
    uint64_t vspace[ASID_POOL_ENTRIES]; /* physical address of the root, or 0 */
    bool used[ASID_POOL_ENTRIES];
};

enum lookup_kind {
    LOOKUP_INVALID_ROOT,
    LOOKUP_MISSING,
    LOOKUP_DEPTH_MISMATCH,
    LOOKUP_GUARD_MISMATCH
};

struct lookup_failure {
    enum lookup_kind kind;
    uint64_t bits_left, bits_found, guard_found;
};

enum fault_kind {
    FAULT_NONE,
    FAULT_CAP,
    FAULT_UNKNOWN_SYSCALL,
    FAULT_USER_EXCEPTION,
    FAULT_VM,
    FAULT_DEBUG,
    FAULT_KIND_COUNT
};

struct fault {
    enum fault_kind kind;
    uint64_t address; /* capability address, VM address, breakpoint's address */
    uint64_t number;  /* system call, exception, reason of a debug exception */
    uint64_t code;    /* exception code, VM status, breakpoint number */
    bool flag;        /* in receive phase; instruction fault */
};

enum thread_state {
    THREAD_INACTIVE,
    THREAD_RUNNING,
    THREAD_RESTART,
    THREAD_BLOCKED_RECEIVE,
    THREAD_BLOCKED_SEND,
    THREAD_BLOCKED_REPLY,
    THREAD_BLOCKED_NOTIFICATION,
    THREAD_IDLE
};

enum tcb_slot { TCB_CSPACE, TCB_VSPACE, TCB_REPLY, TCB_CALLER, TCB_BUFFER, TCB_SLOTS };

/* The debug registers of a thread, by the numbers of the debug API. */
struct debug_point {
    uint64_t vaddr;
    uint64_t type;   /* seL4_InstructionBreakpoint or seL4_DataBreakpoint */
    uint64_t size;   /* bytes watched; 0 for an instruction */
    uint64_t access; /* seL4_BreakOnRead, ... */
    bool enabled;
    bool used; /* loaded into the hardware when the thread runs */
};

struct debug_state {
    bool stepping;
    uint64_t steps;       /* exceptions until the next fault; 0 counts as 1 */
    uint64_t status_bits; /* of the status register, kept from the machine (x86 TF, RF) */
    struct debug_point point[SIM_BREAKPOINTS_MAX];
};

#define TCB_NAME_BYTES 128

struct tcb {
    struct object object;
    struct slot slots[TCB_SLOTS];
    struct cpu_context *context; /* NULL: the idle thread */
    enum thread_state state;
    bool queued;            /* in a ready queue */
    struct object *blocked; /* endpoint or notification waited for */
    uint64_t send_badge;
    bool can_grant, can_grant_reply, is_call; /* of the blocked send or receive */
    struct notification *bound;
    struct fault fault;
    struct lookup_failure lookup;
    uint8_t domain, mcp, priority;
    uint64_t flags;
    uint64_t time_slice;
    uint64_t fault_handler;
    uint64_t ipc_buffer;
    uint64_t fault_ip; /* where a restart goes; the context's own counter is where it goes on */
    struct tcb *sched_next, *sched_prev;
    struct tcb *wait_next, *wait_prev;
    struct tcb *debug_next, *debug_prev;
    struct debug_state debug;
    char name[TCB_NAME_BYTES];
};

/* Makes a zeroed object, known to the kernel until buried; NULL without host memory. */
struct endpoint *object_new_endpoint(struct kernel *k, uint64_t paddr);
struct notification *object_new_notification(struct kernel *k, uint64_t paddr);
struct asid_pool *object_new_asid_pool(struct kernel *k, uint64_t paddr);
struct cnode *object_new_cnode(struct kernel *k, uint64_t paddr, unsigned radix);
struct tcb *object_new_tcb(struct kernel *k, uint64_t paddr);

/* The last capability is gone: takes the object out of the living, frees at object_reap. */
void object_bury(struct kernel *k, struct object *object);
void object_reap(struct kernel *k);
void object_free_all(struct kernel *k);

#endif
