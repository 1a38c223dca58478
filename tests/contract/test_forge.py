"""What every forge does: the one in memory, and GitHub through PyGithub over a real local HTTP server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from flakebot.errors import Forbidden, NotFound, Unavailable, Unprocessable
from flakebot.publish.diff import commentable, parse_patch
from flakebot.publish.forge import CommentKind, ExistingComment, FileComment, InlineComment, Review, Side
from flakebot.standin import Permission, Project
from tests.contract.world import HEAD, HEAD_SHA, NUMBER, PROJECT, World

FILE = "shop/long.py"


def review(*comments: InlineComment, body: str = "A body.") -> Review:
    return Review(HEAD_SHA, body, comments)


def stored(world: World, kind: CommentKind) -> list[ExistingComment]:
    return [comment for comment in world.forge.comments(NUMBER) if comment.kind is kind]


def test_a_pull_request_tells_its_head(world: World) -> None:
    pull = world.forge.pull_request(NUMBER)
    assert (pull.number, pull.state, pull.head_sha, pull.head_branch) == (NUMBER, "open", HEAD_SHA, "change")
    assert pull.head_repository == "octo/shop"
    assert pull.url.endswith("/octo/shop/pull/7")


def test_a_pull_request_that_is_not_there_is_not_found(world: World) -> None:
    with pytest.raises(NotFound):
        world.forge.pull_request(NUMBER + 1)


def test_a_pull_request_is_found_by_its_head(world: World) -> None:
    assert world.forge.find_pull_request("octo", "change", HEAD_SHA) == world.forge.pull_request(NUMBER)


@pytest.mark.parametrize(
    ("owner", "branch", "sha"), [("mallory", "change", HEAD_SHA), ("octo", "main", HEAD_SHA), ("octo", "change", "d" * 40)]
)
def test_a_pull_request_with_another_head_is_none(world: World, owner: str, branch: str, sha: str) -> None:
    assert world.forge.find_pull_request(owner, branch, sha) is None


def test_the_changed_files_come_with_their_hunks(world: World) -> None:
    files = {file.path: file for file in world.forge.changed_files(NUMBER)}
    assert {path: file.status for path, file in files.items()} == {
        "picture.txt": "modified", "shop/gone.py": "removed", "shop/long.py": "modified", "shop/new.py": "added",
    }  # fmt: skip
    assert files["picture.txt"].patch is None
    right = commentable(parse_patch(files[FILE].patch), Side.RIGHT)
    assert right == {*range(7, 15), *range(38, 44)}


def test_all_pages_of_changed_files_are_read(open_world: Callable[[Project], World]) -> None:
    head = {f"many/{number:03}.py": "new\n" for number in range(230)}
    world = open_world(replace(PROJECT, base={}, head=head))
    assert [file.path for file in world.forge.changed_files(NUMBER)] == sorted(head)


def test_a_file_is_read_as_it_is_at_a_commit(world: World) -> None:
    assert world.forge.file_at("shop/new.py", HEAD_SHA) == HEAD["shop/new.py"]


@pytest.mark.parametrize(
    ("path", "ref"), [("shop/gone.py", HEAD_SHA), ("shop/new.py", PROJECT.base_sha), ("shop", HEAD_SHA), (FILE, "d" * 40)]
)
def test_a_file_that_is_not_there_is_not_found(world: World, path: str, ref: str) -> None:
    with pytest.raises(NotFound):
        world.forge.file_at(path, ref)


def test_a_review_is_posted_with_its_comments(world: World) -> None:
    posted = world.forge.create_review(NUMBER, review(InlineComment(FILE, 10, "Here."), InlineComment("shop/new.py", 2, "There.")))
    (body,) = stored(world, CommentKind.REVIEW)
    assert (body.id, body.body, body.author, body.url) == (posted.id, "A body.", "github-actions[bot]", posted.url)
    inline = [(comment.path, comment.line, comment.body) for comment in stored(world, CommentKind.INLINE)]
    assert inline == [(FILE, 10, "Here."), ("shop/new.py", 2, "There.")]


@pytest.mark.parametrize(
    "comment",
    [
        InlineComment(FILE, 7, "the first context line"),
        InlineComment(FILE, 11, "an added line"),
        InlineComment(FILE, 14, "the last context line"),
        InlineComment(FILE, 11, "two lines of one hunk", start_line=10),
        InlineComment(FILE, 10, "a removed line", side=Side.LEFT),
        InlineComment(FILE, 40, "a removed line", start_line=39, side=Side.LEFT),
        InlineComment("shop/gone.py", 2, "a line of a removed file", side=Side.LEFT),
        InlineComment("shop/new.py", 2, "all of a new file", start_line=1),
    ],
    ids=lambda comment: f"{comment.path} {comment.side.value} {comment.body}",
)
def test_a_comment_is_taken_where_the_diff_shows_its_lines(world: World, comment: InlineComment) -> None:
    world.forge.create_comment(NUMBER, HEAD_SHA, comment)
    world.forge.create_review(NUMBER, review(comment))
    assert [found.line for found in stored(world, CommentKind.INLINE)] == [comment.line] * 2


REFUSED = [
    InlineComment(FILE, 6, "before the first hunk"),
    InlineComment(FILE, 15, "after the first hunk"),
    InlineComment(FILE, 38, "from one hunk to the next", start_line=14),
    InlineComment(FILE, 10, "from the end to the start", start_line=11),
    InlineComment(FILE, 10, "from a line to itself", start_line=10),
    InlineComment(FILE, 44, "a line that only the other side shows"),
    InlineComment("shop/gone.py", 1, "the right side of a removed file"),
    InlineComment("shop/new.py", 1, "the left side of a new file", side=Side.LEFT),
    InlineComment("shop/new.py", 3, "beyond the end"),
    InlineComment("shop/same.py", 1, "a file that is not changed"),
    InlineComment("picture.txt", 1, "a file without a diff"),
    InlineComment("nowhere.py", 1, "no such file"),
]


@pytest.mark.parametrize("comment", REFUSED, ids=lambda comment: comment.body)
def test_a_comment_is_refused_where_the_diff_does_not_show_its_lines(world: World, comment: InlineComment) -> None:
    with pytest.raises(Unprocessable):
        world.forge.create_comment(NUMBER, HEAD_SHA, comment)
    assert world.forge.comments(NUMBER) == ()


@pytest.mark.parametrize("comment", REFUSED, ids=lambda comment: comment.body)
def test_a_review_with_one_bad_comment_is_refused_as_a_whole(world: World, comment: InlineComment) -> None:
    with pytest.raises(Unprocessable):
        world.forge.create_review(NUMBER, review(InlineComment(FILE, 10, "good"), comment))
    assert world.forge.comments(NUMBER) == ()


def test_the_texts_of_a_refusal_name_the_reason(world: World) -> None:
    with pytest.raises(Unprocessable) as refusal:
        world.forge.create_review(NUMBER, review(InlineComment(FILE, 30, "Here.")))
    assert any("line must be part of the diff" in text for text in refusal.value.texts)


def test_a_whole_file_of_the_diff_takes_a_comment(world: World) -> None:
    world.forge.create_comment(NUMBER, HEAD_SHA, FileComment("picture.txt", "The whole file."))
    (comment,) = stored(world, CommentKind.INLINE)
    assert (comment.path, comment.line, comment.whole_file) == ("picture.txt", None, True)


def test_a_whole_file_outside_of_the_diff_takes_none(world: World) -> None:
    with pytest.raises(Unprocessable):
        world.forge.create_comment(NUMBER, HEAD_SHA, FileComment("shop/same.py", "The whole file."))


def test_a_commit_of_another_pull_request_is_refused(world: World) -> None:
    with pytest.raises(Unprocessable, match="end_commit_oid is not part of the pull request"):
        world.forge.create_comment(NUMBER, "d" * 40, InlineComment(FILE, 10, "Here."))
    with pytest.raises(Unprocessable):
        world.forge.create_review(NUMBER, replace(review(), commit_id="d" * 40))


@pytest.mark.parametrize("body", ["", " \n", "x" * 65_537], ids=["empty", "blank", "too long"])
def test_a_body_that_cannot_be_is_refused(world: World, body: str) -> None:
    with pytest.raises(Unprocessable):
        world.forge.create_review(NUMBER, review(body=body))
    with pytest.raises(Unprocessable):
        world.forge.create_issue_comment(NUMBER, body)


def test_the_longest_body_is_taken(world: World) -> None:
    world.forge.create_review(NUMBER, review(body="x" * 65_536))
    assert len(stored(world, CommentKind.REVIEW)[0].body) == 65_536


def test_the_conversation_takes_a_comment(world: World) -> None:
    posted = world.forge.create_issue_comment(NUMBER, "Said.")
    (comment,) = stored(world, CommentKind.ISSUE)
    assert (comment.id, comment.body, comment.url) == (posted.id, "Said.", posted.url)


def test_all_pages_of_comments_are_read(world: World) -> None:
    for number in range(130):
        world.comment_as_somebody(f"comment {number}")
    found = world.forge.comments(NUMBER)
    assert [comment.body for comment in found] == [f"comment {number}" for number in range(130)]
    assert {comment.author for comment in found} == {"octocat"}


@pytest.mark.parametrize("kind", list(CommentKind))
def test_a_comment_of_any_kind_is_edited_in_place(world: World, kind: CommentKind) -> None:
    world.forge.create_review(NUMBER, review(InlineComment(FILE, 10, "Here.")))
    world.forge.create_issue_comment(NUMBER, "Said.")
    (comment,) = stored(world, kind)
    world.forge.edit_comment(NUMBER, comment, "Better.")
    assert stored(world, kind) == [replace(comment, body="Better.")]
    assert len(world.forge.comments(NUMBER)) == 3


@pytest.mark.parametrize("kind", [CommentKind.INLINE, CommentKind.ISSUE])
def test_a_comment_is_deleted(world: World, kind: CommentKind) -> None:
    world.forge.create_review(NUMBER, review(InlineComment(FILE, 10, "Here.")))
    world.forge.create_issue_comment(NUMBER, "Said.")
    (comment,) = stored(world, kind)
    world.forge.delete_comment(NUMBER, comment)
    assert stored(world, kind) == []
    with pytest.raises(NotFound):
        world.forge.delete_comment(NUMBER, comment)


def test_the_body_of_a_submitted_review_cannot_be_deleted(world: World) -> None:
    world.forge.create_review(NUMBER, review())
    with pytest.raises(Unprocessable):
        world.forge.delete_comment(NUMBER, stored(world, CommentKind.REVIEW)[0])


def test_a_token_that_can_only_read_reads_and_is_forbidden_to_write(open_world: Callable[[Project], World]) -> None:
    forge = open_world(replace(PROJECT, permission=Permission.READ)).forge
    assert forge.changed_files(NUMBER)
    with pytest.raises(Forbidden, match="Resource not accessible by integration"):
        forge.create_review(NUMBER, review())
    with pytest.raises(Forbidden):
        forge.create_issue_comment(NUMBER, "Said.")


def test_an_answer_that_is_lost_leaves_one_review(world: World) -> None:
    world.lose_answers(True)
    with pytest.raises(Unavailable):
        world.forge.create_review(NUMBER, review())
    assert len(stored(world, CommentKind.REVIEW)) == 1


def test_the_forge_says_who_we_are(open_world: Callable[[Project], World]) -> None:
    world = open_world(replace(PROJECT, login="flaky-app[bot]"))
    world.forge.create_issue_comment(NUMBER, "Said.")
    assert world.forge.login() == "flaky-app[bot]" == stored(world, CommentKind.ISSUE)[0].author


def test_a_comment_on_several_lines_tells_both_ends(world: World) -> None:
    world.forge.create_comment(NUMBER, HEAD_SHA, InlineComment(FILE, 11, "Two.", start_line=10))
    world.forge.create_comment(NUMBER, HEAD_SHA, InlineComment(FILE, 11, "One."))
    assert [(one.start_line, one.line, one.whole_file) for one in stored(world, CommentKind.INLINE)] == [(10, 11, False), (None, 11, False)]


def test_an_answer_names_the_comment_that_it_answers(world: World) -> None:
    world.forge.create_comment(NUMBER, HEAD_SHA, InlineComment(FILE, 10, "Here."))
    (comment,) = stored(world, CommentKind.INLINE)
    world.reply_as_somebody(comment)
    _, answer = stored(world, CommentKind.INLINE)
    assert (answer.author, answer.reply_to, comment.reply_to) == ("octocat", comment.id, None)


def test_a_push_moves_comments_with_their_lines_and_takes_the_line_from_the_others(world: World) -> None:
    for line in (10, 14, 42):
        world.forge.create_comment(NUMBER, HEAD_SHA, InlineComment(FILE, line, f"At {line}."))
    world.forge.create_comment(NUMBER, HEAD_SHA, FileComment(FILE, "The file."))
    world.push({**HEAD, FILE: "new\n" + HEAD[FILE].replace("line ten\n", "line X\n")}, "e" * 40)
    assert world.forge.pull_request(NUMBER).head_sha == "e" * 40
    assert [(one.body, one.line) for one in stored(world, CommentKind.INLINE)] == [
        ("At 10.", None), ("At 14.", 15), ("At 42.", 43), ("The file.", None),
    ]  # fmt: skip


def test_a_line_can_be_refused_although_the_diff_shows_it(open_world: Callable[[Project], World]) -> None:
    world = open_world(replace(PROJECT, refused=frozenset({(FILE, 11)})))
    with pytest.raises(Unprocessable, match="must be part of the diff"):
        world.forge.create_review(NUMBER, review(InlineComment(FILE, 10, "good"), InlineComment(FILE, 11, "bad")))
    world.forge.create_review(NUMBER, review(InlineComment(FILE, 10, "good")))
