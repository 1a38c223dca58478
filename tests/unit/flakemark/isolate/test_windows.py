"""Races: the window from the read to the write, and what closes it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flakemark.events import TracedSite
from flakemark.isolate.timing import isolate_timing
from flakemark.reproduction import Reproduction
from flakemark.runs import Outcome, RunRequest
from tests.unit.flakemark.isolate.late import (
    CALL,
    FAILURE,
    JOIN,
    RACING,
    READ,
    START,
    STORE,
    WAIT,
    WRITE,
    forced,
    is_late,
    isolated,
    pauses_between,
    racing,
)
from tests.unit.flakemark.scripted import Scripted, failing_at, once, site, told, trace_of


def test_a_window_that_a_lock_closes_is_a_race() -> None:
    def fails(run: RunRequest) -> bool:
        paused = forced(run, "delay", READ.site.key)
        return paused is not None and paused.first == 0 and not forced(run, "hold") and not forced(run, "lock", CALL.site.key)

    only_race = [("main", START, None), *[(f"thread:work#{number}", traced, number) for number in (1, 2) for traced in (READ, WRITE, CALL)]]
    flip = isolated(trace_of(*only_race), fails)
    assert flip is not None
    assert flip.kind == "race"
    assert READ in flip.sites
    assert [forcing.kind for forcing in flip.passing_request.forcings] == ["delay", "lock"]


def test_one_lucky_run_does_not_move_the_window_into_a_function_that_is_called_inside() -> None:
    reply = site("test_x.py:40", function="reply")
    handlers = [(f"thread:handle#{number}", traced, number) for number in (1, 2) for traced in (READ, reply, WRITE)]
    lucky = {READ.site.key: 3, WRITE.site.key: 5}
    asked = dict.fromkeys(lucky, 0)

    def fails(run: RunRequest) -> bool:
        if forced(run, "hold") is not None:
            return False
        [key] = [it.site for it in run.forcings if it.kind == "delay"] or [""]
        asked[key] = asked.get(key, 0) + 1
        return key == reply.site.key or (key in lucky and asked[key] != lucky[key])

    flip = isolated(trace_of(("main", START, None), ("main", START, None), *handlers), fails)
    assert flip is not None
    assert (flip.kind, flip.sites) == ("race", (READ, WRITE))


@pytest.mark.parametrize("message", ["dictionary changed size during iteration", "no stock left"])
def test_where_python_says_what_was_changed_meanwhile_the_loop_is_the_window(message: str) -> None:
    raised = failing_at("test_x.py:16", exception="RuntimeError", message=message)
    trace = trace_of(
        *[(RACING.threads[event.thread], RACING.sites[event.site], event.literal) for event in RACING.events], ("main", WAIT, 1)
    )

    def fails(run: RunRequest) -> bool:
        late = is_late(run) and forced(run, "stretch", WAIT.site.key) is None
        return late or pauses_between(run)

    flip = isolated(trace, fails, failure=raised)
    assert flip is not None
    expected = ("race", (WRITE, WRITE)) if "iteration" in message else ("wait", (WAIT,))
    assert (flip.kind, flip.sites) == expected


def test_a_caller_that_only_seemed_to_flip_is_passed_over() -> None:
    threads = [(f"thread:work#{number}", traced, number) for number in (1, 2) for traced in (READ, WRITE, CALL)]
    unlucky = 8  # runs; a pause behind the call changes nothing, but at first it fails by chance

    def fails(run: RunRequest) -> bool:
        nonlocal unlucky
        if forced(run, "delay", CALL.site.key):
            unlucky -= 1
            return unlucky >= 0
        return pauses_between(run) and not forced(run, "hold")

    flip = isolated(trace_of(("main", START, None), ("main", START, None), *threads), fails)
    assert flip is not None
    assert (flip.kind, flip.sites) == ("race", (READ,))
    assert (flip.locked, flip.delayed) == (True, "a pause of 0.04 s inside of it")


def test_where_nothing_can_be_locked_only_pauses_inside_of_the_window_flip() -> None:
    before = site("test_x.py:14", "branch", function="count")
    threads = [(f"thread:work#{number}", traced, number) for number in (1, 2) for traced in (before, READ, WRITE)]
    runs = 0

    def fails(run: RunRequest) -> bool:
        nonlocal runs
        runs += 1
        inside = forced(run, "delay", READ.site.key) or forced(run, "delay", WRITE.site.key)
        return inside is not None or runs % 7 == 0  # it is raced for now and then without a pause

    flip = isolated(trace_of(("main", START, None), ("main", START, None), *threads), fails)
    assert flip is not None
    assert (flip.kind, flip.sites) == ("race", (READ, WRITE))
    assert (flip.outside, flip.accepted) == (True, True)
    [pause] = flip.passing_request.forcings
    assert (pause.kind, pause.site) == ("delay", before.site.key)
    assert 0 < flip.to_passing.failed < flip.to_passing.runs / 3


def test_a_pause_that_fails_only_now_and_then_is_no_race() -> None:
    counter = [0]

    def fails(run: RunRequest) -> bool:
        counter[0] += 1
        return forced(run, "delay", READ.site.key) is not None and counter[0] % 3 != 0

    assert isolated(RACING, fails) is None


def test_jobs_of_a_pool_race_although_one_thread_ran_them_all_in_the_passing_run() -> None:
    jobs = [("main", START, None), ("main", START, None)]
    one = trace_of(*jobs, *[("thread:_worker#1", traced, 1) for traced in (READ, WRITE, READ, WRITE)])
    both = trace_of(*jobs, *[(f"thread:_worker#{number}", traced, 1) for traced in (READ, WRITE) for number in (1, 2)])
    runner = Scripted(lambda run: FAILURE if racing(run) else None, one)
    passing = once(runner)
    failing = replace(passing, trace=both, failure=FAILURE)
    found = Reproduction(passing=[passing], failing=[failing], failure=FAILURE, wants=FAILURE.is_like)
    flip = isolate_timing(runner, found, told)
    assert flip is not None
    assert (flip.kind, flip.in_turns, flip.locked) == ("race", True, False)
    assert READ in flip.sites


@pytest.mark.parametrize("healing", ["count", "work"])
def test_where_most_runs_fail_the_innermost_lock_that_heals_tells_where_the_race_is(healing: str) -> None:
    outer = site("test_x.py:31", callee="work", function="pool")
    argument = site("test_x.py:19", function="work")  # of the outer function, but evaluated before the inner one
    trace = trace_of(
        ("main", START, None), ("main", START, None),
        *[(f"thread:work#{number}", traced, number) for number in (1, 2) for traced in (argument, READ, WRITE, CALL, outer)],
    )  # fmt: skip
    locks = {"count": [CALL.site.key, outer.site.key], "work": [outer.site.key]}[healing]
    runner = Scripted(lambda run: None if any(forced(run, "lock", key) for key in locks) else FAILURE, trace)
    failing = once(runner)
    passing = replace(failing, failure=None, outcome=Outcome.PASSED)
    found = Reproduction(natural=[failing] * 8, passing=[passing], failing=[failing], failure=FAILURE, wants=FAILURE.is_like)
    flip = isolate_timing(runner, found, told)
    assert flip is not None
    assert (flip.kind, flip.locked) == ("race", True)
    assert flip.sites == {"count": (READ, WRITE), "work": (argument, CALL)}[healing]


def test_a_window_across_an_await_reaches_from_the_check_to_the_write() -> None:
    create = site("test_x.py:3", source="start", name="asyncio.gather", function="both")
    check = site("hall.py:11", "branch", function="Hall.book")
    sign = site("hall.py:15", "await", function="Hall.book")
    book = site("hall.py:16", "store", function="Hall.book")
    late = site("test_x.py:5", "await", function="late")
    trace = trace_of(
        ("task:both#1", create, None), ("task:book#1", check, False), ("task:book#1", sign, "t"), ("task:book#1", book, 1),
        ("task:late#1", late, None), ("task:late#1", check, True),
    )  # fmt: skip

    def fails(run: RunRequest) -> bool:
        return forced(run, "delay", sign.site.key) is not None and forced(run, "hold", "task:late#1") is None

    flip = isolated(trace, fails)
    assert flip is not None
    assert (flip.kind, flip.in_turns) == ("race", True)
    assert flip.sites == (check, sign, book)


def test_where_a_later_passage_that_is_late_before_the_window_fails_as_well_it_is_no_window() -> None:
    before = site("test_x.py:14", "branch", function="count")
    threads = [(f"thread:work#{number}", traced, number) for number in (1, 2) for traced in (before, READ, WRITE)]

    def fails(run: RunRequest) -> bool:
        late = forced(run, "delay", before.site.key)
        return pauses_between(run) or (late is not None and late.first == 1) or forced(run, "hold") is not None

    trace = trace_of(("main", START, None), ("main", START, None), *threads)
    runs = iter([False])  # passes once, to begin with; by itself it fails too often for the absence of the pause to tell
    flip = isolated(trace, lambda run: next(runs, True) if not run.forcings else fails(run))
    assert flip is None or flip.kind != "race"


START_IN_TEST = site("test_x.py:5", source="start", name="Thread.start", function="test_victim")
NAME, ENROLL, LIGHT = (site(f"test_x.py:{line}", "store", function="Beacon.__init__") for line in (31, 32, 33))
IN_THE_TEST = site("test_x.py:7", "store", function="test_victim")
BUILT = [("main", traced, 1) for traced in (NAME, ENROLL, LIGHT)]
WATCHED = trace_of(
    *BUILT, ("main", START_IN_TEST, None), ("thread:patrol#1", STORE, 1), *BUILT, ("main", IN_THE_TEST, 1), ("main", JOIN, None)
)


def paused_at(run: RunRequest, *sites: TracedSite, first: int = 1) -> bool:
    return any(it.kind == "delay" and it.first == first and it.site in {one.site.key for one in sites} for it in run.forcings)


def test_a_window_that_the_test_alone_runs_through_is_found_by_pauses_in_it_and_right_before_it() -> None:
    flip = isolated(WATCHED, lambda run: paused_at(run, ENROLL, LIGHT))
    assert flip is not None
    assert (flip.kind, flip.sites, flip.outside) == ("race", (ENROLL, LIGHT), True)
    [pause], [before] = flip.failing_request.forcings, flip.passing_request.forcings
    assert pause.first == before.first == 1  # not while it was built before anybody was there
    assert before.site == NAME.site.key


def test_where_the_test_is_late_before_the_window_as_well_it_is_none() -> None:
    flip = isolated(WATCHED, lambda run: paused_at(run, NAME, ENROLL, LIGHT) or paused_at(run, START_IN_TEST, first=0))
    assert flip is None or flip.kind != "race"


def test_who_comes_once_is_made_to_come_in_the_middle_of_a_long_pause() -> None:
    """By itself it comes too early for the short one, and the window begins with the function."""
    flip = isolated(WATCHED, lambda run: paused_at(run, NAME, ENROLL, LIGHT) and forced(run, "hold", "thread:patrol#1") is not None)
    assert flip is not None
    assert (flip.kind, flip.sites) == ("race", (NAME, ENROLL, LIGHT))
    assert [(it.kind, it.site) for it in flip.passing_request.forcings] == [("delay", START_IN_TEST.site.key), ("hold", "")]


def test_a_pause_between_two_lines_of_the_test_itself_is_no_window() -> None:
    flip = isolated(WATCHED, lambda run: paused_at(run, IN_THE_TEST, first=0))
    assert flip is None or flip.kind != "race"


def test_a_pause_before_the_window_has_to_be_harmless_whatever_is_drawn() -> None:
    """A pause before a draw lets another thread draw first: with the same draws every time it passes every time."""

    def fails(run: RunRequest) -> bool:
        return paused_at(run, ENROLL, LIGHT) or (paused_at(run, NAME) and run.seed % 2 == 1)

    flip = isolated(WATCHED, fails)
    assert flip is None or flip.kind != "race"
