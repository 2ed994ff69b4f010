# SPDX-License-Identifier: BSD-2-Clause
"""Nothing typed at the monitor kills it, and nothing leaks: calls of nonsense, what would cut the
monitor's own branch, full pools, and bytes that no terminal sends."""

import random

import pytest

import nonsense
from conftest import LONG
from target import CONTROL_C, Target

ROUNDS = 20 if LONG else 2
WAIT_S = 3 if LONG else 0.5  # for calls that block
NOISE_BYTES = (1 << 17) if LONG else (1 << 14)
LINE_BYTES = (1 << 18) if LONG else (1 << 17)
PASTED = 200 if LONG else 60
BREAKS = 60 if LONG else 15

# Each would leave the monitor deaf or dead. `arch`: only there.
OWN_BRANCH = (
    ("", "TCB_Suspend $shell"), ("", "TCB_Suspend $keeper"), ("", "TCB_SetPriority $worker $keeper 0"),
    ("", "TCB_WriteRegisters $supervisor 1 0 [0,0,0]"), ("", "TCB_SetSpace $shell 0 0 0 0 0"),
    ("", "TCB_Suspend $faults"), ("", "TCB_Suspend $supervisor_faults"),
    ("", "Send $supervisor label=11"), ("", "call Call $cnode label=22"), ("", "NBSend $shell"),
    ("", "Recv $faults"), ("", "NBRecv $wake_input"), ("", "Send $supervisor_ep"),
    ("", "CNode_Delete $cnode $shell 64"), ("", "CNode_Revoke $cnode 2 64"),
    ("", "CNode_Delete $cnode 0 52"), ("", "CNode_Move $cnode $spare 64 $cnode $vspace 64"),
    ("", "CNode_Mint $cnode $spare 64 $cnode $faults 64 rwgp 1"),
    ("", "CNode_Copy $cnode $spare 64 $cnode $uart 64 rw"),
    ("", "IRQHandler_Clear $uart_irq"), ("", "IRQHandler_SetNotification $uart_irq $shell_ntfn"),
    ("", "TCB_SetPriority $victim $keeper 255"), ("", "TCB_SetMCPriority $victim $keeper 252"),
    ("", "TCB_SetSchedParams $victim $keeper 255 1"), ("", "TCB_BindNotification $victim $shell_ntfn"),
    ("", "delete shell"), ("", "delete $cnode"), ("", "revoke cnode"), ("", "delete uart_irq"),
    ("", "write 0x400000 0"), ("", "DebugHalt"), ("", "DebugSnapshot"), ("", "DebugNameThread $cnode x"),
    ("x86_64", "IRQControl_GetIOAPIC $irqcontrol $cnode $spare 64 0 4 1 0 9"),
    ("x86_64", "port out 0x3f9 0"), ("x86_64", "X86_IOPort_Out8 $uart 0x3f9 0"),
    ("aarch64", "write phys:0x9000038 0 size=4"), ("aarch64", "TCB_GetBreakpoint $victim 10"),
    ("riscv64", "write phys:0x10000001 0 size=1"),
)

# What each of them once broke is not to be seen from here; that is why all are kept.
TYPED = (
    b"a" * 10000 + b"\r", b"echo " + b"a b " * 2500 + b"\r", b"x" * 5000 + CONTROL_C,
    b"\0" * 3000, b"ec\0ho hi\0\r", b"\x1b", b"\x1b[", b"\x1b[1;5", b"\x1bO", b"\x1b[" + b"1;" * 500,
    b"\x1b[A\x1b[B\x1b[C\x1b[D\x1b[H\x1b[F\x1b[3~\x1b[A\x1b[A\x1b[A", b"\t" * 300,
    b"call \t\t\t\t", b"call TCB_S\t\t\x01\t\t", bytes(range(1, 32)) * 20, b"\x04" * 50,
    "echo äöü€😀".encode() * 20 + b"\x7f\x7f\x02\x7f\r", b"echo \xe2\x82\r", b"echo \xff\xfe\x80\r",
    b"set columns 40\recho " + b"abcdefgh " * 60 + b"\x01\x1b[C\x7f\x05zz\r", b"set columns 0\r",
    b"read 0x400000 1000000000\r", b"read 0x400000 200000\r", b"$\r$$$$$$\r$g#67\r+$g#67",
    b"$m400000,10#00", b"@5 echo hi\r@@@\r", b"set client on\r@1 echo hi\nset client off\r\n",
    b"echo \"unended\recho 'a\recho ((((((\recho \"\\\r", b";" * 900 + b"\r",
    b"print " + b"(" * 1000 + b"\r", b"print " + b"(" * 400 + b"1" + b")" * 400 + b"\r",
    b"print " + b"~" * 1000 + b"1\r", b"print " + b"1-" * 500 + b"1\r", b"echo" + b" a" * 400 + b"\r",
    b"print 1/0\rprint 5%0\rprint 1<<64\rprint 0x\rprint -1*-1\rprint 99999999999999999999999\r",
    b"api\rcaps\rapi\r" + CONTROL_C, b"api\r" + CONTROL_C * 3 + b"api\r" + CONTROL_C * 2,
)


def test_calls_of_nonsense(argv):
    rng = random.Random(1)
    with Target(argv) as target:
        target.set_client_mode()
        methods, caps = nonsense.methods(target), nonsense.capabilities(target)
        own = nonsense.make_objects(target)
        maker, forced = nonsense.Maker(rng, caps + own), nonsense.Maker(rng, own, True)
        for how in ("nothing", "zeros", "ones", *["random"] * ROUNDS):
            for name, (_, parameters) in methods.items():
                target.run(maker.call(name, parameters, how), WAIT_S)
        for record, parameters in methods.values():
            command = forced.forced(record, parameters)
            if command:
                target.run(command, WAIT_S)
        nonsense.delete_objects(target)
        for row in target.records("leaks"):
            assert row["slots"] == row["pieces"] == row["windows"] == 0, row


def test_own_branch(argv, machine):
    with Target(argv) as target:
        target.set_client_mode()
        target.records("new slot spare")
        target.records("new TCB victim")
        for arch, command in OWN_BRANCH:
            if arch in ("", machine[0]):
                error, records = target.run("json " + command)
                methods_missing = error == "NOT_FOUND" and command.startswith("Debug")
                assert error == "REFUSED" or methods_missing, f"{command}: {error} {records}"
        target.records("version")


@pytest.mark.parametrize("kind", ["Endpoint", "slot", "Untyped size=20", "Untyped size=24"])
def test_full_pools(argv, kind):
    if not LONG and kind not in ("slot", "Untyped size=24"):
        pytest.skip("takes long")
    with Target(argv) as target:
        target.set_client_mode()
        names, error = [], "none"
        while error == "none":
            error, records = target.run("json new " + kind)
            names += [record["name"] for record in records if "name" in record]
        assert error in ("FULL", "NO_MEMORY"), error
        target.records("version")
        for at in range(0, len(names), 20):
            target.records("delete " + " ".join(names[at:at + 20]))
        assert target.leaked() == 0
        target.records("new TCB")


def test_full_variables(argv):
    with Target(argv) as target:
        target.set_client_mode()
        count = 0
        while target.run(f"let v{count} = {count}")[0] == "none":
            count += 1
        assert count > 10
        target.records("print $v5")
        target.records("let v5 =")
        target.records("let again = 1")


def test_full_windows(argv):
    with Target(argv) as target:
        target.set_client_mode()
        free = max((r for r in target.records("untypeds ram") if not r["spent"]),
                   key=lambda r: r["size"])
        pages, at, error = 0, int(free["paddr"], 16), "none"
        while error in ("none", "BUSY"):  # the monitor's own tables may come to lie there
            error, _ = target.run(f"read phys:{at}")
            pages += error == "none"
            at += 0x1000
        assert error == "FULL" and target.records("leaks")[-1]["objects"] == pages
        nonsense.delete_objects(target)
        assert target.records("leaks")[-1]["objects"] == target.leaked() == 0


def test_typed(argv):
    with Target(argv) as target:
        for data in TYPED:
            target.send(data)
            target.check_alive(data[:60])


def test_pasted_lines_are_all_run(argv):
    with Target(argv) as target:
        target.send(b"".join(b"echo line %d.\r" % i for i in range(PASTED)))
        for i in range(PASTED):
            assert target.expect(rb"\nline %d\.\r\n" % i, 30), f"line {i} was lost; {target.tail()}"


def test_breaks_at_any_time(argv):
    rng = random.Random(2)
    with Target(argv) as target:
        for i in range(BREAKS):
            target.send(rng.choice((b"json caps\r", b"new Endpoint e%d\r" % i, b"api\r", b"Recv 5\r")))
            target.take(rng.random() * 0.01)
            target.send(CONTROL_C * rng.choice((1, 1, 2, 3)))
        target.check_alive("Ctrl-C at any time")
        target.set_client_mode()
        assert target.leaked() == 0


@pytest.mark.parametrize("noise", ["bytes", "keys", "endless"])
def test_noise(argv, noise):
    rng = random.Random(3)
    keys = b"\n\r\t\x1b[ABCD\x03 $\x7f\x08echo call caps api new print let 0x1 TCB_Suspend "
    make = {"bytes": lambda n: rng.randbytes(n), "endless": lambda n: b"a" * n,
            "keys": lambda n: bytes(rng.choices(keys, k=n))}[noise]
    left = LINE_BYTES if noise == "endless" else NOISE_BYTES
    with Target(argv) as target:
        for _ in range(left // 4096):
            target.send(make(4096))
        target.check_alive(f"noise of {noise}")
