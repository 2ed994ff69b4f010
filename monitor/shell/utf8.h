/* SPDX-License-Identifier: BSD-2-Clause */
/* What a valid UTF-8 sequence is (RFC 3629). */
#ifndef MONITOR_SHELL_UTF8_H
#define MONITOR_SHELL_UTF8_H

/* How long the sequence is that `lead` begins: 1 for ASCII, 0 if no sequence begins with it. */
unsigned utf8_length_of(unsigned char lead);

/* The length of the valid sequence at `s`, 0 if there is none. Reads no byte past the first that
 * does not fit, so a terminated string is safe. */
unsigned utf8_length(const char *s);

#endif
