"""What only one run can have at a time: two runs of ours at once tell nothing of the test."""

from __future__ import annotations

import os
import socket

import pytest

from flakemark.runs import Failure
from tests.unit.flakemark.run.conftest import Make


def free_port() -> int:
    with socket.socket() as own:
        own.bind(("127.0.0.1", 0))
        port: int = own.getsockname()[1]
        return port


FIXED = """
import socket, time

def test_it():
    with socket.socket() as own:
        own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        own.bind(("127.0.0.1", {port}))
        time.sleep(0.1)
"""


def test_a_test_that_needs_a_port_for_itself_is_stable(bench: Make) -> None:
    project = bench(FIXED.format(port=free_port()))
    assert all(result.passed for result in project.runs("test_it", 6))
    assert all(result.passed for result in project.runs("test_it", 6))  # one after the other by now


def test_a_port_that_somebody_else_has_is_a_failure_all_the_same(bench: Make) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        results = bench(FIXED.format(port=other.getsockname()[1])).runs("test_it", 3)
    assert [result.failed for result in results] == [True] * 3
    assert all(result.failure is not None and result.failure.is_of_something_taken for result in results)


@pytest.mark.parametrize(
    ("message", "text", "expected"),
    [
        ("OSError: [Errno 98] Address already in use", "", True),
        ("assert 1 == 2", "E   sqlite3.OperationalError: database is locked", True),
        ("BlockingIOError: [Errno 11] Resource temporarily unavailable", "", True),
        ("assert 'address' in 'use'", "", False),
    ],
)
def test_what_is_taken_is_told_by_what_the_system_says(message: str, text: str, expected: bool) -> None:
    assert Failure(phase="call", exception="X", message=message, crash="", where="", text=text).is_of_something_taken is expected


SHARED = """
import os, tempfile, time
from pathlib import Path

HERE = Path(tempfile.gettempdir()) / "app"  # known from the import on

def test_it():
    HERE.mkdir()
    (Path(tempfile.gettempdir()) / "app.lock").touch(exist_ok=False)
    time.sleep(0.1)
    os.rmdir(HERE)
    os.unlink(os.path.join(os.environ["TMPDIR"], "app.lock"))
"""


@pytest.mark.skipif(os.name == "nt", reason="the variable has another name")
@pytest.mark.parametrize("fresh", [False, True])
def test_two_runs_at_once_have_temporary_folders_of_their_own(bench: Make, fresh: bool) -> None:
    assert all(result.passed for result in bench(SHARED).runs("test_it", 4, fresh=fresh))


def test_what_a_run_leaves_in_its_temporary_folder_meets_the_next_run_of_its_worker(bench: Make) -> None:
    project = bench("import tempfile, pathlib\n\ndef test_it(): pathlib.Path(tempfile.gettempdir(), 'left').touch(exist_ok=False)")
    first, second = project.run("test_it"), project.run("test_it")
    assert (first.passed, second.failed) == (True, True)
