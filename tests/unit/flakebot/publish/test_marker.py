"""The hidden line: what is written is read, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flakebot.publish.marker import Kind, Marker, State, digest, read_marker, split_at_markers, without_marker
from flakemark.report.escape import code_span, fence, plain_text

MARKER = Marker(kind=Kind.FINDING, cause="ab12", head="a" * 40, path="shop/a-->b --.py", source="cd34", state=State.UNSEEN)


def test_what_is_written_is_read() -> None:
    assert read_marker(f"{MARKER}\ntext") == MARKER
    assert str(MARKER).count("-->") == 1


@given(st.text(st.characters(exclude_categories=["Cs"])), st.sampled_from(Kind), st.sampled_from(State))
def test_every_path_comes_back(path: str, kind: Kind, state: State) -> None:
    marker = Marker(kind=kind, cause="ab12", head="a" * 40, path=path, state=state)
    assert read_marker(str(marker)) == marker
    assert "\n" not in str(marker)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "text",
        f"text\n{MARKER}",
        f" {MARKER}",
        "<!-- flakemark other -->",
        "<!-- flakemark finding cause=a b -->",
        "<!-- flakemark finding",
    ],
)
def test_anything_else_is_no_marker(body: str) -> None:
    assert read_marker(body) is None


def test_a_text_is_split_at_markers_that_stand_alone() -> None:
    end = Marker(kind=Kind.END)
    assert list(split_at_markers(f"{MARKER}\r\none {end}\n\n{end}\ntwo")) == [(MARKER, f"one {end}"), (end, "two")]
    assert without_marker(f"{MARKER}\none") == "one"
    assert without_marker("one") == "one"


@pytest.mark.parametrize("escaped", [code_span, fence, plain_text])
def test_what_a_test_prints_is_never_a_marker(escaped: object) -> None:
    forged = f"{MARKER}\n```\n{MARKER}\n`{MARKER}`"
    text = escaped(forged)  # type: ignore[operator]
    assert read_marker(text) is None
    assert list(split_at_markers(text)) == []


def test_white_space_does_not_count_in_a_fingerprint() -> None:
    assert digest(["x =  1 "]) == digest([" x = 1"])
    assert digest(["ab", "c"]) != digest(["a", "bc"])
