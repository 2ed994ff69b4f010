/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A target one can talk to: a transport with a session on it. Connecting finds the prompt and
 * greets the shell; running sends one command and waits for its end, passing on what comes
 * meanwhile. Does not print: what it hears goes to a listener, what went wrong is left in words.
 */
#ifndef CLIENT_TARGET_H
#define CLIENT_TARGET_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "host/client/eager_poll.h"
#include "host/client/link.h"
#include "host/client/session.h"
#include "host/client/transport.h"

#define TARGET_COMMAND_BYTES 32
#define TARGET_BOOT_LINES    12 /* last lines of the boot, shown if no prompt comes */

/* Who hears what the target says. */
struct target_listener {
    void *context;
    void (*boot)(void *context, const char *line);   /* before the greeting */
    void (*banner)(void *context, const char *line); /* of the monitor, as it starts */
    void (*note)(void *context, const char *line);   /* after its banner: what is amiss */
    void (*text)(void *context, const char *line);   /* output of a command */
    void (*kernel)(void *context, const char *line); /* the kernel's own messages */
    void (*aside)(void *context, const char *line);  /* standard error of a started target */
    void (*said)(void *context, const char *line);   /* of the connection, in the client's words */
    void (*record)(void *context, json_t *record);   /* borrowed */
    void (*waiting)(void *context); /* again and again while a command runs; NULL: nobody asks */
};

enum target_result {
    TARGET_OK,
    TARGET_FAILED,  /* the command failed, or was ended by Ctrl-C */
    TARGET_TIMEOUT, /* it took too long, and Ctrl-C ended it */
    TARGET_REBUILT, /* the shell began anew during the command: connect again */
    TARGET_REFUSED, /* the line cannot be sent: message */
    TARGET_SILENT,  /* no answer, not even to Ctrl-C: message */
    TARGET_ENDED,   /* gone, as the command asked for: message */
    TARGET_LOST,    /* gone: message */
};

/* What a command is known to do to the target. */
enum target_ending { TARGET_STAYS, TARGET_ENDS, TARGET_RESTARTS };

struct target {
    struct transport line;
    struct transport_request request; /* to open it again */
    struct link link;
    struct session session;
    struct session outside; /* what comes outside frames: the kernel's text, or a new boot */
    struct target_listener listener;
    bool json;
    /* While a command runs: called now and then; hears records in the listener's place. */
    void (*watch)(void *context);
    void (*tap)(void *context, json_t *record);
    void *watch_context, *tap_context;
    bool own;       /* commands are the client's own: $error and the record before stay */
    bool raw;       /* no frames, as asked for */
    bool restarted; /* the target began anew by itself: connect again */
    uint8_t wire[1024];
    size_t wire_at, wire_len; /* of what the line has not taken yet */
    char log[2048];           /* an unfinished line of the log */
    size_t log_len;
    int64_t came_ms; /* when the line last brought something */
    bool at_prompt;  /* a plain prompt was seen: greet */
    bool gone;       /* the line has ended */
    bool banner;     /* the monitor has said its name: what follows until the prompt is its own */
    bool stopped;    /* it has said why it cannot run */
    bool done, ok;   /* of the command with `number` */
    uint64_t rows, rows_expected;       /* of the command's output; 0: it has not said how many */
    char command[TARGET_COMMAND_BYTES]; /* its first word; "" if there are several */
    struct eager_poll wait;             /* for the line, and whatever else */
    int64_t asked_ms;                   /* when it was last asked how far it is */
    enum target_ending ending;          /* of the command */
    bool interrupted;                   /* Ctrl-C was pressed during the command */
    uint64_t number, last_number;
    unsigned long bytes; /* of text received in all */
    unsigned long odd;   /* of them, outside of frames, what no text has in it */
    unsigned boot_count;
    char *boot[TARGET_BOOT_LINES];
    char *aside; /* unfinished line of the child's standard error */
    char message[2048];
};

/* Opens the transport; false leaves a sentence in t->message. `raw`: ask for no frames. */
bool target_open(struct target *t, const struct transport_ops *ops,
                 const struct transport_request *request, const struct target_listener *listener,
                 bool raw);

/* Waits for the prompt and greets. `silence_ms`: how long the target may say nothing; 0 picks by
 * the transport. False leaves sentences in t->message. */
bool target_connect(struct target *t, bool json, int silence_ms);

/* The line has ended, as when an adapter is unplugged or a connection closed: waits for it to come
 * back and connects again. `patience_ms` 0: until Ctrl-C. False, with a sentence in t->message, if
 * that has no use.
 */
bool target_come_back(struct target *t, int patience_ms);

/* Runs one command line; `timeout_ms` 0 is for ever. Ctrl-C goes to the target. */
enum target_result target_run(struct target *t, const char *text, int timeout_ms);

/* Waits up to `timeout_ms` for the line, a signal or `other_fd` (-1: none), and takes what came.
 * False once the line has ended. */
bool target_pump(struct target *t, int timeout_ms, int other_fd);

/* For whoever waits for a command: asks, now and then, how far it is (link.so_far). */
void target_ask_how_far(struct target *t);

/* Is there input on `fd`, now? */
bool target_input_ready(int fd);

/* Sends one Ctrl-C. */
void target_interrupt(struct target *t);

/* Types bytes at the shell as they are. False if the line takes none for long. */
bool target_type(struct target *t, const char *bytes, size_t len);

/* Says in words how the line ended: "the simulator ended with status 3". */
void target_describe_end(struct target *t);

/* Frames end, and the line is a plain terminal's again. */
void target_leave(struct target *t);

/* What was kept of the last boot is void. */
void target_forget_boot(struct target *t);

void target_close(struct target *t);

/* Milliseconds of a clock that is never set. */
int64_t target_clock_ms(void);

#endif
