"""Which names stand beside a value in the source: what it is assigned to, passed as, read from or returned by.

A site knows only the name of what it calls. The others are looked up when a trace is about to leave the process, which is
seldom, and not when a module is loaded, which is always.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import ast
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator
from os.path import join
from typing import Any

from flakemark.events import Site

_open, _parse, _quiet, _ignore, _join = open, ast.parse, warnings.catch_warnings, warnings.simplefilter, join
Place = tuple[int, int]  # line, column


class Names:
    """The names beside the values of a project's files.

    Args:
        root: the project's, absolute.
        matters: whether a file's source is worth being looked at.
    """

    def __init__(self, root: str, matters: Callable[[str], bool]) -> None:
        self.root, self.matters = root, matters
        self._files: dict[str, dict[Place, list[str]]] = {}

    def of(self, site: Site) -> Iterator[str]:
        """Yield the names beside a site's value; the first use of a file costs a parse."""
        if site.callee:
            yield site.callee
        if site.kind == "return":
            yield site.function.rpartition(".")[2]
        if site.file not in self._files:
            self._files[site.file] = self._names_in(site.file)
        yield from self._files[site.file].get((site.line, _column(site)), ())

    def _names_in(self, file: str) -> dict[Place, list[str]]:
        try:
            with _open(_join(self.root, file), "rb") as opened:
                source = opened.read()
            if not self.matters(source.decode("utf-8", "replace")):
                return {}
            with _quiet():
                _ignore("ignore")
                return names_beside(_parse(source))
        except Exception:  # noqa: BLE001 - gone, changed, too deep: what remains are the names that the sites know
            return {}


def _column(site: Site) -> int:
    column = site.key[len(f"{site.file}:{site.line}:") :].partition(":")[0]
    return int(column) if column.isdecimal() else -1


def names_beside(tree: ast.AST) -> dict[Place, list[str]]:
    """Return the names beside every expression that has some, by the place where it begins; O(nodes)."""
    found: dict[Place, list[str]] = defaultdict(list)
    for node in ast.walk(tree):
        beside = _BESIDE.get(type(node))
        for names, value in beside(node) if beside is not None else ():
            for part in _carriers(value):
                found[part.lineno, part.col_offset] += names
        if isinstance(node, (ast.Call, ast.Subscript, ast.Attribute)):
            found[node.lineno, node.col_offset] += _read_from(node)
    return found


Beside = Iterator[tuple[list[str], Any]]


def _assigned(node: Any) -> Beside:
    if node.value is not None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        yield [name for target in targets for name in _names_of(target)], node.value


def _looped(node: Any) -> Beside:
    yield list(_names_of(node.target)), node.iter


def _entered(node: Any) -> Beside:
    if node.optional_vars is not None:
        yield list(_names_of(node.optional_vars)), node.context_expr


def _passed(node: Any) -> Beside:
    yield [node.arg] if node.arg else [], node.value


def _mapped(node: Any) -> Beside:
    for key, value in zip(node.keys, node.values, strict=True):
        if key is not None:
            yield list(_names_of(key)), value


def _default(node: Any) -> Beside:
    positional = [*node.posonlyargs, *node.args]
    yield from (([arg.arg], value) for arg, value in zip(reversed(positional), reversed(node.defaults)))  # noqa: B905 - the last ones have defaults
    yield from (([arg.arg], value) for arg, value in zip(node.kwonlyargs, node.kw_defaults, strict=True) if value is not None)


_BESIDE: dict[type, Callable[[Any], Beside]] = {
    ast.Assign: _assigned, ast.AnnAssign: _assigned, ast.AugAssign: _assigned, ast.NamedExpr: _assigned,
    ast.For: _looped, ast.AsyncFor: _looped, ast.comprehension: _looped, ast.withitem: _entered,
    ast.keyword: _passed, ast.Dict: _mapped, ast.arguments: _default,
}  # fmt: skip


def _names_of(node: ast.AST) -> Iterator[str]:
    """Yield the names that an expression is written with: its own, not those of what it is computed from."""
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value[:80]
    elif isinstance(node, ast.Subscript):
        yield from _names_of(node.slice)
        yield from _names_of(node.value)
    elif isinstance(node, (ast.Tuple, ast.List, ast.Starred)):
        for item in node.elts if not isinstance(node, ast.Starred) else [node.value]:
            yield from _names_of(item)


def _read_from(node: ast.Call | ast.Subscript | ast.Attribute) -> list[str]:
    """Return the names that a value is read from: `settings.token`, `environ["TOKEN"]`, `getenv("TOKEN")`."""
    if not isinstance(node, ast.Call):
        return list(_names_of(node))
    first = node.args[0] if node.args else None
    is_text = isinstance(first, ast.Constant) and isinstance(first.value, str) and first.value.replace("-", "_").isidentifier()
    return list(_names_of(first)) if first is not None and is_text else []


def _carriers(node: ast.expr) -> Iterator[Any]:
    """Yield an expression and those inside of it whose values it hands on: operands, branches, what is awaited, the object of a method."""
    yield node
    inner: list[Any] = []
    if isinstance(node, (ast.Await, ast.Attribute, ast.Subscript, ast.Starred, ast.NamedExpr, ast.FormattedValue)):
        inner = [node.value]
    elif isinstance(node, ast.Call):
        inner = [node.func]
    elif isinstance(node, (ast.BoolOp, ast.JoinedStr)):
        inner = node.values
    elif isinstance(node, ast.BinOp):
        inner = [node.left, node.right]
    elif isinstance(node, ast.IfExp):
        inner = [node.body, node.orelse]
    elif isinstance(node, (ast.Tuple, ast.List)):
        inner = node.elts
    for each in inner:
        yield from _carriers(each)
