"""From findings to the artifact and the review: which, where, in which words, and what happens when GitHub says no."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NoReturn

import pytest

from flakebot.artifacts import ArtifactUploaded
from flakebot.compose import Places, Redactor
from flakebot.errors import ArtifactError, ArtifactNameTaken, Forbidden, NotFound, Unprocessable
from flakebot.publication import Publication
from flakebot.publish import ChangedFile, Posted, Review
from flakebot.reports import ReportFiles
from flakebot.settings import Comment
from flakemark.model import (
    Category,
    Cause,
    Diagnosis,
    DivergenceType,
    Evidence,
    FailedTest,
    Intervention,
    NodeId,
    Report,
    Status,
    Verdict,
)

PLACES = Places(
    server_url="https://github.example", repository="shop/shop", head_sha="abc123", artifact_url="https://github.example/artifact"
)
LINES = "".join(f"line {number}\n" for number in range(1, 31))
PATCH = "@@ -11,4 +11,5 @@\n line 11\n line 12\n+line 13\n line 14\n line 15"
CAUSE = Cause(
    file="shop/coupons.py", line=13, end_line=13, function="distinct", source="for code in set(codes):",
    divergence_type=DivergenceType.VALUE_MISMATCH, category=Category.UNORDERED_COLLECTION, status=Status.CONFIRMED, confidence=0.9,
    title="A set is iterated in hash order.", detail="got hunter2hunter2",
)  # fmt: skip
FORCED = (Intervention(kind="order", target="shop/coupons.py:13", setting="failing", passed=0, failed=20),)
FLAKY = Diagnosis(nodeid=NodeId("tests/test_a.py::test_a"), verdict=Verdict.FLAKY, cause=CAUSE, evidence=Evidence(20, 0, 20, FORCED))
CONSISTENT = Diagnosis(nodeid=NodeId("tests/test_b.py::test_b"), verdict=Verdict.CONSISTENT_FAILURE, evidence=Evidence(9, 0, 9))
REPORT = Report(version="0.1.0", python="3.12.1", root="shop", tests=(FLAKY, CONSISTENT))
FAILED = {CONSISTENT.nodeid: FailedTest(nodeid=CONSISTENT.nodeid, crash="tests/test_b.py:4")}


@dataclass
class Remote:
    """A pull request that remembers what is posted; the operations that a review needs."""

    files: dict[str, str] = field(default_factory=lambda: {"shop/coupons.py": LINES, "tests/test_b.py": LINES})
    changed: tuple[ChangedFile, ...] = (ChangedFile("shop/coupons.py", "modified", PATCH),)
    refusals: list[Exception] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)

    def changed_files(self, number: int) -> tuple[ChangedFile, ...]:
        return self.changed

    def file_at(self, path: str, ref: str) -> str:
        assert ref == "abc123"
        if path not in self.files:
            raise NotFound(path)
        return self.files[path]

    def create_review(self, number: int, review: Review) -> Posted:
        if self.refusals:
            raise self.refusals.pop(0)
        self.reviews.append(review)
        return Posted(1, "https://github.example/review")

    def create_issue_comment(self, number: int, body: str) -> NoReturn:
        raise Forbidden("Resource not accessible by integration")


@dataclass
class Store:
    """Takes artifacts whose names are free."""

    taken: set[str] = field(default_factory=set)
    error: ArtifactError | None = None
    files: dict[str, bytes] = field(default_factory=dict)

    def upload(self, name: str, files: Mapping[str, bytes], retention_days: int | None = None) -> ArtifactUploaded:
        if self.error:
            raise self.error
        if name in self.taken:
            raise ArtifactNameTaken(name)
        self.files |= files
        return ArtifactUploaded(id=name, url=f"https://github.example/{name}", digest="", size=1, names=tuple(files))


def publication(workspace: Path, remote: Remote, **changes: object) -> Publication:
    for name in remote.files:
        (workspace / name).parent.mkdir(parents=True, exist_ok=True)
        (workspace / name).write_text(LINES)
    made = Publication(
        artifacts=Store(), open_forge=lambda: remote, number=5, workspace=workspace, comment=Comment.FLAKY, max_comments=10,  # type: ignore[arg-type, return-value]
        redact=Redactor(["hunter2hunter2"]),
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def test_the_cause_is_told_at_its_line_of_the_head_commit(tmp_path: Path) -> None:
    remote = Remote()
    done = publication(tmp_path, remote).review(REPORT, FAILED, PLACES)
    (review,) = remote.reviews
    (comment,) = review.comments
    assert (done.url, done.remarks) == ("https://github.example/review", ())
    assert (review.commit_id, comment.path, comment.line) == ("abc123", "shop/coupons.py", 13)
    assert comment.body.startswith("**A set is iterated in hash order.**")
    assert "tests/test_b.py::test_b" in review.body
    assert "A set is iterated" not in review.body


def test_lines_are_those_of_the_head_even_if_the_traced_tree_is_a_merge(tmp_path: Path) -> None:
    remote = Remote(files={"shop/coupons.py": LINES.removeprefix("line 1\n"), "tests/test_b.py": LINES})
    publication(tmp_path, remote).review(REPORT, FAILED, PLACES)
    assert remote.reviews[0].comments[0].line == 12


def test_lines_are_those_of_the_forge_even_if_python_counts_otherwise(tmp_path: Path) -> None:
    head = LINES.replace("line 3\n", "line 3\r")
    remote = Remote(files={"shop/coupons.py": head, "tests/test_b.py": LINES})
    made = publication(tmp_path, remote)
    (tmp_path / "shop" / "coupons.py").write_bytes(head.encode())
    made.review(REPORT, FAILED, PLACES)  # the cause is at Python's line 13
    assert remote.reviews[0].comments[0].line == 12


def test_outside_of_the_diff_the_body_tells_it_with_a_permanent_link(tmp_path: Path) -> None:
    remote = Remote(changed=())
    done = publication(tmp_path, remote).review(REPORT, FAILED, PLACES)
    (review,) = remote.reviews
    assert review.comments == ()
    assert "[`shop/coupons.py:13`](https://github.example/shop/shop/blob/abc123/shop/coupons.py#L13)" in review.body
    assert "A set is iterated in hash order." in review.body
    assert done.remarks == ("1 of 1 findings are told in the body of the review, not at their line",)


def test_a_line_that_the_head_does_not_hold_is_told_in_the_body(tmp_path: Path) -> None:
    remote = Remote(files={"shop/coupons.py": LINES.replace("line 13\n", ""), "tests/test_b.py": LINES})
    publication(tmp_path, remote).review(REPORT, FAILED, PLACES)
    assert remote.reviews[0].comments == ()
    assert "its line is not in the head commit" in remote.reviews[0].body


def test_no_secret_is_posted(tmp_path: Path) -> None:
    remote = Remote()
    publication(tmp_path, remote).review(REPORT, FAILED, PLACES)
    assert "hunter2" not in repr(remote.reviews)


@pytest.mark.parametrize(("comment", "lines"), [(Comment.FLAKY, [13]), (Comment.ALL, [13, 4])])
def test_which_findings_become_comments_can_be_chosen(tmp_path: Path, comment: Comment, lines: list[int]) -> None:
    patch = "@@ -1,5 +1,5 @@\n line 1\n line 2\n line 3\n-x\n+line 4\n line 5"
    remote = Remote(changed=(*Remote().changed, ChangedFile("tests/test_b.py", "modified", patch)))
    publication(tmp_path, remote, comment=comment).review(REPORT, FAILED, PLACES)
    assert [one.line for one in remote.reviews[0].comments] == lines


@pytest.mark.parametrize(
    ("changes", "report", "remark"),
    [
        ({"comment": Comment.NONE}, REPORT, "no review is posted: the input comment is none"),
        ({}, replace(REPORT, tests=(CONSISTENT,)), "no review is posted: there is no cause to comment on"),
    ],
)
def test_without_a_finding_to_tell_nothing_is_posted(tmp_path: Path, changes: dict[str, object], report: Report, remark: str) -> None:
    remote = Remote()
    assert publication(tmp_path, remote, **changes).review(report, FAILED, PLACES).remarks == (remark,)
    assert remote.reviews == []


def test_a_refused_comment_goes_into_the_body(tmp_path: Path) -> None:
    remote = Remote(refusals=[Unprocessable("Pull request review thread line must be part of the diff")])
    done = publication(tmp_path, remote).review(REPORT, FAILED, PLACES)
    assert remote.reviews[0].comments == ()
    assert done.url
    assert "must be part of the diff" in done.remarks[0]


def test_a_forbidden_review_becomes_a_remark(tmp_path: Path) -> None:
    done = publication(tmp_path, Remote(refusals=[Forbidden("Resource not accessible by integration")])).review(REPORT, FAILED, PLACES)
    assert done.url == ""
    assert "Resource not accessible by integration" in done.remarks[0]


@pytest.mark.parametrize("file", ["../outside.py", "/etc/passwd", "link.py"])
def test_a_report_cannot_make_us_read_outside_of_the_workspace(tmp_path: Path, file: str) -> None:
    (tmp_path / "outside.py").write_text(LINES)
    workspace = tmp_path / "workspace"
    remote = Remote(files={"shop/coupons.py": LINES})
    made = publication(workspace, remote)
    (workspace / "link.py").symlink_to(tmp_path / "outside.py")
    report = replace(REPORT, tests=(replace(FLAKY, cause=replace(CAUSE, file=file)),))
    made.review(report, FAILED, PLACES)
    assert remote.reviews[0].comments == ()


@pytest.fixture
def files(tmp_path: Path) -> ReportFiles:
    (tmp_path / "report.json").write_text("{}")
    return ReportFiles(tmp_path, tmp_path / "report.json", (tmp_path / "report.json",))


def test_the_reports_are_uploaded(tmp_path: Path, files: ReportFiles) -> None:
    store = Store()
    done = publication(tmp_path / "w", Remote(), artifacts=store).upload(files, "flakemark-tests-1", 5)
    assert (done.id, done.url, done.remarks) == ("flakemark-tests-1", "https://github.example/flakemark-tests-1", ())
    assert store.files == {"report.json": b"{}"}


def test_jobs_of_a_matrix_find_free_names(tmp_path: Path, files: ReportFiles) -> None:
    made = publication(tmp_path / "w", Remote(), artifacts=Store(taken={"a", "a-2"}))
    assert made.upload(files, "a", None).id == "a-3"
    full = Store(taken={"a", *(f"a-{number}" for number in range(2, 21))})
    (remark,) = publication(tmp_path / "w", Remote(), artifacts=full).upload(files, "a", None).remarks
    assert "a-20" in remark


@pytest.mark.parametrize("artifacts", [None, Store(error=ArtifactError("the storage quota is used up"))])
def test_where_nothing_can_be_uploaded_the_reports_stay_in_the_workspace(
    tmp_path: Path, files: ReportFiles, artifacts: Store | None
) -> None:
    done = publication(tmp_path / "w", Remote(), artifacts=artifacts).upload(files, "a", None)
    assert (done.id, done.url) == ("", "")
    assert "the reports are in the folder flakemark-reports of the workspace" in done.remarks[0]
