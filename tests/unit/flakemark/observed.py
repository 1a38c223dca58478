"""Traces of small programs: the real rewriting, and probes that write into a list."""

from __future__ import annotations

import ast
import textwrap
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from flakemark.events import Site, Trace, TracedSite, TraceEvent
from flakemark.trace.fingerprint import encode
from flakemark.trace.instrument import instrument
from flakemark.trace.probe import AWAITED, CALLEE, ENTERED, ITERABLE, PASSED, VALUE


def observe(source: str, *arguments: Any, loops: bool = True, file: str = "m.py") -> Trace:
    """Run the function `f` of a program; what it raises ends the trace.

    Args:
        source: the program; a line belongs to a loop or does not, it is not shared.
        arguments: of its function `f`.
        loops: whether the sites say which loops are around them.
        file: its name.
    """
    sites: list[Site] = []
    events: list[TraceEvent] = []

    def add_site(site: Site, *, varying: bool = False) -> int:
        sites.append(site)
        return len(sites) - 1

    def value(number: int, seen: Any) -> Any:
        events.append(TraceEvent(number, 0, encode(seen), len(events)))
        return seen

    def passed(number: int, seen: Any) -> Any:
        return seen

    values, callees = defaultdict(lambda: value), defaultdict(lambda: passed)
    namespace: dict[str, Any] = {VALUE: values, CALLEE: callees, ITERABLE: callees, AWAITED: passed, ENTERED: lambda: None}
    namespace[PASSED] = defaultdict(bool)
    exec(compile(instrument(ast.parse(textwrap.dedent(source)), file, add_site), file, "exec"), namespace)
    del events[:]
    try:
        namespace["f"](*arguments)
    except Exception as error:  # noqa: BLE001 - how a program ends is part of what is compared
        del error
    around = _loops(ast.parse(textwrap.dedent(source))) if loops else {}
    return Trace(tuple(TracedSite(site._replace(loops=around.get(site.line, "")), "", "") for site in sites), ("main",), tuple(events))


def _loops(tree: ast.AST) -> dict[int, str]:
    """Return the lines of the loops around each line, outermost first."""
    found: dict[int, str] = {}
    for function in ast.walk(tree):
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            _look(function.body, (), found)
    return found


def _look(statements: Iterable[ast.AST], around: tuple[int, ...], found: dict[int, str]) -> None:
    for statement in statements:
        is_loop = isinstance(statement, (ast.For, ast.While))
        inside = (*around, statement.lineno) if is_loop else around  # type: ignore[attr-defined]
        if isinstance(statement, (ast.stmt, ast.ExceptHandler)):
            found[statement.lineno] = " ".join(map(str, inside if isinstance(statement, ast.While) else around))
        for name in ("body", "orelse", "handlers", "finalbody"):
            _look(getattr(statement, name, ()), inside if name == "body" else around, found)
