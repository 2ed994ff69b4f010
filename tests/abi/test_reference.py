# SPDX-License-Identifier: BSD-2-Clause
"""The longer texts: everything has one, the page holds all, and the client shows them."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parent.parent.parent
API = TOP / "syscalls/api"
sys.path[:0] = [str(TOP / "syscalls/gen"), str(TOP / "scripts/lib")]

import build  # noqa: E402
import emit_doc  # noqa: E402
import emit_reference  # noqa: E402
import load_api  # noqa: E402
import marked  # noqa: E402
from errors import DescriptionError  # noqa: E402


@pytest.fixture(scope="module")
def entries():
    return emit_reference.all_entries(API)


def test_no_method_is_left_out(entries):
    methods, calls, _ = load_api.all_names(API)
    assert set(methods) | set(calls) == set(entries)
    assert len(entries) > 160


def test_every_method_parameter_and_error_has_a_text(entries):
    for name, entry in entries.items():
        assert entry["doc"] and len(entry["text"]) > 30, name
        assert entry["text"] != entry["doc"], name
        for part in ("parameters", "results", "errors"):
            for key, text in entry.get(part, {}).items():
                assert len(text) > 3, (name, part, key)


def test_every_named_error_is_explained():
    texts = emit_reference.Texts(API)
    assert set(marked.load(API / "kinds.yaml").get("errors", dict)) == set(texts.errors)
    assert all(len(t) > 30 for t in texts.errors.values())


def test_no_text_is_for_nothing(entries):
    """A pattern that fits no method is a name misspelt."""
    texts = emit_reference.Texts(API)
    used = {next((p for p in texts.texts if emit_reference.fnmatch.fnmatchcase(n, p)), None)
            for n in entries}
    assert set(texts.texts) <= used
    for pattern, error, _ in texts.reasons:
        assert any(error in e.get("errors", {}) and emit_reference.fnmatch.fnmatchcase(n, pattern)
                   for n, e in entries.items()), (pattern, error)


def test_a_broken_reason_is_told(tmp_path):
    text = (API / "texts.yaml").read_text(encoding="utf-8")
    (tmp_path / "texts.yaml").write_text(text + "  - [TCB_*, RangeErrer, Far.]\n", encoding="utf-8")
    with pytest.raises(DescriptionError, match="texts.yaml.*reasons.*RangeErrer"):
        emit_reference.Texts(tmp_path)


@pytest.mark.parametrize("arch", emit_reference.ARCHES)
def test_the_page_holds_everything(arch):
    texts = emit_reference.Texts(API)
    model = load_api.load(API, arch, {"KERNEL_MCS": True})
    page = emit_doc.page(model, texts)
    for item in model.methods + model.syscalls:
        name = getattr(item, "full", item.name)
        part = re.search(rf"### seL4_{name}\n(.*?)(\n###? |\Z)", page, re.S).group(1)
        assert item.doc in part and texts.text(item, name) in part, name
        for param in item.params:
            assert f"`{param.name}`" in part and param.doc in part, (name, param.name)
        for error in getattr(item, "errors", []):
            assert f"`seL4_{error}`: {texts.reason(name, error)}" in part, (name, error)


def host_bin():
    folder = Path(os.environ.get("SEL4MON_HOST_BIN", TOP / "build/host"))
    # The simulator's own image: others, for kernels that were given, may lie beside it.
    image = build.BUILD / f"x86_64-{build.abi_hash('x86_64', None)}" / "sel4mon.elf"
    if not all(path.exists() for path in (folder / "sel4mon", folder / "reference.json", image)):
        pytest.skip("needs the client, the simulator and an image, built")
    return folder, image


def run_client(*arguments):
    folder, image = host_bin()
    result = subprocess.run([str(folder / "sel4mon"), *arguments, "--sim", str(image)],
                            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
                            timeout=120)
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_the_client_shows_the_texts(entries):
    shown = run_client("-c", "api tcb.setpriority")
    said = " ".join(shown.split())
    entry = entries["TCB_SetPriority"]
    for text in [entry["text"], *entry["parameters"].values(), *entry["errors"].values()]:
        assert text in said
    assert shown.index("PARAMETER") < shown.index("Parameters:") < shown.index("Errors:")
    assert max(len(line) for line in shown.splitlines()) <= 100


def test_the_client_adds_nothing_elsewhere():
    assert "Parameters:" not in run_client("-c", "api IRQHandler_*", "-c", "help api")
    for line in run_client("--json", "-c", "api TCB_SetPriority").splitlines():
        assert "Whose" not in line and "text" not in json.loads(line)
