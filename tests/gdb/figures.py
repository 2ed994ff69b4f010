# SPDX-License-Identifier: BSD-2-Clause
"""One session of each thing that gdb's figures are of, on the stub's test server, and its packets and
bytes held against the most that they may be."""

SCRIPT = """
        packets, _, sent, got, _ = stats()
        print('FIGURE connect', packets, got)
        run(f"tbreak {at('loop here')}")
        run('continue')
        stats()
        run('next')
        assert here() in range(line('loop here') + 1, line('watch from here') + 1)
        packets, _, _, got, _ = stats()
        print('FIGURE next', packets, got)
        run('stepi')
        packets, _, _, got, _ = stats()
        print('FIGURE stepi', packets, got)
        memory = bytes((i * 7919 >> 3) & 255 for i in range(65536))
        gdb.selected_inferior().write_memory(0x800000, memory)
        packets, _, sent, got, _ = stats()
        print('FIGURE write', packets, sent + got)
        assert bytes(gdb.selected_inferior().read_memory(0x800000, 65536)) == memory
        run('tbreak tick')
        run('continue')
        run('break tick if i == 2')
        stats()
        run('continue')
        few = stats()[0]
        run('delete')
        run('break tick if i == 9999')
        stats()
        run('continue')
        packets, _, _, got, _ = stats()
        print('FIGURE condition', packets - few, got)
"""


def check_figures(server, most):
    """`most`: {figure: packets, bytes} that a session of each may take."""
    text = server.gdb(SCRIPT, timeout=120)
    found = {name: (int(packets), int(size)) for _, name, packets, size in
             (line.split() for line in text.splitlines() if line.startswith("FIGURE"))}
    assert set(found) == set(most)
    print(found)
    for name, (packets, size) in found.items():
        assert packets <= most[name][0] and size <= most[name][1], (name, packets, size)
