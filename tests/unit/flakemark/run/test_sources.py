"""What the trace of a real run says about sources, and what is forced at them, in forked and in fresh processes."""

from __future__ import annotations

from typing import Any

import pytest

from flakemark.runs import Forcing, RunResult
from tests.unit.flakemark.run.conftest import Make

TEST = """
import email.utils
import os
import time

time.sleep(1)  # a slow import is none of the test's time


def test_it():
    moment = time.monotonic()
    made = email.utils.make_msgid()
    where = os.environ["HOME"]
    assert made and where == where
"""


def found(result: RunResult) -> dict[str, tuple[str, str, Any]]:
    """The sources by name of what was called: kind, name, first value."""
    assert result.trace is not None
    literals: dict[int, Any] = {}
    for event in result.trace.events:
        literals.setdefault(event.site, event.literal)
    sites = enumerate(result.trace.sites)
    return {
        entry.site.callee: (entry.source_kind, entry.source_name, literals.get(number))
        for number, entry in sites
        if entry.site.kind == "call"
    }


@pytest.mark.parametrize("fresh", [False, True])
def test_readings_count_from_the_beginning_of_the_test(bench: Make, fresh: bool) -> None:
    kind, name, literal = found(bench(TEST).run("test_it", fresh=fresh, trace=True))["monotonic"]
    assert (kind, name, literal[0]) == ("clock", "time.monotonic", "clock")
    assert 0 <= literal[2] < 1


def test_what_a_library_asks_for_is_named_where_it_is_watched(bench: Make) -> None:
    project = bench(TEST)
    plain = found(project.run("test_it", trace=True))
    assert plain["make_msgid"][:2] == ("", "")
    assert plain["environ"][:2] == ("environment", "os.environ")
    result = project.run("test_it", trace=True)
    assert result.trace is not None
    [key] = [entry.site.key for entry in result.trace.sites if entry.site.callee == "make_msgid"]
    watched = project.run("test_it", trace=True, forcings=(Forcing(kind="watch", site=key),))
    assert watched.passed
    assert found(watched)["make_msgid"][:2] == ("draw", "random.getrandbits")
    assert found(project.run("test_it", trace=True))["make_msgid"][:2] == ("", "")
