"""What the flight recorder kept is read with suspicion: whatever is not ours is refused in one line."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from flakemark import recorded
from flakemark.errors import UsageError
from flakemark.recorded import INDEX, read_recorded
from flakemark.trace.format import VERSION, write_trace
from tests.unit.flakemark.scripted import VICTIM, site

FAILURE = {
    "phase": "call", "exception": "AssertionError", "message": "assert 3 != 3", "crash": "test_x.py:9", "where": "test_x.py:9",
    "test_line": "test_x.py:9", "text": "E   assert 3 != 3",
}  # fmt: skip
ENTRY = {"nodeid": VICTIM, "attempt": 1, "worker": "main", "outcome": "failed", "file": "a-1.trace", "failure": FAILURE}
TEXTS = ("@0:call", "test_x.py", "test_victim", "call", "randint", "draw", "random.randint", "")
PLACE = [0, 1, 5, 5, 2, 3, 4, 7, 5, 6, 0]


def keep(folder: Path, *entries: Any) -> None:
    lines = [entry if isinstance(entry, str) else json.dumps(entry) for entry in entries]
    (folder / INDEX).write_text("".join(f"{line}\n" for line in lines), encoding="ascii")


def write(folder: Path, name: str = "a-1.trace", value: Any = 3) -> None:
    write_trace(str(folder / name), [site("test_x.py:5", source="draw", name="random.randint")], ["main"], [(0, 0, value, 1)])


def damaged(
    folder: Path, *, texts: Any = TEXTS, sites: Any = (PLACE,), threads: Any = ("main",), dropped: Any = 0, events: Any = ((0, 0, 3, 1),)
) -> None:
    header = {
        "format": "flakemark-trace", "version": VERSION, "texts": texts, "sites": sites, "threads": threads, "events": 1,
        "dropped": dropped, "shortened": 0, "redacted": 0,
    }  # fmt: skip
    columns = [[event[at] for event in events] for at in (0, 1, 3, 2)] if isinstance(events, tuple) else events
    (folder / "a-1.trace").write_text(f"{json.dumps(header)}\n{json.dumps(columns)}\n", encoding="ascii")


def nested(levels: int) -> Any:
    literal: Any = 1
    for _ in range(levels):
        literal = ["list", [literal]]
    return literal


def refused(folder: Path) -> str:
    found, problems = read_recorded(folder)
    assert found == {}
    [problem] = problems
    assert problem.startswith(f"{folder / INDEX}: line 1 cannot be used (")
    assert problem.isprintable()
    return problem


def test_a_kept_failure_is_read_with_its_trace(tmp_path: Path) -> None:
    write(tmp_path)
    keep(tmp_path, ENTRY)
    found, problems = read_recorded(tmp_path)
    assert problems == ()
    assert found[VICTIM].failure.crash == "test_x.py:9"
    assert found[VICTIM].trace.events[0].literal == 3


def test_the_last_failure_of_a_test_counts(tmp_path: Path) -> None:
    for number in (1, 2):
        write(tmp_path, f"a-{number}.trace", value=number)
    keep(tmp_path, ENTRY, {**ENTRY, "file": "a-2.trace"})
    assert read_recorded(tmp_path)[0][VICTIM].trace.events[0].literal == 2


def test_a_bad_entry_does_not_cost_the_good_ones(tmp_path: Path) -> None:
    write(tmp_path)
    keep(tmp_path, "{", ENTRY, {**ENTRY, "nodeid": "test_x.py::test_other", "file": "gone.trace"})
    found, problems = read_recorded(tmp_path)
    assert list(found) == [VICTIM]
    assert [problem.split(": ")[1].split()[1] for problem in problems] == ["1", "3"]


@pytest.mark.parametrize("text", [None, "\xff\xfe"])
def test_without_a_readable_index_there_is_nothing_to_use(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / INDEX).write_text(text, encoding="latin-1")
    with pytest.raises(UsageError, match="was pytest run with --flakemark-record"):
        read_recorded(tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        "../a-1.trace", "/etc/passwd", "sub/a-1.trace", "..", ".", "", "a-1.trace\n::error::x", "a-1.trace\0", "a\x1b[31m.trace",
        "..\\a-1.trace", "a-1.json", 3, None, ["a-1.trace"], "ä.trace",
    ],
)  # fmt: skip
def test_a_name_that_the_recorder_does_not_give_is_refused(tmp_path: Path, name: Any) -> None:
    folder = tmp_path / "traces"
    folder.mkdir()
    write(tmp_path)
    keep(folder, {**ENTRY, "file": name})
    assert "not one of ours" in refused(folder)


def test_a_link_to_elsewhere_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "elsewhere")
    (tmp_path / "a-1.trace").symlink_to("elsewhere")
    keep(tmp_path, ENTRY)
    assert "is not a file" in refused(tmp_path)


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a-1.trace")
    keep(tmp_path, ENTRY)
    assert "is not a file" in refused(tmp_path)


def test_a_trace_that_is_missing_is_refused(tmp_path: Path) -> None:
    keep(tmp_path, ENTRY)
    assert "FileNotFoundError" in refused(tmp_path)


@pytest.mark.parametrize(
    "entry",
    [
        "{", "[]", "null", "3", '"text"', "{}", "[" * 100_000, "NaN",
        {**ENTRY, "failure": None}, {**ENTRY, "failure": "x"}, {**ENTRY, "failure": {}},
        {name: value for name, value in ENTRY.items() if name != "nodeid"},
        {**ENTRY, "failure": {**FAILURE, "where": "../../secret.py:1"}},
        {**ENTRY, "failure": {**FAILURE, "where": "/etc/passwd:1"}},
        {**ENTRY, "failure": {**FAILURE, "test_line": "/etc/passwd:1"}},
    ],
)  # fmt: skip
def test_an_entry_that_is_none_is_refused(tmp_path: Path, entry: Any) -> None:
    write(tmp_path)
    keep(tmp_path, entry)
    refused(tmp_path)


@pytest.mark.parametrize(
    "content", [b"", b"{}\n", b"\x00\xff", b'{"format": "flakemark-trace", "version": 1}\n', b"[" * 100_000, b'{"format": "other"}\n']
)
def test_a_foreign_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a-1.trace").write_bytes(content)
    keep(tmp_path, ENTRY)
    refused(tmp_path)


@pytest.mark.parametrize(
    "parts",
    [
        {"events": ((1, 0, 3, 1),)}, {"events": ((-1, 0, 3, 1),)}, {"events": ((0, 5, 3, 1),)}, {"events": (("0", 0, 3, 1),)},
        {"events": ((True, 0, 3, 1),)}, {"events": [[0, 0]]}, {"events": [3]}, {"events": 3},
        {"events": ((0, 0, {"a": 1}, 1),)}, {"events": ((0, 0, ["obj"], 1),)}, {"events": ((0, 0, ["list", 3], 1),)},
        {"events": ((0, 0, ["dict", [[1]]], 1),)}, {"events": ((0, 0, ["list", [["datetime", 1]]], 1),)}, {"events": ((0, 0, [], 1),)},
        {"events": ((0, 0, [3], 1),)}, {"events": ((0, 0, ["bytes", "zz"], 1),)}, {"events": ((0, 0, 10**2000, 1),)},
        {"events": ((0, 0, "x" * 100_000, 1),)}, {"events": ((0, 0, ["path", "x" * 100_000], 1),)}, {"events": ((0, 0, nested(50), 1),)},
        {"threads": []}, {"threads": [3]}, {"threads": 3}, {"dropped": "x"}, {"dropped": float("inf")},
        {"sites": []}, {"sites": 3}, {"sites": [PLACE[:-1]]}, {"sites": ["x" * 9]},
        {"sites": [[["a"], *PLACE[1:]]]}, {"sites": [[PLACE[0], 30, *PLACE[2:]]]}, {"sites": [[*PLACE[:2], "5", *PLACE[3:]]]},
        {"texts": [*TEXTS[:1], "/etc/passwd", *TEXTS[2:]]}, {"texts": [*TEXTS[:1], "a/../../b.py", *TEXTS[2:]]},
        {"texts": [*TEXTS[:1], "..\\b.py", *TEXTS[2:]]}, {"texts": [*TEXTS[:1], "C:\\b.py", *TEXTS[2:]]},
    ],
    ids=lambda parts: str(parts)[:60],
)  # fmt: skip
def test_a_damaged_trace_is_refused(tmp_path: Path, parts: dict[str, Any]) -> None:
    damaged(tmp_path, **parts)
    keep(tmp_path, ENTRY)
    refused(tmp_path)


@pytest.mark.parametrize(
    "value",
    [
        None, True, 2.5, "text", ["list", [1, ["tuple", []]]], ["dict", [["a", ["set", [1]]]]], ["obj", "shop.Cart", [["total", 3]]],
        ["cut", "str", 5000, "abc", 77], ["cut", "list", 900, [1, 2]], ["bytes", "00ff"], ["float", "nan"], ["fn", "pay"],
        ["datetime", [2024, 2, 29, 23, 59, 59, 999_999], None, 0], ["date", 2024, 2, 29], ["uuid", "0" * 32], ["enum", "shop.Color", "RED"],
    ],
    ids=str,
)  # fmt: skip
def test_every_kind_of_value_is_accepted(tmp_path: Path, value: Any) -> None:
    damaged(tmp_path, events=((0, 0, value, 1),))
    keep(tmp_path, ENTRY)
    assert read_recorded(tmp_path)[0][VICTIM].trace.events[0].literal == value


def test_texts_are_bounded(tmp_path: Path) -> None:
    write(tmp_path)
    keep(tmp_path, {**ENTRY, "failure": {**FAILURE, "text": "x" * 100_000}})
    assert len(read_recorded(tmp_path)[0][VICTIM].failure.text) == 16_000


@pytest.mark.parametrize("make", ["link", "pipe", "folder"])
def test_an_index_that_is_no_file_is_refused_and_not_waited_for(tmp_path: Path, make: str) -> None:
    index = tmp_path / INDEX
    {"link": lambda: index.symlink_to("/etc/passwd"), "pipe": lambda: os.mkfifo(index), "folder": index.mkdir}[make]()
    with pytest.raises(UsageError, match="no readable index of recorded traces"):
        read_recorded(tmp_path)


def test_an_index_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorded, "MOST_INDEX", 100)
    keep(tmp_path, ENTRY)
    with pytest.raises(UsageError, match="no readable index"):
        read_recorded(tmp_path)


def test_a_thousand_bad_lines_are_told_in_fifty_and_one(tmp_path: Path) -> None:
    keep(tmp_path, *["{"] * 1_000)
    _, problems = read_recorded(tmp_path)
    assert len(problems) == 51
    assert problems[-1] == f"{tmp_path}: and 950 more like these"


def test_traces_that_are_too_large_together_are_not_all_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path)
    size = (tmp_path / "a-1.trace").stat().st_size
    monkeypatch.setattr(recorded, "MOST_IN_ALL", 2 * size)
    keep(tmp_path, *({**ENTRY, "nodeid": f"test_x.py::test_{number}"} for number in range(4)))
    found, problems = read_recorded(tmp_path)
    assert len(found) == 2
    assert all("MiB together" in problem for problem in problems)
    assert len(problems) == 2


def test_one_trace_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorded, "MOST_TRACE", 100)
    write(tmp_path)
    keep(tmp_path, ENTRY)
    refused(tmp_path)


def test_only_the_traces_that_are_asked_for_are_read(tmp_path: Path) -> None:
    write(tmp_path)
    keep(tmp_path, ENTRY, {**ENTRY, "nodeid": "test_x.py::test_other", "file": "gone.trace"})
    found, problems = read_recorded(tmp_path, {VICTIM})
    assert (list(found), problems) == ([VICTIM], ())


def test_an_entry_that_cannot_be_used_gives_way_to_the_one_before(tmp_path: Path) -> None:
    write(tmp_path)
    keep(tmp_path, ENTRY, {**ENTRY, "file": "gone.trace"})
    found, problems = read_recorded(tmp_path)
    assert list(found) == [VICTIM]
    assert len(problems) == 1


@pytest.mark.parametrize("make", ["link", "pipe", "huge", "odd"])
def test_a_marker_of_a_stranger_is_told_and_not_followed(tmp_path: Path, make: str) -> None:
    marker = tmp_path / "running-main-1.json"
    if make == "link":
        marker.symlink_to("/etc/passwd")
    elif make == "pipe":
        os.mkfifo(marker)
    else:
        marker.write_text(json.dumps({"nodeid": "x" * 20_000 if make == "huge" else ["\x1b"]}), encoding="ascii")
    (tmp_path / "running-../x.json").parent.mkdir()
    found, problems = read_recorded(tmp_path)
    assert found == {}
    assert len(problems) == 1
    assert problems[0].isprintable()
    assert problems[0].endswith("was running when its process died; it left no trace")
