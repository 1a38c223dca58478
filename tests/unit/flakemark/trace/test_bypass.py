"""What a site sees no more costs a look into a list: small expressions are written twice, with probes and without."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from typing import Any

import pytest

from flakemark.events import Site
from flakemark.trace.bypass import MOST, is_bypassed
from flakemark.trace.instrument import instrument
from flakemark.trace.probe import PASSED, install
from flakemark.trace.recording import FIRST, RECORDER, SITE_CAP
from flakemark.trace.spots import PASS
from tests.unit.flakemark.trace.test_instrument import (
    COMPILER_WARNINGS,
    ERRORS,
    MEANINGS,
    columns,
    crash,
    needs,
    only_compiled,
    only_probed,
    plain,
    warned,
)

Make = Callable[..., Any]


def bypassed(source: str) -> list[str]:
    """Return the expressions of a program that stand in it twice, as they were written."""
    tree = instrument(ast.parse(source), "m.py", lambda site, varying=False: 1)
    return [ast.unparse(node.body) for node in ast.walk(tree) if isinstance(node, ast.IfExp) and is_bypassed(node, PASSED)]


def passed(source: str) -> dict[str, Any]:
    """Run a program all of whose sites pass everything by."""

    def add(site: Site, *, varying: bool = False) -> int:
        number = RECORDER.add_site(site, varying=varying)
        RECORDER.passed[number] = True
        return number

    install()
    namespace: dict[str, Any] = {"__name__": "plain_sample"}
    exec(compile(instrument(ast.parse(source), "sample.py", add), "sample.py", "exec", dont_inherit=True), namespace)
    return namespace


def in_a_loop(source: str) -> str:
    """Put a program into a loop, where it is taken to run often, unless that would change what it is."""
    if "__future__" in source or "'''" in source or '"""' in source:
        return source
    return "for _ in (1,):\n" + "\n".join("    " + line if line else line for line in source.split("\n"))


@pytest.mark.parametrize("name", MEANINGS)
def test_a_construct_means_what_it_meant_where_probes_are_passed_by(name: str) -> None:
    source = in_a_loop(MEANINGS[name])
    if needs(MEANINGS[name]) > sys.version_info:
        pytest.skip(f"needs Python {needs(MEANINGS[name])}")
    assert passed(source)["result"] == plain(source)["result"]


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_comes_from_the_same_lines_and_columns_where_probes_are_passed_by(name: str) -> None:
    source = in_a_loop(ERRORS[name])
    assert crash(passed, source) == crash(plain, source)
    assert columns(passed, source) == columns(plain, source)


@pytest.mark.parametrize("name", COMPILER_WARNINGS)
def test_the_compiler_warns_of_the_same_where_expressions_stand_twice(name: str) -> None:
    source = in_a_loop(COMPILER_WARNINGS[name])
    assert warned(only_probed, source) == warned(only_compiled, source)


def test_a_site_that_is_passed_by_records_nothing() -> None:
    source = """
def g(n):
    return n * 2

while not globals().get('x'):
    x = g(3)
    x += g(x)
    y = x.real if x.real > 1 else g(x)
"""
    RECORDER.start([])
    before = len(RECORDER.recorded())
    assert passed(source)["y"] == 18
    assert len(RECORDER.recorded()) == before


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("return g(a)", "g(a)"),
        ("return a.b.c(a, k=b[1:2], *c, **d)", "a.b.c(a, *__@fmi__[1](1, c), k=b[1:2], **d)"),
        ("if b < c: pass", "b < c"),
        ("x = {**a, 1: (2, [b], {c})}", "{**a, 1: (2, [b], {c})}"),
        ("x += f'{a!r:>{b}}'", "f'{a!r:>{b}}'"),
        ("x = a is None or b is not c", "a is None or b is not c"),
    ],
)
def test_a_small_expression_stands_there_twice(line: str, expected: str) -> None:
    assert bypassed(f"def f(a, b, c, d, g):\n    x = 0\n    {line}\n") == [expected]


@pytest.mark.parametrize(
    "expression",
    [
        "[x for x in a]", "lambda: a", "(yield a)", "(y := a)", "{x: 1 for x in a}", "a if (lambda: 1)() else b",
        "a is 1", "a is not 'x'", "a is -1", "a is (1, 2)", "[1][a]", "'x'[a]", "a[(yield)]",
        "+".join(["a"] * MOST),
    ],
)  # fmt: skip
def test_what_has_code_of_its_own_or_may_be_warned_of_or_is_long_stands_there_once(expression: str) -> None:
    assert [each for each in bypassed(f"def f(a, b):\n    return {expression}") if each == ast.unparse(ast.parse(expression))] == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = f(1)", []),
        ("class A:\n    x = f(1)", []),
        ("def test_it():\n    x = f(1)", []),
        ("class TestIt:\n    def test_it(self):\n        x = f(1)", []),
        ("def test_it():\n    for i in g:\n        x = f(1)", ["f(1)"]),
        ("while g:\n    x = f(1)", ["g", "f(1)"]),
        ("def helper():\n    x = f(1)", ["f(1)"]),
        ("def test_it():\n    def helper():\n        x = f(1)", ["f(1)"]),
        ("def helper():\n    def test_it():\n        x = f(1)", ["f(1)"]),
        ("class A:\n    def run(self):\n        return f(1)", ["f(1)"]),
    ],
)
def test_what_runs_once_stands_there_once(source: str, expected: list[str]) -> None:
    assert bypassed(source) == expected


def test_nesting_does_not_multiply_the_code() -> None:
    deep = "f(" * 40 + "x" + ")" * 40
    tree = instrument(ast.parse(f"def g(f, x):\n    return {deep}"), "m.py", lambda site, varying=False: 1)
    compiled = compile(tree, "m.py", "exec")
    code = next(each for each in compiled.co_consts if hasattr(each, "co_code"))
    once = compile(f"def g(f, x):\n    return {deep}", "m.py", "exec")
    short = next(each for each in once.co_consts if hasattr(each, "co_code"))
    assert len(code.co_code) < 12 * len(short.co_code)


SOURCE = "def f(n):\n    return n.real + 1\n\ndef run(times):\n    for n in range(times):\n        f(n)\n"


def numbers(module: str) -> list[int]:
    return [number for number, site in enumerate(RECORDER.table.sites) if site.file == f"{module}.py" and site.line in (2, 6)]


def test_a_site_is_passed_by_when_it_has_recorded_enough_and_observed_again_in_the_next_run(program: Make) -> None:
    made = program(SOURCE, name="bypass_enough")
    sites = numbers("bypass_enough")
    RECORDER.start([])
    made["run"](FIRST)
    assert not any(RECORDER.passed[number] for number in sites)
    made["run"](SITE_CAP + 1)
    assert all(RECORDER.passed[number] and RECORDER.values[number] is PASS for number in sites)
    recorded = len(RECORDER.recorded())
    made["run"](5)
    assert len(RECORDER.recorded()) == recorded
    RECORDER.start([])
    assert not any(RECORDER.passed[number] for number in sites)
    made["run"](1)
    assert {event[0] for event in RECORDER.recorded()} >= set(sites)


def test_a_site_that_is_passed_by_is_looked_at_again_when_something_is_forced_there(program: Make) -> None:
    made = program(SOURCE, name="bypass_forced")
    site = next(number for number in numbers("bypass_forced") if RECORDER.table.sites[number].kind == "return")
    RECORDER.start([])
    made["run"](SITE_CAP + FIRST)
    assert RECORDER.passed[site]
    RECORDER.start([{"kind": "pin", "site": RECORDER.table.sites[site].key, "values": [7]}])
    assert not RECORDER.passed[site]
    assert made["f"](1) == 7
