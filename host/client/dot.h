/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writing Graphviz's language: texts as it wants them, and the labels that are tables. What a name
 * may hold is the target's affair; whatever it is, the result is well formed.
 */
#ifndef CLIENT_DOT_H
#define CLIENT_DOT_H

#include <stdarg.h>
#include <stdio.h>

/* A printf of its own: %q a quoted string, %h text inside an HTML-like label, %s text as it is, %u
 * an unsigned number; any other character after % is itself. */
void dot_print(FILE *to, const char *format, ...);

/* Begins a graph of that name and title, ends it with a legend: rows of colour and text, NULL after
 * the last. */
struct dot_legend {
    const char *colour, *text;
};
void dot_begin(FILE *to, const char *name, const char *title, const char *attributes);
void dot_end(FILE *to, const struct dot_legend *legend);

#endif
