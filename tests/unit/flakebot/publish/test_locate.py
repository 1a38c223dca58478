"""Findings in the head commit."""

from __future__ import annotations

from dataclasses import replace

from flakebot.errors import Forbidden
from flakebot.publish import ChangedFile, Finding, PullRequest, locate
from flakebot.publish.memory import MemoryForge
from tests.unit.flakebot.publish.findings import finding

HEAD_SHA = "a" * 40
PULL = PullRequest(
    number=7, state="open", head_sha=HEAD_SHA, head_branch="b", head_repository="o/s", base_sha="b" * 40, url="https://forge.example/7"
)
MERGED = "".join(f"{number}\n" for number in ["from main", *range(1, 31)])
HEAD = "".join(f"{number}\n" for number in range(1, 31))
PATCH = "@@ -9,2 +9,3 @@\n 9\n+10\n 11"
CHANGED = (ChangedFile("shop/money.py", "modified", PATCH),)


class Blind(MemoryForge):
    def file_at(self, path: str, ref: str) -> str:
        raise Forbidden("Resource not accessible by integration")


def located(found: Finding, remote: MemoryForge | None = None, traced: str | None = MERGED) -> Finding:
    remote = remote or MemoryForge(PULL, CHANGED, {("shop/money.py", HEAD_SHA): HEAD})
    (one,) = locate(remote, [found], CHANGED, head_sha=HEAD_SHA, traced=lambda path: traced)
    return one


def test_lines_move_with_the_text() -> None:
    assert located(finding(11, 12)) == replace(finding(11, 12), line=10, end_line=11)


def test_a_line_that_came_from_the_base_is_not_in_the_head() -> None:
    assert located(finding(1)) == replace(finding(1), in_head=False)


def test_a_file_that_is_not_in_the_head_holds_no_lines() -> None:
    assert not located(finding(1, path="shop/other.py")).in_head


def test_without_the_traced_text_the_quoted_line_is_found() -> None:
    at_its_number, moved = finding(11, source="  11 "), finding(12, 14, source="11")
    assert located(at_its_number, traced=None) == at_its_number
    assert located(moved, traced=None) == replace(moved, line=11, end_line=11)


def test_without_the_traced_text_a_quoted_line_that_stands_nowhere_or_twice_is_not_in_the_head() -> None:
    remote = MemoryForge(PULL, CHANGED, {("shop/money.py", HEAD_SHA): HEAD + "11\n"})
    assert not located(finding(12, source="11"), remote, traced=None).in_head
    assert located(finding(11, source="11"), remote, traced=None).in_head
    assert not located(finding(11, source="from main"), traced=None).in_head
    assert not located(finding(11), traced=None).in_head


def test_without_any_text_the_quoted_line_is_looked_for_in_the_diff() -> None:
    blind = Blind(PULL, CHANGED)
    found = located(finding(12, source="10"), blind, traced=None)
    assert (found.line, found.end_line, found.in_head) == (10, 10, True)
    assert not located(finding(12, source="12"), blind, traced=None).in_head


def test_where_the_forge_shows_no_file_the_diff_tells_whether_the_line_is_the_same() -> None:
    blind = Blind(PULL, CHANGED)
    assert located(finding(10), blind, HEAD).in_head
    assert not located(finding(10), blind, MERGED).in_head
    assert not located(finding(20), blind, HEAD).in_head


def test_each_file_is_read_once() -> None:
    read: list[str] = []

    class Counting(MemoryForge):
        def file_at(self, path: str, ref: str) -> str:
            read.append(path)
            return super().file_at(path, ref)

    remote = Counting(PULL, CHANGED, {("shop/money.py", HEAD_SHA): HEAD})
    locate(remote, [finding(11), finding(12), finding(13)], CHANGED, head_sha=HEAD_SHA, traced=lambda path: MERGED)
    assert read == ["shop/money.py"]
