"""Tests that misbehave cost one run each: the protocol holds, the time is bounded, no process stays behind."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable

import pytest

from flakemark.errors import EnvironmentBroken
from flakemark.runs import Outcome, RunResult
from tests.unit.flakemark.run.conftest import Bench, Make, command_lines

PASSED, FAILED, TIMEOUT, DIED = Outcome.PASSED, Outcome.FAILED, Outcome.TIMEOUT, Outcome.DIED
TIME_LIMIT = 1.2
PAUSE = "sleep 61.5"  # nobody else on this machine sleeps for so long
SOURCE = """
import ctypes, faulthandler, os, signal, subprocess, sys, threading, time

def test_fine(): pass
def test_prints_50_megabytes():
    for _ in range(50): print("x" * 1024 * 1024)
def test_writes_rubbish_everywhere():
    for number in range(1, 256):
        try: os.write(number, b'rubbish {"op": "done"}\\n' * 1000)
        except OSError: pass
def test_closes_everything(): os.closerange(0, 4096)
def test_changes_directory(tmp_path):
    os.chdir(tmp_path)
    os.rmdir(tmp_path)
def test_exits(): os._exit(0)
def test_exits_with_code(): os._exit(7)
def test_segfaults():
    faulthandler.disable()
    ctypes.string_at(0)
def test_kills_its_group(): os.killpg(0, signal.SIGKILL)
def test_kills_its_parent():
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(60)
def test_stops_itself(): os.kill(os.getpid(), signal.SIGSTOP)
def test_loops():
    while True: pass
def test_ignores_signals():
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD): signal.signal(number, signal.SIG_IGN)
    time.sleep(60)
def test_leaves_a_subprocess(): subprocess.Popen(["sleep", "61.5"])
def test_leaves_a_session(): subprocess.Popen(["sleep", "61.5"], start_new_session=True, env={"PATH": os.environ["PATH"]})
def test_leaves_a_daemon():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.closerange(0, 4096)
            time.sleep(60)
        os._exit(0)
def test_hangs_with_a_daemon():
    test_leaves_a_daemon()
    test_leaves_a_session()
    time.sleep(60)
def test_waits_for_a_shell(): subprocess.run("sleep 61.5; true", shell=True)
def test_leaves_a_thread(): threading.Thread(target=time.sleep, args=(60,)).start()
def test_breeds():
    for _ in range(6): os.fork()
    time.sleep(60)
def test_sees_no_children():
    try: os.waitpid(-1, os.WNOHANG)
    except ChildProcessError: return
    assert False
"""
EXPECTED = {
    "test_prints_50_megabytes": PASSED, "test_writes_rubbish_everywhere": PASSED, "test_closes_everything": DIED,
    "test_changes_directory": PASSED, "test_exits": DIED, "test_exits_with_code": DIED, "test_segfaults": DIED,
    "test_kills_its_group": DIED,
    "test_kills_its_parent": DIED, "test_stops_itself": TIMEOUT, "test_loops": TIMEOUT, "test_ignores_signals": TIMEOUT,
    "test_leaves_a_subprocess": PASSED, "test_leaves_a_session": PASSED, "test_leaves_a_daemon": PASSED,
    "test_hangs_with_a_daemon": TIMEOUT,
    "test_waits_for_a_shell": TIMEOUT, "test_leaves_a_thread": PASSED, "test_breeds": TIMEOUT, "test_sees_no_children": PASSED,
}  # fmt: skip
ALSO_FRESH = (
    "test_writes_rubbish_everywhere", "test_closes_everything", "test_exits", "test_segfaults", "test_leaves_a_daemon",
    "test_leaves_a_thread", "test_hangs_with_a_daemon", "test_sees_no_children",
)  # fmt: skip
ALL = [*((name, False) for name in EXPECTED), *((name, True) for name in ALSO_FRESH)]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def project(make_bench: Make) -> Bench:
    return make_bench(SOURCE, timeout=TIME_LIMIT)


@pytest.fixture(scope="module")
def ended(project: Bench) -> dict[tuple[str, bool], RunResult]:
    """Run them all, mixed on two lanes: what one does must not reach the next one of its lane."""
    results = project.lab.run([project.request(name, fresh=fresh) for name, fresh in ALL])
    return dict(zip(ALL, results, strict=True))


@pytest.mark.parametrize(("name", "fresh"), ALL)
def test_a_bad_test_costs_one_run(ended: dict[tuple[str, bool], RunResult], name: str, fresh: bool) -> None:
    result = ended[name, fresh]
    assert result.outcome is EXPECTED[name], result.failure
    assert result.seconds < TIME_LIMIT + 2


def test_after_all_of_them_a_test_runs_as_before(project: Bench, ended: dict[tuple[str, bool], RunResult]) -> None:
    assert {result.outcome for result in project.runs("test_fine", 8)} == {PASSED}


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("test_exits", "the test's process ended by itself: exit code 0"),
        ("test_exits_with_code", "the test's process ended by itself: exit code 7"),
        ("test_segfaults", "the test's process ended by itself: signal 11 (SIGSEGV)"),
        ("test_kills_its_parent", "the test's process ended by itself: its worker was killed, too"),
        ("test_loops", "killed after 1 s"),
    ],
)
def test_the_failure_says_how_the_process_ended(project: Bench, name: str, message: str) -> None:
    failure = project.run(name).failure
    assert failure is not None
    assert failure.message == message


@pytest.mark.parametrize("fresh", [False, True])
@pytest.mark.parametrize("name", ["test_leaves_a_session", "test_leaves_a_daemon", "test_hangs_with_a_daemon"])
def test_what_a_test_leaves_behind_ends_with_its_run(project: Bench, name: str, fresh: bool) -> None:
    project.run(name, fresh=fresh)
    assert [line for line in command_lines() if line.startswith(PAUSE)] == []


def test_closing_leaves_no_process_whatever_the_tests_started(bench: Make, family: Callable[[], list[str]]) -> None:
    project = bench(SOURCE, timeout=TIME_LIMIT)
    names = ("test_leaves_a_daemon", "test_hangs_with_a_daemon", "test_breeds", "test_kills_its_parent")
    project.lab.run([project.request(name) for name in names])
    assert family()
    project.lab.close()
    assert family() == []


def test_closing_ends_runs_that_other_threads_wait_for(bench: Make, family: Callable[[], list[str]]) -> None:
    project = bench(SOURCE, timeout=60.0)
    project.run("test_fine")
    thread = threading.Thread(target=_until_closed, args=(project,))
    thread.start()
    while len(family()) < 5:  # keeper, server, child; keeper, worker
        time.sleep(0.01)
    started = time.monotonic()
    project.lab.close()
    thread.join(10.0)
    assert not thread.is_alive()
    assert time.monotonic() - started < 3.0
    assert family() == []


def _until_closed(project: Bench) -> None:
    with contextlib.suppress(EnvironmentBroken):
        project.lab.run([project.request("test_loops"), project.request("test_loops", fresh=True)])


def test_a_thread_that_is_alive_after_collection_makes_every_run_fresh(bench: Make) -> None:
    project = bench("""
        import threading, time
        threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
        def test_it(): assert threading.active_count() == 2
        """)
    assert not project.surroundings.forkable
    assert "1 thread" in project.surroundings.reason
    assert project.run("test_it").outcome is PASSED


def test_rubbish_written_while_modules_are_imported_does_not_reach_us(bench: Make) -> None:
    project = bench("""
        import os
        for number in range(1, 256):
            try: os.write(number, b'{"op": "ready"} rubbish')
            except OSError: pass
        def test_it(): pass
        """)
    assert project.run("test_it").outcome is PASSED


def test_an_import_that_hangs_is_given_up_in_time(bench: Make) -> None:
    project = bench("import time; time.sleep(600)", timeout=1.0)
    started = time.monotonic()
    project.lab._deadline = started + 0.3
    with pytest.raises(EnvironmentBroken, match="did not collect the tests within 1 s"):
        project.run("test_it")
    assert time.monotonic() - started < 3.0
