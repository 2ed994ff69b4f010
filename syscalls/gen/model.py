# SPDX-License-Identifier: BSD-2-Clause
"""The kernel interface of one configuration, whatever it was read from.

Loaders (load_api.py with its parts, load_prefix.py) fill it, emitters read it. Packing of
parameters into message words is decided here, once for the stubs, the by-name table and the
simulator.
"""

import hashlib
import json
from dataclasses import dataclass, field


@dataclass
class Param:
    name: str
    ctype: str          # without seL4_: "Word", "CNode", "UserContext"
    kind: str           # "slot", "enum BreakpointType", "cap TCB", ...
    doc: str = ""
    where: str = "message"   # message, cap, info, mr0, buffer (system calls)
    bits: int = 0            # width in the message
    at: int = 0              # bit position in the message, or number of the extra capability
    is_cap: bool = False
    struct: "Struct" = None


@dataclass
class Method:
    name: str
    interface: str
    label: str
    section: str = "common"
    number: int = 0
    params: list = field(default_factory=list)
    results: list = field(default_factory=list)
    errors: list = field(default_factory=list)
    flags: list = field(default_factory=list)
    check: str = ""
    halts: str = ""
    doc: str = ""
    text: str = ""
    length: int = 0      # message words
    extra_caps: int = 0

    @property
    def full(self):
        return f"{self.interface}_{self.name}"


@dataclass
class Syscall:
    name: str
    number: int
    shape: str
    api: bool = False
    params: list = field(default_factory=list)
    result: Param = None
    flags: list = field(default_factory=list)
    check: str = ""
    halts: str = ""
    doc: str = ""
    text: str = ""


@dataclass
class Enum:
    typedef: str
    tag: str
    header: str
    members: list        # (name, value)
    long: bool = False
    flags: bool = False
    doc: str = ""

    @property
    def name(self):
        return (self.typedef or self.tag).removeprefix("seL4_")


@dataclass
class Macro:
    name: str
    text: str
    header: str
    value: int = None    # None: not an integer


@dataclass
class StructField:
    ctype: str
    name: str
    count: int = 1
    count_text: str = ""
    offset: int = 0
    size: int = 0        # of one element


@dataclass
class Struct:
    name: str
    tag: str
    header: str
    fields: list
    packed: bool = False
    aligned: str = ""
    registers: bool = False
    own_words: bool = False  # a prefix does not change the words
    size: int = 0
    align: int = 1

    @property
    def short(self):
        return self.name.removeprefix("seL4_")

    @property
    def words(self):
        return [f.name for f in self.fields]


@dataclass
class BlockField:
    name: str
    word: int
    offset: int
    width: int


@dataclass
class Block:
    name: str
    words: int
    fields: list         # in the order of the constructor's arguments
    word_bits: int
    tag_field: str = ""
    tag_value: int = 0


@dataclass
class Union:
    name: str
    tag_field: str
    members: list        # (name, value, Block)
    words: int = 0


class Model:
    def __init__(self):
        self.arch = self.version = self.config_name = ""
        self.word_bits = 64
        self.mcs = False
        self.config = {}
        self.interface_docs = {}
        self.methods, self.syscalls = [], []
        self.other_methods = []  # every method of the architecture, if a prefix lists them
        self.enums, self.macros, self.scalars, self.structs = [], [], [], []
        self.blocks, self.union = [], None
        self.cap_kinds, self.cap_types = [], {}
        self.object_types, self.cap_tags = [], {}
        self.trap = {}
        self.error_texts = {}
        self.differences = []

    # Lookups.

    def constant(self, name):
        return self.constants().get(name)

    def constants(self):
        """Every integer constant by name."""
        values = {}
        for enum in self.enums:
            values.update(enum.members)
        values.update((m.name, m.value) for m in self.macros if m.value is not None)
        return values

    def enum(self, name):
        return next((e for e in self.enums if e.name == name), None)

    def struct(self, short):
        return next((s for s in self.structs if s.short == short), None)

    def on(self, name):
        return bool(self.config.get(name)) and self.config.get(name) != "0"

    @property
    def mr_registers(self):
        if self.mcs and self.trap.get("mcs_mr"):
            return self.trap["mcs_mr"]
        return self.trap["mr"]

    @property
    def hw_mrs(self):
        return len(self.mr_registers)

    # Packing.

    def pack(self, method):
        """Put every parameter and result at its place in the message."""
        used, caps = 0, 0
        for param in method.params:
            if param.is_cap:
                param.where, param.at = "cap", caps
                caps += 1
            else:
                used = self._place(param, used)
        method.length = -(-used // self.word_bits)
        method.extra_caps = caps
        used = 0
        for param in method.results:
            used = self._place(param, used)

    def _place(self, param, used):
        param.bits = self.width(param)
        step = min(param.bits, self.word_bits)
        param.at = -(-used // step) * step
        return param.at + param.bits

    def width(self, param):
        if param.struct:
            return len(param.struct.fields) * self.word_bits
        return WIDTHS.get(param.ctype, self.word_bits)

    # Identity.

    def hash(self):
        """Short hash of all that the interface consists of: not of words about it."""
        parts = {
            "arch": self.arch, "word": self.word_bits, "mcs": self.mcs,
            "methods": [[m.label, m.full, m.number, m.length, m.extra_caps,
                         [[p.name, p.ctype, p.where, p.at] for p in m.params],
                         [[p.name, p.ctype, p.at] for p in m.results]] for m in self.methods],
            "syscalls": [[s.name, s.number] for s in self.syscalls],
            "constants": sorted(self.constants().items()),
            "structs": [[s.name, s.size, [[f.ctype, f.name, f.offset, f.count] for f in s.fields]]
                        for s in self.structs],
            "blocks": [[b.name, b.words, [[f.name, f.word, f.offset, f.width] for f in b.fields]]
                       for b in self.all_blocks()],
            "trap": {k: v for k, v in sorted(self.trap.items())},
            "settings": {k: self.on(k) for k in HASHED_SETTINGS},
        }
        text = json.dumps(parts, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:8]

    def all_blocks(self):
        return self.blocks + ([b for _, _, b in self.union.members] if self.union else [])


# Bits of a C type in a message, without seL4_; what is not here is a word.
WIDTHS = {"Bool": 1, "Uint8": 8, "Uint16": 16, "Uint32": 32, "Uint64": 64, "Time": 64}

# C types that are numbers, not capabilities; CPtr and whatever ends in neither is a capability.
SCALARS = {"Word", "Bool", "Uint8", "Uint16", "Uint32", "Uint64", "Time", "CapRights_t", "VCPUReg",
           "int", "long"}

# Settings that no label or layout shows, but that decide how a program has to behave.
HASHED_SETTINGS = ("KERNEL_MCS", "DEBUG_BUILD", "PRINTING", "HARDWARE_DEBUG_API",
                   "ENABLE_SMP_SUPPORT", "SET_TLS_BASE_SELF", "ARM_HYPERVISOR_SUPPORT", "VTX",
                   "IOMMU", "ARM_SMMU", "TK1_SMMU")
