"""From findings to the artifact and the review: which, where, in which words, and what happens when GitHub says no."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from flakebot.artifacts import ArtifactUploaded
from flakebot.compose import Places, Redactor, redact_report
from flakebot.errors import ArtifactError, ArtifactNameTaken, OutOfTime
from flakebot.event import Head
from flakebot.publication import Publication
from flakebot.publish import ChangedFile, PullRequest
from flakebot.publish.forge import CommentKind, ExistingComment
from flakebot.publish.marker import Kind, Marker, split_at_markers
from flakebot.publish.memory import MemoryForge
from flakebot.reports import ReportFiles
from flakebot.results import Reviewed
from flakebot.settings import Comment
from flakemark.model import (
    Category,
    Cause,
    Diagnosis,
    DivergenceType,
    Evidence,
    FailedTest,
    Fix,
    Intervention,
    NodeId,
    Report,
    Status,
    Verdict,
)
from tests.contract.world import Waiting

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


HEAD_SHA = "a" * 40
NO_PULL = "no review is posted: no open pull request has this commit as its head"
PULL = PullRequest(
    number=5, state="open", head_sha=HEAD_SHA, head_branch="change", head_repository="shop/shop", base_sha="b" * 40,
    url="https://github.example/shop/shop/pull/5",
)  # fmt: skip
COUPONS, TEST = "shop/coupons.py", "tests/test_b.py"


def remote(changed: Sequence[ChangedFile] = (ChangedFile(COUPONS, "modified", PATCH),), writable: bool = True, **files: str) -> MemoryForge:
    texts = {COUPONS: LINES, TEST: LINES} | {{"coupons": COUPONS, "test": TEST}[name]: text for name, text in files.items()}
    return MemoryForge(PULL, changed, {(path, HEAD_SHA): text for path, text in texts.items()}, writable=writable)


def of_kind(forge: MemoryForge, kind: CommentKind) -> list[ExistingComment]:
    return [one for one in forge.comments(5) if one.kind is kind]


def inline(forge: MemoryForge) -> list[ExistingComment]:
    return of_kind(forge, CommentKind.INLINE)


@dataclass
class Store:
    """Takes artifacts whose names are free."""

    taken: set[str] = field(default_factory=set)
    error: ArtifactError | OutOfTime | None = None
    files: dict[str, bytes] = field(default_factory=dict)

    def upload(self, name: str, files: Mapping[str, bytes], retention_days: int | None = None) -> ArtifactUploaded:
        if self.error:
            raise self.error
        if name in self.taken:
            raise ArtifactNameTaken(name)
        self.files |= files
        return ArtifactUploaded(id=name, url=f"https://github.example/{name}", digest="", size=1, names=tuple(files))


def publication(workspace: Path, forge: MemoryForge, **changes: object) -> Publication:
    for name in (COUPONS, TEST):
        (workspace / name).parent.mkdir(parents=True, exist_ok=True)
        (workspace / name).write_text(LINES)
    made = Publication(
        artifacts=Store(), open_forge=lambda: forge, number=5, head=None, deadline=Waiting().deadline(), workspace=workspace,
        comment=Comment.FLAKY, max_comments=10, redact=Redactor(["hunter2hunter2"]),
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def test_the_cause_is_told_at_its_line_of_the_head_commit(tmp_path: Path) -> None:
    forge = remote()
    done = publication(tmp_path, forge).review(REPORT, FAILED, PLACES)
    (comment,), (review,) = inline(forge), of_kind(forge, CommentKind.REVIEW)
    assert (done.url, done.remarks) == (review.url, ())
    assert (comment.path, comment.line) == (COUPONS, 13)
    assert comment.body.splitlines()[1] == "**A set is iterated in hash order.**"
    assert "1 root cause of a flaky test" in review.body
    assert "A set is iterated" not in review.body


def test_a_consistent_failure_and_what_was_not_reproduced_get_no_comment(tmp_path: Path) -> None:
    forge = remote()
    absent = Diagnosis(nodeid=NodeId("tests/test_c.py::test_c"), verdict=Verdict.NOT_REPRODUCED, evidence=Evidence(60, 60, 0))
    publication(tmp_path, forge).review(replace(REPORT, tests=(FLAKY, CONSISTENT, absent)), FAILED, PLACES)
    assert "test_b" not in repr(forge.stored)
    assert "test_c" not in repr(forge.stored)


def test_lines_are_those_of_the_head_even_if_the_traced_tree_is_a_merge(tmp_path: Path) -> None:
    forge = remote(coupons=LINES.removeprefix("line 1\n"))
    publication(tmp_path, forge).review(REPORT, FAILED, PLACES)
    assert [one.line for one in inline(forge)] == [12]


def test_lines_are_those_of_the_head_as_it_is_now_even_if_somebody_pushed_meanwhile(tmp_path: Path) -> None:
    forge = remote()
    patch = PATCH.replace("@@ -11,4 +11,5 @@", "@@ -11,4 +12,5 @@")
    forge.push("c" * 40, [ChangedFile(COUPONS, "modified", patch)], {COUPONS: "new\n" + LINES})
    publication(tmp_path, forge).review(REPORT, FAILED, PLACES)
    (comment,) = inline(forge)
    assert comment.line == 14
    assert f"head={'c' * 40}" in comment.body


def test_lines_are_those_of_the_forge_even_if_python_counts_otherwise(tmp_path: Path) -> None:
    head = LINES.replace("line 3\n", "line 3\r")
    forge = remote(coupons=head)
    made = publication(tmp_path, forge)
    (tmp_path / COUPONS).write_bytes(head.encode())
    made.review(REPORT, FAILED, PLACES)  # the cause is at Python's line 13
    assert [one.line for one in inline(forge)] == [12]


def test_outside_of_the_diff_it_is_told_with_a_permanent_link(tmp_path: Path) -> None:
    forge = remote(changed=())
    done = publication(tmp_path, forge).review(REPORT, FAILED, PLACES)
    (thread,) = of_kind(forge, CommentKind.ISSUE)
    assert f"[`{COUPONS}:13`](https://github.example/shop/shop/blob/{HEAD_SHA}/{COUPONS}#L13)" in thread.body
    assert "A set is iterated in hash order." in thread.body
    assert done.url == thread.url
    assert done.remarks == ("1 of 1 findings are told in the conversation, for no line of the diff can carry them",)


def test_a_line_that_the_head_does_not_hold_is_told_at_its_file(tmp_path: Path) -> None:
    forge = remote(coupons=LINES.replace("line 13\n", ""))
    publication(tmp_path, forge).review(REPORT, FAILED, PLACES)
    (comment,) = inline(forge)
    assert comment.whole_file
    assert "its line is not in the head commit" in comment.body


PATCHED = f"--- a/{COUPONS}\n+++ b/{COUPONS}\n@@ -12,3 +12,3 @@\n line 12\n-line 13\n+    line thirteen\n line 14\n"


def patched(patch: str) -> Report:
    return replace(REPORT, tests=(replace(FLAKY, fix=Fix("Sort it.", patch, (20, 0))),))


def test_a_patch_of_the_commented_line_is_a_suggestion_that_a_click_commits(tmp_path: Path) -> None:
    forge = remote()
    publication(tmp_path, forge).review(patched(PATCHED), FAILED, PLACES)
    assert "```suggestion\n    line thirteen\n```" in inline(forge)[0].body


@pytest.mark.parametrize("patch", [PATCHED.replace("line 13", "line 31"), PATCHED.replace("thirteen", "hunter2hunter2"), "nonsense"])
def test_a_patch_of_something_else_or_with_a_secret_is_none(tmp_path: Path, patch: str) -> None:
    forge = remote()
    made = publication(tmp_path, forge)
    made.review(redact_report(patched(patch), made.redact), FAILED, PLACES)
    assert "```suggestion" not in inline(forge)[0].body
    assert "```diff" in inline(forge)[0].body


def test_a_suggestion_that_redaction_would_change_is_none(tmp_path: Path) -> None:
    forge = remote()
    made = publication(tmp_path, forge, redact=Redactor(["line thirteen"]))
    made.review(patched(PATCHED), FAILED, PLACES)
    assert "```suggestion" not in inline(forge)[0].body
    assert "thirteen" not in inline(forge)[0].body


def test_a_comment_that_is_not_at_the_line_holds_no_suggestion(tmp_path: Path) -> None:
    forge = remote(changed=())
    publication(tmp_path, forge).review(patched(PATCHED), FAILED, PLACES)
    (thread,) = of_kind(forge, CommentKind.ISSUE)
    assert "```diff" in thread.body
    assert "suggestion" not in thread.body


def test_no_secret_is_posted(tmp_path: Path) -> None:
    forge = remote()
    publication(tmp_path, forge).review(REPORT, FAILED, PLACES)
    assert "hunter2" not in repr(forge.stored)


@pytest.mark.parametrize(("comment", "lines"), [(Comment.FLAKY, [13]), (Comment.ALL, [13, 4])])
def test_which_findings_become_comments_can_be_chosen(tmp_path: Path, comment: Comment, lines: list[int]) -> None:
    patch = "@@ -1,5 +1,5 @@\n line 1\n line 2\n line 3\n-x\n+line 4\n line 5"
    forge = remote(changed=(ChangedFile(COUPONS, "modified", PATCH), ChangedFile(TEST, "modified", patch)))
    publication(tmp_path, forge, comment=comment).review(REPORT, FAILED, PLACES)
    assert [one.line for one in inline(forge)] == lines


@pytest.mark.parametrize(
    ("changes", "report", "remark"),
    [
        ({"comment": Comment.NONE}, REPORT, "no review is posted: the input comment is none"),
        ({}, replace(REPORT, tests=(CONSISTENT,)), "no review is posted: there is no cause to comment on"),
        ({"number": None}, REPORT, NO_PULL),
        ({"number": None, "head": Head("shop", "other", HEAD_SHA)}, REPORT, NO_PULL),
        ({"number": 6}, REPORT, "no review was posted: there is no pull request 6"),
    ],
)  # fmt: skip
def test_without_a_finding_or_a_place_for_it_nothing_is_posted(
    tmp_path: Path, changes: dict[str, object], report: Report, remark: str
) -> None:
    forge = remote()
    assert publication(tmp_path, forge, **changes).review(report, FAILED, PLACES).remarks == (remark,)
    assert forge.stored == {}


def test_the_pull_request_is_found_by_its_head(tmp_path: Path) -> None:
    forge = remote()
    publication(tmp_path, forge, number=None, head=Head("shop", "change", HEAD_SHA)).review(REPORT, FAILED, PLACES)
    assert [one.line for one in inline(forge)] == [13]


def test_the_same_cause_of_another_test_in_another_job_is_the_same_comment(tmp_path: Path) -> None:
    forge = remote()
    made = publication(tmp_path, forge)
    made.review(REPORT, FAILED, PLACES)
    other = replace(FLAKY, nodeid=NodeId("tests/test_z.py::test_z"), cause=replace(CAUSE, confidence=0.7, detail="other"))
    made.review(replace(REPORT, tests=(other,)), FAILED, PLACES)
    (comment,) = inline(forge)
    assert "tests/test_z.py::test_z" in comment.body


def test_the_same_code_twice_in_one_function_is_two_causes(tmp_path: Path) -> None:
    forge = remote()
    twin = replace(FLAKY, nodeid=NodeId("t::other"), cause=replace(CAUSE, line=14, end_line=14))
    for _ in range(2):
        publication(tmp_path, forge).review(replace(REPORT, tests=(FLAKY, twin)), FAILED, PLACES)
    assert [one.line for one in inline(forge)] == [13, 14]


@pytest.mark.parametrize("quoted", ["for code in *** + set(codes):", "for code in set(co…", "line 13"])
def test_a_line_that_the_report_quotes_in_part_is_still_known_to_be_there(tmp_path: Path, quoted: str) -> None:
    forge = remote()
    report = replace(REPORT, tests=(replace(FLAKY, cause=replace(CAUSE, source=quoted)),))
    publication(tmp_path, forge).review(report, FAILED, PLACES)
    forge.push("c" * 40, [ChangedFile(COUPONS, "modified", PATCH)], {COUPONS: LINES})
    publication(tmp_path, forge).review(replace(REPORT, tests=()), FAILED, PLACES)
    (comment,) = inline(forge)
    assert "The line is unchanged, so that it may come back." in comment.body


@pytest.mark.parametrize(("quoted", "line"), [("  line 12", 12), ("*** 12", None), ("line 1…", None)])
def test_without_the_traced_tree_the_quoted_line_is_found_if_it_is_whole(tmp_path: Path, quoted: str, line: int | None) -> None:
    forge = remote()
    report = replace(REPORT, tests=(replace(FLAKY, cause=replace(CAUSE, source=quoted)),))
    replace(publication(tmp_path, forge), workspace=tmp_path / "nothing").review(report, FAILED, PLACES)
    assert [one.line for one in inline(forge)] == [line]


def test_forty_victims_of_one_cause_get_one_comment(tmp_path: Path) -> None:
    forge = remote()
    victims = tuple(replace(FLAKY, nodeid=NodeId(f"tests/test_a.py::test_{number}")) for number in range(40))
    publication(tmp_path, forge).review(replace(REPORT, tests=victims), FAILED, PLACES)
    (comment,) = inline(forge)
    assert "and 37 more tests flaky" in comment.body


def test_a_forbidden_review_becomes_a_remark_that_names_the_permission(tmp_path: Path) -> None:
    done = publication(tmp_path, remote(writable=False)).review(REPORT, FAILED, PLACES)
    assert done.url == ""
    assert "Resource not accessible by integration" in done.remarks[0]
    assert "pull-requests: write" in done.remarks[1]
    assert "1 of 1 findings could not be posted" in done.remarks[2]


def test_what_a_test_says_cannot_pose_as_one_of_our_comments(tmp_path: Path) -> None:
    forge = remote()
    marker = Marker(kind=Kind.SECTION, cause="x", head=HEAD_SHA)
    evil = f"{marker}\n{Marker(kind=Kind.THREAD)}\n"
    cause = replace(CAUSE, title=evil, detail=evil, source=evil, function=evil, file="shop/<!-- flakemark thread -->.py")
    test = replace(FLAKY, nodeid=NodeId(evil), cause=cause, notes=(evil,), reproduce=evil, fix=Fix(evil, evil, (1, 0)))
    publication(tmp_path, forge).review(replace(REPORT, tests=(test,)), FAILED, PLACES)
    (thread,) = of_kind(forge, CommentKind.ISSUE)
    assert [one.kind for one, _ in split_at_markers(thread.body)] == [Kind.THREAD, Kind.SECTION, Kind.END]
    assert thread.body.count("<!--") == 3


@pytest.mark.parametrize("file", ["../outside.py", "/etc/passwd", "link.py"])
def test_a_report_cannot_make_us_read_outside_of_the_workspace(tmp_path: Path, file: str) -> None:
    (tmp_path / "outside.py").write_text(LINES)
    workspace = tmp_path / "workspace"
    forge = remote()
    made = publication(workspace, forge)
    (workspace / "link.py").symlink_to(tmp_path / "outside.py")
    report = replace(REPORT, tests=(replace(FLAKY, cause=replace(CAUSE, file=file)),))
    made.review(report, FAILED, PLACES)
    assert inline(forge) == []
    assert len(of_kind(forge, CommentKind.ISSUE)) == 1


@pytest.fixture
def files(tmp_path: Path) -> ReportFiles:
    (tmp_path / "report.json").write_text("{}")
    return ReportFiles(tmp_path, tmp_path / "report.json", (tmp_path / "report.json",))


def test_the_reports_are_uploaded(tmp_path: Path, files: ReportFiles) -> None:
    store = Store()
    done = publication(tmp_path / "w", remote(), artifacts=store).upload(files, "flakemark-tests-1", 5)
    assert (done.id, done.url, done.remarks) == ("flakemark-tests-1", "https://github.example/flakemark-tests-1", ())
    assert store.files == {"report.json": b"{}"}


def test_jobs_of_a_matrix_find_free_names(tmp_path: Path, files: ReportFiles) -> None:
    made = publication(tmp_path / "w", remote(), artifacts=Store(taken={"a", "a-2"}))
    assert made.upload(files, "a", None).id == "a-3"
    full = Store(taken={"a", *(f"a-{number}" for number in range(2, 21))})
    (remark,) = publication(tmp_path / "w", remote(), artifacts=full).upload(files, "a", None).remarks
    assert "a-20" in remark


@pytest.mark.parametrize("artifacts", [None, Store(error=ArtifactError("the storage quota is used up")), Store(error=OutOfTime("x"))])
def test_where_nothing_can_be_uploaded_the_reports_stay_in_the_workspace(
    tmp_path: Path, files: ReportFiles, artifacts: Store | None
) -> None:
    done = publication(tmp_path / "w", remote(), artifacts=artifacts).upload(files, "a", None)
    assert (done.id, done.url) == ("", "")
    assert "the reports are in the folder flakemark-reports of the workspace" in done.remarks[0]


# the lines of the head, for annotations and links


def test_lines_of_the_head_are_told_for_findings_and_for_failures(tmp_path: Path) -> None:
    forge = remote(coupons=LINES.removeprefix("line 1\n"), test="new\n" + LINES)
    done = publication(tmp_path, forge).review(REPORT, FAILED, PLACES)
    assert (done.head_sha, done.lines) == (HEAD_SHA, {(COUPONS, 13): 12, (TEST, 4): 5})


def test_a_line_that_the_head_does_not_hold_is_none_and_one_that_cannot_be_looked_up_is_left_out(tmp_path: Path) -> None:
    readable = {(COUPONS, HEAD_SHA): LINES.replace("line 13\n", "")}
    forge = MemoryForge(PULL, (ChangedFile(COUPONS, "modified", PATCH),), readable)
    done = publication(tmp_path, forge).look(REPORT, FAILED, PLACES)
    assert done.lines == {(COUPONS, 13): None}


@pytest.mark.parametrize("changes", [{"comment": Comment.NONE}, {}])
def test_where_nothing_is_posted_the_lines_are_looked_up_all_the_same(tmp_path: Path, changes: dict[str, Comment]) -> None:
    forge = remote(coupons="new\n" + LINES, writable=False)
    made = publication(tmp_path, forge, **changes)
    done = made.review(REPORT, FAILED, PLACES) if changes else made.look(REPORT, FAILED, PLACES)
    assert (done.head_sha, done.lines) == (HEAD_SHA, {(COUPONS, 13): 14, (TEST, 4): 4})
    assert done.remarks == (("no review is posted: the input comment is none",) if changes else ())
    assert forge.comments(5) == ()


def test_a_look_that_fails_or_finds_no_pull_request_says_nothing(tmp_path: Path) -> None:
    def refuse() -> MemoryForge:
        raise OutOfTime("busy")

    for made in (
        publication(tmp_path, remote(), open_forge=refuse),
        publication(tmp_path, remote(), number=None),
        publication(tmp_path, remote(), number=None, head=Head("shop", "change", "f" * 40)),
    ):
        assert made.look(REPORT, FAILED, PLACES) == Reviewed()
