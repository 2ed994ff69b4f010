# SPDX-License-Identifier: BSD-2-Clause
"""Properties of every bit-field type: what is set is got, neighbours stay, what is too wide is cut
off, and the constructor sets every field. The accessors run as compiled, with random words."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import emulator  # noqa: E402
import golden  # noqa: E402
import harness  # noqa: E402
import toolchain  # noqa: E402

ROUNDS = 25
CONFIGS = [arch + kind for arch in ("x86_64", "ia32", "aarch64", "aarch32", "riscv64", "riscv32")
           for kind in ("", "-mcs")]


def ctype(block):
    return "seL4_Fault_t" if block.tag_field else f"{block.name}_t"


def wrappers(blocks):
    lines = {}
    for block in blocks:
        struct = ctype(block)
        arguments = [f for f in block.fields if f.name != block.tag_field]
        values = ", ".join(f"ARG(seL4_Word, {i})" for i, _ in enumerate(arguments))
        lines[block.name] = (f"void new_{block.name}(area *io) "
                             f"{{ OUT({struct}) = {block.name}_new({values}); }}")
        for field in arguments:
            full = f"{block.name}_{field.name}"
            lines[full] = (
                f"void get_{full}(area *io) {{ OUT(seL4_Word) = "
                f"{block.name}_get_{field.name}(ARG({struct}, 0)); }} "
                f"void set_{full}(area *io) {{ OUT({struct}) = "
                f"{block.name}_set_{field.name}(ARG({struct}, 0), ARG(seL4_Word, 1)); }} "
                f"void ptr_{full}(area *io) {{ {block.name}_ptr_set_{field.name}"
                f"(&ARG({struct}, 0), ARG(seL4_Word, 1)); OUT({struct}) = ARG({struct}, 0); }}")
    return lines


@pytest.mark.parametrize("config", CONFIGS)
def test_every_field_keeps_to_its_bits(config, tmp_path):
    try:
        emulator.find_library()
        toolchain.compiler(config.partition("-")[0])
    except (emulator.EmulatorMissing, toolchain.CompilerMissing) as error:
        pytest.skip(str(error))
    model = golden.model_of(config)
    includes = golden.our_includes(config, tmp_path)
    program = harness.Program(model.arch, str(tmp_path), "p", wrappers(model.all_blocks()),
                              includes)
    assert not program.bad
    chance = random.Random(20240901)
    checked = 0
    try:
        for block in model.all_blocks():
            check_constructor(program, block, model.word_bits, chance)
            for field in block.fields:
                if field.name != block.tag_field:
                    for _ in range(ROUNDS):
                        check_field(program, block, field, model.word_bits, chance)
                    checked += 1
    finally:
        program.close()
    assert checked >= 25


def check_field(program, block, field, bits, chance):
    full = f"{block.name}_{field.name}"
    words = [chance.getrandbits(bits) for _ in range(block.words)]
    value = chance.getrandbits(bits)
    low = (1 << field.width) - 1
    want = list(words)
    want[field.word] = want[field.word] & ~(low << field.offset) | (value & low) << field.offset
    for way in ("set", "ptr"):
        program.put_words(0, words)
        program.put_words(1, [value])
        program.call(f"{way}_{full}")
        assert program.result_words(block.words) == want, full
    program.put_words(0, want)
    program.call(f"get_{full}")
    assert program.result_words(1) == [value & low], full


def check_constructor(program, block, bits, chance):
    arguments = [f for f in block.fields if f.name != block.tag_field]
    want = [0] * block.words
    for i, field in enumerate(arguments):
        value = chance.getrandbits(bits)
        program.put_words(i, [value])
        want[field.word] |= (value & ((1 << field.width) - 1)) << field.offset
    want[0] |= block.tag_value if block.tag_field else 0
    program.call(f"new_{block.name}")
    assert program.result_words(block.words) == want, block.name


# What other people's programs use, too: neutral names of architectures, deprecated names.
PROGRAM = """#include <sel4/sel4.h>
#include <sel4mon/api_table.h>
#include <sel4mon/arch_names.h>
_Static_assert(seL4_UserException == seL4_Fault_UserException, "a deprecated name");
_Static_assert(SEL4_PFIPC_LENGTH == seL4_VMFault_Length, "a deprecated name");
_Static_assert(seL4_ARCH_4KPage == seL4_X86_4K, "a neutral name");
int main(void)
{
    seL4_Yield();
    return api_method_count == 0 ||
           seL4_ARCH_Page_Map(1, 2, 0x400000, seL4_AllRights, seL4_ARCH_WriteBack);
}
"""


def test_a_component_finds_the_installed_bindings(tmp_path):
    """cmake --install, then a program by pkg-config and one by find_package."""
    top = golden.TOP
    build, installed = tmp_path / "build", tmp_path / "installed"
    source = tmp_path / "tree"
    source.mkdir()
    (source / "CMakeLists.txt").write_text(f"""
cmake_minimum_required(VERSION 3.25)
project(sel4mon VERSION 0.1.0 LANGUAGES C)
set(SEL4MON_TARGET x86_64)
set(Python3_EXECUTABLE /usr/bin/python3)
add_library(sel4mon_options INTERFACE)
add_subdirectory({top}/syscalls syscalls)
""", encoding="utf-8")
    run("cmake", "-S", source, "-B", build, "-G", "Ninja",
        "-DCMAKE_C_COMPILER=" + toolchain.compiler("x86_64"))
    run("cmake", "--build", build)
    run("cmake", "--install", build, "--prefix", installed, "--component", "bindings")
    program = tmp_path / "component.c"
    program.write_text(PROGRAM, encoding="utf-8")
    folder = next(installed.rglob("pkgconfig"))
    flags = subprocess.run(["pkg-config", "--cflags", "--libs", "sel4mon-sel4"],
                           env={"PKG_CONFIG_PATH": str(folder), "PATH": "/usr/bin:/bin"},
                           capture_output=True, text=True, check=True).stdout.split()
    run(toolchain.compiler("x86_64"), program, *flags, "-o", tmp_path / "by-pkg-config")
    consumer = tmp_path / "consumer"
    consumer.mkdir()
    (consumer / "CMakeLists.txt").write_text(f"""
cmake_minimum_required(VERSION 3.25)
project(component LANGUAGES C)
find_package(sel4mon-sel4 REQUIRED)
add_executable(component {program})
target_link_libraries(component PRIVATE sel4mon::api)
""", encoding="utf-8")
    run("cmake", "-S", consumer, "-B", tmp_path / "consumer-build", "-G", "Ninja",
        f"-DCMAKE_PREFIX_PATH={installed}")
    run("cmake", "--build", tmp_path / "consumer-build")
    assert (tmp_path / "consumer-build/component").exists()


def run(*command):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
