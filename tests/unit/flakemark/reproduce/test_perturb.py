"""Nothing is perturbed that the test did not touch."""

from __future__ import annotations

from flakemark.reproduce.perturb import perturbations, sources, varies
from flakemark.runs import Forcing
from tests.unit.flakemark.scripted import site, trace_of

DRAW = site("test_x.py:4", source="draw", name="random.randint")
SEEDED = site("test_x.py:5", source="draw", name="Random.random")
CLOCK = site("test_x.py:6", source="clock", name="time.monotonic")
WALL = site("test_x.py:7", source="clock", name="datetime.now")
VALUE = site("test_x.py:8", "store")
SET = site("test_x.py:9", "iterate", source="set_order", name="set order")
FOLDER = site("test_x.py:10", source="listing", name="os.listdir")
WAIT = site("test_x.py:11", source="wait", name="time.sleep")
TRACES = [
    trace_of(("main", DRAW, value), ("main", SEEDED, 0.5), ("main", VALUE, value), ("main", DRAW, value + 1), ("main", WAIT, None))
    for value in (1, 2)
]


def titles(*traces: object, extremes: bool = True) -> list[str]:
    return [plan.title for plan in perturbations(traces, extremes=extremes)]  # type: ignore[arg-type]


def test_sources_are_listed_once_in_order_of_their_first_evaluation() -> None:
    assert sources(TRACES) == [DRAW, SEEDED]


def test_a_seeded_generator_does_not_vary() -> None:
    assert varies(TRACES, DRAW.site.key)
    assert not varies(TRACES, SEEDED.site.key)


def test_only_draws_that_vary_are_sent_to_their_edges() -> None:
    assert titles(*TRACES) == [
        "random.randint at its edge 1 in test_x.py:4",
        "random.randint at its edge 2 in test_x.py:4",
        "random.randint at its edge 3 in test_x.py:4",
        "random.randint repeats itself in test_x.py:4",
    ]


def test_a_draw_that_repeats_itself_gives_its_first_value_each_time() -> None:
    *_, plan = perturbations(TRACES, extremes=True)
    assert plan.forcings[0].values == (1, 1)


def test_a_wall_clock_jumps_a_day_too_and_another_clock_only_a_second() -> None:
    trace = trace_of(("main", CLOCK, 1.0), ("main", WALL, 2.0))
    assert titles(trace, trace) == [
        "a second passes before time.monotonic in test_x.py:6",
        "a second passes before datetime.now in test_x.py:7",
        "a day passes before datetime.now in test_x.py:7",
    ]


def test_orders_come_first_and_do_not_count_as_extreme() -> None:
    trace = trace_of(("main", DRAW, 1), ("main", SET, ["list", [1, 2]]), ("main", FOLDER, ["list", ["a", "b"]]))
    found = titles(trace, trace, extremes=False)
    assert found[:2] == ["another order of sets (1)", "another order of directory listings (1)"]
    assert len(found) == 24


def test_without_sources_there_is_nothing_to_perturb() -> None:
    assert titles(trace_of(("main", VALUE, 1))) == []


def test_a_machine_may_have_another_number_of_cores() -> None:
    trace = trace_of(
        ("main", site("a.py:3", source="environment", name="os.cpu_count"), 2), ("main", site("a.py:4", source="environment"), 2)
    )
    plans = list(perturbations([trace], extremes=True))
    assert [plan.title for plan in plans] == ["os.cpu_count gives 1 in a.py:3", "os.cpu_count gives 64 in a.py:3"]
    assert plans[0].forcings == (Forcing(kind="pin", site="a.py:3:0:call", values=(1,)),)
    assert list(perturbations([trace], extremes=False)) == []
