"""Trace files come back as they were written; anything else is refused in one line."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flakemark.errors import UsageError
from flakemark.events import Site, TracedSite
from flakemark.literals import _SHOWN
from flakemark.trace.fingerprint import encode
from flakemark.trace.format import VERSION, Content, read_trace, serialise, write_trace

TEXTS = st.text(max_size=8)
SITES = st.builds(
    TracedSite,
    st.builds(Site, TEXTS, TEXTS, st.integers(1, 99), st.integers(1, 99), TEXTS, TEXTS, TEXTS, TEXTS),
    TEXTS,
    TEXTS,
    st.booleans(),
)
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


TEXTS_OF_SITE = ["@0:call", "f", "g", "call", ""]
SITE = [0, 1, 1, 1, 2, 3, 4, 4, 4, 4, 0]
HEADER = {
    "format": "flakemark-trace",
    "version": VERSION,
    "texts": TEXTS_OF_SITE,
    "sites": [SITE],
    "threads": ["main"],
    "events": 1,
    "dropped": 0,
}
EVENT = [[0], 0, [5], [None]]


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
        text({**HEADER, "sites": None}, EVENT),
        text({**HEADER, "sites": [SITE[:-1]]}, EVENT),
        text({**HEADER, "sites": [5]}, EVENT),
        text({**HEADER, "sites": [[99, *SITE[1:]]]}, EVENT),
        text({**HEADER, "sites": [[-1, *SITE[1:]]]}, EVENT),
        text({**HEADER, "sites": [["k", *SITE[1:]]]}, EVENT),
        text({**HEADER, "sites": [[0, 1, 1 << 40, *SITE[3:]]]}, EVENT),
        text({**HEADER, "texts": "abcdefgh"}, EVENT),
        text({**HEADER, "texts": [1, 2, 3, 4, 5]}, EVENT),
        text({**HEADER, "dropped": "many"}, EVENT),
        text({**HEADER, "dropped": -1}, EVENT),
        text({**HEADER, "threads": 3}, EVENT),
        text({**HEADER, "threads": [3]}, EVENT),
        text({key: value for key, value in HEADER.items() if key != "threads"}, EVENT),
        text({key: value for key, value in HEADER.items() if key != "events"}, EVENT),
        text(HEADER, {"a": 1}),
        text(HEADER, [[1]]),
        text(HEADER, [[0, 0, 5, None]]),
        text(HEADER, [[1], 0, [5], [None]]),
        text(HEADER, [[-1], 0, [5], [None]]),
        text(HEADER, [["0"], 0, [5], [None]]),
        text(HEADER, [[True], 0, [5], [None]]),
        text(HEADER, [[0], 1, [5], [None]]),
        text(HEADER, [[0], None, [5], [None]]),
        text(HEADER, [[0], [0, 0], [5], [None]]),
        text(HEADER, [[0], 0, [-5], [None]]),
        text(HEADER, [[0], 0, [1 << 70], [None]]),
        text(HEADER, [[0], 0, [5.5], [None]]),
        text(HEADER, [[0], 0, [5], []]),
        text(HEADER, [[0], 0, [5], "x"]),
        text(HEADER, [[0], 0, [5], [float("nan")]]),
        text({**HEADER, "events": 2}, EVENT),
        text(HEADER),
        text(HEADER, EVENT, EVENT),
        text(HEADER, EVENT)[:-5],
        text(HEADER, EVENT) + "é",
        text(HEADER) + "[" * 100_000,
        text(HEADER) + f"[[{'9' * 5000}],0,[5],[null]]",
    ],
)
def test_a_foreign_or_damaged_file_is_refused_in_one_line(tmp_path: Path, content: str) -> None:
    path = tmp_path / "trace"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        read_trace(str(path))
    assert str(path) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_file_that_the_damaged_ones_are_made_of_is_sound(tmp_path: Path) -> None:
    path = tmp_path / "trace"
    path.write_text(text(HEADER, EVENT), encoding="ascii")
    trace = read_trace(str(path))
    assert trace.sites[0].site.key == "f:1:0:call"
    assert [tuple(event) for event in trace.events] == [(0, 0, None, 5)]


def test_a_file_that_is_larger_than_asked_for_is_not_even_read(tmp_path: Path) -> None:
    path = tmp_path / "trace"
    path.write_text(text(HEADER, EVENT) + " " * 3000, encoding="ascii")
    with pytest.raises(UsageError, match="larger than 2 KiB"):
        read_trace(str(path), most=2048)


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
    events = [(0, 0, None, 1)] * 10_000
    with pytest.raises(TypeError):
        write_trace(str(path), [], ["main"], [*events, (0, 0, object(), 1)])
    assert list(tmp_path.iterdir()) == []


def test_a_file_comes_back_whose_events_fill_several_chunks(tmp_path: Path) -> None:
    path = str(tmp_path / "trace")
    site = TracedSite(Site("a.py:1:0:call", "a.py", 1, 1, "f", "call", "g"), "", "")
    events = [(0, number % 3 == 0, number, 10**15 - number) for number in range(10_000)]
    write_trace(path, [site], ["main", "thread:f#1"], [(s, int(t), v, n) for s, t, v, n in events])
    assert [tuple(event) for event in read_trace(path).events] == events


def test_what_is_done_before_writing_is_done(tmp_path: Path) -> None:
    path = str(tmp_path / "trace")
    write_trace(path, [], ["main"], [], 3, prepare=lambda content: content._replace(dropped=content.dropped + 4))
    assert read_trace(path).dropped == 7


DOCUMENT = (Path(__file__).parents[4] / "docs" / "trace-format.md").read_text(encoding="utf-8")


def test_the_example_of_the_document_is_a_trace(tmp_path: Path) -> None:
    (example,) = re.findall(r"```json\n(.*?)```", DOCUMENT, re.DOTALL)
    path = tmp_path / "trace"
    path.write_text(example, encoding="ascii")
    trace = read_trace(str(path))
    site = TracedSite(Site("shop/price.py:7:12:call", "shop/price.py", 7, 7, "total", "call", "randint"), "draw", "random.randint")
    assert trace == ((site,), ("main",), ((0, 0, 3, 1_000_000), (0, 0, ["list", [1, "a"]], 1_000_250)), 1, False)


def test_the_document_names_every_field_and_every_kind_of_literal() -> None:
    header = json.loads(next(serialise(Content([], [], [], left_out={"a.py": "1:0:call"}, flow=True))))
    tags = {"list", "tuple", "set", "frozenset", "dict", *_SHOWN}
    assert [name for name in header if f"`{name}`" not in DOCUMENT] == []
    assert [tag for tag in sorted(tags) if f'`["{tag}"' not in DOCUMENT] == []
