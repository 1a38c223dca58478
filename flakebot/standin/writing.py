"""The writing half of the REST interface: reviews and comments, refused where GitHub refuses them, in its words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flakebot.standin import objects
from flakebot.standin.description import StoredComment, StoredReview
from flakebot.standin.exchange import Call, Reply, refuse
from flakebot.standin.hunks import Diff, Place
from flakebot.standin.shapes import BODY, COMMENT, REVIEW, REVIEW_COMMENT, check_body, read
from flakebot.standin.store import Store

_STATES = {"COMMENT": "COMMENTED", "APPROVE": "APPROVED", "REQUEST_CHANGES": "CHANGES_REQUESTED"}
_BLANK_HUNK = "{thread} diff hunk can't be blank"
_IN_REVIEW, _ALONE = "Pull request review thread", "pull_request_review_thread"


def create_review(store: Store, call: Call) -> Reply:
    """POST /repos/{repo}/pulls/{number}/reviews: with all its comments, or not at all."""
    given = read(call, REVIEW)
    comments = [REVIEW_COMMENT.check(one, f"/comments/{number}") for number, one in enumerate(given.get("comments", []))]
    event = given.get("event", "")
    if event and event not in _STATES:
        raise refuse(422, "Unprocessable Entity", f'Variable $event of type PullRequestReviewEvent was provided invalid value "{event}"')
    commit = _commit(store, given.get("commit_id") or store.project.head_sha)
    if event in {"COMMENT", "REQUEST_CHANGES"} or given.get("body"):
        check_body(given.get("body", ""), "PullRequestReview")
    new = [_in_review(store, one, commit) for one in comments]
    review = StoredReview(
        id=store.ids(), author=store.project.login, body=given.get("body", ""), state=_STATES.get(event, "PENDING"), commit_id=commit
    )
    store.reviews[review.id] = review
    for comment in new:
        number = store.ids()
        store.inline[number] = replace(comment, id=number, review=review.id)
    return Reply(200, objects.review(call.base_url, store.project, review))


def create_inline(store: Store, call: Call) -> Reply:
    """POST /repos/{repo}/pulls/{number}/comments: on lines, on a whole file, or in reply."""
    given = read(call, COMMENT)
    check_body(given["body"], "PullRequestReviewComment")
    commit = _commit(store, given["commit_id"])
    if "in_reply_to" in given:
        comment = _reply(store, given)
    else:
        diff = _diff(store, given["path"])
        if diff is None:
            raise _refuse_alone("path", "is invalid")
        comment = _alone(store, given, diff, commit)
    store.inline[comment.id] = comment
    return Reply(201, objects.inline_comment(call.base_url, store.project, comment))


def create_conversation(store: Store, call: Call) -> Reply:
    """POST /repos/{repo}/issues/{number}/comments."""
    body = check_body(read(call, BODY)["body"], "IssueComment")
    comment = StoredComment(id=store.ids(), author=store.project.login, body=body)
    store.conversation[comment.id] = comment
    return Reply(201, objects.conversation_comment(call.base_url, store.project, comment))


def edit_review(store: Store, call: Call, number: str) -> Reply:
    """PUT /repos/{repo}/pulls/{number}/reviews/{id}."""
    review = store.reviews.get(int(number))
    if review is None:
        raise refuse(404, "Not Found")
    store.reviews[review.id] = replace(review, body=check_body(read(call, BODY)["body"], "PullRequestReview"))
    return Reply(200, objects.review(call.base_url, store.project, store.reviews[review.id]))


def delete_review(store: Store, call: Call, number: str) -> Reply:
    """DELETE /repos/{repo}/pulls/{number}/reviews/{id}: only a pending one."""
    review = store.reviews.get(int(number))
    if review is None:
        raise refuse(404, "Not Found")
    if review.state != "PENDING":
        raise refuse(422, "Unprocessable Entity", "Can not delete a non-pending pull request review")
    del store.reviews[review.id]
    return Reply(200, objects.review(call.base_url, store.project, review))


def edit_inline(store: Store, call: Call, number: str) -> Reply:
    """PATCH /repos/{repo}/pulls/comments/{id}."""
    edited = _edit(store.inline, call, number, "PullRequestReviewComment")
    return Reply(200, objects.inline_comment(call.base_url, store.project, edited))


def edit_conversation(store: Store, call: Call, number: str) -> Reply:
    """PATCH /repos/{repo}/issues/comments/{id}."""
    edited = _edit(store.conversation, call, number, "IssueComment")
    return Reply(200, objects.conversation_comment(call.base_url, store.project, edited))


def delete_inline(store: Store, call: Call, number: str) -> Reply:
    """DELETE /repos/{repo}/pulls/comments/{id}."""
    return _delete(store.inline, number)


def delete_conversation(store: Store, call: Call, number: str) -> Reply:
    """DELETE /repos/{repo}/issues/comments/{id}."""
    return _delete(store.conversation, number)


def _edit(comments: dict[int, StoredComment], call: Call, number: str, resource: str) -> StoredComment:
    if int(number) not in comments:
        raise refuse(404, "Not Found")
    edited = replace(comments[int(number)], body=check_body(read(call, BODY)["body"], resource))
    comments[edited.id] = edited
    return edited


def _delete(comments: dict[int, StoredComment], number: str) -> Reply:
    if comments.pop(int(number), None) is None:
        raise refuse(404, "Not Found")
    return Reply(204)


def _commit(store: Store, sha: str) -> str:
    if sha != store.project.head_sha:
        detail = {"resource": "PullRequestReviewComment", "code": "custom", "field": "pull_request_review_thread.end_commit_oid"}
        raise refuse(422, "Validation Failed", detail | {"message": "end_commit_oid is not part of the pull request"})
    return sha


def _diff(store: Store, path: str) -> Diff | None:
    return next((diff for diff in store.diffs() if diff.path == path), None)


def _in_review(store: Store, given: Mapping[str, Any], commit: str) -> StoredComment:
    check_body(given["body"], "PullRequestReviewComment")
    diff = _diff(store, given["path"])
    problems = ["path is invalid"] if diff is None else _problems(store, given, diff)
    if problems == [_PRECEDE]:
        raise refuse(422, "Unprocessable Entity", f"{_IN_REVIEW} {_PRECEDE}.")
    if diff is None or problems:
        raise refuse(422, "Unprocessable Entity", _sentence([*problems, "diff hunk can't be blank"]))
    return _on_lines(store, given, diff, commit)


def _sentence(problems: list[str]) -> str:
    parts = [f"{_IN_REVIEW} {problem}" for problem in problems]
    return " and ".join(parts) if len(parts) < 3 else f"{', '.join(parts[:-1])}, and {parts[-1]}"


_LINE, _SAME_HUNK, _PRECEDE = (
    "line must be part of the diff",
    "start line must be part of the same hunk as the line.",
    "start line must precede the end line",
)


def _problems(store: Store, given: Mapping[str, Any], diff: Diff) -> list[str]:
    """What is wrong with the lines of a comment."""
    line, start, side = given.get("line"), given.get("start_line"), given.get("side", "RIGHT")
    if start is not None and line is not None and start >= line and given.get("start_side", side) == side:
        return [_PRECEDE]
    hidden = diff.path in store.project.undiffed or (diff.path, line) in store.project.refused
    place = None if hidden else _place(diff, line, side)
    if place is None:
        return [_LINE] if start is None else [_LINE, _SAME_HUNK]
    inside = start is None or start in place.lines(given.get("start_side", side))
    return [] if inside else [_SAME_HUNK]


def _place(diff: Diff, line: int | None, side: str) -> Place | None:
    return next((place for place in diff.places if line is not None and line in place.lines(side)), None)


def _on_lines(store: Store, given: Mapping[str, Any], diff: Diff, commit: str) -> StoredComment:
    side = given.get("side", "RIGHT")
    place = _place(diff, given["line"], side)
    return StoredComment(
        id=0, author=store.project.login, body=given["body"], path=diff.path, line=given["line"], start_line=given.get("start_line"),
        side=side,
        commit_id=commit, hunk=place.text if place else "",
    )  # fmt: skip


def _alone(store: Store, given: Mapping[str, Any], diff: Diff, commit: str) -> StoredComment:
    number = store.ids()
    if given.get("subject_type") == "file":
        return StoredComment(id=number, author=store.project.login, body=given["body"], path=diff.path, commit_id=commit, whole_file=True)
    problems = _problems(store, given, diff)
    if problems:
        name, _, rest = problems[0].replace("start line", "start_line").partition(" ")
        raise _refuse_alone(name, rest)
    return replace(_on_lines(store, given, diff, commit), id=number)


def _reply(store: Store, given: Mapping[str, Any]) -> StoredComment:
    parent = store.inline.get(given["in_reply_to"])
    if parent is None:
        raise refuse(404, "Not Found")
    return replace(parent, id=store.ids(), author=store.project.login, body=given["body"], reply_to=parent.id, review=None)


def _refuse_alone(name: str, rest: str) -> Exception:
    field = f"{_ALONE}.{name}"
    detail = {"resource": "PullRequestReviewComment", "code": "custom", "field": field, "message": f"{field} {rest}"}
    return refuse(422, "Validation Failed", detail)
