# SPDX-License-Identifier: BSD-2-Clause
"""The one exception of the generator: what is wrong, and in which file, line and field."""


class DescriptionError(Exception):
    def __init__(self, place, field, message):
        super().__init__(f"{place}: {field}: {message}" if field else f"{place}: {message}")
