"""Arithmetic in files: numbers and names joined by + - * / ** and brackets, and nothing else.

An expression is parsed into Python's syntax tree and evaluated here, node by node: nothing
that a file contains is executed.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

MAX_LENGTH = 500
"""Longest expression or template."""


def _power(base: Any, exponent: Any) -> Any:
    """Return a power of floats, since a power of whole numbers may have no end of digits."""
    if isinstance(base, np.ndarray) or isinstance(exponent, np.ndarray):
        return np.power(np.asarray(base, np.float64), np.asarray(exponent, np.float64))
    value = float(base) ** float(exponent)
    if isinstance(value, complex):
        raise ArithmeticError(f"{base:g} has no power of {exponent:g}")
    return value


_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: _power,
}
_BRACES = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression.

    Attributes
    ----------
    text
        As written.
    names
        The names that it uses.
    """

    text: str
    names: frozenset[str]
    _tree: ast.expr

    def __call__(self, values: Mapping[str, Any]) -> Any:
        """Return the value, for numbers or for arrays of the same shape.

        Raises
        ------
        ArithmeticError
            If a number is divided by 0, too large, or a root of one below 0.
        """
        return _value(self._tree, values)


@dataclass(frozen=True, slots=True)
class Template:
    """Text with expressions in braces, such as ``{booths}`` or ``{gap * passengers} s``.

    Attributes
    ----------
    texts
        What stands before, between and after the expressions.
    expressions
        What stands in the braces.
    """

    texts: tuple[str, ...]
    expressions: tuple[Expression, ...]

    @property
    def names(self) -> frozenset[str]:
        """The names that its expressions use."""
        return frozenset[str]().union(*(expression.names for expression in self.expressions))

    def __call__(self, values: Mapping[str, float]) -> str:
        """Return the text with the values filled in, to the bit; whole numbers without a point.

        Raises
        ------
        ArithmeticError
            If a number is divided by 0, or too large.
        """
        filled = [self.texts[0]]
        for expression, text in zip(self.expressions, self.texts[1:], strict=True):
            value = float(expression(values))
            filled.append(str(int(value)) if value.is_integer() else repr(value))
            filled.append(text)
        return "".join(filled)


def parse_expression(text: str) -> Expression:
    """Return an expression.

    Raises
    ------
    ValueError
        If it is too long, or anything but arithmetic.
    """
    if len(text) > MAX_LENGTH:
        raise ValueError(f"more than {MAX_LENGTH} characters")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise _refused(text) from None
    return Expression(text, frozenset(_names(tree, text)), tree)


def parse_template(text: str) -> Template:
    """Return a template.

    Raises
    ------
    ValueError
        If it has no expression, or one that isn't arithmetic.
    """
    if len(text) > MAX_LENGTH:
        raise ValueError(f"more than {MAX_LENGTH} characters")
    parts = _BRACES.split(text)
    if len(parts) == 1 or any("{" in part or "}" in part for part in parts[::2]):
        raise ValueError(
            f"{text!r} names no column and no unknown; write them in braces: '{{passengers}}', "
            "'{gap * passengers} s'"
        )
    return Template(tuple(parts[::2]), tuple(parse_expression(part) for part in parts[1::2]))


def _refused(text: str) -> ValueError:
    return ValueError(
        f"{text.strip()!r} is no arithmetic; expected numbers and names with + - * / ** and "
        "brackets"
    )


def _names(node: ast.expr, text: str) -> set[str]:
    """Return the names below a node, or refuse it."""
    match node:
        case ast.Name(id=name):
            return {name}
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return set()
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return _names(left, text) | _names(right, text)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _names(operand, text)
    raise _refused(text)


def _value(node: ast.expr, values: Mapping[str, Any]) -> Any:
    match node:
        case ast.Name(id=name):
            return values[name]
        case ast.BinOp(left=left, op=op, right=right):
            return _OPERATORS[type(op)](_value(left, values), _value(right, values))
        case ast.UnaryOp(operand=operand):
            return -_value(operand, values)
        case ast.Constant(value=value):
            return value
    raise AssertionError(node)
