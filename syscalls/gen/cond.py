# SPDX-License-Identifier: BSD-2-Clause
"""Conditions over the configuration: names, !, &, |, parentheses and comparisons with numbers.

"!KERNEL_MCS & ENABLE_SMP_SUPPORT", "XSAVE_SIZE >= 832". A name that the configuration does not
have is false (or 0).
"""

import re

TOKEN = re.compile(r"\s*(?:(\w+)|(>=|<=|==|!=|>|<|!|&|\||\(|\)))")


class ConditionError(Exception):
    pass


def _tokens(text):
    at, result = 0, []
    while at < len(text.rstrip()):
        match = TOKEN.match(text, at)
        if not match:
            raise ConditionError(f"cannot read {text[at:].strip()!r} in the condition {text!r}")
        result.append(match.group(1) or match.group(2))
        at = match.end()
    return result


class _Parser:
    """Recursive descent: or, and, not, comparison."""

    def __init__(self, text, config):
        self.text, self.config, self.tokens, self.at = text, config, _tokens(text), 0

    def peek(self):
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self):
        token = self.peek()
        if token is None:
            raise ConditionError(f"the condition {self.text!r} ends too early")
        self.at += 1
        return token

    def alternatives(self):
        value = self.terms()
        while self.peek() == "|":
            self.take()
            value = self.terms() or value
        return value

    def terms(self):
        value = self.factor()
        while self.peek() == "&":
            self.take()
            value = self.factor() and value
        return value

    def factor(self):
        token = self.take()
        if token == "!":
            return not self.factor()
        if token == "(":
            value = self.alternatives()
            if self.take() != ")":
                raise ConditionError(f"a parenthesis is missing in the condition {self.text!r}")
            return value
        if not re.match(r"\w+$", token):
            raise ConditionError(f"{token!r} is out of place in the condition {self.text!r}")
        if self.peek() in COMPARE:
            compare = COMPARE[self.take()]
            return compare(number(self.config, token), number(self.config, self.take()))
        return bool(value_of(self.config, token))


COMPARE = {">=": lambda a, b: a >= b, "<=": lambda a, b: a <= b, "==": lambda a, b: a == b,
           "!=": lambda a, b: a != b, ">": lambda a, b: a > b, "<": lambda a, b: a < b}


def value_of(config, name):
    value = config.get(name, False)
    return False if value in ("", "0", 0) else value


def number(config, token):
    text = token if token[0].isdigit() else config.get(token, 0)
    try:
        return int(text, 0) if isinstance(text, str) else int(text)
    except ValueError:
        return 0


def holds(text, config):
    """Whether a condition holds; None and "" always do."""
    if text in (None, ""):
        return True
    parser = _Parser(str(text), config)
    value = parser.alternatives()
    if parser.peek() is not None:
        raise ConditionError(f"{parser.peek()!r} is out of place in the condition {text!r}")
    return value


def names(text):
    """The configuration names a condition looks at."""
    return [t for t in _tokens(str(text or "")) if re.match(r"[A-Za-z_]\w*$", t)]
