"""Surroundings that decide, and roundings, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flakemark.divergence import Divergence
from flakemark.explain import conditions
from flakemark.explain.rounding import differs_by_rounding, rounding_instead
from flakemark.isolation import ConditionFlip, Flip, Suspect, Tally
from flakemark.model import Category, DivergenceType, NodeId, Status
from flakemark.runs import Forcing, RunRequest
from tests.unit.flakemark.scripted import failing_at, site

REQUEST = RunRequest(victim=NodeId("test_x.py::test_x"))
CATEGORIES = {
    "timezone": Category.TIMEZONE_LOCALE, "locale": Category.TIMEZONE_LOCALE, "variable": Category.ENVIRONMENT, "moment": Category.TIME,
    "network": Category.NETWORK, "port": Category.NETWORK, "directory": Category.ENVIRONMENT, "ticks": Category.TIME,
    "descriptors": Category.RESOURCE_LEAK, "outage": Category.NETWORK, "examples": Category.RANDOMNESS,
    "garbage": Category.MEMORY_GC, "leftovers": Category.FILESYSTEM,
}  # fmt: skip


def flip(kind: str, **facts: object) -> ConditionFlip:
    given = {
        "kind": kind, "name": "the setting", "site": site("shop.py:3"), "failing": "the one side", "passing": "the other side",
        "to_failing": Tally(0, 30), "to_passing": Tally(30), "base": Tally(52), "failing_request": REQUEST, "passing_request": REQUEST,
    }  # fmt: skip
    return ConditionFlip(**{**given, **facts})  # type: ignore[arg-type]


def read_line(file: str, line: int) -> str:
    return f"{file}, {line}"


@pytest.mark.parametrize("kind", sorted(CATEGORIES))
def test_every_kind_has_its_category_and_tells_both_sides(kind: str) -> None:
    cause = conditions.cause(flip(kind), read_line)
    assert (cause.category, cause.status, cause.line, cause.source) == (CATEGORIES[kind], Status.CONFIRMED, 3, "shop.py, 3")
    assert "the one side" in cause.detail
    assert "the other side" in cause.detail
    assert "{" not in cause.title
    assert 0 < cause.confidence < 1
    assert conditions.fix(flip(kind)).advice


def test_the_counts_are_shown_and_those_of_other_calls_beside_them() -> None:
    alone = replace(REQUEST, forcings=(Forcing(kind="under", site="shop.py:3:0:call", what="environment"),))
    shown = conditions.interventions(flip("locale", control=Tally(17), failing_request=alone))
    assert [(one.kind, one.passed, one.failed) for one in shown] == [("setting", 0, 30), ("setting", 30, 0), ("control", 17, 0)]
    assert shown[0].setting == "for this call alone: the one side"
    assert shown[1].setting == "the one side, but for this call: the other side"


def test_the_chain_tells_the_other_lines_once() -> None:
    others = (site("shop.py:3", "store"), site("test_x.py:8"), site("test_x.py:9"))
    links = conditions.chain(flip("leftovers", others=others), failing_at("test_x.py:9"), read_line)
    assert [(link.file, link.line, link.passing) for link in links] == [("test_x.py", 8, "the other side"), ("test_x.py", 9, "passes")]


def test_a_flip_needs_both_sides_and_more_than_what_happens_by_itself() -> None:
    assert flip("locale").accepted
    assert flip("leftovers", base=Tally(0, 60)).accepted
    assert not flip("locale", to_passing=Tally(3, 27)).accepted
    assert not flip("locale", to_failing=Tally(0, 2), to_passing=Tally(2), base=Tally(2, 2)).accepted


@pytest.mark.parametrize(
    "message",
    [
        "assert 0.6000000000000001 == 0.6",
        "AssertionError: assert (46.5843, 8.303099999999999) == (46.5843, 8.3031)\n  \n  At index 1 diff: 8.303099999999999 != 8.3031",
        "AssertionError: 1.3000000000000003 != 1.3",
        "assert {'a': 0.30000000000000004} == {'a': 0.3}",
    ],
)
def test_a_comparison_that_fails_in_the_last_digits_only(message: str) -> None:
    assert differs_by_rounding(message)


@pytest.mark.parametrize(
    "message",
    [
        "assert 0.61 == 0.6",
        "assert [1, 2] == [2, 1]",
        "assert 'a' == 'b'",
        "assert 1.0 < 0.5",
        "",
        "KeyError: 3",
        "assert [0.1] == [0.1, 0.2]",
    ],
)
def test_a_comparison_that_fails_otherwise(message: str) -> None:
    assert not differs_by_rounding(message)


def test_an_order_that_decides_a_rounding_is_floating_point_and_a_draw_is_not() -> None:
    for kind, expected in (("set_order", Category.FLOATING_POINT), ("completion", Category.FLOATING_POINT), ("draw", None)):
        traced, force = site("shop.py:3", source=kind), Forcing(kind="order", site="shop.py:3:0:call")
        seen = Divergence(site=traced, kind=DivergenceType.VALUE_MISMATCH, passing=1, failing=2, place=0, thread="main")
        suspect = Suspect(site=traced, divergence=seen, to_failing=force, to_passing=force, place=0)
        one = Flip(
            suspects=(suspect,), to_failing=Tally(0, 30), to_passing=Tally(30), base=Tally(9),
            failing_request=REQUEST, passing_request=REQUEST,
        )  # fmt: skip
        cause = conditions.cause(flip("locale"), read_line)
        found = rounding_instead(cause, one, failing_at("test_x.py:9", message="assert 0.6000000000000001 == 0.6"))
        assert (found.category if found else None) == expected
