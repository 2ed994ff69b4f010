# SPDX-License-Identifier: BSD-2-Clause
"""Reads a kernel's bit-field descriptions (.pbf): blocks of fields, most significant first, and
tagged unions of them."""

import re

from errors import DescriptionError
from model import Block, BlockField, Union


def read(path, shown):
    """(blocks, unions) of a file; blocks by name, in bits of the base."""
    blocks, unions = {}, []
    base, current = 64, None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        words = re.sub(r"--.*", "", line).replace("{", " { ").replace("}", " } ").split()
        if not words or words[0].startswith("#"):
            continue
        place = f"{shown}:{number}"
        try:
            current, base = _line(words, current, base, blocks, unions, place)
        except (IndexError, ValueError) as error:
            raise DescriptionError(place, words[0], f"cannot be read: {line.strip()!r}") from error
    if current:
        raise DescriptionError(f"{shown}:{number}", current[1], "has no closing brace")
    return {name: (base_bits, items) for name, (base_bits, items) in blocks.items()}, unions


def _line(words, current, base, blocks, unions, place):
    """One line; returns what is open and the base after it."""
    word = words[0]
    if word == "base":
        return current, int(words[1].split("(")[0])
    if word == "block":
        blocks[words[1]] = (base, [])
        return ("block", words[1]), base
    if word == "tagged_union":
        unions.append((words[1], words[2], []))
        return ("union", words[1]), base
    if word == "}":
        return None, base
    if current is None:
        raise DescriptionError(place, word, "is outside of a block")
    if word == "padding":
        blocks[current[1]][1].append((None, int(words[1])))
    elif word in ("field", "field_high"):
        blocks[current[1]][1].append((words[1], int(words[2])))
    elif word == "tag":
        unions[-1][2].append((words[1], int(words[2], 0)))
    elif word not in ("mask", "field_ptr"):
        raise DescriptionError(place, word, "is no word of a bit-field description")
    return current, base


def block(name, base, items):
    """A Block from fields, most significant first."""
    total = sum(width for _, width in items)
    words = -(-total // base)
    at, fields = words * base, []
    for field, width in items:
        at -= width
        if field:
            fields.append(BlockField(field, at // base, at % base, width))
    return Block(name, words, fields, base)


def union(name, tag_field, tags, blocks):
    result = Union(name, tag_field, [])
    for member, value in tags:
        base, items = blocks[member]
        made = block(f"{name}_{member}", base, items)
        made.tag_field, made.tag_value = tag_field, value
        result.words = made.words
        result.members.append((member, value, made))
    return result
