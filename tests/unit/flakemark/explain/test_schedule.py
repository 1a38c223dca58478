"""The chain of a race or a wait: who did what, in the order of the run that fails."""

from __future__ import annotations

from typing import Any

from flakemark.events import Trace
from flakemark.explain import schedule
from flakemark.isolation import Tally, TimingFlip
from flakemark.runs import RunRequest
from tests.unit.flakemark.scripted import VICTIM, failing_at, site, trace_of

FAILURE = failing_at("test_x.py:9", message="assert 1 == 2")
ASSERTION = site("test_x.py:9", "compare")
READ, WEIGH, WRITE = (site(f"shop/count.py:{line}", kind, function="add") for line, kind in ((15, "store"), (16, "call"), (17, "store")))
ONE, TWO = "thread:add#1", "thread:add#2"
IN_TURN = trace_of((ONE, READ, 0), (ONE, WRITE, 1), (TWO, READ, 1), (TWO, WRITE, 2), ("main", ASSERTION, True))
MIXED = trace_of((ONE, READ, 0), (TWO, READ, 0), (ONE, WEIGH, 1), (ONE, WRITE, 1), (TWO, WRITE, 1), ("main", ASSERTION, False))

START = site("test_x.py:5", source="start", name="Thread.start")
WAIT = site("test_x.py:6", source="wait", name="time.sleep")
FETCH, STORE = site("shop/mail.py:20", "call", function="work"), site("shop/mail.py:21", "store", function="work")
WORK = "thread:work#1"
DONE = trace_of(("main", START, None), (WORK, FETCH, 1), (WORK, STORE, 1), ("main", WAIT, None), ("main", ASSERTION, True))
LATE = trace_of(("main", START, None), (WORK, FETCH, 1), ("main", WAIT, None), ("main", ASSERTION, False), (WORK, STORE, 1))


def flip(kind: str, *sites: Any) -> TimingFlip:
    request = RunRequest(victim=VICTIM)
    return TimingFlip(
        kind=kind, sites=sites, delayed="thread work#1", failing_request=request, passing_request=request,
        to_failing=Tally(0, 30), to_passing=Tally(30, 0), base=Tally(20, 0),
    )  # fmt: skip


def told(found: TimingFlip, passing: Trace | None = None, failing: Trace | None = None) -> list[tuple[int, str, str]]:
    traces = (passing, failing) if passing is not None and failing is not None else None
    return [(link.line, link.passing, link.failing) for link in schedule.chain(found, traces, FAILURE, lambda file, line: f"{file} {line}")]


FAILS = (9, "passes", "assert 1 == 2")


def test_a_race_is_a_read_the_write_of_another_thread_and_a_write() -> None:
    assert told(flip("race", READ, WEIGH), IN_TURN, MIXED) == [
        (15, "1", "0 (thread add#2)"),
        (17, "1, earlier", "1 (thread add#1, in between)"),
        (17, "2", "1 (thread add#2)"),
        FAILS,
    ]


def test_a_line_has_its_text_and_its_file() -> None:
    first = schedule.chain(flip("race", READ), (IN_TURN, MIXED), FAILURE, lambda file, line: f"{file} {line}")[0]
    assert (first.file, first.function, first.source) == ("shop/count.py", "add", "shop/count.py 15")


def test_where_a_lock_gives_threads_other_names_their_ranks_are_compared() -> None:
    renamed = IN_TURN._replace(threads=("main", "task:turn#1", "task:turn#2"))
    assert told(flip("race", READ, WEIGH), renamed, MIXED)[0] == (15, "1", "0 (thread add#2)")


def test_what_the_passing_run_does_not_reach_is_called_so() -> None:
    refused = trace_of((ONE, READ, 0), (ONE, WRITE, 1), (TWO, READ, 1))
    assert told(flip("race", READ), refused, MIXED)[2] == (17, "not reached", "1 (thread add#2)")


def test_what_only_one_of_the_threads_does_in_the_passing_run_is_not_told_of_the_other() -> None:
    count = site("shop/count.py:16", "augment", function="add")
    once = trace_of((ONE, READ, 0), (ONE, count, 1), (TWO, READ, 1))
    both = trace_of((ONE, READ, 0), (TWO, READ, 0), (TWO, count, 1), (ONE, count, 1))
    assert told(flip("race", READ), once, both)[:3] == [
        (15, "0", "0 (thread add#1)"),
        (16, "not reached", "with 1 (thread add#2, in between)"),
        (16, "with 1", "with 1 (thread add#1)"),
    ]


def test_the_passing_run_says_when_the_other_thread_came() -> None:
    afterwards = trace_of((TWO, READ, 0), (TWO, WRITE, 1), (ONE, READ, 1), (ONE, WRITE, 2))
    assert told(flip("race", READ), afterwards, MIXED)[1][1] == "2, later"
    assert told(flip("race", READ), MIXED, MIXED)[1][1] == "1, in between"


def test_a_window_in_a_loop_ends_where_the_next_one_begins() -> None:
    looped = trace_of((ONE, READ, 0), (ONE, WRITE, 1), (TWO, READ, 5), (ONE, READ, 1), (TWO, WRITE, 6), (ONE, WRITE, 2))
    read, between, write, _ = (failing for _, _, failing in told(flip("race", READ), IN_TURN, looped))
    assert (read, between, write) == ("1 (thread add#1)", "6 (thread add#2, in between)", "2 (thread add#1)")


def test_writes_elsewhere_count_where_there_is_none_in_the_function() -> None:
    reset = site("shop/count.py:30", "store", function="reset")
    other = trace_of((ONE, READ, 0), (TWO, site("shop/other.py:3", "store"), 7), (TWO, reset, 0), (ONE, WRITE, 1))
    assert told(flip("race", READ), IN_TURN, other)[1] == (30, "not reached", "0 (thread add#2, in between)")


def test_a_window_that_stores_nothing_ends_with_its_last_line() -> None:
    append = site("shop/count.py:18", "call", callee="append", function="add")
    failing = trace_of((ONE, WEIGH, 0), (TWO, WEIGH, 0), (TWO, append, None), (ONE, append, None))
    assert [line for line, _, _ in told(flip("race", WEIGH), IN_TURN, failing)] == [16, 18, 18, 9]


def test_a_race_that_no_trace_shows_is_the_failure_alone() -> None:
    assert told(flip("race", READ)) == [FAILS]
    assert told(flip("race", READ), IN_TURN, IN_TURN) == [FAILS]


def test_a_wait_is_the_wait_what_it_waits_for_and_the_failure() -> None:
    assert told(flip("wait", WAIT), DONE, LATE) == [
        (6, "thread work#1 is done first", "goes on before thread work#1 is done"),
        (21, "done by then", "not done by then"),
        FAILS,
    ]


def test_what_nobody_waits_for_begins_with_its_start() -> None:
    assert [line for line, _, _ in told(flip("unawaited", START), DONE, LATE)] == [5, 21, 9]


def test_what_comes_after_the_failing_line_is_not_waited_for() -> None:
    later = trace_of(*[("main", WAIT, None), (WORK, FETCH, 1), ("main", ASSERTION, True), (WORK, STORE, 1)])
    assert [line for line, _, _ in told(flip("wait", WAIT), later, trace_of(("main", WAIT, None)))] == [6, 20, 9]


def test_a_wait_without_traces_and_one_for_a_process_have_two_links() -> None:
    assert [line for line, _, _ in told(flip("wait", WAIT))] == [6, 9]
    alone = trace_of(("main", START, None), ("main", WAIT, None))
    assert [line for line, _, _ in told(flip("wait", WAIT), alone, alone)] == [6, 9]


def test_a_wait_that_is_itself_what_fails_is_told_once() -> None:
    assert [line for line, _, _ in told(flip("wait", ASSERTION), DONE, LATE)] == [21, 9]


def test_a_signal_that_comes_early_says_who_goes_on_before_what() -> None:
    signal = site("shop/mail.py:19", "call", callee="set", function="work")
    assert told(flip("early", signal), DONE, LATE) == [
        (19, "thread work#1 is done when others go on", "tells others to go on before thread work#1 is done"),
        (21, "done by then", "not done by then"),
        FAILS,
    ]


def test_what_is_never_stopped_comes_in_between_in_the_run_that_fails() -> None:
    assert told(flip("overtaken", START), LATE, DONE) == [
        (5, "thread work#1 comes after the test", "thread work#1 comes in between"),
        (21, "not yet", "done by then"),
        FAILS,
    ]
