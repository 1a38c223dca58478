"""Settings, garbage, leftovers: the line whose own surroundings decide the outcome."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from flakemark.events import Trace, TracedSite
from flakemark.isolate.garbage import isolate_garbage
from flakemark.isolate.leftovers import isolate_leftovers
from flakemark.isolate.settings import isolate_setting
from flakemark.isolation import ConditionFlip
from flakemark.reproduction import Reproduction, Setting, World
from flakemark.runs import Failure, Forcing, RunRequest, StateChange, StateWrite
from tests.unit.flakemark.scripted import VICTIM, Scripted, failing_at, once, site, told, trace_of

FAILED = failing_at("test_x.py:9")
OPENS, READS, CALLS = (site(f"shop.py:{line}", callee=name) for line, name in ((3, "open"), (7, "read"), (9, "save")))
TRACE = trace_of(("main", OPENS, None), ("main", READS, None), ("main", CALLS, None))
SETTING = Setting(
    kind="locale",
    name="the locale",
    failing=World(name="LC_ALL=C", environment=(("LC_ALL", "C"),), at=Forcing(kind="under", what="environment", values=(["LC_ALL", "C"],))),
    passing=World(name="usual", at=Forcing(kind="under", what="environment", values=(["LC_ALL", None],))),
)
Answer = Callable[[RunRequest], Failure | None]


def hurt(request: RunRequest) -> set[str]:
    """Places that meet the failing side of the setting."""
    everywhere = bool(request.environment) or any(not force.site for force in request.forcings if force.values == (["LC_ALL", "C"],))
    places = {one.site.key for one in (OPENS, READS, CALLS)} if everywhere else set()
    for force in request.forcings:
        if force.site:
            places = places | {force.site} if force.values == (["LC_ALL", "C"],) else places - {force.site}
    return places


def found_with(runner: Scripted, *, fresh: bool = False, forked: Trace | None = None, **facts: object) -> Reproduction:
    passing = once(runner, fresh=fresh)
    natural = [replace(passing, request=replace(passing.request, fresh=False), trace=forked or passing.trace)]
    return Reproduction(passing=[passing], natural=natural, known=True, wants=lambda failure: failure == FAILED, **facts)  # type: ignore[arg-type]


def flip_of(answer: Answer) -> ConditionFlip | None:
    runner = Scripted(answer, trace=TRACE)
    return isolate_setting(runner, found_with(runner, setting=SETTING), told)


def key(traced: TracedSite) -> str:
    return traced.site.key


def test_the_innermost_call_that_decides_alone_is_named() -> None:
    flip = flip_of(lambda request: FAILED if key(OPENS) in hurt(request) else None)
    assert flip is not None
    assert flip.accepted
    assert (flip.site, flip.others) == (OPENS, ())
    assert (flip.to_failing.failed, flip.to_passing.passed) == (30, 30)
    assert flip.control.passed == 2


def test_calls_that_have_to_be_spared_together_are_told_together() -> None:
    flip = flip_of(lambda request: FAILED if hurt(request) & {key(OPENS), key(READS)} else None)
    assert flip is not None
    assert (flip.site, flip.others) == (OPENS, (READS,))


def test_what_a_connection_brings_is_spared_with_the_call_that_asked_for_it() -> None:
    asks, reads, calls = (
        site(f"shop.py:{line}", callee=name, function=of) for line, name, of in ((3, "urlopen", "f"), (4, "load", "f"), (9, "f", "g"))
    )
    gone, there = (World(name=what, at=Forcing(kind="under", what=what)) for what in ("reset", "reachable"))

    def answer(request: RunRequest) -> Failure | None:
        at = {force.site: force.what for force in request.forcings}
        broken = {one.site.key for one in (asks, reads, calls) if at.get(one.site.key, at.get("", "reachable")) == "reset"}
        hurts = key(asks) in broken or (not at.get("") and key(calls) in broken)
        left = at.get("") == "reset" and key(reads) in broken and key(calls) in broken  # the answer comes when it is read
        return FAILED if hurts or left else None

    runner = Scripted(answer, trace=trace_of(*(("main", one, None) for one in (asks, reads, calls))))
    setting = Setting(kind="outage", name="the network", failing=gone, passing=there)
    flip = isolate_setting(runner, found_with(runner, setting=setting), told)
    assert flip is not None
    assert flip.accepted
    assert (flip.site, flip.others) == (asks, (reads,))


def test_an_outage_that_two_calls_bring_about_together_is_not_named_by_a_harmless_one_beside_them() -> None:
    builds, asks, asks_again = (
        site(f"shop.py:{line}", callee=name, function="f") for line, name in ((2, "url"), (3, "first"), (4, "second"))
    )
    gone, there = (World(name=what, at=Forcing(kind="under", what=what)) for what in ("refused", "reachable"))

    def answer(request: RunRequest) -> Failure | None:
        at = {force.site: force.what for force in request.forcings}
        broken = [one for one in (asks, asks_again) if at.get(one.site.key, at.get("", "reachable")) == "refused"]
        return FAILED if len(broken) == 2 else None

    runner = Scripted(answer, trace=trace_of(*(("main", one, None) for one in (builds, asks, asks_again))))
    flip = isolate_setting(
        runner, found_with(runner, setting=Setting(kind="outage", name="the network", failing=gone, passing=there)), told
    )
    assert flip is not None
    assert flip.site in (asks, asks_again)
    assert flip.others == ()


def test_another_failure_under_the_setting_is_not_the_one() -> None:
    assert flip_of(lambda request: failing_at("test_x.py:77") if hurt(request) else None) is None


def test_a_setting_that_no_call_meets_names_no_line() -> None:
    assert flip_of(lambda request: FAILED if any(not force.site and force.values[0][1] for force in request.forcings) else None) is None


def test_what_hurts_only_together_is_named_by_the_call_that_heals() -> None:
    flip = flip_of(lambda request: FAILED if hurt(request) >= {key(READS), key(CALLS)} else None)
    assert flip is not None
    assert flip.site == READS
    assert not any(force.site for force in flip.failing_request.forcings)


def test_what_is_read_at_import_is_looked_for_in_fresh_processes_among_what_runs_there_only() -> None:
    def answer(request: RunRequest) -> Failure | None:
        return FAILED if request.fresh and key(READS) in hurt(request) else None

    runner = Scripted(answer, trace=TRACE)
    forked = trace_of(("main", OPENS, None))
    flip = isolate_setting(runner, found_with(runner, fresh=True, forked=forked, setting=SETTING), told)
    assert flip is not None
    assert flip.site == READS
    assert flip.to_failing.failed == 12
    assert not any(force.site == key(OPENS) for run in runner.asked if run.fresh for force in run.forcings)


def test_without_a_setting_nothing_is_run() -> None:
    runner = Scripted(lambda request: None, trace=TRACE)
    found = found_with(runner)
    asked = len(runner.asked)
    assert isolate_setting(runner, found, told) is None
    assert len(runner.asked) == asked


# garbage

SITES = [site(f"shop.py:{line}") for line in range(1, 21)]
LONG = trace_of(*(("main", one, None) for one in SITES))


def collected(request: RunRequest) -> list[int]:
    """Lines after which garbage is collected, in order."""
    keys = {force.site for force in request.forcings if force.kind == "collect"}
    return [one.site.line for one in SITES if key(one) in keys]


def garbage(answer: Answer) -> ConditionFlip | None:
    runner = Scripted(answer, trace=LONG)
    return isolate_garbage(runner, found_with(runner), told)


def test_the_line_before_the_first_one_at_which_collecting_hurts_is_named() -> None:
    flip = garbage(lambda request: FAILED if any(7 < line < 15 for line in collected(request)) else None)
    assert flip is not None
    assert flip.site == SITES[6]
    assert flip.others == (SITES[7],)
    assert (flip.to_failing.failed, flip.to_passing.passed) == (30, 30)
    assert collected(flip.passing_request) == list(range(1, 8))


def test_the_line_after_the_last_one_at_which_collecting_helps_is_named() -> None:
    flip = garbage(lambda request: None if any(4 < line < 12 for line in collected(request)) else FAILED)
    assert flip is not None
    assert flip.site == SITES[11]
    assert flip.others == (SITES[10],)
    assert collected(flip.failing_request) == []


def test_where_the_package_lets_go_of_it_and_the_test_asks_the_line_of_the_package_is_named() -> None:
    asks = site("test_x.py:30")
    after = {one.site.key for one in SITES[4:]}

    def answer(request: RunRequest) -> Failure | None:
        return None if after & {force.site for force in request.forcings if force.kind == "collect"} else FAILED

    runner = Scripted(answer, trace=trace_of(*(("main", one, None) for one in (*SITES, asks))))
    flip = isolate_garbage(runner, found_with(runner), told)
    assert flip is not None
    assert flip.site == SITES[3]


@pytest.mark.parametrize("fails", [True, False])
def test_what_a_mere_pause_does_as_well_is_not_blamed_on_garbage(fails: bool) -> None:
    def answer(request: RunRequest) -> Failure | None:
        slow = any(force.kind in ("collect", "delay") and force.site for force in request.forcings)
        return FAILED if slow == fails else None

    assert garbage(answer) is None


def test_where_the_test_itself_lets_go_of_it_the_line_that_asks_is_named() -> None:
    makes, asks = site("test_x.py:28"), site("test_x.py:30")

    def answer(request: RunRequest) -> Failure | None:
        return None if any(line < 12 for line in collected(request)) else FAILED

    runner = Scripted(answer, trace=trace_of(*(("main", one, None) for one in (makes, *SITES, asks))))
    flip = isolate_garbage(runner, found_with(runner), told)
    assert flip is not None
    assert flip.site == asks
    assert flip.others == (SITES[10],)


def test_what_only_fresh_runs_showed_is_collected_in_forks() -> None:
    runner = Scripted(lambda request: FAILED if collected(request) else None, trace=LONG)
    found = found_with(runner)
    found.passing = [replace(one, request=replace(one.request, fresh=True)) for one in found.passing]
    asked = len(runner.asked)
    isolate_garbage(runner, found, told)
    assert len(runner.asked) > asked
    assert not any(request.fresh for request in runner.asked[asked:])


def test_a_test_to_which_collecting_makes_no_difference_costs_six_runs() -> None:
    runner = Scripted(lambda request: None, trace=LONG)
    found = found_with(runner)
    asked = len(runner.asked)
    assert isolate_garbage(runner, found, told) is None
    assert len(runner.asked) - asked == 6


# leftovers

STATE = (StateChange("file:tmp/a", "no file", "a file"), StateChange("file:tmp/b", "no file", "another"))
WRITES = (StateWrite("shop.py", 3, "save", ""), StateWrite("test_x.py", 8, "test_victim", ""))


def disk(answer: Answer, state: tuple[StateChange, ...] = STATE) -> Scripted:
    """Return a runner whose runs leave these files behind."""
    return Scripted(answer, state=state, writes=WRITES)


def leftovers(runner: Scripted) -> ConditionFlip | None:
    found = Reproduction(known=True, wants=lambda failure: failure == FAILED)
    return isolate_leftovers(runner, found, VICTIM, told)


def test_the_file_without_which_the_second_run_passes_is_followed_to_its_line() -> None:
    runner = disk(lambda request: FAILED if request.place == 2 and "file:tmp/b" not in request.restore else None)
    flip = leftovers(runner)
    assert flip is not None
    assert flip.accepted
    assert (flip.site.site.file, flip.site.site.line) == ("shop.py", 3)
    assert [one.site.line for one in flip.others] == [8]
    assert flip.seen == "another"
    assert flip.passing_request.restore == ("file:tmp/b",)
    assert {run.follow for run in runner.asked} == {"", "file:tmp/b"}


def test_files_that_have_to_go_together_are_told_together() -> None:
    both = {change.path for change in STATE}
    flip = leftovers(disk(lambda request: FAILED if request.place == 2 and not both <= set(request.restore) else None))
    assert flip is not None
    assert set(flip.passing_request.restore) == both


def test_a_file_that_is_in_the_tree_from_the_start_is_taken_away() -> None:
    state = (StateChange("file:tree/a", "a file of 3 bytes", "a file"), StateChange("file:tree/new", "no file", "a file"))
    runner = disk(lambda request: None if "file:tree/a" in request.restore else FAILED, state)
    flip = leftovers(runner)
    assert flip is not None
    assert flip.failing_request.place == 1
    assert not any("file:tree/new" in run.restore for run in runner.asked)


def test_a_test_that_fails_in_every_place_is_left_alone_after_one_run() -> None:
    runner = disk(lambda request: FAILED, ())
    assert leftovers(runner) is None
    assert len(runner.asked) == 1


def test_a_test_that_passes_twice_is_left_alone() -> None:
    assert leftovers(disk(lambda request: None)) is None


def test_a_run_request_is_in_a_place_of_its_own_each_time() -> None:
    runner = disk(lambda request: FAILED if request.place == 2 else None)
    leftovers(runner)
    assert all(run.place and run.fresh for run in runner.asked)
