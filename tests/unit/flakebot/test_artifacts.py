"""The client of the artifact service, against a real server on loopback; the zip."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flakebot.artifacts import check_name, check_path, make_zip, offers_artifacts
from flakebot.artifacts.service import GitHubArtifacts, Job, backend_ids
from flakebot.errors import ArtifactError, ArtifactNameTaken
from flakebot.standin import Fault, Project, StandIn

FILES = {"report.json": b"{}", "html/index.html": b"<p>" * 100}
PAGE = "https://github.example/octo/shop/actions/runs/1/artifacts"
NOW = datetime(2026, 3, 31, 22, 30, tzinfo=timezone(timedelta(hours=-5)))


@dataclass
class StoppedClock:
    """Never moves, and remembers for how long it was asked to wait."""

    pauses: list[tuple[float, str]] = field(default_factory=list)

    def now(self) -> datetime:
        return NOW

    def pause(self, seconds: float, reason: str) -> None:
        self.pauses.append((seconds, reason))


@pytest.fixture
def github() -> Iterator[StandIn]:
    with StandIn(Project(base={}, head={"a.py": "a\n"})) as server:
        yield server


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


def job(github: StandIn, **changes: object) -> Job:
    values: dict[str, object] = {"results_url": f"{github.url}/any/path", "runtime_token": github.runtime_token, "artifact_page": PAGE}
    return Job(**{**values, **changes})  # type: ignore[arg-type]


@pytest.fixture
def service(github: StandIn, clock: StoppedClock) -> Iterator[GitHubArtifacts]:
    client = GitHubArtifacts(job(github), clock, jitter=lambda: 0.5, block=64)
    yield client
    client.close()


def requests(github: StandIn) -> list[tuple[str, int]]:
    return [(request.path.rpartition("/")[2], request.status) for request in github.requests]


def test_a_proxy_of_the_environment_does_not_come_between_us_and_loopback(
    github: StandIn, service: GitHubArtifacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    service.upload("reports", FILES)
    assert len(github.artifacts) == 1


def test_what_is_uploaded_arrives(github: StandIn, service: GitHubArtifacts) -> None:
    done = service.upload("reports", FILES)
    (stored,) = github.artifacts
    assert (done.id, done.url) == ("1", f"{PAGE}/1")
    assert (done.digest, done.size, done.names) == (stored.digest, stored.size, ("html/index.html", "report.json"))
    assert stored.digest == f"sha256:{hashlib.sha256(stored.content).hexdigest()}"
    with zipfile.ZipFile(BytesIO(stored.content)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == FILES
    assert stored.expires_at == ""


def test_the_zip_is_sent_in_blocks_in_their_order(github: StandIn, service: GitHubArtifacts) -> None:
    content = {"noise": os.urandom(1000)}
    service.upload("reports", content)
    assert github.artifacts[0].content == make_zip(content)
    assert len([request for request in github.requests if request.method == "PUT"]) > 15


@pytest.mark.parametrize(("asked", "most", "expected"), [(5, None, "2026-04-06T03:30:00Z"), (90, 7, "2026-04-08T03:30:00Z")])
def test_the_date_of_expiry_is_in_universal_time_and_within_the_limit(
    github: StandIn, clock: StoppedClock, asked: int, most: int | None, expected: str
) -> None:
    client = GitHubArtifacts(job(github, max_retention_days=most), clock)
    client.upload("reports", FILES, asked)
    assert github.artifacts[0].expires_at == expected
    client.close()


def test_a_name_that_is_taken_is_an_error_of_its_own_and_not_repeated(
    github: StandIn, service: GitHubArtifacts, clock: StoppedClock
) -> None:
    service.upload("reports", FILES)
    with pytest.raises(ArtifactNameTaken, match="give another artifact-name"):
        service.upload("reports", FILES)
    assert requests(github)[-1] == ("CreateArtifact", 409)
    assert clock.pauses == []


@pytest.mark.parametrize("name", ["", "  ", *(f"a{character}b" for character in '":<>|*?\r\n\\/')])
def test_a_name_that_the_service_refuses_is_refused_before(name: str) -> None:
    with pytest.raises(ArtifactError):
        check_name(name)


@pytest.mark.parametrize("path", ["CreateArtifact", "/blobs/", "FinalizeArtifact"])
@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_passing_failure_is_waited_for(github: StandIn, service: GitHubArtifacts, clock: StoppedClock, path: str, status: int) -> None:
    github.inject(Fault(method="PUT" if path == "/blobs/" else "POST", path=path, status=status, times=4))
    service.upload("reports", FILES)
    assert [seconds for seconds, _ in clock.pauses] == pytest.approx([3.75, 5.625, 8.4375, 12.65625])
    assert f"status {status}" in clock.pauses[0][1]


@pytest.mark.parametrize("path", ["CreateArtifact", "/blobs/", "FinalizeArtifact"])
def test_after_five_attempts_it_is_given_up(github: StandIn, service: GitHubArtifacts, clock: StoppedClock, path: str) -> None:
    github.inject(Fault(method="PUT" if path == "/blobs/" else "POST", path=path, status=503, times=99))
    with pytest.raises(ArtifactError, match="5 times"):
        service.upload("reports", FILES)
    assert len(clock.pauses) == 4


def test_an_answer_that_is_not_json_is_repeated(github: StandIn, service: GitHubArtifacts, clock: StoppedClock) -> None:
    github.inject(Fault(method="POST", path="CreateArtifact", status=200, body=b"<html>"))
    service.upload("reports", FILES)
    assert len(clock.pauses) == 1


@pytest.mark.parametrize("status", [403, 429, 500])
def test_a_used_up_quota_is_told_at_once(github: StandIn, service: GitHubArtifacts, clock: StoppedClock, status: int) -> None:
    body = b'{"code": "resource_exhausted", "msg": "insufficient usage to create artifact"}'
    github.inject(Fault(method="POST", path="CreateArtifact", status=status, body=body))
    with pytest.raises(ArtifactError, match="quota"):
        service.upload("reports", FILES)
    assert clock.pauses == []


@pytest.mark.parametrize("status", [400, 401, 403, 404, 501])
def test_a_refusal_is_told_at_once_in_the_words_of_the_service(
    github: StandIn, service: GitHubArtifacts, clock: StoppedClock, status: int
) -> None:
    github.inject(Fault(method="POST", path="CreateArtifact", status=status, body=b'{"msg": "not today"}'))
    with pytest.raises(ArtifactError, match=f"status {status}: not today"):
        service.upload("reports", FILES)
    assert clock.pauses == []


@pytest.mark.parametrize("status", [200, 403, 404])
def test_a_refusal_of_the_store_does_not_show_the_signature(github: StandIn, service: GitHubArtifacts, status: int) -> None:
    github.inject(Fault(method="PUT", path="/blobs/", status=status, body=b"<Error>sig=secret</Error>"))
    with pytest.raises(ArtifactError, match=f"the store refused it with status {status}") as refusal:
        service.upload("reports", FILES)
    assert "sig" not in str(refusal.value)


@pytest.mark.parametrize("body", [b'{"ok": false}', b"{}", b'{"ok": true}', b'{"ok": true, "signed_upload_url": ""}'])
def test_a_reply_without_success_is_an_error(github: StandIn, service: GitHubArtifacts, body: bytes) -> None:
    github.inject(Fault(method="POST", path="CreateArtifact", status=200, body=body))
    with pytest.raises(ArtifactError):
        service.upload("reports", FILES)


def test_replies_in_the_other_spelling_are_understood(github: StandIn, service: GitHubArtifacts) -> None:
    github.inject(Fault(method="POST", path="FinalizeArtifact", status=200, body=b'{"ok": true, "artifactId": "12345678901"}', stored=True))
    assert service.upload("reports", FILES).id == "12345678901"


def test_a_server_that_is_gone_is_an_error_after_five_attempts(clock: StoppedClock) -> None:
    with StandIn(Project(base={}, head={})) as github:
        gone = job(github)
    client = GitHubArtifacts(gone, clock)
    with pytest.raises(ArtifactError, match="no answer"):
        client.upload("reports", FILES)
    assert len(clock.pauses) == 4
    client.close()


def token(claims: object) -> str:
    return f"e30.{base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip('=')}.c2ln"


def test_the_ids_come_from_the_scope_of_the_token() -> None:
    ids = backend_ids(token({"scp": "Actions.GenericRead:0 Actions.Results:run-1:job-2 Actions.UploadArtifacts:0"}))
    assert (ids.run, ids.job) == ("run-1", "job-2")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "secret-token",
        "a.b.c",
        "a.!!!.c",
        token({}),
        token({"scp": 7}),
        token([]),
        token({"scp": "Actions.Results:only-run"}),
        token({"scp": "x"}),
    ],
)
def test_a_token_without_ids_is_an_error_that_does_not_show_it(text: str) -> None:
    with pytest.raises(ArtifactError) as refusal:
        backend_ids(text)
    assert not text or text not in str(refusal.value)


def test_the_token_is_in_no_representation(github: StandIn) -> None:
    assert github.runtime_token not in repr(job(github))


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        ("https://github.com", True), ("https://acme.ghe.com", True), ("http://127.0.0.1:8000", True), ("", False),
        ("https://github.acme.example", False), ("https://notgithub.com", False), ("https://github.com.evil.example", False),
    ],
)  # fmt: skip
def test_an_enterprise_server_has_no_such_service(server: str, expected: bool) -> None:
    assert offers_artifacts(server) is expected


@pytest.mark.parametrize("path", ["", "/a", "a//b", "../a", "a/./b", "a\\b", "a\0b", *(f"a{character}b" for character in '":<>|*?\r\n')])
def test_a_path_that_leads_astray_is_refused(path: str) -> None:
    with pytest.raises(ArtifactError):
        check_path(path)


def test_no_files_are_no_artifact() -> None:
    with pytest.raises(ArtifactError):
        make_zip({})


PATHS = st.from_regex(r"\A[a-z]{1,5}(/[a-z]{1,5}){0,2}\Z")


@given(st.dictionaries(PATHS, st.binary(max_size=50), min_size=1, max_size=5))
def test_equal_files_make_equal_zips(files: dict[str, bytes]) -> None:
    archive = make_zip(files)
    assert archive == make_zip(dict(reversed(files.items())))
    with zipfile.ZipFile(BytesIO(archive)) as opened:
        assert {name: opened.read(name) for name in opened.namelist()} == files
