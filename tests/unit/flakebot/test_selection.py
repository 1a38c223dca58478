"""Which failed tests are diagnosed, by whom, and what is said about the others."""

from __future__ import annotations

import time
from typing import Any

import pytest

from flakebot.rules import Rule
from flakebot.selection import likeness, notes, select, share
from flakebot.settings import Shard
from flakemark.model import FailedTest, NodeId


def failed(name: str, **values: Any) -> FailedTest:
    return FailedTest(nodeid=NodeId(name), **values)


def names(tests: tuple[FailedTest, ...]) -> list[str]:
    return [test.nodeid for test in tests]


def test_tests_that_passed_in_another_attempt_come_first_when_not_all_can_be_run() -> None:
    tests = [failed("a::a"), failed("a::b"), failed("a::c", attempts=3, failures=1)]
    selection = select(tests, shard=None, max_tests=2)
    assert names(selection.chosen) == ["a::a", "a::c"]
    assert names(selection.left_out) == ["a::b"]


def test_many_failures_of_one_kind_leave_room_for_the_others() -> None:
    many = [failed(f"a::t{n}", crash="shop/clock.py:7", message=f"AssertionError: {n} != 'x{n}'") for n in range(500)]
    other = [failed("b::t", crash="shop/other.py:1", message="ValueError: no"), failed("c::t", crash="tests/c.py:1", message="E")]
    selection = select([*many, *other], shard=None, max_tests=4)
    assert names(selection.chosen) == ["a::t0", "a::t1", "b::t", "c::t"]
    first, second = notes(selection)
    assert first.startswith("498 failed tests are over the limit max-tests and were not diagnosed: a::t2, ")
    assert second.startswith("498 of them failed like a::t0, with the same message but for its values: a::t2, ")
    assert second.endswith("and 488 more")


def test_victims_that_fail_at_lines_of_their_own_are_of_one_kind() -> None:
    many = [failed(f"a::t{n}", crash=f"tests/a.py:{n}", message=f"AssertionError: assert {n}.5 == ({n} * 1.1)") for n in range(500)]
    other = [failed(f"b::t{n}", crash="tests/b.py:1", message=f"ValueError: {n * 'x'}") for n in range(3)]
    selection = select([*many, *other], shard=None, max_tests=5)
    assert names(selection.chosen) == ["a::t0", "a::t1", "b::t0", "b::t1", "b::t2"]
    assert list(notes(selection))[1].startswith("498 of them failed like a::t0")


def test_of_one_message_other_files_come_before_other_lines_and_those_before_the_same_line() -> None:
    places = ["a.py:1", "a.py:1", "a.py:2", "b.py:1"]
    tests = [failed(f"t::{n}", crash=place, message="assert False") for n, place in enumerate(places)]
    chosen = [names(select(tests, shard=None, max_tests=most).chosen) for most in (1, 2, 3)]
    assert chosen == [["t::0"], ["t::0", "t::3"], ["t::0", "t::2", "t::3"]]


@pytest.mark.parametrize(
    ("one", "other"),
    [("assert 2 == 3", "assert 2.5 == 3e-05"), ("at 0x7f3a: 'a'", 'at 0xffff: "b"'), ("E 1\nx", "E 2\ny")],
)
def test_values_make_no_difference_to_a_message(one: str, other: str) -> None:
    assert likeness(failed("t", message=one)) == likeness(failed("t", message=other))


def test_failures_that_say_nothing_are_not_called_alike() -> None:
    selection = select([failed("a::a"), failed("a::b")], shard=None, max_tests=1)
    assert [note for note in notes(selection) if "failed like" in note] == []


def test_what_could_not_be_collected_is_not_run() -> None:
    tests = [failed("tests/test_a.py", phase="collect"), failed("--json=x"), failed("--json=x::y"), failed("a::b\0"), failed("a::b")]
    selection = select(tests, shard=None, max_tests=9)
    assert names(selection.chosen) == ["a::b"]
    assert len(selection.uncollected) == 4


def test_ignored_tests_are_named_and_not_run() -> None:
    tests = [failed("tests/legacy/a.py::t"), failed("tests/a.py::t"), failed("../x.py::t")]
    selection = select(tests, shard=None, max_tests=9, rules=(Rule("services/shop/tests/legacy", ignore=True),), folder="services/shop")
    assert names(selection.chosen) == ["tests/a.py::t", "../x.py::t"]
    assert list(notes(selection)) == ["1 failed tests are ignored by the configuration file: tests/legacy/a.py::t"]


@pytest.mark.parametrize("total", [1, 3, 8, 200])
def test_shards_share_the_tests_without_overlap(total: int) -> None:
    tests = [failed(f"a::t{number}", seconds=number % 7) for number in range(100)]
    parts = [share(tests, Shard(number, total)) for number in range(1, total + 1)]
    assert sorted(test.nodeid for part in parts for test in part) == sorted(test.nodeid for test in tests)


def test_shards_take_about_equally_long() -> None:
    tests = [failed(f"a::t{number}", seconds=60.0 if number < 4 else 1.0) for number in range(100)]
    costs = [sum(test.seconds + 1 for test in share(tests, Shard(number, 4))) for number in (1, 2, 3, 4)]
    assert max(costs) - min(costs) <= 2


def test_shards_are_the_same_whatever_the_order_of_the_report() -> None:
    tests = [failed(f"a::t{number}", seconds=number % 3) for number in range(50)]
    assert set(share(tests, Shard(2, 5))) == set(share(tests[::-1], Shard(2, 5)))


def test_a_report_full_of_failures_is_sorted_in_no_time() -> None:
    tests = [failed(f"tests/x{n % 50}.py::t{n}", crash=f"a.py:{n % 90}", message=f"E {n}" * 100) for n in range(20_000)]
    started = time.monotonic()
    selection = select(tests, shard=Shard(1, 8), max_tests=20, rules=tuple(Rule(f"docs{n}/**") for n in range(100)))
    assert len(selection.chosen) == 20
    assert len(list(notes(selection))) <= 21
    assert time.monotonic() - started < 20
