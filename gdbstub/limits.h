/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sizes of the stub's pools, and why. All of it together stays under 64 KiB (asserted in
 * session.c), because the monitor keeps it in its own data.
 */
#ifndef GDBSTUB_LIMITS_H
#define GDBSTUB_LIMITS_H

enum {
    /* One packet each way. Packets of 8 KiB make writing 64 KiB cost 1.02 bytes a byte at most for
     * headers and replies; a larger one would gain under 0.5 %. */
    GDB_PACKET_BYTES = 8192,
    /* Components that a debugger holds at once; the monitor itself runs about as many. */
    GDB_INFERIORS_MAX = 16,
    /* Threads of those components. A component has a handful. */
    GDB_THREADS_MAX = 64,
    /* Breakpoints and watchpoints of debugger and shell. gdb inserts one row a location. */
    GDB_BREAKS_MAX = 128,
    /* Places with a breakpoint instruction: each row above, and those of software steps, of which
     * most instructions need one. */
    GDB_SITES_MAX = GDB_BREAKS_MAX + GDB_THREADS_MAX,
    /* Bytecode of conditions and commands: about 20 to 60 bytes each. */
    GDB_AGENT_POOL_BYTES = 8192,
    /* Text waiting to go to gdb as O packets; hexadecimal, it makes packets of twice this. */
    GDB_CONSOLE_BYTES = 1024,
    /* Actions of one vCont. gdb 13 sends two, in non-stop mode one for a thread that it names. */
    GDB_ACTIONS_MAX = 32,
    /* A pattern to search memory for, and the text of a `monitor` command or of vRun. */
    GDB_TEXT_BYTES = 256,
    /* Memory looked at between two looks at the line, when checksumming or searching. */
    GDB_SLICE_BYTES = 1024,
    /* Steps of one bytecode run: a loop in a condition ends as an error. */
    GDB_AGENT_STEPS = 4096,
    GDB_AGENT_STACK = 64,
    /* Pieces of memory that a proxy wants to hear of at each stop: a frame or two of the stack, of
     * a line of gdb's cache each. */
    GDB_KEPT = 4,
    GDB_KEPT_BYTES = 64,
    /* Of the vCont that a proxy may ask for again with one letter. */
    GDB_AGAIN_BYTES = 48,
    /* Registers that go with stop replies. */
    GDB_EXPEDITED_MAX = 8,
};

#endif
