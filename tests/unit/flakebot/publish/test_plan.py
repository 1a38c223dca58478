"""Where each finding goes, and what the body says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flakebot.publish import Finding, Folded, InlineComment, Permalinks, Plan, Reason, plan_review, write_body
from flakebot.publish.plan import MAX_BODY, MAX_INLINE
from tests.unit.flakebot.publish.findings import CHANGED, finding

LINKS = Permalinks("https://github.com/", "octo/shop", "a" * 40)


def plan(*findings: Finding, max_comments: int = 10) -> Plan:
    return plan_review(findings, CHANGED, number=7, head_sha="a" * 40, max_comments=max_comments)


def test_a_line_of_the_diff_gets_its_comment() -> None:
    made = plan(finding(10))
    assert [one.comment for one in made.anchored] == [InlineComment("shop/money.py", 10, "Body of shop/money.py:10.")]
    assert made.folded == ()


def test_several_lines_of_one_hunk_get_one_comment() -> None:
    assert plan(finding(10, 12)).anchored[0].comment == InlineComment("shop/money.py", 12, "Body of shop/money.py:10.", start_line=10)


def test_several_lines_that_leave_the_hunk_are_told_at_the_first() -> None:
    assert plan(finding(10, 20)).anchored[0].comment == InlineComment("shop/money.py", 10, "Body of shop/money.py:10.")


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (finding(20), Reason.NOT_IN_DIFF),
        (finding(10, path="shop/other.py"), Reason.NOT_IN_DIFF),
        (finding(1, path="shop/gone.py"), Reason.NOT_IN_DIFF),
        (finding(1, path="shop/picture.py"), Reason.NO_PATCH),
        (finding(10, in_head=False), Reason.NOT_IN_HEAD),
        (finding(10, body="x" * (MAX_BODY + 1)), Reason.TOO_LONG),
    ],
    ids=lambda value: value.name if isinstance(value, Reason) else "",
)
def test_what_has_no_line_goes_into_the_body_with_its_reason(found: Finding, reason: Reason) -> None:
    made = plan(found)
    assert made.anchored == ()
    assert made.folded == (Folded(found, reason),)


def test_more_than_the_limit_goes_into_the_body() -> None:
    made = plan(finding(8), finding(99), finding(9), finding(10), max_comments=2)
    assert [one.finding.line for one in made.anchored] == [8, 9]
    assert [(one.finding.line, one.reason) for one in made.folded] == [(99, Reason.NOT_IN_DIFF), (10, Reason.TOO_MANY)]


def test_there_is_a_limit_that_no_setting_lifts() -> None:
    assert len(plan(*[finding(10)] * 50, max_comments=1000).anchored) == MAX_INLINE


def test_no_comments_means_a_body_alone() -> None:
    assert plan(finding(10), max_comments=0).review(lambda folded: f"{len(folded)} folded").comments == ()


@given(
    st.lists(st.tuples(st.integers(1, 40), st.integers(0, 5), st.sampled_from([file.path for file in CHANGED])), max_size=20),
    st.integers(0, 12),
)
def test_no_finding_is_lost_and_none_is_told_twice(places: list[tuple[int, int, str]], limit: int) -> None:
    findings = [finding(line, line + more, path) for line, more, path in places]
    made = plan(*findings, max_comments=limit)
    told = [*(one.finding for one in made.anchored), *(one.finding for one in made.folded)]
    key = lambda one: (one.path, one.line, one.end_line)  # noqa: E731
    assert sorted(told, key=key) == sorted(findings, key=key)
    bare = made.without_anchors()
    assert sorted((one.finding for one in bare.folded), key=key) == sorted(findings, key=key)


def test_the_body_links_to_the_lines_at_the_head() -> None:
    body = write_body("Two causes.", plan(finding(20), finding(3, 5, path="dir with blank/ä#.py")).folded, LINKS)
    assert body.startswith("Two causes.")
    head = f"https://github.com/octo/shop/blob/{'a' * 40}"
    assert f"[`shop/money.py:20`]({head}/shop/money.py#L20)" in body
    assert f"({head}/dir%20with%20blank/%C3%A4%23.py#L3-L5)" in body
    assert "Body of shop/money.py:20." in body


def test_the_link_of_a_line_that_the_head_does_not_hold_names_the_file() -> None:
    assert LINKS.to(finding(10, in_head=False)).endswith("/shop/money.py")


def test_a_long_body_tells_the_rest_by_summaries_and_then_counts() -> None:
    folded = plan(*(finding(100 + number, body="x" * 9_000, summary="s" * 100) for number in range(500))).folded
    body = write_body("Many.", folded, LINKS)
    assert len(body) <= 60_000
    assert body.count("x" * 9_000) == 3
    told = body.count("s" * 100)
    assert f"And {500 - 3 - told} more; see the job summary." in body
