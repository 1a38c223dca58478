"""Known inputs are recognised however they were imported, and nobody's code is called to find out."""

from __future__ import annotations

import ast
import functools
import gc
import random
import threading
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from flakemark.trace.instrument import instrument
from flakemark.trace.known.edges import edge_of
from flakemark.trace.recording import RECORDER
from flakemark.trace.sources import recognise


class Own(random.Random):
    pass


class Overridden(random.Random):
    def random(self) -> float:
        return 0.5


@pytest.mark.parametrize(
    "function",
    [len, abs, [].append, {}.get, "".join, str, int, Overridden().random, lambda: 0, functools.partial(int), print, dict, {}.values],
)
def test_what_is_none_is_not_taken_for_one(function: Any) -> None:
    assert recognise(function) is None


def test_functions_that_one_decorator_made_are_told_apart() -> None:
    def decorated(function: Any) -> Any:
        @functools.wraps(function)
        def wrapper(*args: Any) -> Any:
            return function(*args)

        return wrapper

    functions = [decorated(function) for function in (len, random.randint, lambda: 0, random.shuffle)]
    for _ in range(2):  # also when they are known already
        assert [getattr(recognise(function), "name", None) for function in functions] == [None, "random.randint", None, "random.shuffle"]


@pytest.mark.parametrize("name", ["keys", "fromkeys", "update", "__setitem__", "__delitem__"])
def test_only_reads_of_the_environment_are_a_source(name: str) -> None:
    import os

    found = recognise(getattr(os.environ, name, None))
    assert (found is not None) is (name == "keys")


def test_a_source_is_recognised_inside_of_partials_and_in_subclasses() -> None:
    class Patient(threading.Event):
        pass

    class Hasty(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            return True

    names = [getattr(recognise(f), "name", None) for f in (
        functools.partial(functools.partial(random.randint, 1), 6), Patient().wait, Hasty().wait, Own().shuffle, functools.partial(len),
    )]  # fmt: skip
    assert names == ["random.randint", "Event.wait", None, "random.shuffle", None]


def test_numpy_draws_are_recognised_and_its_seeding_is_none() -> None:
    numpy = pytest.importorskip("numpy")
    generator = numpy.random.default_rng(1)
    names = [
        getattr(recognise(function), "name", None)
        for function in (numpy.random.rand, numpy.random.shuffle, generator.integers, numpy.random.seed)
    ]
    assert names == ["numpy.random.rand", "numpy.random.shuffle", "numpy.random.integers", None]


def test_no_code_of_the_user_is_called_to_find_out() -> None:
    called: list[str] = []

    def trap(self: Any, *args: Any) -> Any:
        called.append("x")
        raise RuntimeError

    class Meta(type):
        __hash__ = __eq__ = __instancecheck__ = __subclasscheck__ = trap

    traps = ("__getattr__", "__call__", "__hash__", "__eq__", "__bool__", "__len__", "__iter__")
    odd = Meta("Odd", (dict,), dict.fromkeys(traps, trap))
    instance = odd()
    for function in (odd, instance, instance.get, odd.fromkeys, instance.__call__, functools.partial(instance)):
        assert recognise(function) is None
    assert called == []


def test_classes_whose_methods_were_looked_at_are_not_kept_alive() -> None:
    class Short(dict):
        pass

    recognise(Short().get)
    recognise(Short.fromkeys)
    gone = weakref.ref(Short)
    del Short
    gc.collect()
    assert gone() is None


def test_an_edge_that_cannot_be_computed_is_the_default() -> None:
    for function, args in [(random.randrange, ("x",)), (random.choice, (object(),)), (random.choice, ([],)), (random.sample, (3,))]:
        source = recognise(function)
        assert source is not None
        assert edge_of(source, 0, args, {}, "default") == "default"


def test_reads_of_the_environment_by_subscript_and_in_are_a_source(program: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLAKEMARK_SAMPLE", "own")
    setting = "import os\nfrom os import environ as env\nbound = os.environ\nclass Other: environ = {'FLAKEMARK_SAMPLE': 'own'}\n"
    for read, source in [("os.environ", "os.environ"), ("env", "os.environ"), ("bound", "os.environ"), ("Other.environ", None)]:
        for expression, forced in [(f"{read}['FLAKEMARK_SAMPLE']", "other"), (f"'FLAKEMARK_SAMPLE' in {read}", False)]:
            sample = program(f"{setting}x = {expression}")
            sites = [number for number, site in enumerate(RECORDER.table.sites) if site.file == sample.file and site.line == 5]
            assert getattr(getattr(RECORDER.spots.get(sites[0]), "source", None), "name", None) == source
            RECORDER.start([{"kind": "pin", "site": RECORDER.table.sites[sites[0]].key, "values": [forced]}])
            assert sample.run()["x"] == forced


def test_asserts_on_the_environment_are_a_source_too(program: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    from _pytest.assertion.rewrite import rewrite_asserts

    monkeypatch.setenv("FLAKEMARK_SAMPLE", "own")
    source = "import os\nassert os.environ['FLAKEMARK_SAMPLE'] == 'own'\nassert 'FLAKEMARK_SAMPLE' in os.environ"
    tree = ast.parse(source)
    rewrite_asserts(tree, source.encode())
    made = program("", run=False)
    RECORDER.table.forget(made.file)
    exec(compile(instrument(tree, made.file, RECORDER.add_site), made.file, "exec"), made.namespace)
    named = {site.line for site, spot in RECORDER.looked_at_closely() if spot.source and site.file == made.file}
    assert named == {2, 3}
