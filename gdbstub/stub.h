/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of the protocol share: the state of a session, the handler tables, replies. Not
 * for users of the library, who have gdbstub.h; they include this only to have the struct's size.
 */
#ifndef GDBSTUB_STUB_H
#define GDBSTUB_STUB_H

#include "gdbstub/engine.h"
#include "gdbstub/gdbstub.h"
#include "gdbstub/hex.h"
#include "gdbstub/packet.h"

/* In thread ids of packets. */
enum { STUB_ID_ANY = 0 };
#define STUB_ID_ALL UINT32_MAX

/* What an all-stop session still has to be told. */
enum stub_due { STUB_DUE_NOTHING, STUB_DUE_THREAD, STUB_DUE_NONE_RESUMED };

struct stub_exit {
    uint32_t pid; /* 0: free */
    uint8_t status, signal;
};

/* Work on memory that is done in slices. */
enum stub_job_kind { STUB_JOB_NONE, STUB_JOB_CRC, STUB_JOB_SEARCH };

struct stub_job {
    uint8_t kind; /* enum stub_job_kind */
    uint32_t pid;
    uint32_t crc;
    uint64_t addr, left;
    uint16_t pattern_len;
    uint8_t pattern[GDB_TEXT_BYTES];
};

/* What the shell does for gdb while it waits for the reply: vRun, vKill. */
enum stub_life_kind { STUB_LIFE_NONE, STUB_LIFE_RUN, STUB_LIFE_KILL };

struct stub_life {
    uint8_t kind; /* enum stub_life_kind */
    bool done;
    uint8_t result; /* enum err */
    uint32_t pid;
    const char *why;
};

struct stub_console {
    bool active; /* a `monitor` command runs */
    bool done;
    uint8_t result; /* enum err */
    uint16_t len;
    char text[GDB_CONSOLE_BYTES];
};

/* What a proxy was told; see proxy.c. */
struct stub_proxy {
    bool active;
    uint32_t threads_told; /* 0: not, or it was told that they are others */
    struct {
        uint32_t pid; /* 0: none */
        uint32_t len;
        uint64_t addr;
        uint8_t bytes[GDB_KEPT_BYTES];
    } kept[GDB_KEPT];
    struct gdb_id registers_of; /* the last stop's thread, and what was told of it */
    uint8_t registers[GDB_EXPEDITED_MAX][GDB_REG_BYTES_MAX];
    size_t again_len; /* the last vCont's actions; 0: none, or too long */
    uint8_t again[GDB_AGAIN_BYTES];
};

struct gdbstub {
    struct gdbstub_config config;
    struct stub_proxy proxy;
    bool no_ack, non_stop, extended, multiprocess, error_text;
    bool running;          /* all-stop: gdb waits for a stop reply */
    bool interrupt_queued; /* all-stop: Ctrl-C came while nothing ran */
    bool deferred;         /* the handler's reply comes later */
    bool notified; /* non-stop: a notification was sent, vStopped has not ended the sequence */
    bool session;
    bool no_ack_next; /* after this reply */
    uint8_t due;      /* enum stub_due */
    struct gdb_id due_id;
    struct gdb_id general, control; /* Hg, Hc */
    uint8_t ack_count;
    char acks[8];
    struct stub_exit exits[GDB_INFERIORS_MAX];
    const char *why; /* words for the error of the packet that is handled; NULL: the error's own */
    struct stub_job job;
    struct stub_life life;
    struct stub_console console;
    struct packet_rx rx;
    struct packet_tx tx;
    struct engine_client client;
    struct engine engine;
};

/* --- handlers --------------------------------------------------------------------------------- */
/* A packet begins with `name`, and then comes its end or, if `follow` is not NULL, one of its
 * characters ("" is the end alone). The longest name counts; the order of rows means nothing. */
struct stub_handler {
    const char *name;
    const char *follow;
    /* ERR_OK: the reply is in s->tx, or comes later (s->deferred). ERR_UNSUPPORTED: the empty
     * reply. Any other: an error reply. */
    enum err (*handle)(struct gdbstub *s, struct hex_cursor *args);
    bool text; /* gdb takes E.text here without having asked for it */
};

struct stub_group {
    const struct stub_handler *rows;
    size_t count;
};

extern const struct stub_group registers_group, memory_group, breakpoints_group, run_group,
    threads_group, query_group, monitor_group, proxy_group;

/* --- session.c -------------------------------------------------------------------------------- */
/* Of the inferiors that this debugger has; the engine may have others. */
struct engine_inferior *stub_inferior(struct gdbstub *s, uint32_t pid);
struct engine_thread *stub_thread(struct gdbstub *s, struct gdb_id id);
struct engine_thread *stub_thread_next(struct gdbstub *s, uint32_t pid,
                                       const struct engine_thread *after);
/* The number of the inferior in a row of the engine's table, 0 if it is none of this debugger's. */
uint32_t stub_pid_at(const struct gdbstub *s, unsigned row);
/* Attaches; says in s->why who has the inferior if it is another. */
enum err stub_attach(struct gdbstub *s, uint32_t pid, bool created);

/* --- dispatch.c ------------------------------------------------------------------------------- */
void dispatch_packet(struct gdbstub *s, const uint8_t *bytes, size_t len_bytes);
/* The same when it is known whose packet it is; NULL: nobody's. */
void dispatch_row(struct gdbstub *s, const struct stub_handler *row, struct hex_cursor *args);
/* Makes what is in s->tx an error reply. */
void dispatch_error(struct gdbstub *s, enum err err, bool text);
enum err dispatch_ok(struct gdbstub *s);

/* --- stops.c ---------------------------------------------------------------------------------- */
/* What the engine calls for this debugger. */
void stops_init_client(struct gdbstub *s);
void stops_halt_all(struct gdbstub *s);
/* Adds a stop reply to s->tx. */
void stops_add_thread(struct gdbstub *s, struct engine_thread *t);
void stops_add_exit(struct gdbstub *s, struct stub_exit *exit);
/* The end of an inferior that gdb does not know yet. */
struct stub_exit *stops_exit_of(struct gdbstub *s, uint32_t pid);
/* The thread that `?` and an attach speak of; NULL if there is none. */
struct engine_thread *stops_pick(struct gdbstub *s, uint32_t pid);
/* Ctrl-C. */
void stops_interrupt(struct gdbstub *s);
/* Sends what is due, if the line is free. */
void stops_poll(struct gdbstub *s);
/* Non-stop: the next stop reply, or OK when there is no other. */
void stops_add_next(struct gdbstub *s);
bool stops_waiting(const struct gdbstub *s);

/* --- threads.c -------------------------------------------------------------------------------- */
/* A thread id of a packet; either part can be any or all. */
bool threads_take_id(struct gdbstub *s, struct hex_cursor *c, struct gdb_id *out);
void threads_add_id(struct gdbstub *s, struct gdb_id id);
/* The thread that Hg named; NULL if there is none. */
struct engine_thread *threads_selected(struct gdbstub *s);
/* The same for what is the inferior's: another of its threads if that one has gone. */
struct engine_thread *threads_general(struct gdbstub *s);

/* --- registers.c ------------------------------------------------------------------------------ */
void registers_add_expedited(struct gdbstub *s, struct engine_thread *t);

/* --- monitor.c, memory.c ---------------------------------------------------------------------- */
void monitor_poll(struct gdbstub *s);
size_t monitor_keep(struct gdbstub *s, const char *text, size_t len_bytes);
void memory_poll(struct gdbstub *s);

/* --- proxy.c ---------------------------------------------------------------------------------- */
/* Sends a notification that is due. */
void proxy_poll(struct gdbstub *s);
bool proxy_waiting(const struct gdbstub *s);
/* Notes a register of a stop reply; true if the proxy has its value from the thread's last stop. */
bool proxy_has_register(struct gdbstub *s, struct gdb_id id, unsigned index, const uint8_t *value);
/* The actions of a vCont, in case the proxy wants them again. */
void proxy_keep_actions(struct gdbstub *s, const struct hex_cursor *args);

/* Begins a stop reply with one letter where the proxy knows the rest: the thread that stopped last
 * has stepped. False, and nothing is added, where it does not. */
bool proxy_add_stepped(struct gdbstub *s, const struct engine_thread *t);
/* A stop reply of the thread is whole: what is the same, for the proxy. `stepped`: as above. */
void proxy_add_same(struct gdbstub *s, struct gdb_id id, bool stepped);
/* The list of threads goes out now. */
void proxy_threads_told(struct gdbstub *s);

/* --- run.c ------------------------------------------------------------------------------------ */
/* Attaches to the inferior that a debugger gets when it has none. */
void run_attach_default(struct gdbstub *s);
/* Replies to vRun or vKill when the shell is done. */
void run_poll(struct gdbstub *s);
/* The handler of `j`. */
extern const struct stub_handler run_again;

/* --- describe.c ------------------------------------------------------------------------------- */
/* A window over a text that is made piece by piece: only what lies in it is kept. */
struct describe_window {
    struct gdbstub *s;
    uint64_t skip; /* bytes before the window */
    size_t room;
    bool more; /* there was text after it */
};
void describe_add(struct describe_window *w, const char *text);
void describe_add_xml(struct describe_window *w, const char *text); /* escaped */
void describe_add_number(struct describe_window *w, uint64_t value, unsigned base);
void describe_target(struct describe_window *w);

#endif
