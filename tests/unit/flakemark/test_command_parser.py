"""The options of the command: defaults, repetition, what follows --."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from flakemark.command.diagnose import run_diagnose
from flakemark.command.parser import parse
from flakemark.command.replay import run_replay
from flakemark.errors import UsageError


def test_diagnose_has_the_documented_defaults() -> None:
    options = parse(["diagnose", "test_it.py::test_x"])
    assert options.command is run_diagnose
    assert (options.nodeids, options.junit, options.root, options.runs, options.timeout, options.budget, options.python) == (
        ["test_it.py::test_x"], [], Path(), 4, 30.0, 60.0, sys.executable,
    )  # fmt: skip
    assert (options.json, options.html, options.markdown, options.sarif, options.pytest_args) == (None, None, None, None, [])


def test_replay_runs_once_with_the_failing_values() -> None:
    options = parse(["replay", "report.json"])
    assert options.command is run_replay
    assert (options.report, options.nodeid, options.runs, options.passing) == (Path("report.json"), None, 1, False)


def test_what_follows_two_dashes_is_pytests() -> None:
    options = parse(["diagnose", "--junit", "a.xml", "--junit", "b/*.xml", "--", "-k", "x", "--", "-p", "no:xdist"])
    assert options.junit == ["a.xml", "b/*.xml"]
    assert options.pytest_args == ["-k", "x", "--", "-p", "no:xdist"]


@pytest.mark.parametrize("number", ["1.5", "inf", "nan", "1e9", "-1", "", "x"])
def test_a_number_of_runs_is_a_whole_number_in_range(number: str) -> None:
    with pytest.raises(UsageError, match="is not a number from 1 to 10000"):
        parse(["diagnose", "--runs", number])


@pytest.mark.parametrize("number", ["0", "inf", "nan", "1e7", "-1", "", "x"])
def test_seconds_are_a_positive_number(number: str) -> None:
    with pytest.raises(UsageError, match="is not a positive number of seconds"):
        parse(["diagnose", "--timeout", number])
