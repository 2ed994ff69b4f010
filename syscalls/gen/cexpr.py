# SPDX-License-Identifier: BSD-2-Clause
"""The value of a C constant expression as the descriptions use them: numbers with suffixes, names
of earlier constants, sizeof(seL4_Word), LIBSEL4_BIT(n), + - * << | and parentheses."""

import ast
import re

OPERATORS = {ast.Add: lambda a, b: a + b, ast.Sub: lambda a, b: a - b,
             ast.Mult: lambda a, b: a * b, ast.LShift: lambda a, b: a << b,
             ast.BitOr: lambda a, b: a | b, ast.RShift: lambda a, b: a >> b}


def evaluate(text, constants, word_bits):
    """The value, or None if the text is no integer constant."""
    text = re.sub(r"\b(0x[0-9a-fA-F]+|\d+)[uUlL]+\b", r"\1", str(text))
    text = text.replace("sizeof(seL4_Word)", str(word_bits // 8))
    try:
        return _value(ast.parse(text.strip(), mode="eval").body, constants)
    except (SyntaxError, KeyError, TypeError, ValueError):
        return None


def _value(node, constants):
    if isinstance(node, ast.Constant):
        return int(node.value)
    if isinstance(node, ast.Name):
        return constants[node.id]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand, constants)
    if isinstance(node, ast.BinOp):
        return OPERATORS[type(node.op)](_value(node.left, constants),
                                        _value(node.right, constants))
    if isinstance(node, ast.Call) and node.func.id == "LIBSEL4_BIT":
        return 1 << _value(node.args[0], constants)
    raise ValueError(ast.dump(node))
