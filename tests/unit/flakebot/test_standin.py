"""The stand-in for GitHub: what the contract tests do not touch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import requests

from flakebot.standin import Fault, Project, StandIn, StoredComment

HEAD = "a" * 40
PROJECT = Project(base={"a.py": "one\n"}, head={"a.py": "two\n"}, head_repository="mallory/shop")
PULL = "/repos/octo/shop/pulls/7"
ARTIFACTS = "/twirp/github.actions.results.api.v1.ArtifactService"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's proxy knows nothing of our loopback."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def github() -> Iterator[StandIn]:
    with StandIn(PROJECT) as server:
        yield server


def ask(github: StandIn, method: str, path: str, body: object = None, **headers: str) -> requests.Response:
    given = {"Authorization": f"Bearer {PROJECT.token}", **headers}
    return requests.request(method, f"{github.url}{path}", json=body, headers=given, timeout=10)


def message(answer: requests.Response) -> str:
    found: str = answer.json()["message"]
    return found


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"body": "b", "event": "COMMENT", "subject": 1}, '"subject" is not a permitted key.'),
        ({"body": 7}, "For '/body', 7 is not a string."),
        ({"body": "b", "comments": [{"path": "a.py"}]}, '"body" wasn\'t supplied.'),
        ({"body": "b", "comments": [{"path": "a.py", "body": "b", "line": "1"}]}, "For '/comments/0/line', \"1\" is not an integer."),
        ({"body": "b", "comments": [{"path": "a.py", "body": "b", "line": True}]}, "For '/comments/0/line', true is not an integer."),
        ({"body": "b", "comments": [{"path": "a.py", "body": "b", "subject_type": "file"}]}, '"subject_type" is not a permitted key.'),
        ({"body": "b", "comments": ["c"]}, "is not an object."),
        (["list"], "is not an object."),
    ],
)
def test_a_body_of_another_shape_is_refused(github: StandIn, body: object, text: str) -> None:
    answer = ask(github, "POST", f"{PULL}/reviews", body)
    assert answer.status_code == 422
    assert text in message(answer)
    assert github.reviews == ()


def test_what_is_not_json_is_refused(github: StandIn) -> None:
    answer = requests.post(f"{github.url}{PULL}/reviews", data=b"{", headers={"Authorization": f"token {PROJECT.token}"}, timeout=10)
    assert (answer.status_code, message(answer)) == (400, "Problems parsing JSON")


def test_an_unknown_event_is_refused(github: StandIn) -> None:
    assert ask(github, "POST", f"{PULL}/reviews", {"body": "b", "event": "LIKE"}).status_code == 422


@pytest.mark.parametrize(
    ("header", "text"),
    [("", "Requires authentication"), ("Bearer wrong", "Bad credentials"), (f"Basic {PROJECT.token}", "Bad credentials")],
)
def test_nobody_is_let_in_without_the_token(github: StandIn, header: str, text: str) -> None:
    answer = ask(github, "GET", PULL, Authorization=header)
    assert (answer.status_code, message(answer)) == (401, text)


@pytest.mark.parametrize(
    "path", ["/", "/repos/octo/other/pulls/7", "/repos/octo/shop/pulls/8", f"{PULL}/reviews/99", "/repos/octo/shop/pulls/comments/9"]
)
def test_what_is_not_there_is_not_found(github: StandIn, path: str) -> None:
    assert ask(github, "GET", path).status_code == 404


def test_a_list_is_cut_into_pages_with_links(github: StandIn) -> None:
    for number in range(5):
        github.add_comment(StoredComment(id=0, author="octocat", body=str(number)))
    first = ask(github, "GET", "/repos/octo/shop/issues/7/comments?per_page=2")
    assert [comment["body"] for comment in first.json()] == ["0", "1"]
    assert first.links["next"]["url"] == f"{github.url}/repos/octo/shop/issues/7/comments?per_page=2&page=2"
    last = ask(github, "GET", "/repos/octo/shop/issues/7/comments?per_page=2&page=3")
    assert [comment["body"] for comment in last.json()] == ["4"]
    assert "next" not in last.links


def test_a_page_is_never_larger_than_github_makes_it(github: StandIn) -> None:
    for number in range(120):
        github.add_comment(StoredComment(id=0, author="octocat", body=str(number)))
    assert len(ask(github, "GET", "/repos/octo/shop/issues/7/comments?per_page=500").json()) == 100
    assert len(ask(github, "GET", "/repos/octo/shop/issues/7/comments").json()) == 30


@pytest.mark.parametrize(("head", "found"), [("mallory:change", 1), ("octo:change", 0), ("change", 1)])
def test_pull_requests_are_filtered_by_owner_and_branch(github: StandIn, head: str, found: int) -> None:
    assert len(ask(github, "GET", f"/repos/octo/shop/pulls?head={head}").json()) == found


def test_a_folder_is_listed(github: StandIn) -> None:
    with StandIn(Project(base={}, head={"shop/a b.py": "a\n"})) as server:
        (entry,) = ask(server, "GET", f"/repos/octo/shop/contents/shop?ref={HEAD}").json()
        assert entry["path"] == "shop/a b.py"
        assert ask(server, "GET", f"/repos/octo/shop/contents/shop/a%20b.py?ref={HEAD}").json()["size"] == 2


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", f"{PULL}/reviews/9"), ("DELETE", f"{PULL}/reviews/9"), ("PATCH", "/repos/octo/shop/pulls/comments/9"),
        ("PATCH", "/repos/octo/shop/issues/comments/9"), ("GET", "/repos/octo/shop/issues/comments/9"),
        ("GET", f"/repos/octo/shop/contents/a.py?ref={'d' * 40}"), ("GET", f"/repos/octo/shop/contents/no.py?ref={HEAD}"),
    ],
)  # fmt: skip
def test_a_thing_that_is_not_there_is_neither_shown_nor_changed(github: StandIn, method: str, path: str) -> None:
    assert ask(github, method, path, {"body": "b"}).status_code == 404


def test_a_review_without_an_event_waits_and_can_be_deleted(github: StandIn) -> None:
    posted = ask(github, "POST", f"{PULL}/reviews", {"body": "b"}).json()
    assert posted["state"] == "PENDING"
    assert ask(github, "DELETE", f"{PULL}/reviews/{posted['id']}").status_code == 200
    assert github.reviews == ()


def test_a_reply_belongs_to_its_thread(github: StandIn) -> None:
    first = ask(github, "POST", f"{PULL}/comments", {"body": "b", "commit_id": HEAD, "path": "a.py", "line": 1}).json()
    answer = {"body": "reply", "commit_id": HEAD, "path": "a.py", "in_reply_to": first["id"]}
    assert ask(github, "POST", f"{PULL}/comments", answer).json()["in_reply_to_id"] == first["id"]
    assert [comment.reply_to for comment in github.comments] == [None, first["id"]]


def test_the_event_names_the_pull_request(github: StandIn) -> None:
    event = github.event()
    assert event["number"] == 7
    assert event["pull_request"] == ask(github, "GET", PULL).json()
    assert event["pull_request"]["head"]["repo"]["full_name"] == "mallory/shop"
    assert github.environment()["GITHUB_API_URL"] == github.url


def test_faults_come_in_order_and_end(github: StandIn) -> None:
    github.inject(Fault(method="GET", path=PULL, status=502, times=2), Fault(method="GET", path=PULL, status=429))
    assert [ask(github, "GET", PULL).status_code for _ in range(4)] == [502, 502, 429, 200]


def test_two_stand_ins_live_side_by_side(github: StandIn) -> None:
    with StandIn(PROJECT) as other:
        assert other.url != github.url
        assert ask(other, "GET", PULL).json()["url"].startswith(other.url)


def artifact(github: StandIn, method: str, body: Mapping[str, Any], token: str = "") -> requests.Response:
    return ask(github, "POST", f"{ARTIFACTS}/{method}", body, Authorization=f"Bearer {token or github.runtime_token}")


def identity(github: StandIn, name: str = "reports") -> dict[str, str]:
    from flakebot.artifacts.service import backend_ids

    ids = backend_ids(github.runtime_token)
    return {"workflow_run_backend_id": ids.run, "workflow_job_run_backend_id": ids.job, "name": name}


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"name": "a/b"}, 400), ({"name": ""}, 400), ({"name": 7}, 400), ({"version": 3}, 400), ({"unknown": 1}, 400),
        ({"workflow_run_backend_id": "other"}, 403), ({}, 200),
    ],
)  # fmt: skip
def test_creating_an_artifact_checks_what_it_is_given(github: StandIn, change: dict[str, Any], status: int) -> None:
    assert artifact(github, "CreateArtifact", {**identity(github), "version": 4, **change}).status_code == status


def test_the_artifact_service_takes_only_its_own_token(github: StandIn) -> None:
    assert artifact(github, "CreateArtifact", {**identity(github), "version": 4}, token=PROJECT.token).status_code == 401


def test_the_store_takes_only_its_own_signature_and_whole_lists(github: StandIn) -> None:
    address = artifact(github, "CreateArtifact", {**identity(github), "version": 4}).json()["signed_upload_url"]
    assert requests.put(f"{github.url}/blobs/1?sig=wrong&comp=block&blockid=MQ==", data=b"x", timeout=10).status_code == 403
    assert requests.put(f"{address}&comp=block&blockid=MQ%3D%3D", data=b"x", timeout=10).status_code == 201
    assert requests.put(f"{address}&comp=block&blockid=MTE%3D", data=b"x", timeout=10).status_code == 201
    assert requests.put(f"{address}&comp=block&blockid=MTExMTE%3D", data=b"x", timeout=10).status_code == 400
    listing = b"<BlockList><Latest>MQ==</Latest><Latest>Mg==</Latest></BlockList>"
    assert requests.put(f"{address}&comp=blocklist", data=listing, timeout=10).status_code == 400


@pytest.mark.parametrize(
    ("query", "headers", "body"),
    [
        ("", {}, b"x"),
        ("&comp=page", {}, b"x"),
        ("&comp=block&blockid=***", {}, b"x"),
        ("&comp=blocklist", {"x-ms-blob-content-type": "application/zip"}, b"<BlockList/>"),
        ("&comp=blocklist", {}, b"<BlockList><Latest>MQ==</Latest></BlockList>"),
    ],
)
def test_the_store_refuses_what_it_does_not_know(github: StandIn, query: str, headers: dict[str, str], body: bytes) -> None:
    address = artifact(github, "CreateArtifact", {**identity(github), "version": 4}).json()["signed_upload_url"]
    requests.put(f"{address}&comp=block&blockid=MQ%3D%3D", data=b"x", timeout=10)
    assert requests.put(f"{address}{query}", data=body, headers=headers, timeout=10).status_code == 400


def test_what_is_no_zip_is_not_finalized(github: StandIn) -> None:
    address = artifact(github, "CreateArtifact", {**identity(github), "version": 4}).json()["signed_upload_url"]
    requests.put(address, data=b"x", headers={"x-ms-blob-type": "BlockBlob"}, timeout=10)
    assert artifact(github, "FinalizeArtifact", {**identity(github), "size": "1"}).status_code == 400


@pytest.mark.parametrize("change", [{"size": "1"}, {"size": 22}, {"hash": "sha256:00"}, {"name": "other"}])
def test_finalizing_checks_size_and_hash(github: StandIn, change: dict[str, Any]) -> None:
    address = artifact(github, "CreateArtifact", {**identity(github), "version": 4}).json()["signed_upload_url"]
    empty_zip = b"PK\x05\x06" + bytes(18)
    requests.put(address, data=empty_zip, headers={"x-ms-blob-type": "BlockBlob"}, timeout=10)
    assert artifact(github, "FinalizeArtifact", {**identity(github), "size": "22", **change}).status_code in {400, 404}
    assert github.artifacts == ()
    assert artifact(github, "FinalizeArtifact", {**identity(github), "size": "22"}).json() == {"ok": True, "artifact_id": "1"}
