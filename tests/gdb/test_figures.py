# SPDX-License-Identifier: BSD-2-Clause
"""The figures that are exact, packets and bytes of the remote protocol, on the monitor: by
the client and with none, as scripts/bench measures them. Rates are scripts/bench's alone."""

import pytest

from monitor_server import build  # noqa: F401  (finds scripts/lib)
import bench_gdb

# All that the program has.
HITS = 9999


@pytest.mark.parametrize("where", [bench_gdb.by_client, bench_gdb.straight],
                         ids=["client", "straight"])
def test_figures(board, where):
    arch, prefix = board
    found, said = bench_gdb.session(where, arch, prefix, hits=HITS)
    assert set(found) == set(bench_gdb.COUNTED), said
    for name, kind in bench_gdb.COUNTED.items():
        most = kind.most if where is bench_gdb.by_client else kind.most_raw
        assert found[name][0] <= most, (name, found)
