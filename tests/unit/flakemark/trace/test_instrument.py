"""Every statement keeps its meaning, its lines and its errors when probes stand in it."""

from __future__ import annotations

import ast
import sys
import textwrap
import traceback
import warnings
from pathlib import Path
from typing import Any

import pytest

from flakemark.trace.instrument import instrument
from flakemark.trace.probe import install

# Every sample computes `result`. A first line "# 3.12" names the version that it needs.
HERE = Path(__file__).parent
SAMPLES = (HERE / "constructs.txt").read_text(encoding="utf-8").split("### ")[1:]
MEANINGS: dict[str, str] = dict(sample.rstrip().split("\n", 1) for sample in SAMPLES)


def needs(source: str) -> tuple[int, ...]:
    first = source.split("\n", 1)[0]
    return tuple(map(int, first[2:].split("."))) if first.startswith("# 3.") else (3, 10)


def plain(source: str) -> dict[str, Any]:
    namespace: dict[str, Any] = {"__name__": "plain_sample"}
    exec(compile(source, "sample.py", "exec", dont_inherit=True), namespace)
    return namespace


def probed(source: str) -> dict[str, Any]:
    from flakemark.trace.recording import RECORDER

    install()
    namespace: dict[str, Any] = {"__name__": "plain_sample"}
    exec(compile(instrument(ast.parse(source), "sample.py", RECORDER.add_site), "sample.py", "exec", dont_inherit=True), namespace)
    return namespace


@pytest.mark.parametrize("name", MEANINGS)
def test_a_construct_means_what_it_meant(name: str) -> None:
    source = MEANINGS[name]
    if needs(source) > sys.version_info:
        pytest.skip(f"needs Python {needs(source)}")
    assert probed(source)["result"] == plain(source)["result"]


@pytest.mark.parametrize("name", MEANINGS)
def test_probes_add_no_name_to_the_module(name: str) -> None:
    source = MEANINGS[name]
    if needs(source) > sys.version_info:
        pytest.skip(f"needs Python {needs(source)}")
    assert probed(source).keys() == plain(source).keys()


ERRORS = {
    "inside a call of several lines": "def f(*a): return 1\nf(\n    1,\n    [][2],\n    3,\n)",
    "of the callee": "x = None\ny = (1 +\n     x.missing(2))",
    "in a comprehension": "a = [\n    1 // n\n    for n in (1, 0)\n]",
    "in a chain": "'a'.upper(\n).missing(\n)",
    "in a decorator": "def d(f):\n    raise KeyError\n@d\ndef f(): pass",
    "in a default": "def f(\n    a=1,\n    b={}['x'],\n): pass",
    "in a branch": "if (\n    1 and\n    [].x\n): pass",
    "in an f-string": "x = f'''a\n{1}'''\ny = f'{[].z}'",
    "of unpacking": "a, b = (\n    [1, 2, 3])",
    "in a generator": "def g():\n    yield 1\n    yield [\n      ][0]\nlist(g())",
    "in an augmented assignment": "x = 1\nx += (\n    'a')",
    "in a with statement": "with open(\n    '/nonexistent/file'\n): pass",
    "of a finished iterator": "i = iter(())\nnext(i)",
    "in a class body": "class A(object):\n    'doc'\n    x = 1\n    y = x.missing()",
    "in a lambda": "f = lambda n: (\n    n.missing)\nf(1)",
}


def crash(run: Any, source: str) -> tuple[str, str, list[Any]]:
    try:
        run(source)
    except Exception as error:  # noqa: BLE001 - whatever the sample raises is compared
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).parent != HERE]
        return type(error).__name__, str(error), [(frame.filename, frame.lineno, frame.name) for frame in frames]
    raise AssertionError("nothing was raised")


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_is_raised_in_the_same_frames_at_the_same_lines(name: str) -> None:
    assert crash(probed, ERRORS[name]) == crash(plain, ERRORS[name])


def columns(run: Any, source: str) -> Any:
    """Return where a crash points at, frame by frame; without columns before 3.11."""
    try:
        run(source)
    except Exception as error:  # noqa: BLE001 - whatever the sample raises is compared
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).parent != HERE]
        return [(frame.lineno, *(getattr(frame, name, None) for name in ("end_lineno", "colno", "end_colno"))) for frame in frames]


@pytest.mark.parametrize("name", ERRORS)
def test_a_traceback_points_at_the_same_columns(name: str) -> None:
    assert columns(probed, ERRORS[name]) == columns(plain, ERRORS[name])


COMPILER_WARNINGS = {
    "of calls": "def f(): return [1](2), {}(), 'a'(), (1, 2) (3), f'{1}'(), {1}(), [x for x in y](), (x for x in y)()",
    "of subscripts": "def f(): return [1]['a'], 1[2], None[g()], (1, 2)[g(), 2], 'a'[1.5]",
    "of comparisons": "x = len('a')\nassert x is 1 or\\\n x is not 'a'",
    "of assertions": "def f():\n    assert (len('a'), 'text')",
    "of escapes": "x = len('\\d')",
}


def warned(compiled: Any, source: str) -> list[tuple[int, str]]:
    """Return what the compiler warns of."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        compiled(source)
    return sorted((warning.lineno, str(warning.message)) for warning in caught)


def only_compiled(source: str) -> Any:
    return compile(source, "sample.py", "exec", dont_inherit=True)


def only_probed(source: str) -> Any:
    return compile(instrument(ast.parse(source), "sample.py", lambda site, varying=False: 0), "sample.py", "exec", dont_inherit=True)


@pytest.mark.parametrize("name", COMPILER_WARNINGS)
def test_the_compiler_warns_of_the_same(name: str) -> None:
    expected = warned(only_compiled, COMPILER_WARNINGS[name])
    assert warned(only_probed, COMPILER_WARNINGS[name]) == expected
    assert expected


def test_a_recursion_to_the_limit_ends_in_the_users_frame() -> None:
    source = "import random\ndef f(n):\n    x = [n, str(n)]\n    random.random()\n    return f(n + 1)\n"
    with pytest.raises(RecursionError) as caught:
        probed(source)["f"](0)
    names = {frame.filename for frame in traceback.extract_tb(caught.value.__traceback__)}
    assert not any("flakemark/trace/" in name.replace("\\", "/") for name in names if name != __file__)


def sites_of(source: str) -> list[tuple[str, str, str]]:
    found: list[Any] = []

    def add(site: Any, *, varying: bool = False) -> int:
        found.append(site)
        return len(found)

    instrument(ast.parse(textwrap.dedent(source)), "m.py", add)
    return [(site.kind, site.callee, site.function) for site in found]


@pytest.mark.parametrize(
    ("source", "kinds"),
    [
        ("f(x)", ["call"]),
        ("x = a.b", ["store"]),
        ("x = 1; x = y", []),
        ("a[0] = 1", ["store"]),
        ("a.b = c", ["store"]),
        ("x += y", ["augment"]),
        ("def f(): return a + b", ["return"]),
        ("def f(): return 1", []),
        ("def f(): yield a + b", ["return"]),
        ("def f(): yield from a", ["iterate"]),
        ("if a: pass", ["branch"]),
        ("while a: pass", ["branch"]),
        ("while True: break", []),
        ("for x in a: pass", ["iterate"]),
        ("for x in [1]: pass", []),
        ("[x for x in a]", ["iterate"]),
        ("(x := a + b)", ["store"]),
        ("async def f(): await a", ["await"]),
        ("a, b = c", ["iterate"]),
        ("a = b, c = d.e", ["store"]),
        ("[*a]", ["iterate"]),
        ("print(len(x)); isinstance(x, y); super()", []),
        ("@d(1)\ndef f(): pass", []),
        ("class A(b()): x: c() = 1", []),
        ("def f(x: c() = 1) -> d(): pass", []),
        ("match a:\n  case b(): pass", []),
    ],
)
def test_what_is_probed_and_what_is_left_alone(source: str, kinds: list[str]) -> None:
    assert [kind for kind, _, _ in sites_of(source)] == kinds


@pytest.mark.skipif(sys.version_info < (3, 12), reason="syntax of 3.12")
def test_type_parameters_and_aliases_are_left_alone() -> None:
    assert sites_of("type X = f()\ndef g[T: f()](): pass\nclass A[T: f()]: pass") == []


@pytest.mark.skipif(sys.version_info < (3, 14), reason="syntax of 3.14")
def test_template_strings_are_left_alone() -> None:
    assert sites_of("t'{f()}'") == []


def test_sites_carry_the_qualified_function_and_the_callee() -> None:
    source = "class A:\n    def f(self):\n        return (lambda: g.h())\n"
    assert sites_of(source) == [("call", "h", "A.f.<lambda>")]


def test_two_sites_at_one_place_have_keys_of_their_own() -> None:
    from flakemark.events import Site
    from flakemark.trace.sites import SiteTable

    table = SiteTable()
    site = Site("m.py:1:0:call", "m.py", 1, 1, "f", "call", "")
    first, second = table.add(site), table.add(site)
    assert [table.sites[number].key for number in (first, second)] == ["m.py:1:0:call", "m.py:1:0:call#2"]


def test_a_file_that_is_loaded_again_keeps_its_keys_and_both_loads_are_known() -> None:
    from flakemark.events import Site
    from flakemark.trace.sites import SiteTable

    table = SiteTable()
    site = Site("m.py:1:0:call", "m.py", 1, 1, "f", "call", "")
    first = table.add(site)
    table.forget("m.py")
    second = table.add(site)
    assert table.numbers(site.key) == (first, second)
    assert table.numbers("other") == ()


def test_positions_are_in_order() -> None:
    """`compile` on 3.10 and later refuses nodes that end before they begin."""
    for source in MEANINGS.values():
        if needs(source) <= sys.version_info:
            tree = instrument(ast.parse(source), "m.py", lambda site, varying=False: 0)
            for node in ast.walk(tree):
                if hasattr(node, "lineno"):
                    assert (node.lineno, node.col_offset) <= (node.end_lineno, node.end_col_offset)
