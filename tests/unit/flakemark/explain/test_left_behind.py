"""What tests leave behind that is no plain value, and pollution that is flaky itself: the words, and what the counts are worth."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flakemark.explain import order
from flakemark.explain.confidence import CUT
from flakemark.isolation import OrderFlip, Tally
from flakemark.model import Category, Cause, NodeId, Status
from flakemark.runs import Forcing, Outcome, RunRequest, RunResult, StateChange, StateWrite

VICTIM, POLLUTER = NodeId("test_x.py::test_victim"), NodeId("test_x.py::test_polluter")


def flip(after: Tally, healed: Tally, *, path: str = "thread Exporter.run", forcings: tuple[Forcing, ...] = ()) -> OrderFlip:
    request = RunRequest(victim=VICTIM, before=(POLLUTER,), forcings=forcings)
    return OrderFlip(
        tests=(POLLUTER,),
        pollutes=True,
        with_them=after,
        alone=Tally(30, 0),
        change=StateChange(path, "0", "1"),
        healed=healed,
        write=StateWrite("test_x.py", 12, "test_polluter", "1"),
        failure=RunResult(request=request, outcome=Outcome.FAILED, seconds=0.1),
        with_request=request,
        alone_request=RunRequest(victim=VICTIM, forcings=forcings),
    )


def cause(found: OrderFlip) -> Cause:
    named = order.cause(found, lambda file, line: "Exporter().start()")
    assert named is not None
    return named


def test_a_thread_is_said_to_be_left_running() -> None:
    found = flip(Tally(0, 30), Tally(30, 0))
    assert cause(found).title == f"{POLLUTER} starts a thread here (Exporter.run) and leaves it running"
    assert "join" in order.fix(found).advice
    assert [one.setting for one in order.interventions(found)] == ["run before it", "not run", "never got going"]


def test_a_test_that_was_made_slower_is_said_to_be() -> None:
    found = flip(Tally(0, 30), Tally(30, 0), forcings=(Forcing(kind="delay", site="test_x.py:8:0:call", seconds=0.3),))
    assert [one.setting for one in order.interventions(found)][:2] == ["run before it, the test slower", "not run, the test slower"]


@pytest.mark.parametrize(
    ("after", "healed", "confirmed"),
    [
        (Tally(18, 12), Tally(30, 0), True),
        (Tally(22, 8), Tally(30, 0), True),
        (Tally(27, 3), Tally(30, 0), False),  # three of thirty against none happen by chance
        (Tally(18, 12), Tally(24, 6), False),  # it did not heal
        (Tally(18, 12), Tally(), False),
    ],
)
def test_pollution_that_is_flaky_itself_is_confirmed_by_what_heals_it(after: Tally, healed: Tally, *, confirmed: bool) -> None:
    found = cause(flip(after, healed, path="shop.CART"))
    assert (found.status is Status.CONFIRMED) is confirmed
    assert (found.confidence > 0.8) is confirmed


def test_what_is_left_to_the_garbage_collector_is_a_leak() -> None:
    found = flip(Tally(0, 30), Tally(30, 0), path="garbage", forcings=(Forcing(kind="garbage"),))
    named = cause(found)
    assert (named.category, named.detail) == (Category.RESOURCE_LEAK, "1")
    assert named.title.startswith(f"what is acquired here by {POLLUTER} is never released")
    assert "Close it" in order.fix(found).advice
    assert [one.setting for one in order.interventions(found)] == ["run before it", "not run", "collected before it"]
    assert order.chain(found, named, lambda file, line: "") == ()


def test_what_nobody_can_see_is_told_by_where_the_polluter_may_end() -> None:
    found = replace(flip(Tally(0, 30), Tally()), change=None, cut=Tally(30, 0))
    named = cause(found)
    assert named.title == f"{POLLUTER} leaves something behind here"
    assert named.detail == "when that test ends right before this line it does not"
    assert named.status is Status.CONFIRMED
    assert named.confidence == CUT.rate
    assert [(one.kind, one.setting) for one in order.interventions(found)][2:] == [("tests", "ended right before test_x.py:12")]
    assert "monkeypatch" not in order.fix(found).advice


def test_a_piece_that_heals_and_the_line_that_only_an_early_end_showed_are_counted_apart() -> None:
    found = replace(flip(Tally(0, 30), Tally(28, 2), path="shop.CART"), cut=Tally(30, 0))
    assert [(one.setting, one.passed) for one in order.interventions(found)][2:] == [
        ("put back after it", 28), ("ended right before test_x.py:12", 30),
    ]  # fmt: skip
    assert cause(found).confidence <= CUT.rate
