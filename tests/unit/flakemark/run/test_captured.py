"""What captures the output of a fork is its own file, under streams that are the same objects as when the project was imported."""

from __future__ import annotations

import pytest

from tests.unit.flakemark.run.conftest import Bench, Make

TESTS = """
import logging, os, subprocess, sys
OUT, ERR = sys.stdout, sys.stderr
HANDLER = logging.StreamHandler()
print("imported")

def test_streams_are_the_same():
    assert sys.stdout is OUT and sys.stderr is ERR and HANDLER.stream is sys.stderr

def test_kept_streams_are_captured(capfd):
    print("out", file=OUT)
    HANDLER.emit(logging.makeLogRecord({"msg": "err"}))
    assert sys.stdout.write("x") == 1
    assert not HANDLER.stream.closed

def test_what_was_printed_is_read_back(capfd):
    os.write(1, b"by number ")
    subprocess.run([sys.executable, "-c", "print('by a child')"])
    assert capfd.readouterr().out == "by number by a child\\n"

def test_nothing_of_others_is_there():
    for number in (1, 2):
        assert os.fstat(number).st_size == 0
    print("one")
    os.write(1, b"two")
    os.write(2, b"three")
    assert [os.pread(number, 99, 0) for number in (1, 2)] == [b"one\\ntwo", b"three"]
"""
NAMES = ("streams_are_the_same", "kept_streams_are_captured", "what_was_printed_is_read_back", "nothing_of_others_is_there")


@pytest.fixture(scope="module")
def project(make_bench: Make) -> Bench:
    return make_bench(TESTS)


@pytest.mark.parametrize("name", NAMES)
def test_a_fork_captures_as_pytest_does(project: Bench, name: str) -> None:
    results = [project.run(f"test_{name}", fresh=True), *project.runs(f"test_{name}", 2)]
    assert [(result.outcome.value, result.failure and result.failure.message) for result in results] == [("passed", None)] * 3


@pytest.mark.parametrize("option", ["-s", "--capture=sys", "--capture=tee-sys"])
def test_every_way_to_capture_keeps_the_streams(bench: Make, option: str) -> None:
    made = bench({"test_it.py": TESTS, "pytest.ini": f"[pytest]\naddopts = {option}\n"})
    assert made.run("test_streams_are_the_same").passed
