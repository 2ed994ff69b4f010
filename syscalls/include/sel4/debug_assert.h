/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Range checks in the bit-field accessors. Off unless SEL4MON_CHECK_BITFIELDS is defined, so that a
 * program needs no __assert_fail to use the API; a value that is too wide is then cut off.
 */
#ifndef SEL4_DEBUG_ASSERT_H
#define SEL4_DEBUG_ASSERT_H

#include <sel4/config.h>

#if defined(SEL4MON_CHECK_BITFIELDS) && !defined(NDEBUG)
#include <sel4/assert.h>
#define seL4_DebugAssert(expr) seL4_Assert(expr)
#else
#define seL4_DebugAssert(expr) ((void)0)
#endif

#endif
