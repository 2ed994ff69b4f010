/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Texts of scripts: words as the target's shell splits them, variables put into a line with a map
 * back to the columns as written, times, and the caret under a column. Pure.
 */
#ifndef CLIENT_SCRIPT_TEXT_H
#define CLIENT_SCRIPT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* The next word at `*at` (an offset): where it begins and how long it is; `*at` moves past it.
 * White space inside quotes and brackets is part of a word. False at the end of the text; what is
 * not closed reaches to the end. */
bool script_text_word(const char *text, size_t *at, size_t *start, size_t *len);

/* Whether every quote that opens in the word closes. */
bool script_text_is_closed(const char *text, size_t len);

/* The length without a comment and the blanks before it. A comment begins where a word would. */
size_t script_text_length(const char *text);

/* The word without its quotes, in new memory. */
char *script_text_unquote(const char *text, size_t len);

bool script_text_is_name(const char *text, size_t len);

/* "2 s", "500ms", "1.5 s": milliseconds; false if it is no time or more than a day. */
bool script_text_time(const char *text, int *ms);

/* A number that needs no target to be read: 12 or 0x1f. */
bool script_text_number(const char *text, unsigned long long *value);

/* Pieces of an expanded text: which came from where. */
struct script_map_piece {
    size_t to, from; /* offsets in the expanded and in the written text */
    bool literal;
};

struct script_map {
    struct script_map_piece *pieces;
    size_t count;
};

/* The value of a variable of the script, borrowed; NULL if there is none of that name. */
typedef const char *(*script_lookup)(void *context, const char *name);

/* Puts in the script's variables: $name, ${name}, $name.field, not inside '...'. Names that are
 * none stay, they are the target's. New memory; NULL if a ${name} is none (its offset then in
 * `*wrong`) or without memory (`*wrong` is the text's length). `map` may be NULL. */
char *script_text_expand(const char *text, script_lookup lookup, void *context,
                         struct script_map *map, size_t *wrong);

/* The offset as written of an offset in the expanded text. */
size_t script_map_back(const struct script_map *map, size_t offset);

void script_map_free(struct script_map *map);

/* Writes what goes before the caret: blanks as wide as the line's first `column` - 1 bytes. */
void script_text_indent(char *to, size_t cap, const char *line, unsigned column);

/* The target's sentence without the "(column 12)" in it. */
void script_text_strip_column(char *to, size_t cap, const char *text);

#endif
