"""Trace files come back as they were written; anything else is refused in one line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flakemark.errors import UsageError
from flakemark.events import Site, TracedSite
from flakemark.trace.fingerprint import encode
from flakemark.trace.format import VERSION, read_trace, write_trace

TEXTS = st.text(max_size=8)
SITES = st.builds(TracedSite, st.builds(Site, TEXTS, TEXTS, st.integers(1, 99), st.integers(1, 99), TEXTS, TEXTS, TEXTS), TEXTS, TEXTS)
LITERALS = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | TEXTS, st.lists, max_leaves=5).map(encode)


@given(st.data(), st.lists(SITES, min_size=1, max_size=4), st.lists(TEXTS, min_size=1, max_size=3), st.integers(0, 9))
def test_a_trace_comes_back(
    tmp_path_factory: pytest.TempPathFactory, data: Any, sites: list[TracedSite], threads: list[str], dropped: int
) -> None:
    events = st.tuples(st.integers(0, len(sites) - 1), st.integers(0, len(threads) - 1), LITERALS, st.integers(0, 2**63))
    written = data.draw(st.lists(events, max_size=20))
    path = str(tmp_path_factory.mktemp("t") / "trace")
    write_trace(path, sites, threads, written, dropped)
    trace = read_trace(path)
    assert (list(trace.sites), list(trace.threads), trace.dropped) == (sites, threads, dropped)
    assert [tuple(event) for event in trace.events] == written


SITE = ["k", "f", 1, 1, "g", "call", "", "", ""]
HEADER = {"format": "flakemark-trace", "version": VERSION, "sites": [SITE], "threads": ["main"], "dropped": 0}


def text(header: Any = HEADER, *lines: Any) -> str:
    return "\n".join(json.dumps(line) for line in (header, *lines)) + "\n"


@pytest.mark.parametrize(
    "content",
    [
        "",
        "\n",
        "hello",
        "[]",
        "null",
        "\x00\x01",
        "{}",
        "[" * 100_000,
        text({**HEADER, "version": VERSION + 1}),
        text({**HEADER, "version": str(VERSION)}),
        text({**HEADER, "format": "other"}),
        text({**HEADER, "sites": None}),
        text({**HEADER, "sites": [["k"]]}),
        text({**HEADER, "sites": [5]}),
        text({**HEADER, "dropped": "many"}),
        text({**HEADER, "threads": 3}),
        text({key: value for key, value in HEADER.items() if key != "threads"}),
        text(HEADER, {"a": 1}),
        text(HEADER, [[1]]),
        text(HEADER, [[0, 0, None]]),
        text(HEADER, [[1, 0, None, 0]]),
        text(HEADER, [[-1, 0, None, 0]]),
        text(HEADER, [[0, 1, None, 0]]),
        text(HEADER, [["0", 0, None, 0]]),
        text(HEADER, [[0, None, None, 0]]),
        text({**HEADER, "events": 2}, [[0, 0, None, 0]]),
        text(HEADER, [[0, 0, None, 0]])[:-5],
        text(HEADER) + "é",
    ],
)
def test_a_foreign_or_damaged_file_is_refused_in_one_line(tmp_path: Path, content: str) -> None:
    path = tmp_path / "trace"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        read_trace(str(path))
    assert str(path) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_of_another_version_says_so(tmp_path: Path) -> None:
    path = tmp_path / "trace"
    path.write_text(text({**HEADER, "version": 99}), encoding="utf-8")
    with pytest.raises(UsageError, match=f"not a flakemark trace of version {VERSION}"):
        read_trace(str(path))


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing"):
        with pytest.raises(UsageError):
            read_trace(str(path))


def test_nothing_half_written_is_left_under_the_name(tmp_path: Path) -> None:
    path = tmp_path / "trace"
    with pytest.raises(TypeError):
        write_trace(str(path), [], ["main"], [object()])
    assert not path.exists()
