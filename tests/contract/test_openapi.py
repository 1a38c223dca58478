"""The stand-in speaks as GitHub's description says, and so do we; `world.over_http` checks every other exchange likewise."""

from __future__ import annotations

import pytest

from flakebot.publish.forge import CommentKind, FileComment, InlineComment, Review, Side
from flakebot.standin import Project, StandIn
from flakebot.standin.shapes import BODY, COMMENT, REVIEW, REVIEW_COMMENT, Shape
from tests.contract.openapi import Inspection, operation, resolve
from tests.contract.world import HEAD_SHA, NUMBER, PROJECT, client

REPO = "/repos/octo/shop"


def body_of(method: str, path: str) -> dict[str, object]:
    found: dict[str, object] = resolve(f"{operation(method, path)}/requestBody/content/application~1json/schema")
    return found


@pytest.mark.parametrize(
    ("shape", "method", "path", "inside"),
    [
        (REVIEW, "POST", f"{REPO}/pulls/7/reviews", ()),
        (REVIEW_COMMENT, "POST", f"{REPO}/pulls/7/reviews", ("properties", "comments", "items")),
        (COMMENT, "POST", f"{REPO}/pulls/7/comments", ()),
        (BODY, "POST", f"{REPO}/issues/7/comments", ()),
        (BODY, "PUT", f"{REPO}/pulls/7/reviews/1", ()),
        (BODY, "PATCH", f"{REPO}/pulls/comments/1", ()),
    ],
)
def test_the_shapes_of_the_stand_in_are_those_of_the_description(shape: Shape, method: str, path: str, inside: tuple[str, ...]) -> None:
    schema = body_of(method, path)
    for part in inside:
        schema = schema[part]  # type: ignore[assignment]
    assert set(shape.keys) == set(schema["properties"])  # type: ignore[call-overload]
    assert set(shape.required) == set(schema.get("required", ()))  # type: ignore[call-overload]


def use_everything(github: StandIn) -> None:
    with client(github) as forge:
        forge.pull_request(NUMBER)
        forge.find_pull_request("octo", "change", HEAD_SHA)
        forge.changed_files(NUMBER)
        forge.file_at("shop/new.py", HEAD_SHA)
        comments = (
            InlineComment("shop/long.py", 11, "Two lines.", start_line=10),
            InlineComment("shop/gone.py", 1, "Left.", side=Side.LEFT),
        )
        forge.create_review(NUMBER, Review(HEAD_SHA, "A body.", comments))
        forge.create_comment(NUMBER, HEAD_SHA, InlineComment("shop/long.py", 11, "Two lines.", start_line=10))
        forge.create_comment(NUMBER, HEAD_SHA, FileComment("shop/long.py", "The whole file."))
        forge.create_issue_comment(NUMBER, "Said.")
        found = forge.comments(NUMBER)
        for comment in found:
            forge.edit_comment(NUMBER, comment, "Better.")
        for comment in found:
            if comment.kind is not CommentKind.REVIEW:
                forge.delete_comment(NUMBER, comment)


@pytest.mark.parametrize(
    "project", [PROJECT, Project(base={}, head=PROJECT.head | PROJECT.base, head_repository="mallory/shop")], ids=["here", "fork"]
)
def test_every_exchange_is_as_described(project: Project) -> None:
    inspection = Inspection()
    if project is PROJECT:
        with StandIn(project, inspection) as github:
            use_everything(github)
        assert len(inspection.checked) == 16
    else:
        with StandIn(project, inspection) as github, client(github) as forge:
            assert forge.pull_request(NUMBER).head_repository == "mallory/shop"
            assert forge.find_pull_request("mallory", "change", HEAD_SHA)
    assert inspection.problems == []


def test_the_inspection_finds_what_is_wrong() -> None:
    inspection = Inspection()
    with StandIn(PROJECT, inspection) as github, client(github) as forge:
        forge.pull_request(NUMBER)
        schema = f"{operation('GET', f'{REPO}/pulls/7')}/responses/200/content/application~1json/schema"
        inspection._check("reply", schema, {"number": "7"})
    assert any("required property" in problem for problem in inspection.problems)
    assert any("is not of type 'integer'" in problem for problem in inspection.problems)
