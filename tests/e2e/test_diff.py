"""`flakemark diff PASSING FAILING`: two recorded runs, and where they part."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.flaky_project import QUIET, flakemark

TEST = """\
import os
import random
import threading
import time

BAD = "BAD" in os.environ
DONE = []


def draw():
    return random.Random(BAD).randint(1, 1_000_000)


def more():
    return [draw() for _ in range(20)]


def work(name, seconds):
    time.sleep(seconds)
    DONE.append(name)
    return len(DONE)


def pause():
    time.sleep(0.3 if BAD else 0.001)


def test_parts():
    number = draw()
    if BAD and number:
        more()
    first = threading.Thread(target=work, args=("first", 0.3 if BAD else 0.0))
    second = threading.Thread(target=work, args=("second", 0.0 if BAD else 0.3))
    for thread in (first, second):
        thread.start()
    for thread in (first, second):
        thread.join()
    pause()
    assert not BAD
"""


@pytest.fixture(scope="module")
def traces(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """Return a folder, and the names of a passing and a failing trace in it."""
    root = tmp_path_factory.mktemp("diff")
    for name, text in {"pytest.ini": QUIET, "test_parts.py": TEST}.items():
        (root / name).write_text(text, encoding="utf-8")
    for environment in ({}, {"BAD": "1"}):
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--flakemark-record=kept", "--flakemark-record-passing"]
        subprocess.run(command, cwd=root, capture_output=True, timeout=60, env={**os.environ, **environment})
    index = [json.loads(line) for line in (root / "kept" / "index.jsonl").read_text(encoding="ascii").splitlines()]
    files = {entry["outcome"]: f"kept/{entry['file']}" for entry in index}
    return root, files["passed"], files["failed"]


def test_where_two_runs_part_is_told_by_value_order_thread_and_time(traces: tuple[Path, str, str]) -> None:
    root, passing, failing = traces
    done = flakemark(root, "diff", passing, failing, "--json", "diff.json")
    assert (done.returncode, done.stderr) == (0, "")
    sections = {part.split(" (")[0]: part for part in done.stdout.split("\n\n")[1:]}
    assert list(sections) == ["values", "order", "threads", "time"]
    assert "  test_parts.py:11  draw  " in sections["values"]
    assert "events in the failing run only" in sections["order"]  # one line for twenty rounds
    assert "passing: thread:work#1 in line " in sections["threads"]
    assert "  test_parts.py:25  pause  time.sleep" in sections["time"]
    document = json.loads((root / "diff.json").read_text(encoding="ascii"))
    assert {entry["type"] for entry in document["divergences"]} >= {"value_mismatch", "thread_race", "timing_delta"}


def test_a_run_does_not_part_from_itself(traces: tuple[Path, str, str]) -> None:
    root, passing, _ = traces
    done = flakemark(root, "diff", passing, passing)
    assert done.returncode == 0
    assert "The runs do not part" in done.stdout


@pytest.mark.parametrize("name", ["gone.trace", ".", "test_parts.py", "kept/index.jsonl", "damaged.trace", "bad\x1bname"])
def test_bad_input_is_one_line(traces: tuple[Path, str, str], name: str) -> None:
    root, passing, failing = traces
    (root / "damaged.trace").write_bytes((root / failing).read_bytes()[:-20])
    done = flakemark(root, "diff", passing, name)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("flakemark: ")


def test_a_document_that_cannot_be_written_costs_one_line_and_not_the_finding(traces: tuple[Path, str, str]) -> None:
    root, passing, failing = traces
    done = flakemark(root, "diff", passing, failing, "--json", "pytest.ini/x.json")
    assert done.returncode == 2
    assert done.stdout.startswith("passing: ")
    assert "cannot be written" in done.stderr
