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
    sites = tuple(TracedSite(Site(name, "m.py", 1, 1, "f", "call", ""), "", "") for name in names)
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
    assert [(d.kind, d.thread, d.count) for d in found] == [(DivergenceType.EARLY_TERMINATION, "thread:w#1", 2)]


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
