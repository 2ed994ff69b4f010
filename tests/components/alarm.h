/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A device of the machine that can be told to raise its interrupt at once: what alarm.c needs of
 * it, one file for each architecture. The capabilities are those of ARCH/alarm.yaml.
 */
#ifndef ALARM_H
#define ALARM_H

/* Raises the interrupt; takes it back. */
void alarm_arch_raise(void);
void alarm_arch_clear(void);

#endif
