/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Noise into the shell under the sanitizers: random bytes, random words of its own language, and
 * mutated real lines, in both modes; answers are random too. After each round the shell still
 * answers a command properly. The seed is fixed; an argument gives another and a number of rounds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/shell_fake.h"

enum { ROUNDS = 400, ROUND_BYTES = 600 };

static struct shell_fake fake;

static const char *const pieces[] = {
    "tcb.suspend tcb0\n",
    "send ep0 label=4 1 2 3\n",
    "recv ep0\n",
    "call TCB_ReadRegisters tcb0 0 0\n",
    "tcb.writereg tcb0 1 0 {rip=1, rsp=2}\n",
    "cnode.mint cnode 1 64 cnode 2 64 rw 7; $badge\n",
    "DebugNameThread! tcb0 \"x\"\n",
    "tcb.setbreakpoint tcb0 0 0x1000 data 4 breakonwrite\n",
    "try json call Send ep0 9 words=[4] caps=tcb0\n",
    "api tcb_suspend\n",
    "\n",
    "\n",
    "\n",
    "\n",
    "\n",
    "\n",
    "call ",
    "tcb.",
    "TCB_WriteRegisters ",
    "tcb0 ",
    "$",
    "ep0",
    "[1, 2]",
    "{rip=1,",
    "rsp=",
    "}",
    "label=",
    "rw--",
    "0x",
    "ffffffffffffffff",
    " ",
    ";",
    "#",
    "\"",
    "'",
    "(",
    ")",
    "!",
    "try ",
    "json ",
    "set client on\n",
    "set client off\n",
    "set output json\n",
    "complete ",
    "let x = ",
    "assert ",
    "==",
    "&&",
    "<<",
    "echo ",
    "api ",
    "*",
    "@7 ",
    "help ",
    "Send ",
    "CNode_Mint ",
    "untyped.retype ",
    "X86_4K ",
    "DebugNameThread ",
    "recv ",
    "\t",
    "\t\t",
    "\r",
    "\n",
    "\x1b[A",
    "\x1b[D",
    "\x12",
    "\x17",
    "\x19",
    "\x15",
    "\xc3\xa9",
    "set columns 20\n",
    "$error ",
    "numbers ",
    "TCB_ReadRegisters ",
    "half\n",
    "$mr3",
    "print ",
    ",",
    "=",
    "\x03",
};

static void random_answer(void)
{
    fake.answer_info = ((uint64_t)rand() % 13) << 12 | ((unsigned)rand() & 0xfff);
    fake.answer_badge = (uint64_t)rand() << 33 ^ (uint64_t)rand();
    for (unsigned i = 0; i < LIMIT_MESSAGE_WORDS; i++)
        fake.answer_words[i] = (uint64_t)rand() >> (rand() % 32);
    fake.answer_error = rand() % 20 == 0 ? (enum err)(rand() % ERR_COUNT) : ERR_OK;
    fake.kind = rand() % 2 ? "TCB" : NULL;
    fake.interrupted = rand() % 30 == 0;
}

static void feed_noise(void)
{
    for (unsigned i = 0; i < ROUND_BYTES; i++) {
        shell_input(&fake.shell, (uint8_t)rand());
        fake.len = 0;
    }
}

static void feed_pieces(void)
{
    for (unsigned i = 0; i < ROUND_BYTES / 4; i++) {
        const char *piece = pieces[(unsigned)rand() % (sizeof(pieces) / sizeof(pieces[0]))];
        for (; *piece; piece++) {
            shell_input(&fake.shell, rand() % 60 ? (uint8_t)*piece : (uint8_t)rand());
            fake.len = 0;
        }
        random_answer();
    }
}

static int still_alive(void)
{
    const struct shell_fault fault = {.error = ERR_FAULT};

    if (rand() % 4 == 0)
        shell_recover(&fake.shell, &fault);
    fake.interrupted = false;
    fake.answer_error = ERR_OK;
    fake_type(&fake, "\x03\x15\r");
    fake_type(&fake, "set client off; set output text; set columns 80\r");
    return strstr(fake_type(&fake, "echo alive (1+1)\r"), "\nalive 0x2\r\nsel4mon> ") != NULL;
}

int main(int argc, char **argv)
{
    unsigned seed = argc > 1 ? (unsigned)atoi(argv[1]) : 1;
    int rounds = argc > 2 ? atoi(argv[2]) : ROUNDS;

    srand(seed);
    fake_init(&fake);
    shell_start(&fake.shell);
    for (int i = 0; i < rounds; i++) {
        random_answer();
        (rand() % 3 ? feed_pieces : feed_noise)();
        if (!still_alive()) {
            fprintf(stderr, "round %d of seed %u: no answer, but: %s\n", i, seed, fake.output);
            return 1;
        }
    }
    printf("%d rounds, %u calls\n", rounds, fake.calls);
    return fake.calls > (unsigned)rounds ? 0 : 1;
}
