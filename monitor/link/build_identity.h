/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which sources of the monitor this was built from: a digest of them, in the monitor that of its
 * own and in the client of those beside it, so that one can say that the other is of another build.
 */
#ifndef MONITOR_LINK_BUILD_IDENTITY_H
#define MONITOR_LINK_BUILD_IDENTITY_H

extern const char build_identity[];

#endif
