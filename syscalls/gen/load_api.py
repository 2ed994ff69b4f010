# SPDX-License-Identifier: BSD-2-Clause
"""Reads the project's own description, syscalls/api/*.yaml, for one configuration.

load() gives the whole model of the embedded default; load_prefix.py takes the same model for a
configuration of a kernel's own and then puts that kernel's labels and layouts in. What is in the
files is read by load_calls.py and load_types.py.
"""

import marked
from description import Description
from load_calls import METHOD_FILES, Calls, check_kinds, finish_method, number_methods
from load_config import default_config
from load_types import Types
from model import Model


class Loader:
    """A model of the description, and what it was read with."""

    def __init__(self, folder, config):
        self.api = Description(folder, config)
        self.model = new_model(config)
        self.calls = Calls(self.api, self.model)

    def load(self):
        load_trap(self.api, self.model)
        self.calls.load()
        Types(self.api, self.model).load()
        self.resolve()
        self.calls.load_object_types()
        return self.model

    def resolve(self):
        """Tie parameters to structures, give numbers and places."""
        number_methods(self.model)
        for method in self.model.methods:
            finish_method(self.model, method)
        check_kinds(self.model)


def new_model(config):
    model = Model()
    model.config = config
    model.arch = config["SEL4_ARCH"]
    model.word_bits = int(config["WORD_SIZE"])
    model.mcs = model.on("KERNEL_MCS")
    model.config_name = model.arch + ("-mcs" if model.mcs else "")
    return model


def load_trap(api, model):
    top = api.file("traps.yaml")
    trap = top.get(model.arch, dict, required=True)
    record = marked.Record(top.path, trap, "an architecture's trap")
    record.allow("style", "instruction", "sys", "cap", "info", "mr", "mcs_mr", "reply", "dest",
                 "signal_length", "with_mrs", "reply_last", "src_name")
    for field in ("style", "sys", "cap", "info", "reply"):
        record.get(field, str, required=True)
    record.get("mr", list, required=True)
    model.trap = dict(trap)


def load(folder, arch, overrides):
    config, version = default_config(folder, arch, overrides)
    model = Loader(folder, config).load()
    model.version = version
    return model


def every_method(folder, model):
    """The methods of the architecture whatever the other settings are: upstream declares the
    result types of all of them."""
    return model.other_methods if model.other_methods else _method_list(folder, model.config, True)


def _method_list(folder, config, any_setting):
    """Methods of a configuration, or of its architecture under any setting."""
    loader = Loader(folder, config)
    methods = []
    for name in METHOD_FILES:
        top = loader.api.file(name)
        if not loader.api.holds(top):
            continue
        for record in top.records("interfaces", "an interface"):
            for item in record.records("methods", "a method"):
                if any_setting or loader.api.holds(item):
                    methods.append(loader.calls.method(item, record.get("name", str),
                                                       top.get("section", str)))
    return methods


def all_names(folder):
    """Names of all methods, system calls and object types that any configuration has."""
    methods, types = [], []
    for arch in ("x86_64", "aarch64", "aarch32", "riscv64", "ia32"):
        config, _ = default_config(folder, arch, {})
        for method in _method_list(folder, config, True):
            if method.full not in methods:
                methods.append(method.full)
    loader = Loader(folder, config)
    for record in loader.calls.objects.records("types", "an object type"):
        types.append(record.get("name", str))
    calls = list(loader.api.file("syscalls.yaml").get("calls", dict))
    return methods, calls, types
