/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Commands of the client's own that need symbols: symbols, list, disassemble, backtrace; and names
 * where the target wants addresses (`break hello:main`).
 */
#ifndef CLIENT_SYMBOL_COMMANDS_H
#define CLIENT_SYMBOL_COMMANDS_H

#include <stddef.h>

#include "host/client/command.h"

struct symbols;

extern const struct client_command command_symbols, command_list, command_disassemble,
    command_backtrace;

/* The line with each word COMPONENT:SYMBOL[+N] as the target takes it, COMPONENT ADDRESS; the
 * caller frees it. NULL: the line can go as it is, or `why` is a sentence. */
char *symbol_commands_resolve(const char *line, char *why, unsigned cap);

/* For completion: what the word COMPONENT:PREFIX can become. */
void symbol_commands_offer(const char *word, void (*offer)(void *context, const char *word),
                           void *context);

/* The symbols of a component's file; NULL if there is none. */
struct symbols *symbol_commands_symbols(const char *component, size_t len);

#endif
