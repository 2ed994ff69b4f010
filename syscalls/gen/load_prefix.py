# SPDX-License-Identifier: BSD-2-Clause
"""Reads a kernel's own description from its prefix; see the next commit."""
