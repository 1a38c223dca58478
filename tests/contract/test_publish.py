"""The ladder, and once: what stands on a pull request after publishing, on the forge in memory and over HTTP alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from flakebot.errors import NotFound, Unprocessable
from flakebot.publish import Finding, Frame, Permalinks, PublishOutcome, Request, Rung, publish
from flakebot.publish.forge import CommentKind, ExistingComment
from flakebot.publish.marker import Kind, Marker, read_marker
from flakebot.publish.thread import read_sections
from flakebot.standin import Permission, Project
from tests.contract.world import CHANGED, HEAD, HEAD_SHA, NUMBER, PROJECT, World
from tests.unit.flakebot.publish.findings import FRAME, finding

FILE, NEW, PICTURE, SAME = "shop/long.py", "shop/new.py", "picture.txt", "shop/same.py"
NEXT_SHA = "e" * 40
OpenWorld = Callable[[Project], World]


def found(line: int = 10, end_line: int = 0, path: str = FILE, **changes: object) -> Finding:
    text = HEAD.get(path, "").splitlines()
    source = text[line - 1] if line <= len(text) else ""
    return finding(line, end_line, path, **{"source": source, **changes})


def tell(world: World, *findings: Finding, head_sha: str = HEAD_SHA, max_comments: int = 10, frame: Frame = FRAME) -> PublishOutcome:
    request = Request(
        number=NUMBER,
        head_sha=head_sha,
        findings=findings,
        changed=world.forge.changed_files(NUMBER),
        max_comments=max_comments,
        links=Permalinks("https://forge.example", "octo/shop", head_sha),
        frame=frame,
    )
    return publish(world.forge, request)


def comments(world: World, kind: CommentKind) -> list[ExistingComment]:
    return [one for one in world.forge.comments(NUMBER) if one.kind is kind]


def told_in_diff(world: World) -> list[tuple[str, int | None]]:
    return [(one.path, one.line) for one in comments(world, CommentKind.INLINE)]


def rungs(done: PublishOutcome) -> list[Rung]:
    return [one.rung for one in done.told]


# The ladder


def test_a_line_of_the_diff_gets_its_comment_in_one_review(world: World) -> None:
    done = tell(world, found(10), found(1, 2, NEW))
    assert told_in_diff(world) == [(FILE, 10), (NEW, 2)]
    (review,) = comments(world, CommentKind.REVIEW)
    assert "HEAD 2 0" in review.body
    assert (rungs(done), done.untold, done.reasons, done.url) == ([Rung.LINE, Rung.LINE], (), (), review.url)
    assert comments(world, CommentKind.ISSUE) == []
    assert world.writes() == 1


def test_a_line_outside_of_the_hunks_is_told_at_its_file_with_a_permalink(world: World) -> None:
    done = tell(world, found(30), found(1, path=PICTURE))
    assert told_in_diff(world) == [(FILE, None), (PICTURE, None)]
    first, second = comments(world, CommentKind.INLINE)
    assert f"#### [`{FILE}:30`](https://forge.example/octo/shop/blob/{HEAD_SHA}/{FILE}#L30)" in first.body
    assert "Elsewhere about shop/long.py:30." in first.body
    assert "Told here because its line is not part of this pull request's diff." in first.body
    assert "GitHub shows no diff of its file" in second.body
    assert rungs(done) == [Rung.FILE, Rung.FILE]
    assert comments(world, CommentKind.ISSUE) == []


def test_a_file_outside_of_the_diff_is_told_in_the_conversation_with_a_permalink(world: World) -> None:
    done = tell(world, found(1, path=SAME))
    (thread,) = comments(world, CommentKind.ISSUE)
    assert f"](https://forge.example/octo/shop/blob/{HEAD_SHA}/{SAME}#L1)" in thread.body
    assert "Elsewhere about shop/same.py:1." in thread.body
    assert thread.body.endswith("FOOT")
    assert (rungs(done), done.url) == ([Rung.BELOW], thread.url)
    assert comments(world, CommentKind.REVIEW) == []


def test_what_has_no_line_is_told_in_the_body_of_the_review_if_there_is_one(world: World) -> None:
    done = tell(world, found(1, path=SAME), found(10))
    (review,) = comments(world, CommentKind.REVIEW)
    assert "HEAD 1 1" in review.body
    assert "Elsewhere about shop/same.py:1." in review.body
    assert comments(world, CommentKind.ISSUE) == []
    assert [(one.rung, one.url) for one in done.told] == [(Rung.BELOW, review.url), (Rung.LINE, review.url)]
    assert world.writes() == 1


def test_more_than_the_limit_are_told_below_and_counted(world: World) -> None:
    done = tell(world, *(found(line) for line in range(7, 14)), max_comments=2)
    assert told_in_diff(world) == [(FILE, 7), (FILE, 8)]
    (review,) = comments(world, CommentKind.REVIEW)
    assert "HEAD 2 5" in review.body
    assert [one.marker.cause for one in read_sections(review.body)] == [found(line).cause for line in range(9, 14)]
    assert review.body.count("the pull request has as many comments as it may have") == 5
    assert len(done.told) == 7


def test_a_line_that_the_head_does_not_hold_is_told_at_its_file_without_a_line_in_the_link(world: World) -> None:
    tell(world, found(10, in_head=False), found(1, path="shop/gone.py", in_head=False))
    assert told_in_diff(world) == [(FILE, None)]
    (thread,) = comments(world, CommentKind.ISSUE)
    assert f"/blob/{HEAD_SHA}/shop/gone.py)" in thread.body


@pytest.mark.parametrize("bad", [{10}, {14}, {7, 13}, set(range(7, 15))], ids=str)
def test_the_refused_comment_is_found_and_the_rest_is_posted(open_world: OpenWorld, bad: set[int]) -> None:
    world = open_world(replace(PROJECT, refused=frozenset((FILE, line) for line in bad)))
    done = tell(world, *(found(line) for line in range(7, 15)))
    good = set(range(7, 15)) - bad
    assert {line for _, line in told_in_diff(world)} == good | {None}
    assert len(told_in_diff(world)) == 8
    at_file = [one for one in comments(world, CommentKind.INLINE) if one.whole_file]
    assert all("GitHub refused the comment at its line" in one.body for one in at_file)
    assert [one.finding.line for one in done.told if one.rung is Rung.FILE] == sorted(bad)
    assert len(done.reasons) == len(bad)
    assert all("must be part of the diff" in reason for reason in done.reasons)
    assert world.writes() <= 24


def test_a_head_that_is_not_part_of_the_pull_request_any_more_leaves_the_conversation(world: World) -> None:
    done = tell(world, found(10), found(30), head_sha="d" * 40)
    (thread,) = comments(world, CommentKind.ISSUE)
    assert [one.marker.cause for one in read_sections(thread.body)] == [found(10).cause, found(30).cause]
    assert told_in_diff(world) == []
    assert "end_commit_oid is not part of the pull request" in done.reasons[0]
    assert world.writes() == 2


def test_a_token_that_can_only_read_loses_nothing(open_world: OpenWorld) -> None:
    done = tell(open_world(replace(PROJECT, permission=Permission.READ)), found(10), found(30), found(1, path=SAME))
    assert (done.told, done.forbidden, done.url) == ((), True, "")
    assert [one.line for one in done.untold] == [10, 30, 1]
    assert "Resource not accessible by integration" in done.reasons[0]


def test_a_long_thread_tells_the_rest_by_summaries_and_then_counts(world: World) -> None:
    findings = [found(1, path=f"other/{number:03}.py", elsewhere="x" * 9_000, summary="s" * 100) for number in range(500)]
    done = tell(world, *findings)
    (thread,) = comments(world, CommentKind.ISSUE)
    assert len(thread.body) <= 60_000
    assert thread.body.count("x" * 9_000) == 3
    shown = len(read_sections(thread.body))
    assert f"And {500 - shown} more; see the job summary." in thread.body
    assert len(done.told) == 500


# Once


def everything() -> tuple[Finding, ...]:
    return found(10), found(1, 2, NEW), found(30), found(1, path=SAME), found(2, path="elsewhere.py")


def snapshot(world: World) -> list[tuple[object, ...]]:
    return [(one.kind, one.id, one.path, one.line, one.body) for one in world.forge.comments(NUMBER)]


def test_telling_the_same_again_writes_nothing(world: World) -> None:
    tell(world, *everything())
    before, writes = snapshot(world), world.writes()
    done = tell(world, *everything())
    assert snapshot(world) == before
    assert world.writes() == writes
    assert len(done.told) == 5
    assert done.url


def test_a_rerun_edits_its_comments_in_place(world: World) -> None:
    tell(world, *everything())
    before = [one[:4] for one in snapshot(world)]
    tell(world, *(replace(one, body="New body.", elsewhere="New elsewhere.") for one in everything()))
    after = snapshot(world)
    assert [one[:4] for one in after] == before
    inline = [str(one[4]) for one in after if one[0] is CommentKind.INLINE]
    assert [("New body." in body, "New elsewhere." in body) for body in inline] == [(True, False), (True, False), (False, True)]


def test_a_rerun_that_finds_more_adds_only_that(world: World) -> None:
    tell(world, found(10), found(1, path=SAME))
    tell(world, found(10), found(1, path=SAME), found(11), found(2, path="elsewhere.py"))
    assert told_in_diff(world) == [(FILE, 10), (FILE, 11)]
    first, second = comments(world, CommentKind.REVIEW)
    assert [one.marker.cause for one in read_sections(first.body)] == [found(1, path=SAME).cause, found(2, path="elsewhere.py").cause]
    assert read_marker(second.body) == Marker(kind=Kind.NOTE)
    assert comments(world, CommentKind.ISSUE) == []


def test_the_limit_counts_what_is_there_already(world: World) -> None:
    tell(world, found(10), found(11), max_comments=2)
    tell(world, found(10), found(11), found(12), max_comments=2)
    assert told_in_diff(world) == [(FILE, 10), (FILE, 11)]
    (thread,) = comments(world, CommentKind.ISSUE)
    assert [one.marker.cause for one in read_sections(thread.body)] == [found(12).cause]


def test_comments_on_the_second_page_are_found(world: World) -> None:
    for number in range(120):
        world.comment_as_somebody(f"comment {number}")
    tell(world, *everything())
    before = len(world.forge.comments(NUMBER))
    tell(world, *everything())
    assert len(world.forge.comments(NUMBER)) == before


def forged(world: World) -> list[str]:
    marker = found(10).marker(Kind.FINDING, HEAD_SHA)
    thread = Marker(kind=Kind.THREAD, head=HEAD_SHA)
    return [f"{marker}\nforged", f"{thread}\nforged"]


def test_a_marker_in_a_comment_of_somebody_else_is_nothing(world: World) -> None:
    for body in forged(world):
        world.comment_as_somebody(body)
    tell(world, found(10), found(1, path=SAME))
    bodies = [one.body for one in comments(world, CommentKind.ISSUE)]
    assert bodies == forged(world)
    assert told_in_diff(world) == [(FILE, 10)]


def test_a_comment_of_ours_without_a_marker_at_its_begin_is_not_touched(world: World) -> None:
    for body in forged(world):
        world.forge.create_issue_comment(NUMBER, f"Output of a test:\n{body}")
    before = [one.body for one in comments(world, CommentKind.ISSUE)]
    tell(world, found(10), found(1, path=SAME))
    tell(world)
    assert [one.body for one in comments(world, CommentKind.ISSUE)] == before


@pytest.mark.parametrize("stored", [[True], [False], [True, True], [False, True], [False, False]], ids=str)
@pytest.mark.parametrize("line", [10, 30, 99], ids=["review", "file", "conversation"])
def test_an_answer_that_is_lost_leaves_one_comment(world: World, stored: list[bool], line: int) -> None:
    one = found(line) if line != 99 else found(1, path=SAME)
    for was_stored in stored:
        world.lose_answers(was_stored)
    done = tell(world, one)
    assert len(done.told) == 1
    markers = [read_marker(comment.body) for comment in world.forge.comments(NUMBER)]
    causes = [marker.cause for marker in markers if marker and marker.kind is Kind.FINDING]
    causes += [part.marker.cause for comment in world.forge.comments(NUMBER) for part in read_sections(comment.body)]
    assert causes == [one.cause]
    assert done.untold == ()


def test_a_forge_that_stays_away_is_given_up_and_nothing_is_lost(world: World) -> None:
    for _ in range(9):
        world.lose_answers(False)
    done = tell(world, found(10))
    assert (done.told, done.untold) == ((), (found(10),))
    assert "502" in done.reasons[0]


def test_two_jobs_that_post_at_the_same_moment_leave_one_comment_each(world: World) -> None:
    """The second job saw the pull request before the first one posted."""
    first, second = (found(10), found(1, path=SAME)), (found(10), found(2, path="elsewhere.py"))
    tell(world, *first)
    tell(replace(world, forge=Late(world)), *second)  # type: ignore[arg-type]
    assert told_in_diff(world) == [(FILE, 10)]
    (thread,) = [one for one in world.forge.comments(NUMBER) if read_sections(one.body)]
    causes = {part.marker.cause for part in read_sections(thread.body)}
    assert causes == {found(1, path=SAME).cause, found(2, path="elsewhere.py").cause}


def test_the_review_of_the_later_job_leads_to_the_comments_of_the_earlier_one(world: World) -> None:
    tell(world, found(10))
    done = tell(replace(world, forge=Late(world)), found(10))  # type: ignore[arg-type]
    (comment,) = comments(world, CommentKind.INLINE)
    first, second = comments(world, CommentKind.REVIEW)
    assert "HEAD 1 0" in first.body
    assert f"told in [another comment]({comment.url})" in second.body
    assert done.url == comment.url


class Late:
    """A forge that shows no comment the first time, as to a job that looked too early."""

    def __init__(self, world: World) -> None:
        self._world, self._looks = world, 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._world.forge, name)

    def comments(self, number: int) -> tuple[ExistingComment, ...]:
        self._looks += 1
        return () if self._looks == 1 else self._world.forge.comments(number)


class Stale(Late):
    """A forge whose comments are deleted by somebody right after they were listed."""

    def comments(self, number: int) -> tuple[ExistingComment, ...]:
        self._looks += 1
        found = self._world.forge.comments(number)
        for one in found if self._looks == 1 else ():
            if one.kind is not CommentKind.REVIEW:
                self._world.forge.delete_comment(number, one)
        return found


def test_a_comment_that_somebody_deletes_meanwhile_is_posted_anew(world: World) -> None:
    tell(world, found(10))
    done = tell(replace(world, forge=Stale(world)), replace(found(10), body="Again."))  # type: ignore[arg-type]
    assert rungs(done) == [Rung.LINE]
    assert ["Again." in one.body for one in comments(world, CommentKind.INLINE)] == [True]


def test_a_thread_that_somebody_deletes_meanwhile_is_posted_anew(world: World) -> None:
    tell(world, found(1, path=SAME))
    done = tell(replace(world, forge=Stale(world)), found(1, path=SAME), found(2, path="elsewhere.py"))  # type: ignore[arg-type]
    (thread,) = comments(world, CommentKind.ISSUE)
    assert len(read_sections(thread.body)) == 2
    assert done.url == thread.url


def test_what_is_marked_and_deleted_meanwhile_is_no_trouble(world: World) -> None:
    tell(world, found(10))
    pushed(world, "new\n" + CHANGED)
    done = tell(replace(world, forge=Stale(world)), found(12), head_sha=NEXT_SHA)  # type: ignore[arg-type]
    assert (done.reasons, rungs(done)) == ((), [Rung.LINE])


class Frozen(Late):
    """A forge that refuses every change of what is there."""

    def comments(self, number: int) -> tuple[ExistingComment, ...]:
        return self._world.forge.comments(number)

    def edit_comment(self, number: int, comment: ExistingComment, body: str = "") -> None:
        raise Unprocessable("locked")

    delete_comment = edit_comment


def test_what_cannot_be_changed_still_tells_and_the_rest_is_posted(world: World) -> None:
    tell(world, found(10), found(30))
    pushed(world, CHANGED.replace("line 28\n", "line X\n"))
    changed = replace(found(10), body="Again.")
    done = tell(replace(world, forge=Frozen(world)), changed, found(30), found(12), head_sha=NEXT_SHA)  # type: ignore[arg-type]
    assert sorted(told_in_diff(world), key=str) == [(FILE, 10), (FILE, 12), (FILE, None)]
    assert done.untold == ()
    assert set(done.reasons) == {"locked"}


def test_what_would_belong_into_a_thread_that_cannot_be_changed_is_named_as_untold(world: World) -> None:
    tell(world, found(1, path=SAME))
    other = found(2, path="elsewhere.py")
    done = tell(replace(world, forge=Frozen(world)), found(12), other)  # type: ignore[arg-type]
    assert (rungs(done), done.untold) == ([Rung.LINE], (other,))


def test_what_is_over_and_deleted_meanwhile_is_no_trouble(world: World) -> None:
    tell(world, found(10))
    pushed(world, CHANGED.replace("line ten\n", "line X\n"))
    done = tell(replace(world, forge=Stale(world)), head_sha=NEXT_SHA)  # type: ignore[arg-type]
    assert done.reasons == ()
    assert told_in_diff(world) == []


# After a push


def pushed(world: World, text: str) -> World:
    world.push({**HEAD, FILE: text}, NEXT_SHA)
    return world


def test_after_a_push_the_comment_is_edited_where_it_moved(world: World) -> None:
    tell(world, found(11))
    (before,) = comments(world, CommentKind.INLINE)
    pushed(world, "new\n" + CHANGED)
    tell(world, replace(found(11), line=12, end_line=12, body="Again."), head_sha=NEXT_SHA)
    (after,) = comments(world, CommentKind.INLINE)
    assert (after.id, after.line) == (before.id, 12)
    assert "Again." in after.body


def test_a_comment_that_lost_its_line_is_replaced_by_one_at_the_line(world: World) -> None:
    tell(world, found(30))  # on the file as a whole
    pushed(world, CHANGED.replace("line 28\n", "line X\n"))
    tell(world, found(30), head_sha=NEXT_SHA)
    assert told_in_diff(world) == [(FILE, 30)]


def test_a_comment_that_somebody_answered_is_edited_and_stays_where_it_is(world: World) -> None:
    tell(world, found(30))
    world.reply_as_somebody(comments(world, CommentKind.INLINE)[0])
    pushed(world, CHANGED.replace("line 28\n", "line X\n"))
    done = tell(world, replace(found(30), elsewhere="Again."), head_sha=NEXT_SHA)
    ours, answer = comments(world, CommentKind.INLINE)
    assert (ours.line, answer.author) == (None, "octocat")
    assert "Again." in ours.body
    assert "somebody answered there" in ours.body
    assert rungs(done) == [Rung.FILE]


@pytest.mark.parametrize("place", [10, 30], ids=["line", "file"])
def test_what_is_gone_from_the_file_is_removed_unless_somebody_answered(world: World, place: int) -> None:
    tell(world, found(place), found(12))
    pushed(world, CHANGED.replace(found(place).source + "\n", "line X\n"))
    tell(world, found(12), head_sha=NEXT_SHA)
    assert told_in_diff(world) == [(FILE, 12)]


def test_what_is_gone_and_was_answered_is_marked(world: World) -> None:
    tell(world, found(10))
    world.reply_as_somebody(comments(world, CommentKind.INLINE)[0])
    pushed(world, CHANGED.replace("line ten\n", "line X\n"))
    for _ in range(2):
        tell(world, head_sha=NEXT_SHA)
    ours, _ = comments(world, CommentKind.INLINE)
    assert ours.body.count("Probably fixed: this line is not in the file any more as of `eeeeeeeeee`.") == 1
    assert "Body of shop/long.py:10." in ours.body


def test_what_is_not_found_again_but_still_there_is_marked_once(world: World) -> None:
    tell(world, found(10), found(1, path=SAME))
    pushed(world, "new\n" + CHANGED)
    tell(world, head_sha=NEXT_SHA)
    writes = world.writes()
    tell(world, head_sha=NEXT_SHA)
    assert world.writes() == writes
    (ours,) = comments(world, CommentKind.INLINE)
    (review,) = comments(world, CommentKind.REVIEW)
    for body in (ours.body, review.body):
        assert body.count("The run for `eeeeeeeeee` did not find this again. The line is unchanged") == 1
    assert "Elsewhere about shop/same.py:1." in review.body


def test_where_the_file_cannot_be_read_nothing_is_called_fixed(world: World) -> None:
    tell(world, found(10), found(1, path=SAME))
    world.push({path: text for path, text in HEAD.items() if path != SAME} | {FILE: "new\n" + CHANGED}, NEXT_SHA)
    tell(replace(world, forge=Unreadable(world)), head_sha=NEXT_SHA)  # type: ignore[arg-type]
    assert told_in_diff(world) == [(FILE, 11)]
    assert "did not find this again" in comments(world, CommentKind.INLINE)[0].body


class Unreadable(Late):
    """A forge for a token that may not read contents."""

    def comments(self, number: int) -> tuple[ExistingComment, ...]:
        return self._world.forge.comments(number)

    def file_at(self, path: str, ref: str) -> str:
        raise NotFound(path)


def test_what_comes_back_loses_its_mark(world: World) -> None:
    tell(world, found(10), found(1, path=SAME))
    pushed(world, "new\n" + CHANGED)
    tell(world, head_sha=NEXT_SHA)
    tell(world, replace(found(10), line=11, end_line=11), found(1, path=SAME), head_sha=NEXT_SHA)
    assert all("did not find this again" not in one.body for one in world.forge.comments(NUMBER))
    assert told_in_diff(world) == [(FILE, 11)]


def test_what_another_job_found_for_the_same_commit_is_left_alone(world: World) -> None:
    tell(world, found(10), found(1, path=SAME))
    before = snapshot(world)
    tell(world, found(12))
    assert [one for one in snapshot(world) if one[:2] in {kept[:2] for kept in before}] == [
        (*one[:4], str(one[4]).replace("HEAD 1 1", "HEAD 2 1")) for one in before
    ]


def test_a_thread_without_sections_says_so_and_is_used_again(world: World) -> None:
    tell(world, found(60, path="shop/new.py", source="second", in_head=False, cause="x"), max_comments=0)
    world.push({**HEAD, NEW: "first\nthird"}, NEXT_SHA)
    tell(world, head_sha=NEXT_SHA)
    (thread,) = comments(world, CommentKind.ISSUE)
    assert "HEAD 0 0" in thread.body
    assert read_sections(thread.body) == ()
    tell(world, found(1, path=SAME), head_sha=NEXT_SHA)
    (again,) = comments(world, CommentKind.ISSUE)
    assert again.id == thread.id
    assert len(read_sections(again.body)) == 1


def test_nothing_to_tell_and_nothing_there_writes_nothing(world: World) -> None:
    done = tell(world)
    assert (done.told, done.untold, done.reasons, world.writes()) == ((), (), (), 0)
