/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The shell as a whole with fake surroundings and the x86_64 table: dispatch, arguments, errors,
 * calls, completion, client mode, recovery. Most tests say a line and what has to be printed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/shell_fake.h"

static struct shell_fake fake;

static int setup(void **state)
{
    (void)state;
    fake_init(&fake);
    shell_start(&fake.shell);
    return 0;
}

/* Lines run with JSON output; each `part` has to be in what is printed. */
struct expectation {
    const char *line;
    const char *parts[4];
};

static void expect(const struct expectation *rows, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        const char *printed = fake_run(&fake, rows[i].line);
        for (unsigned j = 0; j < 4 && rows[i].parts[j]; j++) {
            if (!strstr(printed, rows[i].parts[j]))
                fail_msg("%s: no %s in:\n%s", rows[i].line, rows[i].parts[j], printed);
        }
        if (!rows[i].parts[0] && printed[0])
            fail_msg("%s: printed %s", rows[i].line, printed);
    }
}

#define EXPECT(...)                                                                                \
    do {                                                                                           \
        static const struct expectation rows[] = {__VA_ARGS__};                                    \
        expect(rows, sizeof(rows) / sizeof(rows[0]));                                              \
    } while (0)

static void commands_and_prefixes(void **state)
{
    (void)state;
    EXPECT(
        {"echo a; ECHO b", {"\"a\"}\r\n", "\"b\"}\r\n"}}, {"ec a", {"\"a\""}},
        {"a", {"'a' fits more than one command; did you mean"}}, {"", {NULL}}, {" ; ;# x", {NULL}},
        {"hlep", {"\"error\":\"NOT_FOUND\"", "did you mean help", "\"near\":\"help\""}},
        {"c x", {"AMBIGUOUS", "did you mean call or complete?"}},
        {"text", {"a command is missing here"}},
        {"try json echo x", {"{\"record\":\"text\",\"text\":\"x\"}"}},
        {"mute", {"NO_MEMORY", "no untyped memory fits"}}, {"echo (", {"SYNTAX", "\"column\":6"}});
}

static void failure_ends_a_line(void **state)
{
    (void)state;
    assert_null(strstr(fake_run(&fake, "mute; echo after"), "after"));
    assert_non_null(strstr(fake_run(&fake, "try mute; echo after $error"), "after NO_MEMORY"));
    fake.interrupted = true;
    assert_non_null(strstr(fake_run(&fake, "echo a; echo b"), "INTERRUPTED"));
}

static void arguments(void **state)
{
    (void)state;
    EXPECT({"numbers 3", {"\"first\":\"0x3\",\"second\":7,\"bytes\":1,\"mode\":\"fast\""}},
           {"numbers second=1+1 (2*2) size=4k mode=slower",
            {"\"first\":\"0x4\",\"second\":2,\"bytes\":4096,\"mode\":\"slower\""}},
           {"numbers", {"first is missing", "\"argument\":\"first\""}},
           {"numbers 256", {"\"RANGE\"", "\"min\":\"0x1\"", "\"max\":\"0xff\"", "1 to 255"}},
           {"numbers 0", {"\"RANGE\""}},
           {"numbers abc",
            {"'abc' is not a number; a number is wanted, 1 to 255", "\"argument\":\"first\"",
             "\"column\":9", "\"max\":\"0xff\""}},
           {"numbers 1 2 3", {"'3' is more than numbers takes"}},
           {"numbers 1 siez=2", {"'siez=2' is more than numbers takes"}},
           {"numbers 1 mode=s", {"AMBIGUOUS", "fast, slow, slower"}},
           {"numbers 1 mode=slow", {"\"slow\""}}, {"numbers 1 size=9k", {"\"max\":\"0x2000\""}},
           {"numbers 1/0", {"division by zero", "\"column\":10"}},
           {"numbers 99999999999999999999", {"too large"}},
           {"numbers $nosuch", {"there is no $nosuch", "\"column\":9"}},
           {"numbers \"1\"", {"\"SYNTAX\""}});
}

static void variables_and_fields(void **state)
{
    (void)state;
    EXPECT({"let x = 5", {NULL}}, {"let y=$x*2", {NULL}}, {"$y + 1", {"\"value\":\"0xb\""}},
           {"echo a $y b=$x (1+1)", {"a 0xa b=0x5 0x2"}}, {"let x =; let", {"\"y\""}},
           {"$x", {"there is no $x"}}, {"let z = \"two words\"; echo $z", {"two words"}},
           {"let t = RangeError; $t", {"\"0x4\""}},
           {"let t = TCBObject; $t == TCB", {"\"value\":\"0x1\""}},
           {"let t = \"TCB\"; echo $t", {"\"TCB\""}}, {"let error = 1", {"REFUSED"}},
           {"let 5", {"SYNTAX"}}, {"let tcb = $tcb0; $tcb", {"\"0x10\""}},
           {"numbers 3 9; let k = $second; $first + $k", {"\"0xc\""}},
           {"try numbers 999; assert $error == RANGE && $max == 255; echo fine", {"fine"}},
           {"numbers 1; assert $error == none", {"numbers"}}, {"print 'a'", {"\"a\""}},
           {"print tcb1 == tcb1", {"\"0x1\""}});
    assert_non_null(strstr(fake_run(&fake, "$tbc0"), "did you mean"));
}

static void assertions(void **state)
{
    (void)state;
    EXPECT({"let x = 5", {NULL}}, {"assert $x == 5 and 1", {NULL}},
           {"assert $x == 6", {"ASSERTION", "\"left\":\"0x5\"", "\"right\":\"0x6\""}},
           {"assert $error == ASSERTION", {NULL}},
           {"assert none == $nosuch", {"there is no $nosuch", "\"column\":16"}},
           {"assert $error == none", {"\"left\":\"NOT_FOUND\"", "\"right\":\"none\""}},
           {"assert", {"missing"}}, {"assert 0 # no", {"does not hold: 0\""}});
}

static void text_output(void **state)
{
    (void)state;
    assert_string_equal(fake_type(&fake, "numbers 3 size=8k\r") + 19,
                        "             FIRST  SECOND     BYTES  MODE\r\n"
                        "               0x3       7     8 KiB  fast\r\nsel4mon> ");
    assert_non_null(strstr(fake_type(&fake, "half\r"), "half a li\r\nerror: half: "));
    assert_non_null(strstr(fake_type(&fake, "json echo x\r"), "{\"record\":\"text\""));
    assert_non_null(strstr(fake_type(&fake, "echo x\r"), "\r\nx\r\n"));
    assert_non_null(
        strstr(fake_type(&fake, "set output json;text echo x; echo y\r"), "\r\nx\r\n{\"record\""));
}

static void calls_by_name(void **state)
{
    (void)state;
    EXPECT({"call TCB_Suspend $tcb0", {NULL}}, {"tcb.suspend tcb0", {NULL}},
           {"seL4_TCB_Susp service=tcb0", {NULL}}, {"TCB_SUSPEND 0x10", {NULL}});
    assert_int_equal(fake.calls, 4);
    assert_int_equal(fake.drains, 4);
    assert_int_equal(fake.trap.cap, 0x10);
    assert_false(fake.blocking);
    EXPECT({"page.map $cnode $cnode 0x1000 rw--", {"attr is missing"}},
           {"call tcb_", {"AMBIGUOUS", "did you mean TCB_"}},
           {"call TCB_Suspnd tcb0", {"NOT_FOUND", "\"near\":\"TCB_Suspend\""}},
           {"tcb.suspnd tcb0", {"NOT_FOUND", "\"near\":\"TCB_Suspend\""}},
           {"call", {"the method's name is missing"}},
           {"tcb.suspend", {"service is missing (TCB", "\"kind\":\"TCB\""}},
           {"tcb.suspend tcb0 tcb0", {"one argument too many"}},
           {"tcb.suspend tcb0 service=1", {"service is given twice"}},
           {"tcb.suspend sevrice=1", {"there is no parameter 'sevrice'", "did you mean service?"}},
           {"tcb.suspend tcb9", {"there is no object 'tcb9'", "\"argument\":\"service\""}},
           {"tcb.suspend $tcb9", {"there is no $tcb9", "did you mean tcb0"}});
    assert_int_equal(fake.calls, 4);
}

static void enumerations_and_rights(void **state)
{
    (void)state;
    EXPECT({"tcb.setbreakpoint tcb0 1 0x1000 data 4 breakonwrite", {NULL}});
    assert_int_equal(fake.words[2], 0);
    assert_int_equal(fake.words[4], 1);
    EXPECT({"tcb.setbreakpoint tcb0 1 0x1000 data 4 breakonr",
            {"'breakonr' fits more than one", "did you mean BreakOnRead or BreakOnReadWrite?"}},
           {"tcb.setbreakpoint tcb0 1 0x1000 Insruction 0 0",
            {"type (BreakpointType)", "did you mean InstructionBreakpoint", "\"column\":33"}},
           {"tcb.setbreakpoint tcb0 0x10000 0x1000 0 0 0",
            {"RANGE", "does not fit 16 bits", "\"max\":\"0xffff\"", "\"argument\":\"bp_num\""}},
           {"cnode.mint cnode 1 64 cnode 2 64 rg-- 7", {NULL}});
    assert_int_equal(fake.words[4], 2 | 4);
    assert_int_equal(fake.caps[0], 2);
    EXPECT({"untyped.retype 3 seL4_TCBObject 0 cnode 0 0 5 1", {NULL}});
    assert_int_equal(fake.words[0], 1);
    EXPECT({"untyped.retype 3 endp 0 cnode 0 0 5 1", {NULL}});
    assert_int_equal(fake.words[0], 2);
    EXPECT({"cnode.mint cnode 1 64 cnode 2 300 rw 7", {"RANGE", "\"max\":\"0xff\""}},
           {"cnode.mint cnode 1 64 cnode 2 much rw 7",
            {"\"argument\":\"src_depth\",\"kind\":\"depth\"", "\"max\":\"0xff\""}},
           {"tcb.writeregisters tcb0 true 0 rip=0x1000,rsp=0x2000+8", {NULL}});
    assert_int_equal(fake.words[1], 2);
    assert_int_equal(fake.words[3], 0x2008);
    assert_int_equal(fake.words[0], 1);
    EXPECT({"tcb.writeregisters tcb0 yes 0 {rflags=2, rip=1}", {NULL}});
    assert_int_equal(fake.words[1], 3);
    assert_int_equal(fake.words[2], 1);
    EXPECT({"tcb.writeregisters tcb0 2 0 [1]", {"does not fit 1 bit"}},
           {"tcb.writeregisters tcb0 1 0 {rpi=1}", {"there is no field 'rpi'", "\"near\":\"rip\""}},
           {"tcb.writeregisters tcb0 1 0 [1, 2", {"SYNTAX"}},
           {"tcb.writeregisters tcb0 1 0 [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21]",
            {"too many"}},
           {"DebugPutChar x", {NULL}});
    assert_int_equal(fake.trap.cap, 'x');
    EXPECT({"DebugPutChar '5'", {NULL}});
    assert_int_equal(fake.trap.cap, '5');
    EXPECT({"DebugPutChar 256", {"RANGE"}});
}

static void stale_words_are_no_results(void **state)
{
    (void)state;
    for (unsigned i = 0; i < LIMIT_MESSAGE_WORDS; i++)
        fake.answer_words[i] = 0x100 + i;
    fake.answer_info = 6;
    EXPECT({"tcb.readregisters tcb0 0 0 8",
            {"\"rip\":\"0x100\"", "\"rcx\":\"0x105\"", "\"rdx\":\"0x0\"", "\"rsi\":\"0x0\"}"}});
    assert_int_equal(fake.words[1], 8);
}

static void messages(void **state)
{
    (void)state;
    fake.kind = "Endpoint";
    EXPECT({"send ep0 label=7 1 2 0x3", {NULL}});
    assert_int_equal(fake.trap.info, 7 << 12 | 3);
    assert_int_equal(fake.words[2], 3);
    assert_true(fake.blocking);
    EXPECT({"call Send ep0 [1, 2] [$tcb0, ep0]", {NULL}});
    assert_int_equal(fake.trap.info, 2 << 7 | 2);
    assert_int_equal(fake.caps[1], 0x11);
    EXPECT({"call Send ep0 9 words=[4] caps=tcb0", {NULL}});
    assert_int_equal(fake.trap.info, 9 << 12 | 1 << 7 | 1);
    EXPECT({"call Send ep0 {label=1, length=5} 1", {NULL}});
    assert_int_equal(fake.trap.info, 1 << 12 | 5);
    EXPECT({"call Send ep0 {lable=1}", {"label, length and caps"}},
           {"call Send ep0 {length=121}", {"out of range"}});
    fake.answer_info = 0x55 << 12 | 1 << 7 | 3;
    fake.answer_badge = 0x77;
    fake.answer_words[0] = 10;
    fake.answer_words[2] = 12;
    EXPECT({"recv ep0",
            {"\"badge\":\"0x77\",\"label\":\"0x55\",\"length\":3,\"caps\":1",
             "\"mr\":[\"0xa\",\"0x0\",\"0xc\"]"}},
           {"assert $badge == 0x77 and $mr2 == 12", {NULL}}, {"$mr3", {"there is no $mr3"}});
    fake.answer_error = ERR_INTERRUPTED;
    EXPECT({"recv ep0", {"INTERRUPTED"}});
}

static void kernel_errors(void **state)
{
    (void)state;
    fake.answer_info = 4 << 12 | 2;
    fake.answer_words[0] = 1;
    fake.answer_words[1] = 64;
    EXPECT({"tcb.suspend tcb0",
            {"\"error\":\"RangeError\"", "\"min\":\"0x1\",\"max\":\"0x40\"", "\"label\":4",
             "from 1 to 64"}},
           {"assert $error == RangeError and $max == 64 and $label == RangeError", {NULL}});
    fake.answer_info = 1 << 12 | 1;
    EXPECT({"tcb.setbreakpoint tcb0 1 0x1000 0 0 0",
            {"\"InvalidArgument\"", "argument number 1", "\"argument\":\"vaddr\""}});
    fake.answer_info = 2 << 12 | 1;
    fake.answer_words[0] = 0;
    EXPECT({"tcb.suspend tcb0",
            {"InvalidCapability",
             "capability number 0 is not of the right kind, or not valid (service)"}});
    fake.answer_info = 6 << 12 | 5;
    fake.answer_words[0] = 1;
    fake.answer_words[1] = 2;
    fake.answer_words[2] = 12;
    EXPECT({"cnode.copy cnode 1 64 cnode 2 64 rw",
            {"FailedLookup", "\"side\":\"source\",\"lookup\":\"MissingCapability\"",
             "\"bits_left\":12"}});
    fake.answer_words[1] = 4;
    fake.answer_words[3] = 0xab;
    fake.answer_words[4] = 8;
    EXPECT({"cnode.copy cnode 1 64 cnode 2 64 rw",
            {"GuardMismatch", "\"bits_found\":8,\"guard_found\":\"0xab\""}});
    fake.answer_words[1] = 3;
    fake.answer_words[3] = 9;
    EXPECT({"cnode.copy cnode 1 64 cnode 2 64 rw", {"DepthMismatch", "\"bits_found\":9"}});
    fake.answer_words[1] = 9;
    EXPECT({"cnode.copy cnode 1 64 cnode 2 64 rw", {"kind 9 is not known"}});
    fake.answer_info = 10 << 12 | 1;
    fake.answer_words[0] = 4096;
    EXPECT({"untyped.retype 3 TCB 0 cnode 0 0 5 1", {"NotEnoughMemory", "\"available\":4096"}});
    fake.answer_info = 7 << 12;
    EXPECT({"tcb.suspend tcb0", {"TruncatedMessage", "\"length\":0"}});
    fake.answer_info = 77 << 12;
    EXPECT({"tcb.suspend tcb0", {"the kernel returned number 77"}});
}

static void refusals(void **state)
{
    (void)state;
    EXPECT({"DebugHalt", {"REFUSED", "It halts the machine"}}, {"DebugSnapshot", {"REFUSED"}},

           {"tcb.getbreakpoint tcb0 4", {"REFUSED", "no breakpoint register"}});
    fake.kind = "Endpoint";
    EXPECT({"DebugNameThread tcb0 x", {"REFUSED", "no TCB"}});
    fake.kind = NULL;
    EXPECT({"DebugNameThread tcb0 x", {"REFUSED", "cannot be known"}});
    assert_int_equal(fake.calls, 0);
    fake.kind = "TCB";
    EXPECT({"DebugNameThread tcb0 \"a name\"", {NULL}});
    assert_string_equal(fake.buffer, "a name");
    EXPECT({"DebugHalt!", {NULL}}, {"call! DebugSnapshot", {NULL}});
    assert_int_equal(fake.calls, 3);
    fake.danger = "it is the monitor's own";
    EXPECT({"tcb.suspend tcb0", {"REFUSED", "the monitor's own"}}, {"tcb.suspend! tcb0", {NULL}});
}

/* What an endpoint gets is a message, and what an object gets an invocation, whatever was meant. */
static void targets(void **state)
{
    (void)state;
    fake.kind = "Endpoint";
    EXPECT({"tcb.suspend ep0", {"REFUSED", "the capability is a channel"}});
    fake.kind = "Notification";
    EXPECT({"cnode.delete 5 1 64", {"REFUSED", "the capability is a channel"}});
    fake.kind = "TCB";
    EXPECT({"Send tcb0 label=11", {"REFUSED", "no channel"}}, {"NBSend 5 label=11", {"REFUSED"}},
           {"call Call 5 label=11", {"REFUSED"}});
    assert_int_equal(fake.calls, 0);
    EXPECT({"Recv 5", {"\"badge\""}}, {"Reply label=11", {NULL}}, {"Send! tcb0 label=11", {NULL}});
    assert_int_equal(fake.calls, 3);
    fake.kind = "null";
    EXPECT({"call Call 5", {"\"badge\""}});
    fake.kind = NULL;
    EXPECT({"Send 5", {NULL}}, {"tcb.suspend 5", {NULL}});
    assert_false(fake.blocking);
    fake.kind = "Endpoint";
    EXPECT({"tcb.suspend! ep0", {NULL}});
    assert_true(fake.blocking);
}

/* A wrong name gives the nearest ones, a wrong argument its kind and range. */
static void wrong_words(void **state)
{
    (void)state;
    fake.kind = "Endpoint";
    EXPECT({"help hepl", {"no command or method 'hepl'", "did you mean help?"}},
           {"help tcb_suspnd", {"did you mean TCB_Suspend"}},
           {"help t", {"AMBIGUOUS", "fits more than one", "text"}},
           {"tcb.suspend nosuch", {"no object 'nosuch'", "\"argument\":\"service\""}},
           {"cnode.copy 2 1 64 2 2 64 rwx", {"'rwx' is not", "letters of r w g p"}},
           {"Send ep0 label=0x10000000000000", {"RANGE", "label: ", "\"max\":\"0xfffffffffffff\""}},
           {"Send ep0 length=121", {"RANGE", "length: ", "\"max\":\"0x78\""}},
           {"Send ep0 {caps=4}", {"RANGE", "caps: ", "\"max\":\"0x3\""}});
    assert_int_equal(fake.calls, 0);
}

/* What is too long for one element is refused, and never left out. */
static void long_info(void **state)
{
    char line[256];
    (void)state;
    fake.kind = "Endpoint";
    snprintf(line, sizeof(line), "Send ep0 label=%0200d", 5);
    assert_non_null(strstr(fake_run(&fake, line), "info"));
    assert_int_equal(fake.calls, 0);
}

static void completion(void **state)
{
    (void)state;
    EXPECT({"complete he", {"{\"record\":\"candidate\",\"word\":\"help\"}"}},
           {"complete call tcb_wr", {"\"word\":\"TCB_WriteRegisters\""}},
           {"complete tcb_susp", {"\"word\":\"TCB_Suspend\""}},
           {"complete tcb.susp", {"\"word\":\"tcb.suspend\""}},
           {"complete call tcb.susp", {"\"word\":\"tcb.suspend\""}},
           {"complete tcb.suspend tc", {"\"word\":\"tcb0\""}},
           {"complete echo $t", {"\"word\":\"$tcb0\""}},
           {"complete echo ($x+$ep", {"\"word\":\"($x+$ep0\""}},
           {"complete call TCB_SetBreakpoint tcb0 1 2 Da", {"\"word\":\"DataBreakpoint\""}},
           {"complete call TCB_SetBreakpoint rw=breakonw", {"\"word\":\"BreakOnWrite\""}},
           {"complete call TCB_SetBreakpoint r", {"\"word\":\"rw=\""}},
           {"complete tcb.write tcb0 1 0 {ri", {"\"word\":\"{rip=\""}},
           {"complete try json he", {"\"word\":\"help\""}}, {"complete set o", {"\"output\""}},
           {"complete echo a; he", {"\"word\":\"help\""}}, {"complete zzz", {NULL}},
           {"complete echo \"abc", {NULL}}, {"complete", {"\"help\""}});
}

static void tab(void **state)
{
    (void)state;
    fake_type(&fake, "ver\t");
    assert_string_equal(fake.shell.line.text, "version ");
    fake_type(&fake, "\x15"
                     "call tcb_wr\t");
    assert_string_equal(fake.shell.line.text, "call TCB_WriteRegisters ");
    fake_type(&fake, "\x15"
                     "call TCB_Set\t");
    assert_string_equal(fake.shell.line.text, "call TCB_Set");
    assert_non_null(strstr(fake_type(&fake, "\t"), "TCB_SetPriority  TCB_SetMCPriority"));
    assert_non_null(strstr(fake.output, "sel4mon> call TCB_Set"));
    fake_type(&fake, "\x15"
                     "zz\t");
    assert_string_equal(fake.output + fake.len - 1, "\a");
}

static void client_mode(void **state)
{
    (void)state;
    const char *printed = fake_type(&fake, "set client on\n");
    assert_non_null(strstr(printed, "\x1e{\"done\":0,\"status\":\"ok\",\"error\":\"none\"}\n"));
    assert_string_equal(fake_type(&fake, "@5 echo x\n"),
                        "x\n\x1e{\"done\":5,\"status\":\"ok\",\"error\":\"none\"}\n");
    assert_string_equal(fake_type(&fake, "@18446744073709551615 set output json; echo x\r\n"),
                        "\x1e"
                        "{\"record\":\"text\",\"text\":\"x\"}\n\x1e{\"done\":18446744073709551615,"
                        "\"status\":\"ok\",\"error\":\"none\"}\n" +
                            0);
}

static void client_errors(void **state)
{
    (void)state;
    fake_type(&fake, "set client on\n");
    const char *printed = fake_type(&fake, "@7 numbers 2\n");
    printed = fake_type(&fake, "@8? numbers 3\n"); /* the client's own: the record before stays */
    assert_non_null(strstr(printed, "{\"done\":8,\"status\":\"ok\""));
    printed = fake_type(&fake, "@9? half\n");
    assert_non_null(strstr(printed, "{\"done\":9,\"status\":\"failed\""));
    printed = fake_type(&fake, "@10 echo $first $error\n");
    assert_string_equal(printed,
                        "0x2 none\n\x1e{\"done\":10,\"status\":\"ok\",\"error\":\"none\"}\n");
    printed = fake_type(&fake, "@7 numbers 999\n");
    assert_int_equal(printed[0], 0x1e);
    assert_non_null(
        strstr(printed, "\x1e{\"done\":7,\"status\":\"failed\",\"error\":\"RANGE\"}\n"));
    printed = fake_type(&fake, "@8 try numbers 999\n");
    assert_non_null(strstr(printed, "{\"done\":8,\"status\":\"ok\",\"error\":\"none\"}\n"));
    printed = fake_type(&fake, "@8 numbers 1/0\n"); /* counted without the number */
    assert_non_null(strstr(printed, "\"column\":10"));
    printed = fake_type(&fake, "@9 half\n");
    assert_non_null(strstr(printed, "half a li\n\x1e{\"error\":\"FAULT\""));
    printed = fake_type(&fake, "@10\n");
    assert_string_equal(printed, "\x1e{\"done\":10,\"status\":\"ok\",\"error\":\"none\"}\n");
    printed = fake_type(&fake, "@99999999999999999999 echo\n");
    assert_non_null(strstr(printed, "{\"done\":0,\"status\":\"failed\""));
}

static void client_long_line(void **state)
{
    static char line[10010];
    (void)state;
    fake_type(&fake, "set client on\n");
    memset(line, 'x', 10000);
    memcpy(line, "@3 ", 3);
    strcpy(line + 10000, "\n");
    const char *printed = fake_type(&fake, line);
    assert_non_null(strstr(printed, "\"error\":\"NO_SPACE\""));
    assert_non_null(strstr(printed, "{\"done\":3,\"status\":\"failed\",\"error\":\"NO_SPACE\"}\n"));
    assert_string_equal(fake_type(&fake, "@4 set client off\n"),
                        "\x1e{\"done\":4,\"status\":\"ok\",\"error\":\"none\"}\r\nsel4mon> ");
}

static void long_line_at_the_terminal(void **state)
{
    static char line[10010];
    (void)state;
    memset(line, 'x', 10000);
    strcpy(line + 10000, "\r");
    fake_type(&fake, line);
    assert_non_null(strstr(fake.output, "error: the line is longer than 1023 bytes"));
    assert_non_null(strstr(fake_type(&fake, "echo well\r"), "\r\nwell\r\n"));
    line[2000] = '\0';
    assert_non_null(strstr(fake_run(&fake, line), "NO_SPACE"));
}

static void recovery(void **state)
{
    const struct shell_fault fault = {.error = ERR_FAULT,
                                      .cause = "VMFault",
                                      .has_address = true,
                                      .has_pc = true,
                                      .address = 0,
                                      .pc = 0x401000};
    (void)state;
    fake_type(&fake, "set client on\n@4 ");
    fake.shell.running = true; /* as if it had been cut inside */
    fake.shell.number = 4;
    fake.shell.command = "read";
    fake.len = 0;
    shell_recover(&fake.shell, &fault);
    assert_non_null(strstr(fake.output, "\"error\":\"FAULT\""));
    assert_non_null(strstr(fake.output, "\"command\":\"read\""));
    assert_non_null(strstr(fake.output, "\"cause\":\"VMFault\",\"address\":\"0x0\",\"pc\":"
                                        "\"0x401000\""));
    assert_non_null(strstr(fake.output, "{\"done\":4,\"status\":\"failed\",\"error\":\"FAULT\"}"));
    assert_string_equal(fake_type(&fake, "@5 echo x\n"),
                        "x\n\x1e{\"done\":5,\"status\":\"ok\",\"error\":\"none\"}\n");
    fake_type(&fake, "set client off\n");
    fake.len = 0;
    shell_recover(&fake.shell, &fault);
    assert_non_null(strstr(fake.output, "error: the shell was ended"));
    assert_string_equal(fake.output + fake.len - 9, "sel4mon> ");
}

static void notices(void **state)
{
    (void)state;
    fake_type(&fake, "ech");
    fake.len = 0;
    shell_notice(&fake.shell, "component 1 faulted");
    assert_string_equal(fake.output, "\r\x1b[Kcomponent 1 faulted\r\n\rsel4mon> ech\x1b[K");
    fake_type(&fake, "\x15set client on\r");
    fake.len = 0;
    shell_notice(&fake.shell, "again");
    assert_string_equal(fake.output, "\x1e{\"record\":\"text\",\"text\":\"again\"}\n");
}

static void help_and_api(void **state)
{
    (void)state;
    EXPECT({"help", {"\"group\":\"api\",\"command\":\"call\""}},
           {"help call", {"\"usage\":\"call METHOD ARGUMENT...\""}},
           {"help tcb.suspend", {"\"method\":\"TCB_Suspend\""}}, {"help zz", {"NOT_FOUND"}},
           {"api", {"TCB_Suspend", "CNode_Mint", "DebugPutChar"}},
           {"api *suspend", {"\"method\":\"TCB_Suspend\",\"doc\"", "\"parameter\":\"service\""}},
           {"api page.map", {"X86_Page_Map", "\"errors\":"}},
           {"api tcb_setbreakpoint",
            {"\"danger\":", "\"enumeration\":\"BreakpointType\"",
             "\"travels\":\"word 0, bits 0 to 15\""}},
           {"api nosuchthing", {"NOT_FOUND"}},
           {"version", {"\"arch\":\"x86_64\"", "\"word_bits\":64"}}, {"set", {"\"columns\":80"}},
           {"set columns 120", {NULL}}, {"set columns 5", {"\"RANGE\""}},
           {"set colour on", {"output, client, columns"}});
    for (unsigned i = 0; i < api_method_count; i++) {
        char line[80];
        snprintf(line, sizeof(line), "api %s", api_methods[i].name);
        assert_null(strstr(fake_run(&fake, line), "\"error\":"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(commands_and_prefixes, setup),
        cmocka_unit_test_setup(failure_ends_a_line, setup),
        cmocka_unit_test_setup(arguments, setup),
        cmocka_unit_test_setup(variables_and_fields, setup),
        cmocka_unit_test_setup(assertions, setup),
        cmocka_unit_test_setup(text_output, setup),
        cmocka_unit_test_setup(calls_by_name, setup),
        cmocka_unit_test_setup(enumerations_and_rights, setup),
        cmocka_unit_test_setup(stale_words_are_no_results, setup),
        cmocka_unit_test_setup(messages, setup),
        cmocka_unit_test_setup(kernel_errors, setup),
        cmocka_unit_test_setup(refusals, setup),
        cmocka_unit_test_setup(targets, setup),
        cmocka_unit_test_setup(wrong_words, setup),
        cmocka_unit_test_setup(long_info, setup),
        cmocka_unit_test_setup(completion, setup),
        cmocka_unit_test_setup(tab, setup),
        cmocka_unit_test_setup(client_mode, setup),
        cmocka_unit_test_setup(client_errors, setup),
        cmocka_unit_test_setup(client_long_line, setup),
        cmocka_unit_test_setup(long_line_at_the_terminal, setup),
        cmocka_unit_test_setup(recovery, setup),
        cmocka_unit_test_setup(notices, setup),
        cmocka_unit_test_setup(help_and_api, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
