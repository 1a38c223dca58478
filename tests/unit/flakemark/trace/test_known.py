"""The table of sources and waits against the real functions of this version of Python."""

from __future__ import annotations

import asyncio
import importlib
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flakemark.events import INPUTS
from flakemark.trace.known import source as kinds
from flakemark.trace.sources import SOURCES, recognise

LINES = [line.split() for line in Path(__file__).with_name("known.txt").read_text(encoding="ascii").splitlines() if line[0] != "#"]
MODULES = [
    "asyncio",
    "concurrent.futures",
    "datetime",
    "gc",
    "getpass",
    "glob",
    "http.client",
    "locale",
    "multiprocessing",
    "multiprocessing.connection",
    "multiprocessing.pool",
    "os",
    "pathlib",
    "platform",
    "queue",
    "random",
    "resource",
    "secrets",
    "select",
    "selectors",
    "shutil",
    "socket",
    "ssl",
    "subprocess",
    "sys",
    "tempfile",
    "threading",
    "time",
    "tracemalloc",
    "urllib.request",
    "uuid",
    "weakref",
]
KINDS = {value for name, value in vars(kinds).items() if name.isupper()}


@pytest.fixture(scope="module")
def namespace() -> Iterator[dict[str, Any]]:
    """Every module of the table, by its first name; what the expressions make is closed at the end."""
    for module in MODULES:
        importlib.import_module(module)
    loop, plug = asyncio.new_event_loop(), socket.socket()
    names = {module.partition(".")[0] for module in MODULES}
    yield {**{name: sys.modules[name] for name in names}, "loop": loop, "plug": plug}
    loop.close()
    plug.close()


@pytest.mark.parametrize(("expression", "name", "kind"), LINES, ids=[line[0] for line in LINES])
@pytest.mark.filterwarnings("ignore")
def test_a_source_is_recognised(namespace: dict[str, Any], expression: str, name: str, kind: str) -> None:
    try:
        function = eval(expression, namespace)
    except AttributeError:
        pytest.skip(f"this Python has no {expression}")
    found = recognise(function)
    assert found is not None
    assert (found.name, found.kind) == (name, kind)


def test_every_kind_is_one_that_there_is() -> None:
    assert {source.kind for source in SOURCES.values()} <= KINDS
    assert KINDS >= INPUTS


def test_no_source_is_known_by_two_names_of_one_key() -> None:
    assert all("=" not in key and key and source.name for key, source in SOURCES.items())
