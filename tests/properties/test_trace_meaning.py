"""Generated programs compute the same values and raise the same errors at the same lines with and without probes."""

from __future__ import annotations

import ast
import asyncio
import inspect
import traceback
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from flakemark.trace.instrument import instrument
from flakemark.trace.probe import install
from flakemark.trace.recording import RECORDER

NAMES = st.sampled_from("abc")
ATOMS = NAMES | st.sampled_from(
    ["0", "1", "-2", "2.5", "'x'", "None", "True", "[]", "(1, 2)", "{'k': 1}", "{3, 1}", "o", "o.n", "o.items", "note(a)"]
)


def expressions(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    two = st.tuples(inner, inner)
    three = st.tuples(inner, inner, inner)
    return st.one_of(
        two.map(lambda p: f"({p[0]} + {p[1]})"),
        two.map(lambda p: f"({p[0]} and {p[1]})"),
        two.map(lambda p: f"({p[0]} or {p[1]})"),
        two.map(lambda p: f"({p[0]} // {p[1]})"),
        two.map(lambda p: f"{p[0]}[{p[1]}]"),
        two.map(lambda p: f"[{p[0]},\n {p[1]}]"),
        two.map(lambda p: f"{{{p[0]}: {p[1]}}}"),
        two.map(lambda p: f"f'{{({p[0]})!r}}-{{({p[1]})}}'".replace("\n", "")).filter(lambda text: text.count("'") == 2),
        two.map(lambda p: f"(lambda z={p[0]}: note(z, {p[1]}))()"),
        two.map(lambda p: f"[note(y) for y in {p[0]} if {p[1]}]"),
        two.map(lambda p: f"(w := {p[0]}, w, {p[1]})"),
        inner.map(lambda e: f"note({e})"),
        inner.map(lambda e: f"note(*{e})"),
        inner.map(lambda e: f"note(\n  {e},\n  k={e})"),
        inner.map(lambda e: f"len({e})"),
        inner.map(lambda e: f"list({e})"),
        inner.map(lambda e: f"str({e}).upper()"),
        inner.map(lambda e: f"sum(y for y in {e})"),
        inner.map(lambda e: f"sorted({{y: 1 for y in {e}}})"),
        inner.map(lambda e: f"(not {e})"),
        three.map(lambda p: f"({p[0]} if {p[1]} else {p[2]})"),
        three.map(lambda p: f"({p[0]} < {p[1]} <= {p[2]})"),
    )


EXPRESSIONS = st.recursive(ATOMS, expressions, max_leaves=6)
SIMPLE = st.one_of(
    st.tuples(NAMES, EXPRESSIONS).map(lambda p: f"{p[0]} = {p[1]}"),
    st.tuples(NAMES, NAMES, EXPRESSIONS).map(lambda p: f"{p[0]}, *{p[1]} = {p[2]}"),
    st.tuples(NAMES, NAMES, EXPRESSIONS).map(lambda p: f"{p[0]} = o.n, {p[1]} = {p[2]}"),
    st.tuples(NAMES, EXPRESSIONS).map(lambda p: f"{p[0]} += {p[1]}"),
    st.tuples(NAMES, EXPRESSIONS).map(lambda p: f"{p[0]}: int = {p[1]}"),
    EXPRESSIONS.map(lambda e: f"o.n = {e}"),
    EXPRESSIONS.map(lambda e: f"o.n -= {e}"),
    st.tuples(EXPRESSIONS, EXPRESSIONS).map(lambda p: f"o.items[{p[0]}] = {p[1]}"),
    EXPRESSIONS.map(lambda e: f"del o.items[{e}]"),
    EXPRESSIONS.map(lambda e: f"assert {e}, note('message')"),
    EXPRESSIONS.map(lambda e: f"raise KeyError({e})"),
    EXPRESSIONS.map(lambda e: f"return {e}"),
    EXPRESSIONS,
    st.sampled_from(["pass", "global g; g = note(1)", "import math"]),
)


def indented(body: list[str]) -> str:
    return "".join("    " + line + "\n" for statement in body for line in statement.split("\n"))


def going_on(statement: str) -> str:
    """Let the program go on after an error of this statement, and note where it was raised."""
    return f"try:\n{indented([statement])}except Exception as e:\n    note(type(e).__name__, str(e), e.__traceback__.tb_lineno)"


def statements(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    body = st.lists(inner, min_size=1, max_size=3).map(indented)
    return st.one_of(
        st.tuples(EXPRESSIONS, body, body).map(lambda p: f"if {p[0]}:\n{p[1]}else:\n{p[2]}".rstrip()),
        st.tuples(NAMES, EXPRESSIONS, body).map(lambda p: f"for {p[0]} in {p[1]}:\n{p[2]}    if note(): break\nelse:\n    note('else')"),
        st.tuples(EXPRESSIONS, body).map(lambda p: f"while note(1) and {p[0]}:\n{p[1]}    break"),
        st.tuples(body, body, body).map(lambda p: f"try:\n{p[0]}except (TypeError, KeyError) as e:\n{p[1]}finally:\n{p[2]}".rstrip()),
        st.tuples(EXPRESSIONS, body).map(lambda p: f"with Context({p[0]}) as a:\n{p[1]}".rstrip()),
        st.tuples(EXPRESSIONS, EXPRESSIONS, body).map(
            lambda p: (
                f"match {p[0]}:\n    case [a, *b] if {p[1]}:\n        note(a)\n    case {{'k': c}} | (1 as c):\n        note(c)\n"
                "    case _:\n" + "".join(f"    {line}\n" for line in p[2].splitlines()).rstrip()
            )
        ),
        st.tuples(NAMES, EXPRESSIONS, body).map(lambda p: f"def h(a, b={p[1]}):\n    nonlocal c\n{p[2]}    return note(a)\n{p[0]} = h(1)"),
        st.tuples(EXPRESSIONS, body).map(
            lambda p: (
                "class C(Base):\n    x = note(1)\n    def m(self, a):\n        b = c = super().m()\n"
                + "".join(f"    {line}\n" for line in p[1].splitlines())
                + f"        return a, b, c\nb = C().m({p[0]})"
            )
        ),
    )


STATEMENTS = st.recursive(SIMPLE, statements, max_leaves=5)
BODIES = st.lists(STATEMENTS | STATEMENTS.map(going_on) | STATEMENTS.map(going_on), min_size=1, max_size=4).map(indented)
YIELDS = st.sampled_from(["a = yield b", "yield note(a)", "yield from o.items", "b = yield from (y for y in [1, 2])"])
GENERATORS = st.lists(st.one_of(SIMPLE.map(going_on), YIELDS, YIELDS.map(going_on)), min_size=1, max_size=5)
AWAITS = st.sampled_from(
    [
        "a = await wait(b)",
        "b = [await wait(y) for y in (1, 2)]",
        "async for c in agen(): note(c)",
        "async with Context(1) as a: await wait(a)",
    ]
)
COROUTINES = st.lists(st.one_of(SIMPLE.map(going_on), AWAITS, AWAITS.map(going_on)), min_size=1, max_size=5)

HEAD = """
import asyncio
log = []
def note(*a, **k):
    log.append(repr((a, k)))
    return a[0] if a else None
class Base:
    def m(self): return note('base')
class V(list):
    'A value for which nearly every operation is defined, and noted.'
    def __add__(self, other): return V([*self, note('+', other)])
    __radd__ = __sub__ = __floordiv__ = __rfloordiv__ = __iadd__ = __add__
    def __getitem__(self, key): return note('[]', self, key)
    def __setitem__(self, key, value): note('[]=', key, value)
    def __lt__(self, other): return note('<', other) is not None
    __le__ = __gt__ = __lt__
    def __hash__(self): return 1
    def __call__(self, *a, **k): return V(a)
class Thing:
    def __init__(self): self.n, self.items = V([1]), V([3, 4])
    def __repr__(self): return 'o'
class Context:
    def __init__(self, v): self.v = v
    def __enter__(self): return self.v
    def __exit__(self, kind, *a): return note(kind is TypeError)
    async def __aenter__(self): return self.v
    async def __aexit__(self, *a): return None
async def wait(v):
    await asyncio.sleep(0)
    return v
async def agen():
    yield 1
    yield await wait(2)
o = Thing()
"""


def run(code: Any) -> tuple[Any, ...]:
    namespace: dict[str, Any] = {"__name__": "generated"}
    try:
        exec(code, namespace)
        result = namespace["f"](namespace["V"]([1]), namespace["V"]([2, 3]), {"k": 3})
        if inspect.isgenerator(result):
            result = [next(result), *[next(result, "end") if n else result.send(n) for n in range(3)], list(result)]
        elif inspect.iscoroutine(result):
            result = asyncio.run(result)
        outcome: tuple[Any, ...] = ("value", repr(result))
    except Exception as error:  # noqa: BLE001 - whatever the program raises is compared
        frames = [(frame.lineno, frame.name) for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "generated.py"]
        outcome = (type(error).__name__, str(error), frames)
    thing = namespace["o"]
    return (*outcome, namespace["log"], repr((thing.n, thing.items)), sorted(namespace.keys() - {"__builtins__"}))


def compare(source: str) -> None:
    try:
        plain = compile(source, "generated.py", "exec", dont_inherit=True)
    except SyntaxError:  # e.g. `nonlocal` of a name that is not there
        return
    install()
    RECORDER.start([])
    probed = compile(instrument(ast.parse(source), "generated.py", RECORDER.add_site), "generated.py", "exec", dont_inherit=True)
    assert run(probed) == run(plain), source


@given(BODIES)
@settings(max_examples=300)
def test_a_generated_function_means_the_same(body: str) -> None:
    compare(f"{HEAD}\ndef f(a, b, c):\n    w = 0\n{body}")


@given(GENERATORS)
def test_a_generated_generator_means_the_same(body: list[str]) -> None:
    compare(f"{HEAD}\ndef f(a, b, c):\n    w = 0\n{indented(body)}    yield 'end'")


@given(COROUTINES)
@settings(max_examples=50)
def test_a_generated_coroutine_means_the_same(body: list[str]) -> None:
    compare(f"{HEAD}\nasync def f(a, b, c):\n    w = 0\n{indented(body)}")
