"""What earlier tests leave to the garbage collector hits the victim, is collected in silence, or is followed to where it was acquired."""

from __future__ import annotations

from typing import Any

import pytest

from flakemark.run.garbage import GARBAGE as PATH
from flakemark.runs import GARBAGE, Forcing, RunResult
from tests.unit.flakemark.run.conftest import Bench, Make

TESTS = """
import gc, socket, warnings

class Log:
    def __init__(self, path):
        self.me = self
        self.file = open(path, "w")

class Lease:
    def __init__(self):
        self.me = self

    def __del__(self):
        raise RuntimeError("the lease is over")

def test_leaks(tmp_path):
    Log(tmp_path / "log.txt")

def test_fails_at_its_end():
    Lease()

def test_closes(tmp_path):
    Log(tmp_path / "log.txt").file.close()

def test_it():
    assert gc.isenabled()

class Session:
    def __init__(self):
        self.socket = socket.socket()

class Client:
    __slots__ = ()  # others are not found by tracemalloc of 3.11

    def __del__(self):
        warnings.warn(f"unclosed client", ResourceWarning, source=self)

def test_drops_a_socket():
    session = Session()
    del session
    gc.collect()

def test_expects_the_complaint():
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        Session()
        gc.collect()
    assert [one.category for one in heard] == [ResourceWarning]

def test_does_not_mind():
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "unclosed <socket", ResourceWarning)
        Session()
        gc.collect()

def test_drops_a_client():
    client = Client()
    del client
"""
KEPT = (Forcing(kind=GARBAGE),)


@pytest.fixture(scope="module")
def logs(make_bench: Make) -> Bench:
    return make_bench({"pytest.ini": "[pytest]\naddopts = -p no:asyncio\nfilterwarnings = error\n", "test_it.py": TESTS})


def after(logs: Bench, test: str, **wishes: Any) -> RunResult:
    return logs.run("test_it", before=(test,), **wishes)


def test_the_two_names_of_it_are_one() -> None:
    assert PATH == GARBAGE  # the inner half of `run` imports nothing of the outer one


@pytest.mark.parametrize("test", ["test_leaks", "test_fails_at_its_end"])
def test_what_was_left_to_the_collector_hits_the_victim_every_time(logs: Bench, test: str) -> None:
    results = [after(logs, test, forcings=KEPT) for _ in range(3)]
    assert all(result.failed and result.failure is not None and result.failure.is_of_garbage for result in results)
    assert not any(result.others_failed for result in results)


def test_what_was_closed_hits_nobody(logs: Bench) -> None:
    assert after(logs, "test_closes", forcings=KEPT).passed


@pytest.mark.parametrize("test", ["test_leaks", "test_fails_at_its_end"])
def test_what_is_collected_before_the_victim_hits_nobody(logs: Bench, test: str) -> None:
    assert after(logs, test, forcings=KEPT, restore=(GARBAGE,)).passed


def test_it_is_followed_to_the_line_that_acquires(logs: Bench) -> None:
    [write] = after(logs, "test_leaks", forcings=KEPT, follow=GARBAGE).writes
    assert (write.file, write.line, write.function) == ("test_it.py", 7, "Log.__init__")
    assert write.value.startswith("ResourceWarning: unclosed file")


def test_a_finaliser_that_fails_is_followed_to_its_line(logs: Bench) -> None:
    [write] = after(logs, "test_fails_at_its_end", forcings=KEPT, follow=GARBAGE).writes
    assert (write.file, write.line, write.function) == ("test_it.py", 14, "__del__")
    assert write.value == "RuntimeError: the lease is over"


@pytest.mark.parametrize(
    ("test", "line", "function", "said"),
    [
        ("test_drops_a_socket", 30, "Session.__init__", "ResourceWarning: unclosed <socket"),
        ("test_drops_a_client", 57, "test_drops_a_client", "ResourceWarning: unclosed client"),
    ],
)
def test_what_the_victim_itself_leaves_open_is_followed_to_the_line_that_acquires(
    logs: Bench, test: str, line: int, function: str, said: str
) -> None:
    result = logs.run(test, follow=GARBAGE)
    assert result.failed
    assert result.failure is not None
    assert result.failure.is_of_something_unclosed
    [write] = result.writes
    assert (write.file, write.line, write.function) == ("test_it.py", line, function)
    assert write.value.startswith(said)


@pytest.mark.parametrize("test", ["test_expects_the_complaint", "test_does_not_mind"])
def test_who_has_filters_of_his_own_keeps_them_while_he_is_followed(logs: Bench, test: str) -> None:
    assert logs.run(test).passed
    assert logs.run(test, follow=GARBAGE).passed
