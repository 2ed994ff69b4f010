# SPDX-License-Identifier: BSD-2-Clause
"""The longer texts of api/texts.yaml, for the reference page and for the client.

Knows nothing of a configuration: the client's file has every method that any kernel may have, once
where it is the same everywhere. The client reads it for `api NAME`.
"""

import fnmatch
import json

import load_api
import marked
from emit_doc import MESSAGES

FILE = "texts.yaml"
ARCHES = ("x86_64", "ia32", "aarch64", "aarch32", "riscv64", "riscv32")


class Texts:
    """texts.yaml, with what it has for a method."""

    def __init__(self, folder):
        top = marked.load(f"{folder}/{FILE}", f"api/{FILE}")
        top.allow("texts", "calls", "errors", "reasons")
        self.texts = top.get("texts", dict, required=True)
        self.calls = top.get("calls", dict, required=True)
        self.errors = top.get("errors", dict, required=True)
        self.reasons = top.get("reasons", list, required=True)
        for field in ("texts", "calls", "errors"):
            table = marked.Record(top.path, top.get(field, dict), f"the {field}")
            for name in table.data:
                table.get(name, str)
        for row in self.reasons:
            if not isinstance(row, list) or len(row) != 3 or row[1] not in self.errors:
                top.fail("reasons", f"{row!r} is not [methods, error, text]")

    def text(self, item, name):
        """The longer text of a method or system call."""
        if item.text:
            return item.text.strip()
        return next((t for p, t in self.texts.items() if fnmatch.fnmatchcase(name, p)), "")

    def reason(self, method, error):
        """What an error means from this method: in particular, then in general."""
        own = next((t for p, e, t in self.reasons
                    if e == error and fnmatch.fnmatchcase(method, p)), "")
        return own or self.errors.get(error, "")


def entry(texts, item, name, params, results, errors):
    record = {"doc": item.doc, "text": texts.text(item, name)}
    if item.halts or item.check:
        record["mind"] = item.halts or item.check
    record["parameters"] = dict(params)
    if results:
        record["results"] = dict(results)
    if errors:
        record["errors"] = {error: texts.reason(name, error) for error in errors}
    return record


def calls_of(texts, model, found):
    """System calls, with the parameters of messages where the description has none."""
    for call in model.syscalls:
        params = [(p.name, p.doc) for p in call.params] or [
            (n, texts.calls[n]) for n in MESSAGES.get(call.shape, ())]
        results = [("result", call.result.doc)] if call.result else []
        found.setdefault(call.name, entry(texts, call, call.name, params, results, []))


def methods_of(texts, folder, model, found):
    service = ("service", texts.calls["service"])
    for method in load_api.every_method(folder, model):
        params = [service] + [(p.name, p.doc) for p in method.params]
        results = [(p.name, p.doc) for p in method.results]
        new = entry(texts, method, method.full, params, results, method.errors)
        if method.full in found:
            join(found[method.full], new, model.mcs)
        else:
            found[method.full] = new


def join(old, new, mcs):
    """Puts what one kernel has beside what another has; says which parameters MCS decides on."""
    for part in ("parameters", "results", "errors"):
        had = old.get(part, {})
        now = {k: t if k in had or not mcs else f"{t} (MCS kernels only)"
               for k, t in new.get(part, {}).items()}
        if now or had:
            old[part] = {k: had.get(k, now.get(k)) for k in [*now, *(k for k in had
                                                                     if k not in now)]}


ALL_CALLS = {"PRINTING": True, "DEBUG_BUILD": True, "ENABLE_SMP_SUPPORT": True,
             "DANGEROUS_CODE_INJECTION": True, "ENABLE_BENCHMARKS": True,
             "BENCHMARK_TRACK_UTILISATION": True}
OF_ARCH = {"x86_64": {"KERNEL_X86_DANGEROUS_MSR": True, "VTX": True}, "riscv64":
           {"SET_TLS_BASE_SELF": True}}


def all_entries(folder):
    """{name: entry} of every architecture, plain and MCS, with every system call there is."""
    texts, found = Texts(folder), {}
    for arch in ARCHES:
        for mcs in (False, True):
            settings = {**ALL_CALLS, **OF_ARCH.get(arch, {}), "KERNEL_MCS": mcs}
            model = load_api.load(folder, arch, settings)
            calls_of(texts, model, found)
            methods_of(texts, folder, model, found)
    return found


def json_text(folder):
    """One object: {"methods": {NAME: entry}}, an entry a line."""
    entries = all_entries(folder)
    lines = [f"{json.dumps(name)}:{json.dumps(entries[name], separators=(',', ':'))}"
             for name in sorted(entries)]
    return '{"methods":{\n' + ",\n".join(lines) + "\n}}\n"
