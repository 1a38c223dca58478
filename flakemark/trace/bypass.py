"""How a probe that has seen enough is passed by: `f(x) if __@fmp__[site] else __@fm__[site](site, __@fmc__[site](site, f)(x))`.

Either branch is what the user wrote; the first one costs a look into a list. Expressions that are large, or that bring
code of their own, are not written twice.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import ast
from typing import Any

from flakemark.trace.tree import place_of

MOST = 64  # nodes of an expression that stands there twice
_LOAD = ast.Load()
# What may stand there twice, by the fields that are to be looked into. All else may not: it has code of its own.
_FIELDS: dict[type, tuple[str, ...]] = {
    ast.Name: (),
    ast.Constant: (),
    ast.Attribute: ("value",),
    ast.Subscript: ("value", "slice"),
    ast.Slice: ("lower", "upper", "step"),
    ast.Call: ("func", "args", "keywords"),
    ast.keyword: ("value",),
    ast.Starred: ("value",),
    ast.Compare: ("left", "comparators"),
    ast.BinOp: ("left", "right"),
    ast.UnaryOp: ("operand",),
    ast.BoolOp: ("values",),
    ast.IfExp: ("test", "body", "orelse"),
    ast.Tuple: ("elts",),
    ast.List: ("elts",),
    ast.Set: ("elts",),
    ast.Dict: ("keys", "values"),
    ast.JoinedStr: ("values",),
    ast.FormattedValue: ("value", "format_spec"),
}
_VARIABLES = (ast.Name, ast.Attribute, ast.Call, ast.IfExp)  # all others may be folded to a constant, which has no identity
# The compiler warns where one of these is called or subscripted.
_LITERALS = (ast.Constant, ast.JoinedStr, ast.Tuple, ast.List, ast.Dict, ast.Set)


def bypass(name: str, site: ast.Constant, plain: ast.expr, probed: ast.expr) -> ast.expr:
    """Return what evaluates an expression without its probes once they have seen enough; the probed one where that would be too long.

    Args:
        name: of the list that says so, by the number of the site.
        site: the number.
        plain: the expression without the probes of this site, those of others are in it. It is used as it is.
        probed: the expression with them.
    """
    if not _may_stand_twice(plain):
        return probed
    place = place_of(plain)
    passed = ast.Subscript(ast.Name(name, _LOAD, **place), site, _LOAD, **place)
    return ast.IfExp(passed, plain, probed, **place)


def _may_stand_twice(node: ast.AST) -> bool:
    waiting: list[Any] = [node]
    for each in waiting:  # it grows meanwhile
        kind = type(each)
        if kind is ast.Name or kind is ast.Constant or each is None:
            continue
        fields = _FIELDS.get(kind)
        if fields is None or len(waiting) > MOST or _may_be_warned_of(each, kind):
            return False
        for name in fields:
            below = getattr(each, name)
            waiting += below if type(below) is list else (below,)
    return len(waiting) <= MOST


def _may_be_warned_of(node: Any, kind: type) -> bool:
    """Whether the compiler may warn of an expression, which it must not do twice."""
    if kind is ast.Call:
        return isinstance(node.func, _LITERALS)
    if kind is ast.Subscript:
        return isinstance(node.value, _LITERALS)
    if kind is not ast.Compare or not any(isinstance(each, (ast.Is, ast.IsNot)) for each in node.ops):
        return False
    return not all(isinstance(each, _VARIABLES) or _is_single(each) for each in (node.left, *node.comparators))


def _is_single(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and (node.value is None or node.value is ... or isinstance(node.value, bool))


def is_bypassed(node: ast.AST, name: str) -> bool:
    """Whether a node is what `bypass` made, with the list of this name."""
    test = node.test if isinstance(node, ast.IfExp) else None
    return isinstance(test, ast.Subscript) and isinstance(test.value, ast.Name) and test.value.id == name
