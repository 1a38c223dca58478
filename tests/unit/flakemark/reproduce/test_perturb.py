"""Nothing is perturbed that the test did not touch."""

from __future__ import annotations

from typing import Any

import pytest

from flakemark.reproduce.perturb import MORE_PERMUTATIONS, PERMUTATIONS, all_orders, perturbations, sources, varies
from flakemark.runs import Forcing
from tests.unit.flakemark.scripted import site, trace_of

DRAW = site("test_x.py:4", source="draw", name="random.randint")
SEEDED = site("test_x.py:5", source="draw", name="Random.random")
CLOCK = site("test_x.py:6", source="clock", name="time.monotonic")
WALL = site("test_x.py:7", source="clock", name="datetime.now")
VALUE = site("test_x.py:8", "store")
SET = site("test_x.py:9", "iterate", source="set_order", name="set order")
FOLDER = site("test_x.py:10", source="listing", name="os.listdir")
POOL = site("test_x.py:12", source="completion", name="concurrent.futures.as_completed")
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


@pytest.mark.parametrize(
    ("values", "heads", "tails"),
    [
        (["ab12cd34", "ff00ee11"], ["ab12cd34", "ab12ee11"], ["ab12cd34", "ff00cd34"]),
        (["ab12", "ff00"], ["ab12", "ab12"], ["ab12", "ab12"]),
        ([["uuid", "ab12" + 28 * "0"], ["uuid", 32 * "f"]], [["uuid", "ab12" + 28 * "0"], ["uuid", "ab12" + 28 * "f"]], None),
    ],
)
def test_what_is_cut_from_made_up_ids_may_collide(values: list[Any], heads: list[Any], tails: list[Any] | None) -> None:
    made = site("test_x.py:4", source="unique", name="uuid.uuid4")
    trace = trace_of(*[("main", made, value) for value in values])
    head, tail = (plan for plan in perturbations([trace], extremes=True) if "alike" in plan.title)
    assert head.title == "what uuid.uuid4 gives in test_x.py:4 begins alike"
    assert list(head.forcings[0].values) == heads
    assert tails is None or list(tail.forcings[0].values) == tails


def test_ids_that_an_object_makes_up_for_itself_may_collide_too() -> None:
    def guest(name: str, digits: str) -> list[Any]:
        return ["made", "guests.Guest", [["name", name], ["id", ["uuid", digits]]]]

    maker = site("test_x.py:4", callee="Guest")
    one = trace_of(("main", maker, guest("Ada", "ab12" + 28 * "0")), ("main", maker, guest("Bob", 32 * "f")))
    other = trace_of(("main", maker, guest("Ada", 32 * "3")), ("main", maker, guest("Bob", 32 * "4")))
    head, tail = (plan for plan in perturbations([one, other], extremes=True) if "alike" in plan.title)
    assert list(head.forcings[0].values) == [guest("Ada", "ab12" + 28 * "0"), guest("Bob", "ab12" + 28 * "f")]
    assert list(tail.forcings[0].values) == [guest("Ada", "ab12" + 28 * "0"), guest("Bob", 28 * "f" + 4 * "0")]
    assert not [plan for plan in perturbations([one, one], extremes=True) if "alike" in plan.title]


@pytest.mark.parametrize("values", [["ab12cd34"], [1, 2], ["ab", "cd"], [["cut", 9], ["cut", 9]]])
def test_other_ids_are_left_alone(values: list[Any]) -> None:
    made = site("test_x.py:4", source="unique", name="secrets.token_hex")
    trace = trace_of(*[("main", made, value) for value in values])
    assert not [plan for plan in perturbations([trace], extremes=True) if "alike" in plan.title]


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
    assert len(found) == 2 * MORE_PERMUTATIONS


def test_most_orders_come_after_everything_else() -> None:
    trace, other = (trace_of(("main", DRAW, drawn), ("main", SET, ["list", ["a", "b"]])) for drawn in (1, 2))
    found = titles(trace, other, extremes=True)
    orders = [place for place, title in enumerate(found) if title.startswith("another order")]
    assert orders[:PERMUTATIONS] == list(range(PERMUTATIONS))
    assert orders[PERMUTATIONS] - orders[PERMUTATIONS - 1] > 1
    assert orders[-1] == len(found) - 1


def test_all_orders_at_once_are_those_that_a_trace_has() -> None:
    both = trace_of(("main", SET, ["list", ["a", "b"]]), ("main", FOLDER, ["list", ["a", "b"]]))
    found = [[(force.what, force.seed) for force in plan.forcings] for plan in all_orders([both], range(77, 79))]
    assert found == [[("set_order", 77), ("listing", 77)], [("set_order", 78), ("listing", 78)]]
    assert list(all_orders([trace_of(("main", DRAW, 1))], range(77, 79))) == []


def test_an_order_of_completion_is_permuted_if_it_varies_by_itself_or_a_failure_is_known() -> None:
    one, other = (trace_of(("main", POOL, ["list", order])) for order in ([0, 1], [1, 0]))
    assert titles(one, one, extremes=False) == []
    assert titles(one, other, extremes=False)[:2] == ["work completed in another order (1)", "work completed in another order (2)"]
    assert titles(one, one, extremes=True)[0] == "work completed in another order (1)"


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


def test_a_process_may_use_other_cores() -> None:
    own = site("a.py:3", source="environment", name="os.sched_getaffinity")
    plans = list(perturbations([trace_of(("main", own, ["set", [0, 1]]))], extremes=True))
    assert [plan.forcings[0].values for plan in plans] == [(["set", [0]],), (["set", [*range(64)]],)]
