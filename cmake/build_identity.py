# SPDX-License-Identifier: BSD-2-Clause
"""usage: build_identity.py TOP FILE OUTPUT: a digest of the sources listed in FILE, a path a line,
as a C file. Called by monitor/link/CMakeLists.txt; the same sources give the same identity anywhere."""

import hashlib
import pathlib
import sys


def digest(top, paths):
    all_of_it = hashlib.sha256()
    for path in sorted(paths):
        text = (top / path).read_bytes()
        all_of_it.update(f"{path} {len(text)}\n".encode() + text)
    return all_of_it.hexdigest()[:12]


def main():
    top, listed, output = (pathlib.Path(word) for word in sys.argv[1:])
    identity = digest(top, listed.read_text().split())
    output.write_text('#include "monitor/link/build_identity.h"\n'
                      f'const char build_identity[] = "{identity}";\n')


main()
