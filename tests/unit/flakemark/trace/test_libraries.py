"""Libraries that draw, that wait, and that freeze the time: recognised when they are loaded, and not broken."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from flakemark.trace.recording import RECORDER
from flakemark.trace.sources import recognise

Make = Callable[..., Any]


def known(function: Any) -> tuple[str, str] | None:
    found = recognise(function)
    return None if found is None else (found.name, found.kind)


# numpy


def test_generators_of_numpy_are_recognised_in_every_form() -> None:
    numpy = pytest.importorskip("numpy")

    class Own(numpy.random.Generator):
        pass

    generator, legacy = numpy.random.default_rng(1), numpy.random.RandomState(1)
    own = Own(numpy.random.PCG64(1))
    functions = (generator.normal, legacy.normal, numpy.random.normal, own.normal)
    assert [known(function) for function in functions] == [("numpy.random.normal", "draw")] * 4
    assert known(generator.shuffle) == ("numpy.random.shuffle", "shuffle")
    assert [known(function) for function in (numpy.random.seed, numpy.array, numpy.zeros(2).sum, numpy.mean)] == [None] * 4


@pytest.mark.parametrize(
    ("call", "edges"),
    [
        ("g.integers(3, 9)", [3, 8]),
        ("g.integers(9)", [0, 8]),
        ("g.integers(3, 9, endpoint=True)", [3, 9]),
        ("g.random()", [0.0, 1 - 2**-53]),
        ("g.normal(5, 2)", [-2, 12]),
        ("g.normal(loc=5, scale=2)", [-2, 12]),
        ("g.uniform(2, 3)", [2, 3 - 2**-20]),
        ("g.choice(5)", [0, 4]),
        ("g.choice([7, 8, 9])", [7, 9]),
        ("n.random.randint(1, 7)", [1, 6]),
        ("n.random.rand()", [0.0, 1 - 2**-53]),
    ],
)
@pytest.mark.parametrize("size", ["", "size=(2, 3)"])
def test_an_edge_of_numpy_has_the_shape_and_the_type_of_the_draw(program: Make, call: str, edges: list[float], size: str) -> None:
    numpy = pytest.importorskip("numpy")
    if "rand()" in call:
        call, size = call.replace("()", f"({'2, 3' if size else ''})"), ""
    separator = "" if call.endswith("()") or not size else ", "
    sample = program(f"import numpy as n\ng = n.random.default_rng()\nx = {call[:-1]}{separator}{size})", run=False)
    RECORDER.start([])
    plain = sample.run()["x"]
    for number, edge in enumerate(edges):
        RECORDER.start([{"kind": "edge", "site": site.key, "edge": number} for site in sample.sites() if site.line == 3])
        forced = sample.run()["x"]
        assert type(forced) is type(plain)
        assert numpy.shape(forced) == numpy.shape(plain)
        assert (numpy.asarray(forced) == edge).all()


@pytest.mark.parametrize("draw", ["g.normal(0, 1, (2, 3))", "g.integers(0, 9, 5)", "g.random()", "g.permutation(8)", "n.random.rand(3)"])
def test_what_numpy_drew_is_put_back(program: Make, draw: str) -> None:
    numpy = pytest.importorskip("numpy")
    sample = program(f"import numpy as n\ng = n.random.default_rng()\nx = {draw}")
    before = sample["x"]
    site = next(site for site in sample.sites() if site.line == 3)
    literal = sample.seen(line=3, kind="call")[-1]
    RECORDER.start([{"kind": "pin", "site": site.key, "values": [literal]}])
    after = sample.run()["x"]
    assert type(after) is type(before)
    assert numpy.array_equal(after, before)
    assert getattr(after, "dtype", None) == getattr(before, "dtype", None)


# clocks that stand


FROZEN = """
import datetime, time
from freezegun import freeze_time
def look():
    return datetime.datetime.now(), datetime.datetime.utcnow(), datetime.date.today(), time.time(), time.monotonic(), time.gmtime()
with freeze_time("2024-02-29 12:00:00"):
    for n in range(50): abs(n)
    x = look()
    y = isinstance(x[0], datetime.datetime), type(x[0]) is datetime.datetime
z = datetime.datetime.now()
"""


def test_a_clock_that_freezegun_froze_stands_and_is_not_put_forward(program: Make) -> None:
    pytest.importorskip("freezegun")
    sample = program(FROZEN, run=False)
    calls = [site for site in sample.sites() if site.kind == "call" and site.line == 5]
    RECORDER.start([{"kind": "advance", "site": site.key, "seconds": 3600.0} for site in calls])
    now, utc, today, stamp, *_ = sample.run()["x"]
    assert (now.isoformat(), utc, today.isoformat(), stamp) == ("2024-02-29T12:00:00", now, "2024-02-29", 1709208000.0)
    assert sample["y"] == (True, True)
    assert sample["z"].year > 2024
    kinds = {site.callee: spot.source.kind for site, spot in RECORDER.looked_at_closely() if spot.source}
    assert {kinds[name] for name in ("now", "utcnow", "today", "time", "monotonic", "gmtime")} <= {"frozen", "clock"}
    assert [kinds[name] for name in ("utcnow", "today", "time")] == ["frozen"] * 3


def test_freezegun_does_not_stop_the_clock_of_the_recorder(program: Make) -> None:
    pytest.importorskip("freezegun")
    program(FROZEN)
    moments = [event[3] for event in RECORDER.recorded()]
    assert moments == sorted(moments)
    assert len(set(moments)) > 3  # the clock is read anew every few events


def test_what_a_frozen_clock_gives_is_visible(program: Make) -> None:
    pytest.importorskip("freezegun")
    sample = program(FROZEN)
    shown = [literal for literal in sample.seen(line=5, kind="call") if isinstance(literal, list) and literal[0] == "obj"]
    assert ["value", ["datetime", [2024, 2, 29, 12, 0, 0, 0], None, 0]] in [pair for literal in shown for pair in literal[2]]


TRAVELLED = """
import datetime, time, time_machine
with time_machine.travel(datetime.datetime(2024, 2, 29, 12, tzinfo=datetime.timezone.utc), tick=False):
    for n in range(50): abs(n)
    x = time.time(), datetime.datetime.now(datetime.timezone.utc)
y = time.time()
"""


def test_a_clock_that_time_machine_holds_stands(program: Make) -> None:
    pytest.importorskip("time_machine")
    sample = program(TRAVELLED, run=False)
    RECORDER.start([{"kind": "advance", "site": site.key, "seconds": 3600.0} for site in sample.sites() if site.line == 5])
    stamp, now = sample.run()["x"]
    assert (stamp, now.isoformat()) == (1709208000.0, "2024-02-29T12:00:00+00:00")
    assert sample["y"] > time.time() - 60
    moments = [event[3] for event in RECORDER.recorded()]
    assert moments == sorted(moments)
    assert len(set(moments)) > 3  # the clock is read anew every few events


# others


def test_what_faker_makes_up_is_a_draw() -> None:
    faker = pytest.importorskip("faker")
    fake = faker.Faker()
    assert known(fake.name) == ("faker.name", "draw")
    assert known(fake.random_int) == ("faker.random_int", "draw")
    assert known(fake.unique.name) == ("faker.name", "draw")
    assert known(fake.seed_instance) is None


def test_waits_of_trio_and_anyio_are_known() -> None:
    trio, anyio = pytest.importorskip("trio"), pytest.importorskip("anyio")
    for library, name in ((trio, "trio"), (anyio, "anyio")):
        assert known(library.sleep) == (f"{name}.sleep", "wait")
        assert known(library.fail_after) == (f"{name}.fail_after", "wait")
        assert known(library.move_on_after) == (f"{name}.move_on_after", "wait")
        assert known(library.current_time) == (f"{name}.current_time", "clock")


@pytest.mark.parametrize("library", ["trio", "anyio"])
def test_a_wait_of_trio_and_anyio_is_stretched(program: Make, library: str) -> None:
    pytest.importorskip(library)
    source = f"""
import {library} as lib
done = []
async def slow(): await pause(0.2); done.append(1)
async def main():
    group = lib.open_nursery() if hasattr(lib, "open_nursery") else lib.create_task_group()
    async with group as g:
        g.start_soon(slow)
        await lib.sleep(0.001)
        x.append(len(done))
pause, x = lib.sleep, []
lib.run(main)
"""
    sample = program(source, run=False)
    key = sample.key(9, "call", "sleep")
    for forces, expected in (([], [0]), ([{"kind": "stretch", "site": key, "seconds": 1.0}], [1])):
        RECORDER.start(forces)
        assert sample.run()["x"] == expected


def test_the_clock_of_pandas_is_known() -> None:
    pandas = pytest.importorskip("pandas")
    assert known(pandas.Timestamp.now) == ("pandas.Timestamp.now", "clock")
