"""Edits by position: the rest of the file stays as it is, to the last blank."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import accumulate

from flakemark.events import TracedSite
from flakemark.sources import parsed

_KEYS = {"os.scandir": "lambda entry: entry.name"}
_NO_SEQUENCE = frozenset({"os.walk", "os.fwalk", "Path.walk"})  # what they give cannot be sorted as a whole


def edits(traced: TracedSite, text: str) -> list[str]:
    """Return a file's text with the cause mended, the plainest way first; empty where no way is known.

    Args:
        traced: the site of the cause.
        text: of its file.
    """
    if traced.source_kind not in ("set_order", "listing") or traced.source_name in _NO_SEQUENCE:
        return []
    tree = parsed(text)
    node = _node(tree, traced)
    return list(_sorted(tree, node, text, _KEYS.get(traced.source_name))) if node is not None else []


def _node(tree: ast.Module, traced: TracedSite) -> ast.expr | None:
    """Find the outermost expression that begins where the site does; of a call, the call of that name."""
    _, line, column, _ = traced.site.key.rsplit(":", 3)
    for node in ast.walk(tree):
        if isinstance(node, ast.expr) and (node.lineno, node.col_offset) == (int(line), int(column)):
            if traced.site.kind != "call":
                return node
            if isinstance(node, ast.Call) and ast.unparse(node.func).rsplit(".", 1)[-1] == traced.site.callee:
                return node
    return None


def _sorted(tree: ast.Module, node: ast.expr, text: str, key: str | None) -> Iterator[str]:
    data = text.encode()
    starts = [0, *accumulate(len(line) for line in data.splitlines(keepends=True))]

    def span(one: ast.expr) -> tuple[int, int]:
        return starts[one.lineno - 1] + one.col_offset, starts[(one.end_lineno or 0) - 1] + (one.end_col_offset or 0)

    start, end = span(node)
    outer_start, outer_end = span(_list_of(tree, node) or node)
    for chosen in (key,) if key else (None, "str"):
        how = f", key={chosen}".encode() if chosen else b""
        yield (data[:outer_start] + b"sorted(" + data[start:end] + how + b")" + data[outer_end:]).decode()


def _list_of(tree: ast.Module, node: ast.expr) -> ast.expr | None:
    """Return the call `list(node)`: what is sorted is a list already."""
    for one in ast.walk(tree):
        match one:
            case ast.Call(func=ast.Name(id="list"), args=[inner], keywords=[]) if inner is node:
                return one
    return None
