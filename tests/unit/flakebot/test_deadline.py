"""How long something may still take."""

from __future__ import annotations

import ast
import threading
import time
from pathlib import Path

import pytest

import flakebot
from flakebot.action import PUBLISHING, UPLOADING
from flakebot.deadline import Deadline, RealTime
from flakebot.errors import OutOfTime
from flakebot.publication import FOR_THE_REVIEW, LAST_REQUEST, LOOKING
from tests.contract.world import FakeClock, Waiting


def test_it_begins_with_its_first_use() -> None:
    waiting = Waiting(seconds=10)
    deadline = waiting.deadline()
    waiting.clock.seconds += 100
    assert deadline.left() == 10
    waiting.clock.seconds += 4
    assert deadline.left() == 6
    waiting.clock.seconds += 7
    assert deadline.left() == 0
    with pytest.raises(OutOfTime, match="reading: publishing has taken its 10 s"):
        deadline.check("reading")


def test_one_inside_of_another_begins_with_it() -> None:
    clock = FakeClock()
    outer = Deadline(clock, print, 100)
    inner = Deadline(clock, print, 10, outer)
    outer.begin()
    clock.seconds += 4
    assert (inner.left(), outer.left()) == (6, 96)


def test_a_wait_is_told_before_it_begins() -> None:
    waiting = Waiting()
    waiting.deadline().pause(3, "GitHub says so")
    assert (waiting.said, waiting.clock.waits) == (["waiting 3 s: GitHub says so"], [3])


def test_a_wait_that_is_too_long_is_not_begun() -> None:
    waiting = Waiting(seconds=10)
    with pytest.raises(OutOfTime, match="GitHub says so; a wait of 11 s would be longer than the 10 s that publishing may still take"):
        waiting.deadline().pause(11, "GitHub says so")
    assert waiting.clock.waits == []


def test_what_is_under_way_too_long_is_given_up() -> None:
    deadline = Deadline(RealTime(), print, 0.05)
    begun = time.monotonic()
    with pytest.raises(OutOfTime, match="given up"), deadline.guard(0.1):
        time.sleep(20)
    assert time.monotonic() - begun < 10


def test_what_ends_in_time_is_not_disturbed_afterwards() -> None:
    with Deadline(RealTime(), print, 0.1).guard(0.1):
        pass
    time.sleep(0.4)


def test_in_another_thread_there_is_no_alarm() -> None:
    done: list[str] = []

    def work() -> None:
        with Deadline(RealTime(), print, 0.0).guard(0.0):
            time.sleep(0.05)
            done.append("all of it")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(20)
    assert done == ["all of it"]


# what the action makes of it

FIVE_MINUTES = 300


def test_publishing_with_its_last_request_takes_less_than_five_minutes() -> None:
    assert PUBLISHING + LAST_REQUEST < FIVE_MINUTES
    assert PUBLISHING + LOOKING < FIVE_MINUTES
    assert UPLOADING + FOR_THE_REVIEW <= PUBLISHING


def test_only_the_clock_sleeps_where_something_is_published() -> None:
    """Every other wait goes through `pause`, which says why before it begins."""
    package = Path(flakebot.__file__).parent
    files = [
        *(package / name for name in ("pipeline.py", "publication.py", "action.py", "deadline.py", "reports.py")),
        *(file for folder in ("publish", "artifacts", "compose", "runner") for file in (package / folder).glob("*.py")),
    ]
    sleepers = {file.name: [ast.unparse(call) for call in calls(file) if "sleep(" in ast.unparse(call.func) + "("] for file in files}
    assert {name: found for name, found in sleepers.items() if found} == {
        "deadline.py": ["time.sleep(seconds)", "self._clock.sleep(seconds)"]
    }


def calls(file: Path) -> list[ast.Call]:
    return [node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
