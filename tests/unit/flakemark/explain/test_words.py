"""How causes of timing, time limits and chains are put into words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from flakemark.align import align
from flakemark.events import INPUTS
from flakemark.explain import timing
from flakemark.explain.chain import HEAD, TAIL, chain, crash_link
from flakemark.explain.diagnosis import Findings, explain
from flakemark.explain.mechanism import LIMIT_ADVICE, limit_instead
from flakemark.explain.wording import wording
from flakemark.isolation import Isolation, Tally, TimingFlip
from flakemark.model import Category, Cause, DivergenceType, Status, Verdict
from flakemark.reproduction import Reproduction
from flakemark.runs import Outcome, RunRequest, RunResult, Spent, Surroundings
from tests.unit.flakemark.scripted import VICTIM, failing_at, reported, site, trace_of

WAIT = site("test_x.py:6", source="wait", name="time.sleep")
READ, WRITE = site("shop/count.py:15", "store", function="count"), site("shop/count.py:17", "augment", function="count")
CAUSE = Cause(
    file="test_x.py", line=5, end_line=5, function="test_victim", source="x", divergence_type=DivergenceType.VALUE_MISMATCH,
    category=Category.RANDOMNESS, status=Status.CONFIRMED, confidence=0.9, title="t", detail="d",
)  # fmt: skip


def read_line(file: str, line: int) -> str:
    return f"{file} line {line}"


def read_file(_: str) -> str:
    return ""


def flip(kind: str, *sites: Any, **facts: Any) -> TimingFlip:
    request = RunRequest(victim=VICTIM)
    given = {"to_failing": Tally(0, 30), "to_passing": Tally(30, 0), "base": Tally(20, 0), **facts}
    return TimingFlip(kind=kind, sites=sites, delayed="thread work#1", failing_request=request, passing_request=request, **given)


@pytest.mark.parametrize(
    ("found", "lines", "category", "divergence"),
    [
        (flip("wait", WAIT), (6, 6), Category.ASYNC_WAIT, DivergenceType.TIMING_DELTA),
        (flip("race", READ, WRITE), (15, 17), Category.CONCURRENCY, DivergenceType.THREAD_RACE),
        (flip("unawaited", WAIT), (6, 6), Category.ASYNC_WAIT, DivergenceType.TIMING_DELTA),
        (flip("overtaken", WAIT), (6, 6), Category.CONCURRENCY, DivergenceType.TIMING_DELTA),
        (flip("wait", site("test_x.py:6", source="wait", name="Queue.get")), (6, 6), Category.TIMEOUT, DivergenceType.TIMING_DELTA),
    ],
)
def test_a_timing_flake_has_its_category(found: TimingFlip, lines: tuple[int, int], category: Category, divergence: DivergenceType) -> None:
    cause = timing.cause(found, read_line)
    assert ((cause.line, cause.end_line), cause.category, cause.divergence_type) == (lines, category, divergence)
    assert "{" not in cause.title
    assert timing.fix(found).advice


def test_a_window_is_bounded() -> None:
    cause = timing.cause(flip("race", READ, site("shop/count.py:99", "store")), read_line)
    assert cause.end_line <= 15 + timing.LONGEST_WINDOW


def test_what_comes_in_between_is_told_with_what_was_slow() -> None:
    found = flip("overtaken", WAIT, pause="the test takes 0.04 s longer")
    assert (
        timing.cause(found, read_line).detail
        == "when the test takes 0.04 s longer it fails; when thread work#1 begins later as well it passes"
    )
    assert [one.setting for one in timing.interventions(found)] == [
        "the test takes 0.04 s longer",
        "likewise, and thread work#1 begins later",
    ]


def test_the_confidence_in_a_timing_flake_is_counted() -> None:
    few = timing.cause(flip("wait", WAIT, to_passing=Tally(6, 0)), read_line)
    many = timing.cause(flip("wait", WAIT, to_passing=Tally(300, 0), to_failing=Tally(0, 300)), read_line)
    assert few.confidence < many.confidence <= timing.TIMING["wait"].rate


def test_the_delay_and_what_heals_it_are_evidence() -> None:
    late, healed = timing.interventions(flip("wait", WAIT, to_failing=Tally(1, 29)))
    assert (late.setting, late.passed, late.failed) == ("thread work#1 late", 1, 29)
    assert (healed.setting, healed.passed, healed.failed) == ("late, and this wait stretched", 30, 0)


def test_a_timing_flake_is_flaky_and_has_its_cause() -> None:
    found = Reproduction(failure=failing_at("test_x.py:9"))
    here = Surroundings(python="3.11.7", items=(VICTIM,), forkable=True)
    given = Findings(
        test=reported(), found=found, isolation=Isolation(timing=flip("wait", WAIT)), spent=Spent(), surroundings=here, seconds=1.0
    )
    diagnosis = explain(given, align, read_line, read_file)
    assert diagnosis.verdict is Verdict.FLAKY
    assert diagnosis.cause is not None
    assert diagnosis.cause.line == 6
    assert [link.line for link in diagnosis.chain] == [6, 9]


# the time limit that is the cause, where a draw only decides how long something takes


def test_a_draw_that_makes_a_limit_run_out_is_not_the_line_to_mend() -> None:
    limit = limit_instead(CAUSE, failing_at("test_x.py:30", exception="TimeoutError"), read_line)
    assert limit is not None
    assert (limit.line, limit.category) == (30, Category.TIMEOUT)
    assert "test_x.py:5" in limit.detail
    assert limit.confidence <= CAUSE.confidence
    assert "generous" in LIMIT_ADVICE


def test_a_connection_that_is_closed_meanwhile_is_where_it_is_used() -> None:
    failure = failing_at("client.py:35", exception="RemoteDisconnected")
    closed = limit_instead(CAUSE, failure, read_line, latency=True)
    assert closed is not None
    assert (closed.file, closed.line, closed.category) == ("client.py", 35, Category.NETWORK)
    assert "test_x.py:5" in closed.detail
    assert limit_instead(CAUSE, failure, read_line) is None  # a port that is drawn is more than a latency
    assert limit_instead(CAUSE, failing_at("client.py:35"), read_line, latency=True) is None


@pytest.mark.parametrize(
    ("cause", "failure"),
    [
        (CAUSE, None),
        (CAUSE, failing_at("test_x.py:30")),
        (replace(CAUSE, category=Category.UNORDERED_COLLECTION), failing_at("test_x.py:30", exception="TimeoutError")),
        (CAUSE, replace(failing_at("test_x.py:30", exception="TimeoutError"), where="", crash="nowhere")),
    ],
)
def test_otherwise_the_input_stays_the_cause(cause: Cause, failure: Any) -> None:
    assert limit_instead(cause, failure, read_line) is None


# the chain


def run_of(outcome: Outcome, *values: int) -> RunResult:
    events = [("main", site(f"test_x.py:{number}", "store"), value) for number, value in enumerate(values, 5)]
    return RunResult(request=RunRequest(victim=VICTIM), outcome=outcome, seconds=1.0, trace=trace_of(*events))


def effect(passing: tuple[int, ...], failing: tuple[int, ...], benign: frozenset[str] = frozenset()) -> Isolation:
    return Isolation(effect=(run_of(Outcome.PASSED, *passing), run_of(Outcome.FAILED, *failing)), benign=benign)


def test_a_chain_shows_what_differs_and_ends_at_the_crash() -> None:
    links = chain(effect((1, 2, 3, 4), (9, 2, 8, 4)), CAUSE, failing_at("test_x.py:9"), align, read_line)
    assert [(link.line, link.passing, link.failing) for link in links] == [(7, "3", "8"), (9, "passes", "assert False")]


def test_a_chain_leaves_out_what_differs_anyway() -> None:
    links = chain(effect((1, 2, 3), (9, 8, 7), frozenset({"test_x.py:6:0:store"})), CAUSE, failing_at("test_x.py:9"), align, read_line)
    assert [link.line for link in links] == [7, 9]


def test_a_long_chain_keeps_its_ends() -> None:
    passing, failing = tuple(range(40)), tuple(range(100, 140))
    links = chain(effect(passing, failing), CAUSE, None, align, read_line)
    assert [link.line for link in links] == [6, 7, 8, 42, 43, 44]
    assert len(links) == HEAD + TAIL


def test_a_chain_without_effect_is_the_crash_alone() -> None:
    assert [link.line for link in chain(Isolation(), CAUSE, failing_at("test_x.py:9"), align, read_line)] == [9]
    assert chain(Isolation(), CAUSE, None, align, read_line) == ()


def test_a_crash_that_stands_there_already_is_not_repeated() -> None:
    links = chain(effect((1, 2), (9, 8)), CAUSE, failing_at("test_x.py:6"), align, read_line)
    assert [link.line for link in links] == [6]


def test_a_crash_without_a_message_says_its_exception() -> None:
    [link] = crash_link(replace(failing_at("test_x.py:9"), message="  \n", exception="KeyError"), read_line)
    assert link.failing == "KeyError"


def test_the_place_of_a_crash_may_be_unknown() -> None:
    assert crash_link(replace(failing_at("x:1"), crash="", where=""), read_line) == ()


@pytest.mark.parametrize("kind", sorted(INPUTS))
def test_every_known_source_has_words_of_its_own(kind: str) -> None:
    words, unnamed = wording(site("a.py:1", source=kind, name="thing")), wording(site("a.py:1", callee="thing"))
    assert words.title != unnamed.title
    assert "{" not in words.title + words.advice


def test_an_identity_is_a_matter_of_memory_order() -> None:
    assert wording(site("a.py:1", source="unique", name="id")).category is Category.UNORDERED_COLLECTION
