"""Where each finding goes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flakebot.publish import Finding, InlineComment, Permalinks, Reason, Rung
from flakebot.publish.marker import SAFE_BODY
from flakebot.publish.plan import Ladder, Plan, plan_posts
from tests.unit.flakebot.publish.findings import CHANGED, finding

LINKS = Permalinks("https://github.com/", "octo/shop", "a" * 40)


def plan(*findings: Finding, room: int = 10) -> Plan:
    return plan_posts(findings, Ladder(CHANGED), room=room)


def comment(found: Finding) -> InlineComment:
    (placed,) = plan(found).lines
    return placed.comment("MARKER")


def test_a_line_of_the_diff_gets_its_comment() -> None:
    assert comment(finding(10)) == InlineComment("shop/money.py", 10, "MARKER\nBody of shop/money.py:10.")


def test_several_lines_of_one_hunk_get_one_comment() -> None:
    assert comment(finding(10, 12)) == InlineComment("shop/money.py", 12, "MARKER\nBody of shop/money.py:10.", start_line=10)


def test_several_lines_that_leave_the_hunk_are_told_at_the_first_without_what_replaces_all_of_them() -> None:
    assert comment(finding(10, 20)) == InlineComment("shop/money.py", 10, "MARKER\nElsewhere about shop/money.py:10.")


@pytest.mark.parametrize(
    ("found", "rung", "reason"),
    [
        (finding(20), Rung.FILE, Reason.NOT_IN_DIFF),
        (finding(1, path="shop/picture.py"), Rung.FILE, Reason.NO_PATCH),
        (finding(10, in_head=False), Rung.FILE, Reason.NOT_IN_HEAD),
        (finding(10, path="shop/other.py"), Rung.BELOW, Reason.NOT_IN_DIFF),
        (finding(1, path="shop/gone.py"), Rung.BELOW, Reason.NOT_IN_DIFF),
        (finding(1, path="shop/gone.py", in_head=False), Rung.BELOW, Reason.NOT_IN_HEAD),
        (finding(10, body="x" * (SAFE_BODY + 1)), Rung.BELOW, Reason.TOO_LONG),
        (finding(20, elsewhere="x" * (SAFE_BODY + 1)), Rung.BELOW, Reason.NOT_IN_DIFF),
    ],
    ids=lambda value: value.name if isinstance(value, Reason) else "",
)
def test_what_has_no_line_goes_one_rung_lower_with_its_reason(found: Finding, rung: Rung, reason: Reason) -> None:
    made = plan(found)
    (placed,) = (*made.lines, *made.files, *made.below)
    assert (placed.spot.rung, placed.spot.reason) == (rung, reason)


def test_more_than_there_is_room_for_goes_below() -> None:
    made = plan(finding(8), finding(20), finding(9), finding(10), room=2)
    assert [one.finding.line for one in (*made.lines, *made.files)] == [8, 20]
    assert [(one.finding.line, one.spot.reason) for one in made.below] == [(9, Reason.TOO_MANY), (10, Reason.TOO_MANY)]


def test_without_room_nothing_goes_into_the_diff() -> None:
    made = plan(finding(10), room=0)
    assert (made.lines, made.files, len(made.below)) == ((), (), 1)


def test_a_refusal_leads_one_rung_lower_and_keeps_the_first_reason() -> None:
    ladder = Ladder(CHANGED)
    refused = ladder.step_down(ladder.place(finding(10)), Reason.REFUSED)
    assert (refused.spot.rung, refused.spot.reason) == (Rung.FILE, Reason.REFUSED)
    lowest = ladder.step_down(ladder.place(finding(20)), Reason.REFUSED)
    assert (lowest.spot.rung, lowest.spot.reason) == (Rung.BELOW, Reason.NOT_IN_DIFF)


@given(
    st.lists(st.tuples(st.integers(1, 40), st.integers(0, 5), st.sampled_from([file.path for file in CHANGED])), max_size=20),
    st.integers(0, 12),
)
def test_no_finding_is_lost_and_none_is_told_twice(places: list[tuple[int, int, str]], room: int) -> None:
    findings = [finding(line, line + more, path) for line, more, path in places]
    made = plan(*findings, room=room)
    told = [one.finding for one in (*made.lines, *made.files, *made.below)]
    key = lambda one: (one.path, one.line, one.end_line)  # noqa: E731
    assert sorted(told, key=key) == sorted(findings, key=key)
    assert len(made.lines) + len(made.files) <= room


def test_a_permalink_leads_to_the_lines_at_the_head() -> None:
    head = f"https://github.com/octo/shop/blob/{'a' * 40}"
    assert LINKS.heading(finding(20)) == f"#### [`shop/money.py:20`]({head}/shop/money.py#L20)"
    assert LINKS.to(finding(3, 5, path="dir with blank/ä#.py")) == f"{head}/dir%20with%20blank/%C3%A4%23.py#L3-L5"


def test_the_link_of_a_line_that_the_head_does_not_hold_names_the_file() -> None:
    assert LINKS.to(finding(10, in_head=False)).endswith("/shop/money.py")
