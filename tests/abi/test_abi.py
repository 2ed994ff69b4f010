# SPDX-License-Identifier: BSD-2-Clause
"""The generated interface against recorded truth, and the generator against broken input.

Golden data of the project's own is in golden/. Where the larger golden data (../shared/sel4-abi
beside the checkout, or SEL4MON_ABI_VECTORS) is there, all of it is checked, too.
"""

import contextlib
import functools
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from unittest import mock

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent.parent / "syscalls/gen")]

import emulator  # noqa: E402
import golden  # noqa: E402
import marked  # noqa: E402
import main as generator  # noqa: E402
import table  # noqa: E402
import toolchain  # noqa: E402
import vectors  # noqa: E402

TOP = HERE.parent.parent
GEN = TOP / "syscalls/gen/main.py"
API = TOP / "syscalls/api"
INCLUDE = TOP / "syscalls/include"
VECTORS = Path(os.environ.get("SEL4MON_ABI_VECTORS", TOP.parent / "shared/sel4-abi/16.0.0"))
GOLDEN = sorted(p.stem for p in golden.FOLDER.glob("*.jsonl"))
SHARED = sorted(p.name for p in VECTORS.iterdir()) if VECTORS.is_dir() else []
WITH_VECTORS = [c for c in SHARED if (VECTORS / c / "stubs.json").exists()]
READ = marked.load
ARCHES = ("x86_64", "ia32", "aarch64", "aarch32", "riscv64", "riscv32")


def need(arch):
    """Skips, saying why, what this machine cannot run."""
    try:
        emulator.find_library()
        toolchain.compiler(arch)
    except (emulator.EmulatorMissing, toolchain.CompilerMissing) as error:
        pytest.skip(str(error))


def generate(*arguments):
    """Runs the generator: here, not as a program, which would read the description every time."""
    said, failed = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(failed), \
            mock.patch.object(sys, "argv", [str(GEN), *map(str, arguments)]), \
            mock.patch.object(marked, "load", read_once):
        status = generator.main()
    return subprocess.CompletedProcess(arguments, status, said.getvalue(), failed.getvalue())


@functools.lru_cache(maxsize=None)
def read_once(path, shown=None):
    return READ(path, shown)


# Against recorded truth.

def test_golden_data_is_there():
    both = {arch + kind for arch in ARCHES for kind in ("", "-mcs")}
    assert both | {"x86_64-rel"} <= set(GOLDEN)


@pytest.mark.parametrize("config", GOLDEN)
def test_headers_do_what_the_library_does(config, capsys):
    need(config.partition("-")[0])
    counts, failures = golden.check(config)
    with capsys.disabled():
        print(f"\n{config}: " + ", ".join(f"{n} {k}" for k, n in counts.items()), end="")
    assert not failures, "\n".join(failures[:10])
    assert counts["calls"] > 200


def test_a_wrong_word_is_noticed():
    _, _, calls = golden.load_golden("x86_64")
    call = next(c for c in calls if c["f"] == "seL4_TCB_Suspend" and c["case"] == "mix")
    other = json.loads(json.dumps(call))
    assert golden.matches(call, other)
    other["t"][0]["mr"][0] = "0x1"
    assert not golden.matches(call, other)


@pytest.mark.parametrize("config", WITH_VECTORS)
def test_every_vector_of_the_shared_data_is_met(config, tmp_path, capsys):
    arch = config.partition("-")[0]
    need(arch)
    made = generate("--prefix", VECTORS / config / "prefix", "--config",
                    "LIB_SEL4_USE_THREAD_LOCALS=off", "--out", tmp_path)
    assert made.returncode == 0, made.stderr
    reports = vectors.check_folder(VECTORS / config, arch, [tmp_path / "include", INCLUDE])
    with capsys.disabled():
        for report in reports:
            print(f"\n{config}: {report.line()}", end="")
    assert len(reports) == 4
    assert not [f for r in reports for f in r.failures]


@pytest.mark.parametrize("config", SHARED)
def test_no_difference_to_a_kernel_of_the_described_release(config):
    checked = subprocess.run([str(TOP / "scripts/check-abi"), str(VECTORS / config / "prefix")],
                             capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("config", SHARED)
def test_a_prefix_gives_the_hash_of_its_configuration(config):
    """The build folder's name must not depend on which way the interface came in."""
    arch, _, kind = config.partition("-")
    settings = {"mcs": "mcs=on", "": "mcs=off",
                "rel": "debug=off,printing=off,hardware_debug=off"}[kind]
    ours = generate("--arch", arch, "--config", settings, "--print-hash")
    theirs = generate("--prefix", VECTORS / config / "prefix", "--print-hash")
    assert ours.stdout == theirs.stdout != ""


@pytest.mark.skipif("x86_64" not in SHARED, reason="needs a prefix")
@pytest.mark.parametrize("said,thread_local", ((None, True), (True, True), (False, False)))
def test_a_prefix_older_than_the_setting_has_thread_locals(said, thread_local, tmp_path):
    """Releases before 15.0.0 do not know the setting: their IPC buffer is each thread's own."""
    prefix = tmp_path / "prefix"
    shutil.copytree(VECTORS / "x86_64/prefix", prefix, copy_function=shutil.copyfile)
    subprocess.run(["chmod", "-R", "u+w", prefix], check=True)
    path = prefix / "libsel4/include/sel4/gen_config.json"
    settings = json.loads(path.read_text(encoding="utf-8"))
    del settings["LIB_SEL4_USE_THREAD_LOCALS"]
    if said is not None:
        settings["LIB_SEL4_USE_THREAD_LOCALS"] = said
    path.write_text(json.dumps(settings), encoding="utf-8")
    made = generate("--prefix", prefix, "--out", tmp_path / "out")
    assert made.returncode == 0, made.stderr
    config = (tmp_path / "out/include/sel4/config.h").read_text(encoding="utf-8")
    assert ("#define CONFIG_LIB_SEL4_USE_THREAD_LOCALS 1" in config) == thread_local


# The products.

@pytest.mark.parametrize("mcs", ("off", "on"))
@pytest.mark.parametrize("arch", ARCHES)
def test_headers_compile_without_a_warning(arch, mcs, tmp_path):
    need(arch)
    assert generate("--arch", arch, "--config", f"mcs={mcs}", "--out", tmp_path).returncode == 0
    source = tmp_path / "all.c"
    source.write_text("#include <sel4/sel4.h>\n#include <sel4mon/arch_names.h>\nint x;\n",
                      encoding="utf-8")
    command = [toolchain.compiler(arch), *toolchain.COMPILERS[arch][1], "-ffreestanding", "-Wall",
               "-Wextra", "-Werror", "-O2", "-I", tmp_path / "include", "-I", INCLUDE, "-c"]
    for path in (source, tmp_path / "api_trap.c"):
        made = subprocess.run([*map(str, command), str(path), "-o", str(tmp_path / "x.o")],
                              capture_output=True, text=True, check=False)
        assert made.returncode == 0, made.stderr


SETTINGS = ("smp=on", "hypervisor=on", "smmu=on", "TK1_SMMU=on", "vtx=on", "iommu=on",
            "vtx=on,X86_64_VTX_64BIT_GUESTS=on", "benchmark=on,BENCHMARK_TRACK_UTILISATION=on",
            "DANGEROUS_CODE_INJECTION=on", "KERNEL_X86_DANGEROUS_MSR=on", "debug=off,printing=off",
            "HUGE_PAGE=off", "KERNEL_INVOCATION_REPORT_ERROR_IPC=on",
            "LIB_SEL4_USE_THREAD_LOCALS=off")


OF_X86 = ("vtx", "iommu", "KERNEL_X86_DANGEROUS_MSR", "HUGE_PAGE")
OF_ARM = ("hypervisor", "smmu", "TK1_SMMU")


def combinations():
    """Every setting with the architectures that can have it."""
    for arch in ("x86_64", "ia32", "aarch64", "aarch32", "riscv64"):
        for setting in SETTINGS:
            name = setting.partition("=")[0]
            if not (name in OF_X86 and arch not in ("x86_64", "ia32")
                    or name in OF_ARM and not arch.startswith("aarch")):
                yield arch, setting


@pytest.mark.parametrize("arch, setting", list(combinations()))
def test_headers_compile_under_every_setting(arch, setting, tmp_path):
    need(arch)
    for mcs in ("on", "off"):
        made = generate("--arch", arch, "--config", f"{setting},mcs={mcs}", "--out", tmp_path)
        assert made.returncode == 0, made.stderr
        source = tmp_path / "all.c"
        source.write_text("#include <sel4/sel4.h>\n#include <sel4mon/arch_names.h>\nint x;\n",
                          encoding="utf-8")
        made = subprocess.run(
            [toolchain.compiler(arch), *toolchain.COMPILERS[arch][1], "-ffreestanding", "-Wall",
             "-Wextra", "-Werror", "-I", str(tmp_path / "include"), "-I", str(INCLUDE), "-c",
             str(source), "-o", str(tmp_path / "x.o")], capture_output=True, text=True, check=False)
        assert made.returncode == 0, made.stderr


def test_two_runs_give_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        assert generate("--arch", "x86_64", "--out", tmp_path / name).returncode == 0
    files = sorted(p.relative_to(tmp_path / "a") for p in (tmp_path / "a").rglob("*.*"))
    assert len(files) > 40
    for path in files:
        assert (tmp_path / "a" / path).read_bytes() == (tmp_path / "b" / path).read_bytes()


@pytest.mark.parametrize("config", [c for c in GOLDEN])
def test_calls_by_name_send_what_the_stubs_send(config, tmp_path, capsys):
    """The by-name table, followed row by row, gives the words that the library's stubs sent."""
    arch = config.partition("-")[0]
    made = generate("--arch", arch, "--config", golden.config_text(config), "--out", tmp_path)
    assert made.returncode == 0, made.stderr
    rows = table.Table(tmp_path, INCLUDE, tmp_path)
    head, _, calls = golden.load_golden(config)
    bits = golden.model_of(config).word_bits
    checked = 0
    for call in calls:
        name = call["f"].removeprefix("seL4_")
        method = rows.by_name.get(name)
        if call["case"] == "ones" or not method or method.is_syscall:
            continue
        check_call(rows, method, call, head["functions"][call["f"]][1], bits, config)
        checked += 1
    with capsys.disabled():
        print(f"\n{config}: {checked} calls by name", end="")
    assert checked >= 2 * 35


def check_call(rows, method, call, params, bits, config):
    model = golden.model_of(config)
    trap = call["t"][0]
    values, kinds = {}, {name: kind for kind, name in params}
    caller = golden.Caller.__new__(golden.Caller)
    caller.model, caller.bits = model, bits
    for k, (kind, name) in enumerate(params):
        if kind.endswith("*"):
            count = len(caller.struct_of(kind).fields)
            values[name] = [golden.word(300 + 40 * k + i, bits) for i in range(count)]
        else:
            words = caller.by_value(kind, name, [tuple(p) for p in params], call["case"], k)
            values[name] = sum(w << (bits * i) for i, w in enumerate(words))
    sent = int(trap["info"], 16)
    assert (sent >> 12, sent & 127, sent >> 7 & 3) == (method.number, method.length,
                                                      method.extra_caps), method.name
    for param in rows.params(method):
        if kinds[param.name.decode()] == "seL4_Bool":
            assert param.width == 1, param.name
    cap, words, caps = rows.pack(method, values, bits)
    assert hex(cap) == trap["cap"]
    message = message_of(call, trap, method.length, bits, words)
    assert [hex(w) for w in words] == message, method.name
    for i, value in enumerate(caps):
        assert trap["ipc"][str(122 + i)] == hex(value), method.name


def message_of(call, trap, length, bits, words):
    """The message as the kernel saw it; words beyond `count` are what the buffer held."""
    result = []
    for i in range(length):
        if i < len(trap["mr"]):
            result.append(trap["mr"][i])
        else:
            result.append(trap["ipc"].get(str(1 + i)))
    if call["f"].endswith("WriteRegisters"):
        result = [w if w is not None else hex(words[i]) for i, w in enumerate(result)]
    return result


def test_the_table_is_sound(tmp_path):
    assert generate("--arch", "x86_64", "--out", tmp_path).returncode == 0
    rows = table.Table(tmp_path, INCLUDE, tmp_path)
    names = [m.name for m in rows.methods]
    assert len(names) == len(set(names)) == 56 + 15
    enums, structs, objects = rows.enums(), rows.structs(), rows.objects()
    for method in rows.methods:
        assert method.doc and len(method.doc) < 120, method.name
        assert bool(method.danger) == bool(method.flags & 6), method.name
        for param in rows.params(method):
            limit = {2: len(objects), 7: len(enums), 8: len(enums), 9: len(enums),
                     20: len(structs), 21: len(structs)}.get(param.kind)
            assert limit is None or param.type < limit, (method.name, param.name)
    kinds = {t.name: t for t in rows.object_types()}
    assert kinds[b"TCB"].size_bits == 11 and kinds[b"CNode"].unit_bits == 5
    assert kinds[b"X86_4K"].is_frame and kinds[b"X86_4K"].size_bits == 12


HALTING = {"DebugSnapshot", "DebugHalt"}
CHECKED = {"DebugNameThread", "TCB_GetBreakpoint", "TCB_UnsetBreakpoint"}


def test_calls_that_halt_a_kernel_are_marked(tmp_path):
    assert generate("--arch", "aarch64", "--out", tmp_path).returncode == 0
    rows = table.Table(tmp_path, INCLUDE, tmp_path)
    for name in HALTING:
        assert rows.by_name[name].flags & 2, name
    for name in CHECKED:
        assert rows.by_name[name].flags & 4, name
    for name in ("Call", "Send", "Recv", "ReplyRecv"):
        assert rows.by_name[name].flags & 1, name


# The generator and broken input.

def broken(tmp_path, name, old, new):
    """The description with one thing changed; what the generator says of it."""
    folder = tmp_path / "api"
    shutil.copytree(API, folder)
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    line = text[:text.index(old)].count("\n") + 1
    result = generate("--api", folder, "--arch", "x86_64", "--print-hash")
    assert result.returncode == 1 and "Traceback" not in result.stderr, result.stderr
    return result.stderr, line


@pytest.mark.parametrize("name, old, new, field, words", [
    ("common.yaml", "label: TCBSuspend", "lable: TCBSuspend", "lable", "no such field"),
    ("common.yaml", "        label: TCBSuspend\n", "", "label", "is missing"),
    ("common.yaml", "        doc: Set a thread's priority.", "        doc: 5", "doc",
     "must be text"),
    ("common.yaml", "type: [Word, object,", "type: [Word, objekt,", "type", "no kind"),
    ("common.yaml", "if: HARDWARE_DEBUG_API", "if: HARDWARE_DEBUG_API &", "if", "ends too early"),
    ("common.yaml", "[IllegalOperation, InvalidCapability, RangeError]",
     "[IllegalOperation, InvalidCapability, RangeErrer]", "errors", "no error"),
    ("common.yaml", "          count: [Word, count, Number of registers to read.]",
     "          count: Word", "count", "must be a list"),
    ("syscalls.yaml", "shape: reply\n", "shape: replay\n", "shape", "is none of"),
    ("enums.yaml", "seL4_DeleteFirst, seL4_RevokeFirst", "seL4_DeleteFirst, seL4-RevokeFirst",
     "members", "is not NAME"),
    ("constants.yaml", "seL4_MinUntypedBits: 4", "seL4_MinUntypedBits: 4\n      x: {Q == 1: 2}",
     "x", "no condition holds"),
    ("bitfields.yaml", "[guardSize, 6], [guard, 58]", "[guardSize, 6], [guard, 59]", "fields",
     "do not fit"),
    ("structs.yaml", "seL4_SlotPos start", "seL4_SlotPoss start", "fields", "no known type"),
    ("objects.yaml", "bits: seL4_TCBBits", "bits: seL4_TCBBit", "bits", "no constant"),
    ("traps.yaml", "sys: rdx, ", "", "sys", "is missing"),
])
def test_a_broken_description_is_told_with_file_line_and_field(tmp_path, name, old, new, field,
                                                              words):
    said, line = broken(tmp_path, name, old, new)
    assert f"api/{name}:" in said
    told = int(said.split(f"api/{name}:")[1].split(":")[0])
    assert abs(told - line) <= 4, said
    assert field in said and words in said, said


def test_yaml_that_cannot_be_read_is_told_with_its_line(tmp_path):
    said, line = broken(tmp_path, "riscv.yaml", "section: arch", "section: [arch")
    assert "api/riscv.yaml:" in said


@pytest.mark.parametrize("arguments, words", [
    (("--arch", "z80", "--print-hash"), "no such architecture"),
    (("--prefix", "/nowhere", "--print-hash"), "is no prefix of a kernel"),
    (("--arch", "x86_64", "--config", "mcs", "--print-hash"), "must be NAME=VALUE"),
])
def test_wrong_usage_is_told(arguments, words):
    result = generate(*arguments)
    assert result.returncode == 1 and words in result.stderr
