"""What two runs differ in, block by block."""

from __future__ import annotations

from typing import Any

from flakemark.align import align
from flakemark.divergence import NOTHING
from flakemark.events import Site, Trace, TracedSite, TraceEvent
from flakemark.model import DivergenceType


def trace(*steps: Any, threads: tuple[str, ...] = ("main",)) -> Trace:
    """Make a trace of steps "site" or ("site", value) or ("site", value, thread number)."""
    full = [(step, 0, 0) if isinstance(step, str) else (*step, 0)[:3] for step in steps]
    names = list(dict.fromkeys(step[0] for step in full))
    lines = {"often": 2, "tail": 3}
    sites = tuple(TracedSite(Site(name, "m.py", lines.get(name, 1), lines.get(name, 1), "f", "call", ""), "", "") for name in names)
    return Trace(sites, threads, tuple(TraceEvent(names.index(name), thread, value, 0) for name, value, thread in full))


def brief(passing: Trace, failing: Trace) -> list[tuple[Any, ...]]:
    return [(d.kind.value, d.site.site.key, d.passing, d.failing, d.count) for d in align(passing, failing)]


def test_equal_runs_have_no_divergence() -> None:
    assert brief(trace("a", "b"), trace("a", "b")) == []
    assert brief(trace(), trace()) == []


def test_another_value_is_a_mismatch() -> None:
    assert brief(trace(("a", 1), ("b", 2)), trace(("a", 1), ("b", 3))) == [("value_mismatch", "b", 2, 3, 1)]


def test_a_value_of_another_type_is_a_mismatch() -> None:
    assert brief(trace(("a", 1)), trace(("a", True))) == [("value_mismatch", "a", 1, True, 1)]


def test_memory_addresses_do_not_count() -> None:
    assert brief(trace(("a", "<A at 0x7f0011223344>")), trace(("a", "<A at 0x7f9988776655>"))) == []


def test_more_rounds_of_a_loop_are_one_missing_event() -> None:
    rounds = ["x", "y"]
    found = brief(trace("a", *rounds * 3, "b", "c", "d"), trace("a", *rounds * 50, "b", "c", "d"))
    assert found == [("missing_event", "x", NOTHING, 0, 94)]


def test_another_branch_is_a_sequence_break() -> None:
    found = brief(trace("a", "then1", "then2", "b", "c", "d"), trace("a", "else", "b", "c", "d"))
    assert found == [("sequence_break", "else", 0, 0, 2)]


def test_a_run_that_ends_early_is_called_so() -> None:
    assert brief(trace("a", "b", "c"), trace("a")) == [("early_termination", "b", 0, NOTHING, 2)]


def test_a_thread_that_only_one_run_has_is_one_block() -> None:
    both = ("main", "thread:w#1")
    found = align(trace("a", threads=both), trace("a", ("w", 1, 1), ("w", 2, 1), threads=both))
    assert [(d.kind, d.thread, d.count) for d in found] == [(DivergenceType.MISSING_EVENT, "thread:w#1", 2)]


def test_threads_are_paired_by_name_and_not_by_number() -> None:
    left = trace(("a", 1, 0), ("w", 5, 1), ("v", 6, 2), threads=("main", "W", "V"))
    right = trace(("a", 1, 0), ("w", 5, 2), ("v", 6, 1), threads=("main", "V", "W"))
    assert brief(left, right) == []


def test_sites_are_paired_by_key_and_not_by_number() -> None:
    assert brief(trace("a", "b", "a"), trace("b", "a", "b", "a")) == [("missing_event", "b", NOTHING, 0, 1)]


def test_runs_without_anything_in_common_are_one_block() -> None:
    left, right = trace(*[f"l{n}" for n in range(3000)]), trace(*[f"r{n}" for n in range(2000)])
    assert brief(left, right) == [("sequence_break", "r0", 0, 0, 3000)]


def test_one_equal_event_of_a_helper_does_not_pair_what_called_it() -> None:
    """Two branches may both call it; that they are the same moment is told by more than one site."""
    helper = TracedSite(Site("h.py:1:0:call", "h.py", 1, 1, "helper", "call", ""), "", "")
    left, right = trace("a", "l1", "l2", "x", "l3", "l4", "b", "c"), trace("a", "r1", "x", "r2", "r3", "b", "c")
    left, right = (run._replace(sites=tuple(helper if s.site.key == "x" else s for s in run.sites)) for run in (left, right))
    assert [(d.kind, d.count) for d in align(left, right)] == [(DivergenceType.SEQUENCE_BREAK, 5)]


def test_a_line_that_both_branches_of_a_function_pass_pairs_them() -> None:
    left, right = trace("a", "l1", "l2", "x", "l3", "b", "c"), trace("a", "r1", "x", "r2", "r3", "b", "c")
    assert [(d.kind, d.count) for d in align(left, right)] == [(DivergenceType.SEQUENCE_BREAK, 2), (DivergenceType.SEQUENCE_BREAK, 2)]


def test_a_divergence_knows_its_place_among_all_events_of_its_run() -> None:
    both = ("main", "thread:w#1")
    left = trace(("a", 1, 0), ("w", 1, 1), ("b", 1, 0), threads=both)
    right = trace(("a", 1, 0), ("w", 1, 1), ("b", 2, 0), threads=both)
    assert [d.place for d in align(left, right)] == [2]
    assert [d.thread for d in align(left, right)] == ["main"]


def test_a_trace_that_was_cut_off_ends_early_and_differs_in_nothing_else() -> None:
    steps = [("a", number) if number % 3 else ("b", number) for number in range(500)]
    for size in (1, 77, 499):
        (found,) = align(trace(*steps), trace(*steps[:size]))
        assert (found.kind, found.count, found.place) == (DivergenceType.EARLY_TERMINATION, 500 - size, size)


def test_every_thread_of_a_run_that_was_cut_off_ends_early() -> None:
    both = ("main", "thread:w#1")
    steps = [("a", number, number % 2) for number in range(40)]
    found = align(trace(*steps, threads=both), trace(*steps[:20], threads=both))
    assert [(d.kind, d.thread, d.count) for d in found] == [
        (DivergenceType.EARLY_TERMINATION, "main", 10),
        (DivergenceType.EARLY_TERMINATION, "thread:w#1", 10),
    ]


ROUND = ("head", "often", "often", "tail")


def without(steps: list[tuple[str, int]], site: str, places: range) -> tuple[Trace, Trace]:
    """Return a whole trace, and one whose recorder dropped some events of a site."""
    seen = [place for place, (name, _) in enumerate(steps) if name == site]
    gone = {seen[number] for number in places}
    kept = [step for place, step in enumerate(steps) if place not in gone]
    return trace(*steps), trace(*kept)._replace(dropped=len(gone))


def test_the_oldest_events_of_a_site_that_a_recorder_dropped_are_not_missing() -> None:
    steps = [(site, number) for number in range(50) for site in ROUND]
    passing, failing = without(steps, "often", range(60))
    assert align(passing, failing) == ()
    assert align(failing, passing) == ()
    assert len(align(passing, failing._replace(dropped=0))) == 30


def test_what_differs_beside_dropped_events_is_still_seen() -> None:
    steps = [(site, number) for number in range(50) for site in ROUND]
    passing, failing = without(steps, "often", range(60))
    events = [event._replace(literal=-1) if place == 41 else event for place, event in enumerate(failing.events)]
    assert [(d.kind, d.place) for d in align(passing, failing._replace(events=tuple(events)))] == [(DivergenceType.VALUE_MISMATCH, 41)]
    events = [event for place, event in enumerate(failing.events) if place not in range(120, 124)]
    assert [(d.kind, d.count) for d in align(passing, failing._replace(events=tuple(events)))] == [(DivergenceType.MISSING_EVENT, 4)]


def test_a_site_of_which_both_runs_have_as_many_as_a_recorder_keeps_is_not_missing_afterwards() -> None:
    """With more of them in each round one run reaches the limit earlier."""
    few = [(site, number) for number in range(50) for site in ("head", "often", "tail")]
    many = [(site, number) for number in range(50) for site in ROUND]
    passing, failing = (without(steps, "often", range(40, count))[1] for steps, count in ((few, 50), (many, 100)))
    assert max(d.place for d in align(passing, failing)) < 20 * len(ROUND)
    assert max(d.place for d in align(passing, failing._replace(dropped=0))) > 20 * len(ROUND)


def test_what_a_recorder_left_out_of_a_hot_site_is_no_difference() -> None:
    hot, calm = (TracedSite(Site(f"a.py:{line}:0:call", "a.py", line, line, "f", "call", "g"), "", "") for line in (3, 5))
    full = hot._replace(full=True)
    passing = Trace((hot, calm), ("main",), (*(TraceEvent(0, 0, n, n) for n in range(9)), TraceEvent(1, 0, "end", 10)))
    failing = Trace((full, calm), ("main",), (*(TraceEvent(0, 0, n, n) for n in range(3)), TraceEvent(1, 0, "END", 4)))
    assert [(found.passing, found.failing) for found in align(passing, failing)] == [("end", "END")]
    assert [(found.passing, found.failing) for found in align(failing, passing)] == [("END", "end")]
    fewer = failing._replace(sites=(hot, calm))
    assert [found.count for found in align(passing, fewer)] == [6, 1]


def test_a_block_is_one_block_although_what_follows_comes_back_to_earlier_lines() -> None:
    """What is inserted stands on a later line, so that the walk takes the rest for another round of a loop."""
    sites = tuple(TracedSite(Site(f"m.py:{line}:0:call", "m.py", line, line, "f", "call", "g"), "", "") for line in (1, 2, 15))
    passing = [TraceEvent(site, 0, None, 0) for site in (0, 1, 0, 0)]
    failing = [passing[0], TraceEvent(2, 0, 7, 0), *passing[1:]]
    [found] = align(Trace(sites, ("main",), tuple(passing)), Trace(sites, ("main",), tuple(failing)))
    assert (found.kind, found.count, found.failing, found.place) == (DivergenceType.MISSING_EVENT, 1, 7, 1)
