# SPDX-License-Identifier: BSD-2-Clause
"""YAML that remembers its lines, and checked access to it.

Everything that reads a description goes through Record, so that each mistake is told with file,
line and field. Knows nothing of what the fields mean.
"""

import yaml

from errors import DescriptionError


class MarkedDict(dict):
    """A mapping with the line of itself and of each key."""
    line = 0
    lines = None


class MarkedLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """libyaml where PyYAML has it: ten times as fast."""
    file = ""


def _construct_mapping(loader, node):
    result = MarkedDict()
    result.line = node.start_mark.line + 1
    result.lines = {}
    yield result
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in result:
            raise DescriptionError(f"{loader.file}:{key_node.start_mark.line + 1}", str(key),
                                   "the field is there twice")
        result.lines[key] = key_node.start_mark.line + 1
        result[key] = loader.construct_object(value_node, deep=True)


MarkedLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _construct_mapping)


class Record:
    """A mapping of a file, with fields that must be of a type and are known by name."""

    def __init__(self, path, data, what):
        if not isinstance(data, MarkedDict):
            raise DescriptionError(path, what, "must be a mapping")
        self.path, self.data, self.what = path, data, what

    def place(self, field=None):
        return f"{self.path}:{self.data.lines.get(field, self.data.line)}"

    def fail(self, field, message):
        raise DescriptionError(self.place(field), field, message)

    def allow(self, *fields):
        for field in self.data:
            if field not in fields:
                self.fail(field, f"no such field in {self.what}; known are {', '.join(fields)}")

    def get(self, field, kind, default=None, required=False):
        if field not in self.data:
            if required:
                raise DescriptionError(self.place(), field, f"is missing in {self.what}")
            return default
        value = self.data[field]
        if not isinstance(value, kind):
            wanted = kind[0] if isinstance(kind, tuple) else kind
            self.fail(field, f"must be {_kind_name(wanted)}, not {value!r}")
        return value

    def records(self, field, what, required=False):
        for item in self.get(field, list, [], required):
            yield Record(self.path, item, what)


def _kind_name(kind):
    return {str: "text", int: "a number", bool: "true or false", list: "a list",
            dict: "a mapping"}.get(kind, kind.__name__)


def load(path, shown=None):
    """The top mapping of a file as a Record."""
    try:
        with open(path, encoding="utf-8") as stream:
            loader = MarkedLoader(stream)
            loader.file = str(shown or path)
            data = loader.get_single_data()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise DescriptionError(f"{shown or path}:{mark.line + 1 if mark else 1}", "",
                               error.problem or "cannot be read as YAML") from error
    return Record(str(shown or path), data, "the file")
