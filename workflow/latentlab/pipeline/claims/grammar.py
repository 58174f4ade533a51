"""Claims: sentences of a document as expressions over measured metrics, such as
``ms_ssim(at-gap-in) < min(ms_ssim(at-clean), 0.99)``.

Grammar: ``metric(subject)`` is a measured value; ``metric(@group)``, inside min or max, stands for the
values of all runs of a group. In addition there are numbers, + - * /, comparisons, ``and``, ``or``, ``not``
and the functions min, max and abs. Nothing else is evaluated.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence

from latentlab.errors import ConfigError
from latentlab.pipeline.names import unknown_name

FUNCTIONS = ("min", "max", "abs")
OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div)
SIGNS = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
LONGEST = 1000  # characters
_PLACEHOLDER = re.compile(r"\bvalue\d+\b")
_VALUE = re.compile(r"\b(?!(?:min|max|abs)\b)([a-z][a-z0-9_]*)\(\s*(@?[a-z0-9]+(?:-[a-z0-9]+)*)\s*\)")
Groups = Mapping[str, Sequence[str]]  # runs by the group's name
Term = tuple[str, str]  # metric, subject


def terms(expression: str, where: str, groups: Groups) -> list[Term]:
    """The measured values that an expression refers to, as (metric, subject), in order.

    Raises
    ------
    ConfigError : the expression cannot be parsed, or names a group that does not exist.
    """
    _, values = parse(expression, where, groups)
    return list(values.values())


def parse(expression: str, where: str, groups: Groups) -> tuple[ast.expr, dict[str, Term]]:
    """The tree of an expression, checked, and its measured values by their names in the tree.

    Raises
    ------
    ConfigError : the expression cannot be parsed, is outside the grammar, or names an unknown group.
    """
    values: dict[str, Term] = {}

    def replace(match: re.Match[str]) -> str:
        metric, subject = match[1], match[2]
        if subject.startswith("@") and subject[1:] not in groups:
            raise ConfigError(f"{where}: {unknown_name('group', subject[1:], groups)}")
        members = groups[subject[1:]] if subject.startswith("@") else [subject]
        names = [f"value{len(values) + place}" for place in range(len(members))]
        values.update({name: (metric, member) for name, member in zip(names, members, strict=True)})
        return ", ".join(names)

    if len(expression) > LONGEST:
        raise ConfigError(f"{where}: the expression is longer than {LONGEST} characters")
    if written := _PLACEHOLDER.search(expression):
        raise ConfigError(f"{where}: '{written[0]}' means nothing here; values are written metric(subject)")
    try:
        tree = ast.parse(_VALUE.sub(replace, expression), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ConfigError(f"{where}: {expression!r} is no expression ({error})") from error
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id not in values and node.id not in FUNCTIONS:
            raise ConfigError(f"{where}: '{node.id}' means nothing here; values are written metric(subject)")
    if not _is_verdict(tree):
        raise ConfigError(f"{where}: '{expression}' compares nothing, so it can neither hold nor fail")
    _check(tree, where)
    if not values:
        raise ConfigError(
            f"{where}: '{expression}' names no measured value; values are written metric(subject)"
        )
    return tree, values


def _is_verdict(node: ast.expr) -> bool:
    """Whether an expression is a comparison, or a combination of comparisons by and, or, not."""
    match node:
        case ast.Compare():
            return True
        case ast.BoolOp(values=operands):
            return all(_is_verdict(operand) for operand in operands)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _is_verdict(operand)
    return False


def _check(node: ast.expr, where: str) -> None:
    """Raise ConfigError for what is outside the grammar, before anything is measured."""
    logical = isinstance(node, ast.BoolOp) or (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not))
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            parts: list[ast.expr] = []
        case ast.Name():
            parts = []
        case ast.UnaryOp(op=ast.USub() | ast.Not(), operand=operand):
            parts = [operand]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            parts = [left, right]
        case ast.BoolOp(values=parts):
            pass
        case ast.Compare(left=left, ops=ops, comparators=comparators) if all(type(op) in SIGNS for op in ops):
            parts = [left, *comparators]
        case ast.Call(func=ast.Name(id=name), args=parts, keywords=[]) if name in FUNCTIONS:
            if (len(parts) == 1) != (name == "abs") or not parts:
                raise ConfigError(f"{where}: '{ast.unparse(node)}' has a wrong number of arguments")
        case _:
            raise ConfigError(f"{where}: '{ast.unparse(node)}' cannot be used in a claim")
    for part in parts:
        if _is_verdict(part) and not logical:
            raise ConfigError(f"{where}: '{ast.unparse(part)}' is no number")
        _check(part, where)
