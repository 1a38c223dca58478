"""Sample programs, run in this process with and without probes."""

from __future__ import annotations

import ast
import itertools
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from flakemark.events import Site
from flakemark.trace.instrument import instrument
from flakemark.trace.probe import install
from flakemark.trace.recording import RECORDER


class Program:
    """An instrumented module: its namespace, and what its sites recorded."""

    def __init__(self, source: str, name: str = "sample") -> None:
        self.source = textwrap.dedent(source)
        self.file = f"{name}.py"
        install()
        RECORDER.table.forget(self.file)
        tree = instrument(ast.parse(self.source), self.file, RECORDER.add_site)
        self.code = compile(tree, self.file, "exec", dont_inherit=True)
        self.namespace: dict[str, Any] = {"__name__": name}

    def run(self) -> Program:
        exec(self.code, self.namespace)
        return self

    def __getitem__(self, name: str) -> Any:
        return self.namespace[name]

    def sites(self) -> list[Site]:
        return [site for site in RECORDER.table.sites if site.file == self.file]

    def key(self, line: int, kind: str, callee: str | None = None) -> str:
        found = [site.key for site in self.sites() if site.line == line and site.kind == kind and callee in (None, site.callee)]
        return found[-1]

    def seen(self, line: int | None = None, kind: str | None = None) -> list[Any]:
        sites = RECORDER.table.sites
        chosen = [(sites[event[0]], event[2]) for event in RECORDER.recorded()]
        return [x for site, x in chosen if site.file == self.file and line in (None, site.line) and kind in (None, site.kind)]


_numbers = itertools.count(1)  # no two samples have sites of the same key


@pytest.fixture
def program() -> Iterator[Callable[..., Program]]:
    """Instrument a sample under a file name of its own; the recorder is empty before and after."""
    RECORDER.start([])

    def make(source: str, *, name: str = "", run: bool = True) -> Program:
        made = Program(source, name or f"sample{next(_numbers)}")
        return made.run() if run else made

    yield make
    RECORDER.start([])
