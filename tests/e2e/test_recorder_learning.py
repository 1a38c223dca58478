"""What the flight recorder learns from one session for the next, and what it records of the flow of control alone."""

from __future__ import annotations

import shutil
from collections import Counter

import pytest

from flakemark.align.differences import align
from flakemark.events import Trace
from flakemark.model import DivergenceType
from flakemark.recorded import read_strangers_trace

SUITE = """
import random
import pytest

def work(n):
    total = 0
    for x in range(n):
        if x % 3:
            total = total + abs(x)
    return total

def draw():
    return random.random()

@pytest.mark.parametrize("n", range(6))
def test_hot(n):
    assert work(50) == 817
    assert draw() < 1

def test_fails():
    assert work(50) == draw()
"""


def kept_trace(pytester: pytest.Pytester) -> Trace:
    (path,) = (pytester.path / "kept").glob("*.trace")
    return read_strangers_trace(path)


def test_from_the_second_session_on_hot_sites_are_left_out_and_sources_stay(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(SUITE)
    pytester.makeconftest("")  # a module without a site
    traces = []
    for _ in range(2):
        shutil.rmtree(pytester.path / "kept", ignore_errors=True)
        result = pytester.runpytest_subprocess("-p", "no:randomly", "--flakemark-record=kept")
        result.assert_outcomes(passed=6, failed=1)
        traces.append(kept_trace(pytester))
    first, second = traces
    counts = [Counter(trace.sites[event.site].site.key.partition(":")[2] for event in trace.events) for trace in traces]
    hot = set(counts[0]) - set(counts[1])
    assert {key.partition(":")[0] for key in hot} >= {"7", "8"}
    assert all(traced.full for traced in second.sites if traced.site.key.partition(":")[2] in hot)
    assert not set(counts[1]) - set(counts[0])
    for trace in traces:
        drawn = [event.literal for event in trace.events if trace.sites[event.site].source_name == "random.random"]
        assert len(drawn) == 1
        assert type(drawn[0]) is float
    assert align(first, first) == ()
    assert not [each for each in align(first, second) if each.kind is DivergenceType.MISSING_EVENT]


@pytest.mark.parametrize("options", [("-p", "no:cacheprovider"), ("--cache-clear",), ("--flakemark-record-limit=16",)])
def test_without_a_cache_or_room_nothing_is_left_out(pytester: pytest.Pytester, options: tuple[str, ...]) -> None:
    pytester.makepyfile(SUITE)
    for _ in range(2):
        shutil.rmtree(pytester.path / "kept", ignore_errors=True)
        pytester.runpytest_subprocess("-p", "no:randomly", "--flakemark-record=kept", *options).assert_outcomes(passed=6, failed=1)
        trace = kept_trace(pytester)
        assert {trace.sites[event.site].site.line for event in trace.events} >= {7, 8}


def test_a_mistake_of_ours_while_learning_does_not_end_the_session(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(SUITE)
    pytester.makeconftest("from flakemark.trace.recording import RECORDER\nRECORDER.hot = None")
    result = pytester.runpytest_subprocess("--flakemark-record=kept")
    result.assert_outcomes(passed=6, failed=1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert kept_trace(pytester).events


def test_a_cache_that_cannot_be_written_costs_nothing(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(SUITE)
    (pytester.path / "file").write_text("no folder", encoding="ascii")
    result = pytester.runpytest_subprocess("-o", "cache_dir=file", "--flakemark-record=kept")
    result.assert_outcomes(passed=6, failed=1, warnings=result.parseoutcomes().get("warnings", 0))
    assert kept_trace(pytester).events


def test_the_flow_of_control_is_branches_and_known_sources(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(SUITE)
    pytester.runpytest_subprocess("--flakemark-record=kept", "--flakemark-record-flow").assert_outcomes(passed=6, failed=1)
    flow = kept_trace(pytester)
    assert flow.flow
    seen = {(flow.sites[event.site].site.line, flow.sites[event.site].site.kind) for event in flow.events}
    assert {(7, "branch"), (12, "call")} <= seen
    assert {kind for _, kind in seen} <= {"branch", "call"}
    shutil.rmtree(pytester.path / "kept")
    pytester.runpytest_subprocess("-p", "no:cacheprovider", "--flakemark-record=kept").assert_outcomes(passed=6, failed=1)
    assert {each.kind for each in align(kept_trace(pytester), flow)} <= {DivergenceType.VALUE_MISMATCH}
