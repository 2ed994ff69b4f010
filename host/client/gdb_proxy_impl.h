/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of the proxy share. A packet of gdb's is dispatched to a handler; where that needs
 * something of the stub first, it asks and is dispatched again once the answer is kept, until it
 * replies. So one packet is under way on each side, and handlers keep no state of their own but
 * `stage`. Not for users of the proxy, who have gdb_proxy.h.
 */
#ifndef CLIENT_GDB_PROXY_IMPL_H
#define CLIENT_GDB_PROXY_IMPL_H

#include "gdbstub/hex.h"
#include "host/client/gdb_proxy.h"
#include "host/client/gdb_wire.h"

enum {
    GDB_THREAD_TEXT = 48, /* p and two numbers */
    GDB_BREAKS = 128,     /* as many as the stub has; more are just passed on */
    GDB_BREAK_TEXT = 512, /* of a Z packet; longer ones are just passed on */
    GDB_KNOWN_INFERIORS = 16,
    GDB_RANGES = 8,         /* of text that nobody can write, an inferior */
    GDB_LINE_BYTES = 256,   /* fetched of it at a time, at least */
    GDB_FETCH_BYTES = 2048, /* and at most */
    GDB_REGISTER_SETS = 16,
    GDB_KEPT = 4, /* pieces of memory that the stub has, too, and their sizes */
    GDB_KEPT_BYTES = 64,
    GDB_AGAIN_BYTES = 48, /* of a vCont, behind its name; as the stub's */
    GDB_KEPT_LEAST = 32,
    GDB_BACKLOG = 64, /* packets of a debugger that does not wait for replies */
};

typedef void (*gdb_handler)(struct gdb_proxy *p, struct hex_cursor *args);
typedef void (*gdb_done)(struct gdb_proxy *p, const uint8_t *reply, size_t len);

/* A packet begins with `name`; the longest name counts. */
struct gdb_row {
    const char *name;
    gdb_handler handle;
};

struct gdb_group {
    const struct gdb_row *rows;
    size_t count;
};

extern const struct gdb_group gdb_session_group, gdb_object_group, gdb_memory_group,
    gdb_break_group, gdb_run_group;

/* A document of qXfer, as a whole. */
struct gdb_document {
    bool known;
    size_t len, cap;
    uint8_t *bytes;
};

struct gdb_range {
    uint64_t start;
    size_t len;
    bool compared;  /* with the files that are known */
    uint8_t *bytes; /* len of them, then a bit for each line that is there */
    uint8_t *have;
};

struct gdb_inferior {
    uint32_t pid; /* 0: the row is free */
    bool asked;
    unsigned count;
    struct gdb_range ranges[GDB_RANGES];
};

struct gdb_break {
    uint32_t pid; /* 0: the row is free */
    bool lifted;  /* gdb took it away, the stub has it still */
    size_t len;   /* of the Z packet */
    size_t key;   /* of it, up to the kind: what a z packet names */
    uint8_t text[GDB_BREAK_TEXT];
};

struct gdb_register_set {
    char thread[GDB_THREAD_TEXT];
    uint8_t *bytes; /* the reply to g */
    size_t len;
};

struct gdb_kept {
    uint32_t pid; /* 0: the row is free */
    bool same;    /* so the stub said at this stop */
    uint64_t addr;
    size_t len;
    uint8_t bytes[GDB_KEPT_BYTES];
};

struct gdb_packet {
    struct gdb_packet *next;
    size_t len;
    uint8_t bytes[];
};

/* The packet that is under way to the stub. */
struct gdb_asked {
    bool active, acked;
    bool talks; /* output may come before the reply: it runs, or is a command */
    gdb_done done;
    int64_t since_ms; /* of its last sending; 0: not seen by a tick yet */
    unsigned again;
    size_t len;
    uint8_t encoded[GDB_WIRE_ENCODED];
};

struct gdb_proxy {
    struct gdb_proxy_config config;
    struct {
        unsigned long packets, bytes_out, bytes_in;
    } count; /* of what went over the line */
    bool connected;
    bool leaving;       /* the stub was told that the debugger left, and has not answered */
    bool interrupt_due; /* Ctrl-C came before what it is to stop was sent */

    /* gdb's side */
    bool up_no_ack, up_no_ack_next;
    bool busy; /* `request` has no reply yet */
    unsigned stage;
    size_t request_len, up_len;
    struct gdb_packet *backlog;
    unsigned backlog_count;

    /* the stub's side */
    bool no_ack, non_stop;
    bool has_exec_file, has_notices, has_binary; /* what the stub offers */
    bool vcont_known;
    size_t vcont_len;
    uint8_t vcont[64];
    char general[GDB_THREAD_TEXT], general_sent[GDB_THREAD_TEXT]; /* Hg, as gdb wants and the stub
                                                                     has it */
    char control[GDB_THREAD_TEXT], control_sent[GDB_THREAD_TEXT]; /* Hc */
    size_t stop_len; /* of the last stop reply; 0: registers were changed since */
    uint8_t stop[1024];
    size_t again_len; /* the vCont that the stub can do again, 0: none */
    uint8_t again[GDB_AGAIN_BYTES];
    bool stepping; /* one thread alone, by one instruction: breakpoints elsewhere can stay */
    struct gdb_document features, memory_map, threads;
    struct gdb_inferior inferiors[GDB_KNOWN_INFERIORS];
    struct gdb_break breaks[GDB_BREAKS];
    struct gdb_register_set registers[GDB_REGISTER_SETS];
    struct gdb_kept kept[GDB_KEPT];
    unsigned kept_next;
    size_t told_len; /* of the last stop reply with all its registers; 0: none */
    uint8_t told[1024];
    uint64_t fetch_start; /* of a read of text under way */
    size_t fetch_len;

    struct gdb_asked asked;
    struct gdb_wire_rx up, down;
    struct gdb_text reply, ask;
    uint8_t request[GDB_WIRE_BYTES];
    uint8_t up_encoded[GDB_WIRE_ENCODED]; /* the last packet to gdb, for when it asks again */
};

/* --- gdb_proxy.c ------------------------------------------------------------------------------ */
/* Replies to gdb's packet; `gdb_reply` with what is in p->reply. */
void gdb_reply(struct gdb_proxy *p);
void gdb_reply_bytes(struct gdb_proxy *p, const uint8_t *bytes, size_t len);
void gdb_reply_word(struct gdb_proxy *p, const char *word);
/* The packet gets no reply. */
void gdb_reply_none(struct gdb_proxy *p);
/* Sends what is in p->ask; `done` gets the answer. */
void gdb_ask(struct gdb_proxy *p, gdb_done done, bool talks);
/* Asks for the last vCont again. */
void gdb_ask_again(struct gdb_proxy *p, gdb_done done, bool talks);
void gdb_ask_word(struct gdb_proxy *p, const char *word, gdb_done done);
/* Sends gdb's packet as it is. */
void gdb_ask_request(struct gdb_proxy *p, gdb_done done, bool talks);
/* The answer is gdb's reply. */
void gdb_done_reply(struct gdb_proxy *p, const uint8_t *reply, size_t len);
void gdb_pass(struct gdb_proxy *p, struct hex_cursor *args);
/* gdb's packet once more, now that more is known. */
void gdb_again(struct gdb_proxy *p);
bool gdb_is(const uint8_t *bytes, size_t len, const char *word);

/* --- gdb_proxy_session.c ---------------------------------------------------------------------- */
void gdb_session_reset(struct gdb_proxy *p);
void gdb_document_forget(struct gdb_document *d);

/* --- gdb_proxy_run.c: threads, running -------------------------------------------------------- */
/* True if the stub has the thread that gdb means; otherwise it is asked for it first. */
bool gdb_general_ready(struct gdb_proxy *p);
/* Makes the stub mean another thread than gdb does; the answer goes to `done`. */
void gdb_general_switch(struct gdb_proxy *p, const char *thread, gdb_done done);
/* The inferior that gdb means; 0 if that cannot be told. */
uint32_t gdb_general_pid(const struct gdb_proxy *p);
/* Registers and threads may be others now. */
void gdb_stopped_forget(struct gdb_proxy *p);
void gdb_registers_forget(struct gdb_proxy *p);

/* --- gdb_proxy_memory.c ----------------------------------------------------------------------- */
/* pid 0: of all. */
void gdb_memory_forget(struct gdb_proxy *p, uint32_t pid);
/* The target's bytes, in the form gdb asked for. */
void gdb_data_send(struct gdb_proxy *p, const uint8_t *bytes, size_t len);

/* --- gdb_proxy_stop.c ------------------------------------------------------------------------- */
/* The stop reply as gdb is to have it, in p->reply. */
void gdb_stop_expand(struct gdb_proxy *p, const uint8_t *reply, size_t len);
/* Answers or asks for a small piece of memory; false: it is to be read as any other. */
bool gdb_kept_read(struct gdb_proxy *p, uint32_t pid, uint64_t addr, uint64_t len);
/* Nothing is known to be the same any more; and not even what the stub has. */
void gdb_kept_forget(struct gdb_proxy *p);
void gdb_kept_reset(struct gdb_proxy *p);

/* --- gdb_proxy_break.c ------------------------------------------------------------------------ */
/* True if the stub has no breakpoint that gdb took away; otherwise it is told first. */
bool gdb_breaks_settled(struct gdb_proxy *p);
void gdb_breaks_forget(struct gdb_proxy *p, uint32_t pid); /* pid 0: all */

#endif
