"""Generated programs show the same with and without probes: values, errors with their frames, output, warnings with their lines."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings

from flakemark.trace.instrument import instrument
from flakemark.trace.probe import install
from flakemark.trace.recording import RECORDER
from tests.properties.grammar import ASYNC_GENERATORS, COROUTINES, FUNCTIONS, GENERATORS, STEPS
from tests.properties.programs import FILE, HEAD, HEAD_FILE, run

Compile = Callable[[str], Any]


def plain(source: str, file: str = FILE) -> Any:
    return compile(source, file, "exec", dont_inherit=True)


def probed(source: str, file: str = FILE) -> Any:
    install()
    RECORDER.start([])
    return compile(instrument(ast.parse(source), file, RECORDER.add_site), file, "exec", dont_inherit=True)


HEADS = {way: way(HEAD, HEAD_FILE) for way in (plain, probed)}


def compiled(source: str, way: Compile) -> tuple[Any, Any]:
    """Compile; returns the code, or None, and what the compiler had to say."""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            code, said = way(source), None
        except SyntaxError as error:  # e.g. `nonlocal` of a name that is not there
            code, said = None, (error.msg, error.lineno)
    return code, (said, sorted((warning.lineno, str(warning.message)) for warning in warned))


def compare(source: str, steps: tuple[str, ...] = ()) -> None:
    (one, said), (other, said_of_probed) = compiled(source, plain), compiled(source, probed)
    assert said_of_probed == said, source
    if one is not None:
        assert run(HEADS[probed], other, steps) == run(HEADS[plain], one, steps), source


def program(kind: str, body: str) -> str:
    return f"{kind} f(a, b, c):\n    w = 0\n{body}"


@given(FUNCTIONS)
@settings(max_examples=120)
def test_a_generated_function_means_the_same(body: str) -> None:
    compare(program("def", body))


@given(GENERATORS, STEPS)
@settings(max_examples=80)
def test_a_generated_generator_means_the_same(body: str, steps: list[str]) -> None:
    compare(program("def", body + "\n    yield 'end'"), tuple(steps))


@given(COROUTINES)
@settings(max_examples=40)
def test_a_generated_coroutine_means_the_same(body: str) -> None:
    compare(program("async def", body))


@given(ASYNC_GENERATORS, STEPS)
@settings(max_examples=40)
def test_a_generated_async_generator_means_the_same(body: str, steps: list[str]) -> None:
    compare(program("async def", body + "\n    yield 'end'"), tuple(steps))
