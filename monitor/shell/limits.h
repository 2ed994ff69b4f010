/* SPDX-License-Identifier: BSD-2-Clause */
/* Sizes of the shell's fixed pools, each with its reason. A full pool is an ordinary error. */
#ifndef MONITOR_SHELL_LIMITS_H
#define MONITOR_SHELL_LIMITS_H

enum {
    /* A command that writes a whole register set of 36 words by name in full width is about 900
     * characters. */
    LIMIT_LINE_BYTES = 1024,
    /* The longest parameter list is 12, message words may be given one by one beside it; with the
     * method of a call given by its own name they are bits of a 32-bit word. */
    LIMIT_ARGS = 31,
    /* Every argument is kept once as written and at most once more, unquoted. */
    LIMIT_LEX_BYTES = 2 * LIMIT_LINE_BYTES + 4 * LIMIT_ARGS,
    /* What a person scrolls back through: some hundred short commands. */
    LIMIT_HISTORY_BYTES = 4096,
    /* Scripts keep a few names; a name is an identifier, a text value a word or two. */
    LIMIT_VARS = 64,
    LIMIT_NAME_BYTES = 32,
    /* The longest name of a method is 42 characters. */
    LIMIT_METHOD_BYTES = 64,
    LIMIT_VALUE_BYTES = 64,
    /* aarch64's register set is 36 words, with room for what goes beside it. */
    LIMIT_FIELDS = 40,
    /* Texts of one record's fields together; an error's sentence is at most LIMIT_SENTENCE. */
    LIMIT_FIELD_TEXT_BYTES = 768,
    LIMIT_SENTENCE_BYTES = 320,
    /* The kernel's longest message (seL4_MsgMaxLength) and its capabilities. */
    LIMIT_MESSAGE_WORDS = 120,
    LIMIT_MESSAGE_CAPS = 3,
    /* Parentheses and unary operators inside each other; each level is a few hundred stack bytes.
     */
    LIMIT_EXPR_DEPTH = 24,
    /* Unquoted strings of one expression. */
    LIMIT_EXPR_TEXT_BYTES = 256,
    /* Words of all lists of one call: a message, a register set and the capabilities sent. */
    LIMIT_LIST_WORDS = LIMIT_MESSAGE_WORDS + LIMIT_FIELDS,
    /* One element of a list, as written. */
    LIMIT_ELEMENT_BYTES = 128,
    /* The most parameters or results that a row of the table has. */
    LIMIT_PARAMS = 16,
};

#endif
