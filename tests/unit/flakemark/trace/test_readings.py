"""Clock readings: recorded with the time since the beginning, put back so that they fit."""

from __future__ import annotations

import datetime
import os
import sys
import time
import types
from collections.abc import Callable
from typing import Any

import pytest

from flakemark.events import is_whole
from flakemark.trace.fingerprint import encode
from flakemark.trace.recording import RECORDER

Make = Callable[..., Any]
HOUR = 3600.0


def pinned(program: Make, source: str, literal: Any, callee: str) -> Any:
    sample = program(source, run=False)
    key = next(site.key for site in sample.sites() if site.kind == "call" and site.callee == callee)
    RECORDER.start([{"kind": "pin", "site": key, "values": [literal]}])
    return sample.run()["x"]


def test_a_reading_is_recorded_with_the_seconds_since_the_test_began(program: Make) -> None:
    sample = program("import time\nx = time.time()\ntime.sleep(0.02)\ny = time.monotonic()")
    first, second = (sample.seen(line=line, kind="call")[0] for line in (2, 4))
    assert first[:2] == ["clock", sample["x"]]
    assert second[:2] == ["clock", sample["y"]]
    assert 0 <= first[2] < second[2]
    assert is_whole(first)


def test_a_day_and_a_text_are_recorded_as_they_are(program: Make) -> None:
    source = "import datetime, time\nx = datetime.date.today()\ny = time.strftime('%Y')\nz = time.gmtime(0)"
    sample = program(source)
    assert [sample.seen(line=line, kind="call")[-1] for line in (2, 3, 4)] == [encode(sample[name]) for name in "xyz"]


@pytest.mark.parametrize(
    ("call", "module", "now"),
    [
        ("time.time()", "time", time.time),
        ("time.monotonic()", "time", time.monotonic),
        ("time.time_ns()", "time", lambda: time.time_ns() / 1e9),
        ("datetime.datetime.now()", "datetime", time.time),
        ("datetime.datetime.now(datetime.timezone.utc)", "datetime", time.time),
    ],
)
def test_a_reading_of_another_day_is_put_back_relative_to_the_beginning(program: Make, call: str, module: str, now: Any) -> None:
    sample = program(f"import {module}\nx = {call}")
    kind, *_ = sample.seen(line=2, kind="call")[-1]
    callee = call.split("(", maxsplit=1)[0].rsplit(".", 1)[-1]
    old = eval(f"{call} - {'datetime.timedelta(days=3)' if module == 'datetime' else 3 * 86400 * (10**9 if 'ns' in call else 1)}")
    value = pinned(program, f"import {module}\nx = {call}", [kind, encode(old), 7.5], callee)
    seen = value.timestamp() if module == "datetime" else value / 1e9 if "ns" in call else value
    assert 5 < seen - now() < 7.6  # seven and a half seconds after the beginning, which was just now


def test_a_reading_of_the_same_session_is_put_back_digit_by_digit(program: Make) -> None:
    recorded = time.time() - 20
    assert pinned(program, "import time\nx = time.time()", ["clock", recorded, 0.1], "time") == recorded


@pytest.mark.parametrize(("call", "recorded"), [("datetime.date.today()", datetime.date(2024, 2, 29)), ("time.strftime('%H')", "23")])
def test_what_a_shift_would_say_nothing_about_is_put_back_as_it_is(program: Make, call: str, recorded: Any) -> None:
    callee = call.split("(", maxsplit=1)[0].rsplit(".", 1)[-1]
    assert pinned(program, f"import datetime, time\nx = {call}", ["clock", encode(recorded), 0.5], callee) == recorded


@pytest.mark.parametrize("literal", [["clock", ["obj", "x", []], 1.0], ["clock"], ["clock", 1], ["clock", 5.0, "x"], "text", None])
def test_a_damaged_reading_is_no_error(program: Make, literal: Any) -> None:
    pinned(program, "import time\nx = time.time()", literal, "time")


def test_a_naive_reading_is_not_compared_with_one_that_has_a_time_zone(program: Make) -> None:
    aware = ["clock", encode(datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)), 1.0]
    value = pinned(program, "import datetime\nx = datetime.datetime.now()", aware, "now")
    assert abs(value.timestamp() - time.time()) < 10


def test_a_broken_up_time_is_put_forward_but_not_one_that_was_given(program: Make) -> None:
    sample = program("import time\ny = time.time()\nx = time.localtime(), time.gmtime(), time.gmtime(0)", run=False)
    RECORDER.start([{"kind": "advance", "site": sample.key(2, "call"), "seconds": HOUR * 24}])
    local, utc, epoch = sample.run()["x"]
    assert abs(time.mktime(local) - time.time() - HOUR * 24) < 10
    assert utc.tm_yday != time.gmtime().tm_yday
    assert epoch.tm_year == 1970


def test_a_clock_that_time_machine_holds_is_neither_moved_nor_put_back(program: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("time_machine")
    module.traveller_stack = ["somebody"]  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "time_machine", module)
    sample = program("import time\nx = time.time()", run=False)
    key = sample.key(2, "call")
    for force in ({"kind": "advance", "site": key, "seconds": HOUR}, {"kind": "pin", "site": key, "values": [["clock", 5.0, 0.0]]}):
        RECORDER.start([force])
        assert abs(sample.run()["x"] - time.time()) < 10


def test_a_fresh_file_is_marked_as_one_that_cannot_be_put_back(program: Make) -> None:
    sample = program("import os, tempfile\nd = tempfile.mkdtemp()\nos.rmdir(d)")
    literal = sample.seen(line=2, kind="call")[-1]
    assert literal == ["held", sample["d"]]
    assert not is_whole(literal)
    RECORDER.start([{"kind": "pin", "site": sample.key(2, "call"), "values": [["held", "/nowhere"]]}])
    assert sample.run()["d"] != "/nowhere"


def test_the_number_of_a_process_is_never_put_back(program: Make) -> None:
    sample = program("import os\nx = os.getpid()")
    assert sample.seen(line=2, kind="call") == [["held", os.getpid()]]
    RECORDER.start([{"kind": "pin", "site": sample.key(2, "call"), "values": [["held", 1]]}])
    assert sample.run()["x"] == os.getpid()
