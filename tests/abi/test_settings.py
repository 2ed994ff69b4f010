# SPDX-License-Identifier: BSD-2-Clause
"""The settings that the generator takes, and those that it gives to programs as CONFIG_ macros."""

import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

TOP = Path(__file__).resolve().parents[2]
API = TOP / "syscalls/api"
sys.path.insert(0, str(TOP / "syscalls/gen"))

import emit_types  # noqa: E402
import load_config  # noqa: E402
import load_prefix  # noqa: E402

VECTORS = Path(os.environ.get("SEL4MON_ABI_VECTORS", TOP.parent / "shared/sel4-abi/16.0.0"))
SHARED = sorted(p.name for p in VECTORS.iterdir()) if VECTORS.is_dir() else []


def generate(*arguments):
    return subprocess.run(["/usr/bin/python3", str(TOP / "syscalls/gen/main.py"),
                           *map(str, arguments)], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("setting, words", [
    ("ROOT_CNODE_SIZE_BIT=13", "did you mean ROOT_CNODE_SIZE_BITS?"),
    ("CONFIG_NO_SUCH_THING=on", "NO_SUCH_THING: is no setting"),
])
def test_an_unknown_setting_is_refused(setting, words, tmp_path):
    made = generate("--arch", "x86_64", "--config", setting, "--out", tmp_path / "out")
    assert made.returncode == 1 and words in made.stderr and "Traceback" not in made.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif("x86_64" not in SHARED, reason="needs a prefix")
def test_a_prefix_has_settings_of_its_own():
    prefix = VECTORS / "x86_64/prefix"
    made = generate("--prefix", prefix, "--config", "FASTPATH=off", "--print-hash")
    assert made.returncode == 0, made.stderr
    made = generate("--prefix", prefix, "--config", "FASTPTAH=off", "--print-hash")
    assert made.returncode == 1 and "did you mean FASTPATH?" in made.stderr


@pytest.mark.parametrize("prefix", ("", "CONFIG_"))
def test_a_setting_goes_by_its_macro_too(prefix, tmp_path):
    made = generate("--arch", "x86_64", "--config", f"{prefix}ROOT_CNODE_SIZE_BITS=13", "--out",
                    tmp_path)
    assert made.returncode == 0, made.stderr
    config = (tmp_path / "include/sel4/config.h").read_text(encoding="utf-8")
    assert "#define CONFIG_ROOT_CNODE_SIZE_BITS 13\n" in config and "CONFIG_CONFIG" not in config


def test_every_condition_asks_for_a_known_setting():
    """Conditions stand in fields `if` and as keys; what begins like seL4's names is none."""
    top = load_config.configs(API)
    names = set()
    for path in sorted(API.glob("*.yaml")):
        if path.name != "configs.yaml":
            for text in conditions(yaml.safe_load(path.read_text(encoding="utf-8"))):
                names.update(re.findall(r"[A-Z][A-Z0-9_]+", text))
    assert len(names) > 40
    load_config.check_settings(top, names)


def conditions(node):
    """The texts of all conditions in a part of the description."""
    if isinstance(node, list):
        for item in node:
            yield from conditions(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key == "if" and isinstance(value, str):
                yield value
            elif "else" in node and key != "else":
                yield str(key)
            yield from conditions(value)


# What the usual libraries of user programs ask for.
READ_BY_PROGRAMS = {
    "x86_64": ("FSGSBASE_MSR", "XSAVE_SIZE", "HAVE_FPU", "MAX_NUM_NODES", "PLAT_PC99"),
    "aarch64": ("ARM_TLS_REG_TPIDRU", "PLAT_QEMU_ARM_VIRT", "ARCH_ARM_V8A", "ARM_CORTEX_A53"),
    "aarch32": ("ARM_TLS_REG_TPIDRU", "PLAT_QEMU_ARM_VIRT", "ARCH_ARM_V7A"),
    "riscv64": ("FIRST_HART_ID", "PT_LEVELS", "PLAT_QEMU_RISCV_VIRT", "MAX_NUM_TRACE_POINTS"),
}


@pytest.mark.parametrize("arch", READ_BY_PROGRAMS)
def test_programs_find_the_settings_that_they_ask_for(arch):
    config, _ = load_config.default_config(API, arch, {})
    header = emit_types.config_header(SimpleNamespace(config=config)).content()
    assert [n for n in READ_BY_PROGRAMS[arch] if f"#define CONFIG_{n} " not in header] == []


@pytest.mark.parametrize("config", [c for c in SHARED if c in READ_BY_PROGRAMS])
def test_settings_of_programs_are_the_kernels(config):
    """Whatever both the description and a prefix set, they set alike."""
    ours, _ = load_config.default_config(API, config, {})
    theirs = load_prefix.read_config(load_prefix.find_include(VECTORS / config / "prefix"))
    assert {n for n in ours if n not in theirs} == set()
    assert {n for n in ours if plain(ours[n]) != plain(theirs[n])} == set()


def plain(value):
    """Numbers are text in a prefix, in whatever base."""
    return int(str(value), 0) if re.fullmatch(r"0x[0-9a-f]+|\d+", str(value)) else value
