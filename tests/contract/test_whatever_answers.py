"""Whatever GitHub answers, and however long it takes: publishing ends in time, and says what became of each finding."""

from __future__ import annotations

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import pytest

from flakebot.action import UPLOADING, _Clock
from flakebot.artifacts.service import GitHubArtifacts
from flakebot.artifacts.service import Job as ArtifactJob
from flakebot.compose import Places, Redactor
from flakebot.deadline import Deadline, RealTime
from flakebot.publication import LAST_REQUEST, LOOKING, Publication
from flakebot.publish.github import GitHubForge, connect
from flakebot.reports import ReportFiles
from flakebot.results import Reviewed
from flakebot.settings import Comment
from flakebot.standin import Fault, StandIn
from flakebot.standin.exchange import Call, Reply
from flakemark.model import Category, Cause, Diagnosis, DivergenceType, Evidence, NodeId, Report, Status, Verdict
from tests.contract.world import HEAD, HEAD_SHA, NUMBER, PROJECT, Waiting

LIMIT = 300.0  # seconds that publishing may take in all
HANGS = 40.0  # seconds that one request takes at most: 20 to connect, 20 to wait
PLACES = Places(server_url="https://github.example", repository="octo/shop", head_sha=HEAD_SHA)
SPOTS = (("shop/long.py", 10), ("shop/long.py", 30), ("shop/same.py", 1), ("shop/new.py", 1), ("picture.txt", 1))
HTML = b"<html>bad gateway</html>"


def diagnosis(file: str, line: int) -> Diagnosis:
    source = HEAD[file].splitlines()[line - 1]
    cause = Cause(
        file=file, line=line, end_line=line, function="f", source=source, divergence_type=DivergenceType.VALUE_MISMATCH,
        category=Category.RANDOMNESS, status=Status.CONFIRMED, confidence=0.9, title=f"Cause at {file}:{line}.", detail="",
    )  # fmt: skip
    return Diagnosis(nodeid=NodeId(f"tests/test_a.py::{line}"), verdict=Verdict.FLAKY, cause=cause, evidence=Evidence(4, 2, 2))


REPORT = Report(version="1", python="3.12", root="shop", tests=tuple(diagnosis(*spot) for spot in SPOTS))


def publication(workspace: Path, forge: GitHubForge, deadline: Deadline) -> Publication:
    for path, text in HEAD.items():
        (workspace / path).parent.mkdir(parents=True, exist_ok=True)
        (workspace / path).write_text(text)
    return Publication(
        artifacts=None, open_forge=lambda: forge, number=NUMBER, head=None, deadline=deadline, workspace=workspace,
        comment=Comment.FLAKY, max_comments=10, redact=Redactor(),
    )  # fmt: skip


def review(github: StandIn, workspace: Path, waiting: Waiting) -> Reviewed:
    deadline = waiting.deadline()
    forge = connect(token=PROJECT.token, api_url=github.api_url, repository="octo/shop", deadline=deadline)
    try:
        return publication(workspace, forge, deadline).review(REPORT, {}, PLACES)
    finally:
        forge.close()


def told(github: StandIn) -> list[str]:
    bodies = [one.body for one in (*github.comments, *github.conversation, *github.reviews)]
    return [title for file, line in SPOTS for title in [f"Cause at {file}:{line}."] if any(title in body for body in bodies)]


def test_without_a_fault_all_are_told_once(tmp_path: Path) -> None:
    with StandIn(PROJECT) as github:
        done = review(github, tmp_path, Waiting())
        assert len(told(github)) == len(SPOTS)
        assert sum(body.count("Cause at ") for body in [one.body for one in (*github.comments, *github.conversation, *github.reviews)]) == 5
    assert done.url


PULL = f"/pulls/{NUMBER}"
ENDPOINTS = [
    *(("GET", path) for path in (PULL, "/files", "/reviews", f"{PULL}/comments", "/issues/", "/contents/")),
    *(("POST", path) for path in ("/graphql", "/reviews", f"{PULL}/comments", "/issues/")),
    ("PUT", "/"),
]
ANSWERS = {
    "forbidden": {"status": 403, "message": "Resource not accessible by integration"},
    "not found": {"status": 404, "message": "Not Found"},
    "unprocessable": {"status": 422, "message": "Unprocessable Entity"},
    "too many": {"status": 429, "headers": {"Retry-After": "30"}},
    "primary limit": {
        "status": 403,
        "message": "API rate limit exceeded for installation ID 1.",
        "headers": {"X-RateLimit-Remaining": "0"},
    },
    "down": {"status": 503},
    "lost": {"status": 502, "stored": True},
    "a proxy's page": {"status": 502, "body": HTML, "headers": {"Content-Type": "text/html"}},
    "a page instead of JSON": {"status": 200, "body": HTML, "headers": {"Content-Type": "text/html"}},
    "another shape": {"status": 200, "body": b'{"message": []}'},
    "nothing": {"status": 200, "body": b"{}"},
}


@pytest.mark.parametrize("times", [1, 99])
@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
def test_every_answer_is_survived_and_nothing_is_told_twice(tmp_path: Path, method: str, path: str, answer: str, times: int) -> None:
    waiting = Waiting()
    with StandIn(PROJECT) as github:
        github.inject(Fault(method=method, path=path, times=times, **ANSWERS[answer]))  # type: ignore[arg-type]
        begun = waiting.clock.seconds
        done = review(github, tmp_path, waiting)
        bodies = [one.body for one in (*github.comments, *github.conversation, *github.reviews)]
        for title in told(github):
            assert sum(body.count(f"**{title[:-1]}") for body in bodies) == 1, title
        missing = len(SPOTS) - len(told(github))
    assert waiting.clock.seconds - begun <= 255
    assert len(waiting.said) == len(waiting.clock.waits)
    if missing:
        assert any("could not be posted" in remark or "no review was posted" in remark for remark in done.remarks)


@pytest.mark.parametrize("answer", [name for name, answer in ANSWERS.items() if answer["status"] != 200])
@pytest.mark.parametrize("method", ["PATCH", "DELETE", "PUT"])
def test_every_answer_to_a_change_is_survived_and_nothing_is_told_twice(tmp_path: Path, method: str, answer: str) -> None:
    waiting = Waiting()
    with StandIn(PROJECT) as github:
        review(github, tmp_path, Waiting())
        moved = "new\n" + HEAD["shop/long.py"].replace("line 28\n", "line X\n")
        github.push({**HEAD, "shop/long.py": moved, "shop/new.py": "x\n"}, "e" * 40)
        github.inject(Fault(method=method, path="/", times=99, **ANSWERS[answer]))  # type: ignore[arg-type]
        review(github, tmp_path, waiting)
        bodies = [one.body for one in (*github.comments, *github.conversation, *github.reviews)]
        for title in told(github):
            assert sum(body.count(f"**{title[:-1]}") for body in bodies) == 1, title
    assert waiting.clock.seconds - 1_000 <= 255


@pytest.mark.parametrize("status", [200, 403, 429, 500, 502])
def test_a_server_that_takes_its_time_never_makes_it_longer_than_five_minutes(tmp_path: Path, status: int) -> None:
    waiting = Waiting()

    def slow(call: Call, reply: Reply) -> None:
        waiting.clock.seconds += HANGS - 1

    with StandIn(PROJECT, slow) as github:
        if status != 200:
            github.inject(Fault(method="POST", path="/", status=status, times=999), Fault(method="GET", path="/", status=status, times=999))
        begun = waiting.clock.seconds
        done = review(github, tmp_path, waiting)
        assert 0 < waiting.clock.seconds - begun <= LIMIT
    assert done.remarks


def test_when_time_runs_out_in_the_middle_what_is_told_is_told_and_the_rest_is_named(tmp_path: Path) -> None:
    waiting = Waiting()

    def stuck(call: Call, reply: Reply) -> None:
        waiting.clock.seconds += 300 if call.method == "POST" and "graphql" not in call.path else 0

    with StandIn(PROJECT, stuck) as github:
        done = review(github, tmp_path, waiting)
        assert len(github.reviews) == 1
    assert any("publishing has taken its 255 s" in remark for remark in done.remarks)
    assert "2 of 5 findings could not be posted; this summary and the artifact tell them" in done.remarks


def test_a_server_that_answers_with_a_byte_now_and_then_is_given_up(tmp_path: Path) -> None:
    """No timeout of a request sees this: something arrives again and again."""
    deadline = Deadline(HurriedTime(), print, 255)
    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor(1) as pool:
        trickle = pool.submit(drip, listening)
        forge = connect(token="t", api_url=f"http://127.0.0.1:{listening.getsockname()[1]}", repository="octo/shop", deadline=deadline)
        begun = time.monotonic()
        done = publication(tmp_path, forge, deadline).review(REPORT, {}, PLACES)
        took = time.monotonic() - begun
        forge.close()
        trickle.result(20)
    assert took < 15
    assert "no review was posted: what was under way was given up" in done.remarks[0]


@pytest.mark.parametrize("faults", [("artifacts",), ("artifacts", "forge"), ()])
def test_upload_and_review_together_stay_below_five_minutes_and_every_wait_is_told(tmp_path: Path, faults: tuple[str, ...]) -> None:
    waiting = Waiting()
    deadline = waiting.deadline()
    uploading = Deadline(waiting.clock, waiting.said.append, UPLOADING, deadline)

    def slow(call: Call, reply: Reply) -> None:
        waiting.clock.seconds += 5

    with StandIn(PROJECT, slow) as github:
        paths = {"artifacts": "/twirp/", "forge": "/repos/"}
        github.inject(*(Fault(method=method, path=paths[one], status=503, times=999) for one in faults for method in ("POST", "GET")))
        job = ArtifactJob(results_url=github.url, runtime_token=github.runtime_token, artifact_page="https://github.example/artifacts")
        store = GitHubArtifacts(job, _Clock(lambda: datetime(2026, 1, 1, tzinfo=timezone.utc), uploading), jitter=lambda: 1.0)
        forge = connect(token=PROJECT.token, api_url=github.api_url, repository="octo/shop", deadline=deadline)
        report = tmp_path / "report.json"
        report.write_text("{}")
        made = replace(publication(tmp_path, forge, deadline), artifacts=store)
        begun = waiting.clock.seconds
        uploaded = made.upload(ReportFiles(tmp_path, report, (report,)), "reports", None)
        reviewed = made.review(REPORT, {}, PLACES)
        took = waiting.clock.seconds - begun
        store.close()
        forge.close()
    assert took < LIMIT
    assert len(waiting.said) == len(waiting.clock.waits)
    assert bool(uploaded.remarks) == ("artifacts" in faults)
    assert bool(reviewed.url) == ("forge" not in faults)


def test_looking_for_lines_alone_is_given_up_after_half_a_minute(tmp_path: Path) -> None:
    asked: list[float] = []

    class Asked(RealTime):
        def alarm(self, seconds: float, error: Exception) -> AbstractContextManager[None]:
            asked.append(seconds)
            return nullcontext()

    deadline = Deadline(Asked(), print, 255)
    with StandIn(PROJECT) as github:
        forge = connect(token=PROJECT.token, api_url=github.api_url, repository="octo/shop", deadline=deadline)
        done = publication(tmp_path, forge, deadline).look(REPORT, {}, PLACES)
        forge.close()
    assert asked == [pytest.approx(LOOKING, abs=1)]
    assert done.lines is not None


class HurriedTime(RealTime):
    """Rings 294 seconds early."""

    def alarm(self, seconds: float, error: Exception) -> AbstractContextManager[None]:
        assert seconds == pytest.approx(255 + LAST_REQUEST, abs=1)
        return super().alarm(seconds - 294, error)


def drip(listening: socket.socket) -> None:
    connection, _ = listening.accept()
    with connection, suppress(OSError):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(100):
            connection.sendall(b" ")
            time.sleep(0.2)
