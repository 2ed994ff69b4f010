# SPDX-License-Identifier: BSD-2-Clause
"""Components in boot images: the example components' YAML files are good, their archive arrives in
the monitor's memory on the simulator and on real kernels, and what cannot be is said."""

import pathlib
import subprocess

import pytest

import build
from elftools.elf.elffile import ELFFile

HERE = pathlib.Path(__file__).resolve().parent
PAGE = 4096
SEL4IMAGE = build.BUILD / "host/sel4image"


def sel4image(*arguments):
    build.host()
    return subprocess.run([SEL4IMAGE, *arguments], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True)


def examples(arch, prefix):
    """The YAML files of all example components that were built."""
    folder = build.components(arch, prefix)
    files = sorted(folder / path.name for path in
                   [*HERE.glob("*.yaml"), *(HERE / arch).glob("*.yaml")])
    have = [f for f in files if (folder / f.read_text().split("elf: ")[1].split("\n")[0]).exists()]
    assert len(have) >= 7
    return have


def last_segment(path):
    with open(path, "rb") as stream:
        *_, last = (s for s in ELFFile(stream).iter_segments() if s["p_type"] == "PT_LOAD")
        return last["p_vaddr"], last["p_flags"], last.data()


def members(archive):
    """Names and contents, by what cpio(5) says."""
    at = 0
    while True:
        fields = [int(archive[at + 6 + 8 * i:at + 14 + 8 * i], 16) for i in range(13)]
        size, name_size = fields[6], fields[11]
        name = archive[at + 110:at + 110 + name_size - 1].decode()
        assert archive[at:at + 6] == b"070701"
        if name == "TRAILER!!!":
            return
        data_at = (at + 110 + name_size + 3) & ~3
        yield name, archive[data_at:data_at + size]
        at = (data_at + size + 3) & ~3


def client(machine, files, *commands):
    """What the monitor answers, as lines; `files` are in its image."""
    arch, prefix = machine
    argv = [str(build.host() / "sel4mon"), "--json"]
    for command in commands:
        argv += ["-c", command]
    elf = build.image(arch, prefix)
    if prefix is None:
        argv += ["--sim", str(build.sim_file(elf, files))]
    else:
        argv += ["--qemu", "--", *build.boot_command(prefix, elf, files)]
    return subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=120)


def test_all_examples_are_in_the_archive(machine, tmp_path):
    arch, prefix = machine
    files = examples(arch, prefix)
    out = tmp_path / "out.elf"
    result = sel4image("--monitor", build.image(arch, prefix), "--format", "monitor", "-o", out,
                       *(w for f in files for w in ("--component", f)))
    assert (result.returncode, result.stderr) == (0, "")
    address, flags, archive = last_segment(out)
    assert address % PAGE == 0 and flags == 4
    names = [name for name, _ in members(archive)]
    assert names == [name for f in files for name in (f"{f.stem}.component", f"{f.stem}.elf")]
    for name, data in members(archive):
        assert data[:4] == (b"\x7fELF" if name.endswith(".elf") else b"seLm")


def test_the_archive_arrives(machine):
    """First and last bytes of it, in the monitor's own memory."""
    arch, prefix = machine
    files = examples(arch, prefix)
    elf = build.image(arch, prefix)
    build.host()
    out = build.sim_file(elf, files)
    address, _, archive = last_segment(out)
    last = (address + len(archive) - 16) & ~15
    result = client(machine, files, f"read {address} 16", f"read {last} 16")
    assert result.returncode == 0, result.stdout + result.stderr
    for at in (0, last - address):
        words = [f"0x{int.from_bytes(archive[at + i:at + i + 8], 'little'):x}" for i in (0, 8)]
        assert all(word in result.stdout for word in words), (words, result.stdout)


@pytest.fixture
def monitor(request):
    return build.image((request.config.getoption("arch") or build.ARCHS)[0])


def refused(monitor, tmp_path, *files, status=64):
    result = sel4image("--monitor", monitor, "--format", "monitor", "-o", tmp_path / "out.elf",
                       *(w for f in files for w in ("--component", f)))
    assert result.returncode == status and not (tmp_path / "out.elf").exists()
    return result.stderr


def test_what_cannot_be_is_said(monitor, tmp_path, request):
    hello = monitor.parent / "components/hello.elf"
    build.components((request.config.getoption("arch") or build.ARCHS)[0])
    yaml = tmp_path / "x.yaml"
    assert "cannot read /no/such" in refused(monitor, tmp_path, "/no/such")
    yaml.write_text(f"elf: {hello}\npriority: 1000\n")
    assert f"sel4image: {yaml}, priority: 1000 is out of range" in refused(monitor, tmp_path, yaml)
    yaml.write_text(f"elf: {hello}\nname: hello\n")
    assert "have the same name, hello" in refused(monitor, tmp_path, hello, yaml)
    yaml.write_text("elf: /bin/true\n")
    assert "no ELF file of a component" in refused(monitor, tmp_path, yaml)


def test_another_architecture_is_said(tmp_path):
    build.host()
    build.components("riscv64")
    said = refused(build.image("x86_64"), tmp_path,
                   build.image("riscv64").parent / "components/hello.elf")
    assert "hello.elf is for riscv64, and the monitor for x86_64" in said


def test_what_does_not_fit_is_said(monitor, tmp_path):
    """A component of 300 MiB, most of it a hole."""
    hello = bytearray((monitor.parent / "components/hello.elf").read_bytes())
    big = tmp_path / "big.elf"
    with open(big, "wb") as stream:
        stream.write(hello)
        stream.truncate(300 << 20)
    assert "which is too much for a component" in refused(monitor, tmp_path, big)


def test_run_takes_examples_and_files(tmp_path):
    """scripts/run --component, before and after other options."""
    def run(*arguments):
        return subprocess.run([build.TOP / "scripts/run", *arguments], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True)

    build.components("x86_64")
    elf = build.image("x86_64").parent / "components/hello.elf"
    plain = run("--json", "-c", "bootinfo")
    packed = run("--component", "counter", "--json", "-c", "bootinfo", "--component", str(elf))
    assert (plain.returncode, packed.returncode) == (0, 0), packed.stderr
    assert plain.stdout != packed.stdout
    wrong = tmp_path / "x.yaml"
    wrong.write_text("elf: x.elf\nstak: 1\n")
    result = run("--component", str(wrong), "-c", "version")
    assert result.returncode == 64
    assert result.stderr == f"run: {wrong}, line 2: there is no field stak (did you mean stack?)\n"
