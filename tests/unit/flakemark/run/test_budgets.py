"""Budgets mean what they say: a run ends with its timeout and 2 s, a test with its budget and one run."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from flakemark.errors import EnvironmentBroken
from flakemark.runs import BudgetSpent, Outcome, RunResult, run_what_fits
from tests.unit.flakemark.run.conftest import Bench, Make
from tests.unit.flakemark.simulation import Simulation

GRACE = 2.0  # seconds beyond the timeout, to kill and to clean up
PROJECT = """
import os, signal, subprocess, sys, threading, time

def test_sleeps(): time.sleep(0.4)
def test_hangs(): time.sleep(600)
def test_hangs_in_a_thread():
    thread = threading.Thread(target=time.sleep, args=(600,))
    thread.start()
    thread.join()
def test_ignores_everything():
    for number in range(1, signal.NSIG):
        try: signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError): pass
    while True: time.sleep(1)
def test_holds_the_lock():
    import ctypes
    ctypes.PyDLL(None).sleep(600)
def test_breeds():
    while True:
        for _ in range(20):
            subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(600)"], start_new_session=True)
        time.sleep(600)
def test_leaves_a_daemon():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(600)
        os._exit(0)
def test_is_slow_before(): time.sleep(600)
"""
HANGING = ("test_hangs", "test_hangs_in_a_thread", "test_ignores_everything", "test_holds_the_lock", "test_breeds")


def timed(act: Callable[[], RunResult]) -> tuple[RunResult, float]:
    started = time.monotonic()
    result = act()
    return result, time.monotonic() - started


@pytest.fixture(scope="module")
def project(make_bench: Make) -> Bench:
    made = make_bench(PROJECT, timeout=1.5)
    assert made.run("test_sleeps").passed  # the server has started
    return made


@pytest.mark.parametrize("name", HANGING)
def test_a_run_in_a_fork_ends_in_time(project: Bench, name: str) -> None:
    result, seconds = timed(lambda: project.run(name))
    assert result.outcome is Outcome.TIMEOUT
    assert seconds < 1.5 + GRACE


def test_a_run_that_is_given_less_time_ends_earlier(project: Bench) -> None:
    result, seconds = timed(lambda: project.run("test_hangs", patience=0.2))
    assert result.outcome is Outcome.TIMEOUT
    assert seconds < 0.2 + GRACE / 2


@pytest.mark.parametrize("name", ["test_hangs", "test_breeds"])
def test_a_fresh_run_ends_in_time(project: Bench, name: str) -> None:
    _, start = timed(lambda: project.run("test_leaves_a_daemon", fresh=True))
    result, seconds = timed(lambda: project.run(name, fresh=True))
    assert result.outcome is Outcome.TIMEOUT
    assert seconds < 1.5 + GRACE + start


def test_what_runs_before_counts_for_the_timeout(project: Bench) -> None:
    result, seconds = timed(lambda: project.run("test_sleeps", before=("test_is_slow_before",)))
    assert result.outcome is Outcome.TIMEOUT
    assert seconds < 1.5 + GRACE + 2.0  # a server of its own collects for such runs first


def test_hanging_runs_cost_one_run_each_and_leave_no_process(bench: Make, family: Callable[[], list[str]]) -> None:
    made = bench(PROJECT, timeout=1.0)
    ended = [made.run(name).outcome for name in (*HANGING, "test_leaves_a_daemon", "test_sleeps")]
    assert ended == [Outcome.TIMEOUT] * len(HANGING) + [Outcome.PASSED] * 2
    made.lab.close()
    assert family() == []


def test_hanging_tests_end_with_the_budget_and_one_run(project: Bench, bench: Make) -> None:
    _, start = timed(lambda: project.run("test_leaves_a_daemon", fresh=True))  # on a busy machine nothing else fits into a few seconds
    budget = 1.0 + 2 * start
    made = bench(PROJECT, timeout=1.0, budget=budget)
    started = time.monotonic()
    with pytest.raises(BudgetSpent) as spent:
        made.runs("test_hangs", 40, fresh=True)
    assert time.monotonic() - started < budget + 1.0 + GRACE + start
    assert spent.value.finished
    assert {result.outcome for result in spent.value.finished} == {Outcome.TIMEOUT}
    made.lab.close()
    assert time.monotonic() - started < budget + 1.0 + 2 * GRACE + start


def test_an_import_that_takes_all_the_time_is_not_followed_by_a_run(bench: Make) -> None:
    made = bench("import time\ntime.sleep(2)\ndef test_it(): time.sleep(600)", timeout=1.5, budget=1.5)
    started = time.monotonic()
    with pytest.raises((BudgetSpent, EnvironmentBroken)):
        made.run("test_it", fresh=True)
    assert time.monotonic() - started < 1.5 + 1.5 + GRACE


def test_what_was_finished_when_the_budget_ended_is_handed_over(project: Bench, bench: Make) -> None:
    _, start = timed(lambda: project.run("test_leaves_a_daemon", fresh=True))
    made = bench(PROJECT, budget=2.0 + 2 * start)
    for runner in (made.lab, Simulation({"test_it.py::test_sleeps": lambda run: None}, budget=2)):
        requests = [made.request("test_sleeps", seed=seed) for seed in range(120)]
        with pytest.raises(BudgetSpent) as spent:
            runner.run(requests)
        finished = [result.request for result in spent.value.finished]
        assert 1 <= len(finished) < 120
        assert finished == requests[: len(finished)]
        assert run_what_fits(runner, requests) == []
