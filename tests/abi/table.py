# SPDX-License-Identifier: BSD-2-Clause
"""The compiled by-name table, read through ctypes, and a packer that follows its rows as
sel4mon/api_table.h says, so that the table can be held against what the stubs send."""

import ctypes
import subprocess
from ctypes import POINTER, Structure, c_bool, c_char_p, c_int32, c_uint8, c_uint16, c_uint32, c_uint64


class Value(Structure):
    _fields_ = [("name", c_char_p), ("value", c_uint64)]


class Enum(Structure):
    _fields_ = [("name", c_char_p), ("values", POINTER(Value)), ("count", c_uint16)]


class Struct(Structure):
    _fields_ = [("name", c_char_p), ("fields", POINTER(c_char_p)), ("count", c_uint16)]


class Param(Structure):
    _fields_ = [("name", c_char_p), ("kind", c_uint8), ("type", c_uint8), ("where", c_uint8),
                ("index", c_uint8), ("shift", c_uint8), ("width", c_uint8), ("optional", c_bool)]


class Method(Structure):
    _fields_ = [("name", c_char_p), ("interface", c_char_p), ("doc", c_char_p),
                ("danger", c_char_p), ("params", POINTER(Param)), ("results", POINTER(Param)),
                ("number", c_int32), ("flags", c_uint16), ("param_count", c_uint8),
                ("result_count", c_uint8), ("length", c_uint8), ("extra_caps", c_uint8),
                ("is_syscall", c_bool), ("errors", c_uint16)]


class ObjectType(Structure):
    _fields_ = [("name", c_char_p), ("number", c_uint32), ("size_bits", c_uint8),
                ("min_bits", c_uint8), ("unit_bits", c_uint8), ("object", c_uint8),
                ("is_frame", c_bool)]


# enum api_where of api_table.h, in its order.
WHERE = ("cap", "extra", "message", "info", "reply", "dest", "buffer", "count", "label")


class Table:
    def __init__(self, generated, include, folder):
        path = f"{folder}/table.so"
        subprocess.run(["gcc", "-shared", "-fPIC", "-I", str(include), "-I", f"{generated}/include",
                        f"{generated}/api_table.c", "-o", path], check=True)
        self.lib = ctypes.CDLL(path)
        count = c_uint16.in_dll(self.lib, "api_method_count").value
        self.methods = list((Method * count).in_dll(self.lib, "api_methods"))
        self.by_name = {m.name.decode(): m for m in self.methods}

    def array(self, kind, name, count_name):
        count = c_uint16.in_dll(self.lib, count_name).value
        return list((kind * count).in_dll(self.lib, name))

    def enums(self):
        return self.array(Enum, "api_enums", "api_enum_count")

    def structs(self):
        return self.array(Struct, "api_structs", "api_struct_count")

    def objects(self):
        return [n.decode() for n in self.array(c_char_p, "api_objects", "api_object_count")]

    def object_types(self):
        return self.array(ObjectType, "api_object_types", "api_object_type_count")

    def params(self, method):
        return [method.params[i] for i in range(method.param_count)]

    def pack(self, method, values, bits):
        """(cap, words, extra capabilities) of a call by name; values by parameter name."""
        cap, words, caps = None, [0] * method.length, [0] * method.extra_caps
        for param in self.params(method):
            value = values[param.name.decode()]
            where = WHERE[param.where]
            if where == "cap":
                cap = value
            elif where == "extra":
                caps[param.index] = value
            elif isinstance(value, list):
                words[param.index:param.index + len(value)] = value
            else:
                place(words, param, value, bits)
        return cap, words, caps


def place(words, param, value, bits):
    value &= (1 << param.width) - 1
    words[param.index] |= (value << param.shift) & (2 ** bits - 1)
    if param.shift + param.width > bits:
        words[param.index + 1] |= value >> (bits - param.shift)
