# SPDX-License-Identifier: BSD-2-Clause
"""The files of syscalls/api/ as one configuration sees them: conditions, settings, conditional lists.

What is in which file is for load_calls.py and load_types.py; marked.py knows the lines.
"""

import re
from pathlib import Path

import cond
import marked


class Description:
    def __init__(self, folder, config):
        self.folder, self.config = Path(folder), config

    def file(self, name):
        return marked.load(self.folder / name, f"{self.folder.name}/{name}")

    def holds(self, record, field="if"):
        """Whether the condition in a record's field holds."""
        text = record.get(field, (str, bool), "")
        try:
            return text if isinstance(text, bool) else cond.holds(text, self.config)
        except cond.ConditionError as error:
            record.fail(field, str(error))

    def flatten(self, record, field):
        """A list with conditional parts, as it is under this configuration."""
        for item in record.get(field, list, required=True):
            if isinstance(item, dict):
                inner = marked.Record(record.path, item, f"a part of the {field}")
                inner.allow("if", field)
                if self.holds(inner):
                    yield from inner.get(field, list, required=True)
            else:
                yield str(item)

    def settings(self, text):
        """CONFIG:NAME and CONFIG:NAME:DEFAULT as numbers."""
        def replace(match):
            value = self.config.get(match.group(1)) or match.group(2) or 0
            return str(value)
        return re.sub(r"CONFIG:(\w+)(?::(\w+))?", replace, str(text))

    def choose(self, table, name):
        value = table.get(name, (int, str, dict))
        if not isinstance(value, dict):
            return self.settings(value)
        for condition, result in value.items():
            try:
                if condition == "else" or cond.holds(condition, self.config):
                    return self.settings(result)
            except cond.ConditionError as error:
                table.fail(name, str(error))
        table.fail(name, "no condition holds and there is no else")
        return None
