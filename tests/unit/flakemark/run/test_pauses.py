"""The test itself is made slow, in the middle of what a library does and before its teardown, and nobody else."""

from __future__ import annotations

from flakemark.runs import Forcing
from tests.unit.flakemark.run.conftest import Make

PROJECT = """
import os, tempfile, threading, time
import pytest

@pytest.fixture
def stopwatch(record_property):
    times = {}
    yield times
    assert time.monotonic() - times["end"] < 0.25

def test_ends(stopwatch):
    stopwatch["end"] = time.monotonic()

def test_removes():
    with tempfile.TemporaryDirectory() as name:
        os.mkdir(os.path.join(name, "inner"))
        started = time.monotonic()
    assert time.monotonic() - started < 0.25

def test_removes_in_a_thread():
    name = tempfile.mkdtemp()
    thread = threading.Thread(target=os.rmdir, args=(name,))
    started = time.monotonic()
    thread.start()
    thread.join()
    assert time.monotonic() - started < 0.25

def test_removes_many():
    names = [tempfile.mkdtemp() for _ in range(200)]
    started = time.monotonic()
    for name in names:
        os.rmdir(name)
    assert time.monotonic() - started < 10
"""


def pause(what: str, seconds: float) -> tuple[Forcing, ...]:
    return (Forcing(kind="pause", what=what, seconds=seconds),)


def test_a_pause_before_the_teardown_meets_the_victim(bench: Make) -> None:
    project = bench(PROJECT)
    assert project.run("test_ends").passed
    late = project.run("test_ends", forcings=pause("teardown", 0.3))
    assert late.failed
    assert late.failure is not None
    assert late.failure.phase == "teardown"
    assert project.run("test_ends", forcings=pause("teardown", 0.3), fresh=True).failed


def test_a_pause_before_the_teardown_does_not_meet_the_tests_before_it(bench: Make) -> None:
    late = bench(PROJECT).run("test_removes", before=("test_ends",), forcings=pause("teardown", 0.3))
    assert (late.passed, late.others_failed) == (True, ())


def test_an_operation_inside_of_a_library_takes_longer(bench: Make) -> None:
    project = bench(PROJECT)
    assert project.run("test_removes").passed
    assert project.run("test_removes", forcings=pause("os.rmdir", 0.2)).failed
    assert project.run("test_removes", forcings=pause("os.rename", 0.2)).passed


def test_an_operation_of_another_thread_does_not(bench: Make) -> None:
    assert bench(PROJECT).run("test_removes_in_a_thread", forcings=pause("os.rmdir", 0.3)).passed


def test_a_loop_of_operations_is_not_slowed_down_for_ever(bench: Make) -> None:
    assert bench(PROJECT).run("test_removes_many", forcings=pause("os.rmdir", 0.1)).passed
