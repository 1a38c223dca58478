"""Where no state is seen: the polluter ends earlier and earlier, until it pollutes no longer."""

from __future__ import annotations

import pytest

from flakemark.isolate.order import isolate_order
from flakemark.isolation import OrderFlip, Tally
from flakemark.runs import Failure, RunRequest, StateWrite
from tests.unit.flakemark.isolate.polluted import POLLUTER
from tests.unit.flakemark.scripted import VICTIM, Scripted, failing_at, site, told, trace_of

STEPS = [site(f"shop/timers.py:{line}", function="arm") for line in (10, 11, 12, 13)]


def after_a_polluter(runner: Scripted) -> OrderFlip:
    [seen] = runner.run([RunRequest(victim=VICTIM, before=(POLLUTER,))])
    found = isolate_order(runner, seen, told)
    assert found is not None
    return found


def ends_at(run: RunRequest) -> int:
    """Say which step the polluter comes to."""
    left, known = [it.site for it in run.forcings if it.kind == "leave"], [step.site.key for step in STEPS]
    return known.index(left[0]) if left and left[0] in known else len(STEPS)


def test_where_no_state_is_seen_the_polluter_is_cut_short_until_it_pollutes_no_longer() -> None:
    def answer(run: RunRequest) -> Failure | None:
        return failing_at("test_x.py:9") if run.before and run.victim == VICTIM and ends_at(run) >= 2 else None

    found = after_a_polluter(Scripted(answer, trace_of(*[("main", step, None) for step in STEPS])))
    assert found.change is None
    assert found.write == StateWrite("shop/timers.py", 12, "arm", "")
    assert (found.with_them, found.healed, found.cut) == (Tally(0, 30), Tally(), Tally(30, 0))


@pytest.mark.parametrize(("started_by", "named"), [("test_polluter", "test_x.py:23"), ("worker", "shop/timers.py:11")])
def test_what_is_left_running_is_named_where_the_polluter_starts_it(started_by: str, named: str) -> None:
    start = site("shop/timers.py:11", source="start", name="Thread.start", function="Timer.start")
    helper = site("shop/timers.py:20", callee="start", function="run_timer")
    caller = site("test_x.py:23", callee="run_timer", function=started_by)
    steps = [STEPS[0], start, helper, caller]
    keys = [step.site.key for step in steps]

    def answer(run: RunRequest) -> Failure | None:
        left = [keys.index(it.site) for it in run.forcings if it.kind == "leave"] or [len(steps)]
        return failing_at("test_x.py:9") if run.before and run.victim == VICTIM and left[0] >= 1 else None

    write = after_a_polluter(Scripted(answer, trace_of(*[("main", step, None) for step in steps]))).write
    assert write is not None
    assert f"{write.file}:{write.line}" == named  # a fixture's thread, say, is none of the test's own


def test_a_polluter_cannot_end_where_something_is_only_iterated() -> None:
    loop = site("shop/timers.py:9", "iterate", function="arm")
    steps = [STEPS[0], loop, loop, *STEPS[1:]]

    def answer(run: RunRequest) -> Failure | None:
        ends_nowhere = any(it.kind == "leave" and it.site == loop.site.key for it in run.forcings)
        pollutes = ends_nowhere or ends_at(run) >= 2
        return failing_at("test_x.py:9") if run.before and run.victim == VICTIM and pollutes else None

    found = after_a_polluter(Scripted(answer, trace_of(*[("main", step, None) for step in steps])))
    assert found.write == StateWrite("shop/timers.py", 12, "arm", "")


def test_a_polluter_that_pollutes_in_its_teardown_has_no_line_of_its_own() -> None:
    def answer(run: RunRequest) -> Failure | None:
        return failing_at("test_x.py:9") if run.before and run.victim == VICTIM and ends_at(run) >= len(STEPS) else None

    assert after_a_polluter(Scripted(answer, trace_of(*[("main", step, None) for step in STEPS]))).write is None
