"""What event started the job, and what may be done for it.

`decide` is the whole policy: a pure function, with a row per event in docs/events.md that a test holds equal to it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flakebot.errors import UsageError

# Written by GitHub alone: nobody can push a branch of this name.
_QUEUE = re.compile(r"(?:refs/heads/)?gh-readonly-queue/.+/pr-([1-9][0-9]{0,8})-[0-9a-f]{7,64}")


@dataclass(frozen=True, slots=True)
class Head:
    """A commit at the tip of a branch, by which an open pull request can be found.

    Attributes:
        owner: of the repository that holds the branch.
    """

    owner: str
    branch: str
    sha: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The job as the runner describes it.

    Attributes:
        repository: "owner/name" of the repository that runs the workflow.
        event: name of the event, e.g. "pull_request".
        number: of the pull request, None if the event names none.
        head: where to look for the pull request if the event names none; None where there can be none.
        head_sha: commit whose lines are shown to people: the head of the pull request, else the commit that was checked out.
        head_repository: "owner/name" where the head commit comes from, "" if it is gone.
        actor: who caused the run.
        attempt: 1 for the first run, more for reruns.
        traced_sha: the merge with the base that a workflow of a pull request checks out; "" for other events.
        upstream_event: for workflow_run, the event of the run that ended; else "".
    """

    repository: str
    event: str
    number: int | None
    head_sha: str
    head_repository: str
    actor: str
    server_url: str
    api_url: str
    run_id: str
    attempt: int
    job: str
    upstream_event: str = ""
    traced_sha: str = ""
    head: Head | None = None

    @property
    def from_fork(self) -> bool:
        """Whether the code under test comes from another repository (or from one that is gone)."""
        return self.head_repository.lower() != self.repository.lower()


@dataclass(frozen=True, slots=True)
class Activities:
    """What may be done for an event, and a sentence for each thing that may not.

    Attributes:
        may_run_tests: whether the code under test may be executed here.
        may_review: whether a review may be posted.
        reasons: for people, one per refusal.
    """

    may_run_tests: bool
    may_review: bool
    reasons: tuple[str, ...] = ()


# These events run with the base repository's secrets and a token that can write, whoever wrote the code.
_PRIVILEGED = "it runs with the repository's secrets, and tests of a pull request are code that anybody may have written"
_READ_ONLY = "its token can only read, so findings go to annotations, the job summary and the artifact"
# Their token can only read if the pull request comes from a fork, whatever `permissions` says.
_READ_ONLY_FOR_FORKS = frozenset({"pull_request", "pull_request_review", "pull_request_review_comment"})


def read_context(environ: Mapping[str, str], event_text: str) -> Context:
    """Build the context from the runner's variables and the text of the event file.

    Args:
        environ: with the `GITHUB_*` variables.
        event_text: content of the file GITHUB_EVENT_PATH, "" if there is none.

    Raises:
        UsageError: if a variable is missing that the runner always sets, or the event is no JSON object.
    """
    event = _event(event_text)
    name, repository = _needed(environ, "GITHUB_EVENT_NAME"), _needed(environ, "GITHUB_REPOSITORY")
    pull = _pull(name, event, environ)
    return Context(
        repository=repository,
        event=name,
        number=pull.number,
        head=pull.head,
        head_sha=pull.sha,
        head_repository=pull.repository,
        actor=environ.get("GITHUB_ACTOR", ""),
        server_url=environ.get("GITHUB_SERVER_URL", "https://github.com").rstrip("/"),
        api_url=environ.get("GITHUB_API_URL", "https://api.github.com").rstrip("/"),
        run_id=environ.get("GITHUB_RUN_ID", ""),
        attempt=int(environ["GITHUB_RUN_ATTEMPT"]) if environ.get("GITHUB_RUN_ATTEMPT", "").isdecimal() else 1,
        job=environ.get("GITHUB_JOB", ""),
        upstream_event=_text(event, "workflow_run", "event"),
        traced_sha=environ.get("GITHUB_SHA", "") if name in _READ_ONLY_FOR_FORKS else "",
    )


def decide(context: Context, *, has_token: bool) -> Activities:
    """Decide what may be done.

    Args:
        context: of the job.
        has_token: whether a token for the forge was given.
    """
    run_refusal, review_refusal = _why_no_tests(context), _why_no_review(context, has_token)
    reasons = tuple(reason for reason in (run_refusal, review_refusal) if reason)
    return Activities(not run_refusal, not review_refusal, reasons)


def _why_no_tests(context: Context) -> str:
    if context.event == "pull_request_target":
        return f"no test is run for pull_request_target: {_PRIVILEGED}; use the event pull_request"
    if context.event == "issue_comment" and context.head is None:
        # Anybody may write one, and which commit was checked out the event does not say.
        return f"no test is run for issue_comment on a pull request: {_PRIVILEGED}; use the event pull_request"
    if context.event == "workflow_run" and context.from_fork:
        return f"no test is run for workflow_run of a fork: {_PRIVILEGED}; diagnose in the first workflow and publish its reports here"
    return ""


def _why_no_review(context: Context, has_token: bool) -> str:
    if context.number is None and context.head is None:
        return f"no review is posted: the event {context.event} names no pull request"
    if not has_token:
        return "no review is posted: the input github-token is empty"
    if context.event in _READ_ONLY_FOR_FORKS and context.from_fork:
        return f"no review is posted on the pull request of a fork: {_READ_ONLY}"
    return ""


@dataclass(frozen=True, slots=True)
class _Pull:
    number: int | None
    head: Head | None
    sha: str
    repository: str


def _pull(name: str, event: dict[str, Any], environ: Mapping[str, str]) -> _Pull:
    """Which pull request an event is about; how to look for it where the event does not say."""
    sha, repository = environ.get("GITHUB_SHA", ""), environ.get("GITHUB_REPOSITORY", "")
    if name == "workflow_run":
        return _of_run(event, sha)
    pull, issue = _get(event, "pull_request"), _get(event, "issue")
    if name == "issue_comment" and _get(issue, "pull_request") is not None:
        return _Pull(_number(issue), None, sha, repository)
    if isinstance(pull, dict):
        return _Pull(_number(pull), None, _text(pull, "head", "sha") or sha, _text(pull, "head", "repo", "full_name"))
    queued = _QUEUE.fullmatch(_text(event, "merge_group", "head_ref")) if name == "merge_group" else None
    if queued:
        return _Pull(int(queued[1]), None, sha, repository)
    branch = environ.get("GITHUB_REF_NAME", "") if environ.get("GITHUB_REF_TYPE") == "branch" and name != "merge_group" else ""
    return _Pull(None, Head(repository.partition("/")[0], branch, sha) if branch and sha else None, sha, repository)


def _of_run(event: dict[str, Any], sha: str) -> _Pull:
    run = _get(event, "workflow_run")
    pulls, head = _get(run, "pull_requests"), _text(run, "head_sha")
    repository, branch = _text(run, "head_repository", "full_name"), _text(run, "head_branch")
    # For forks the list is empty, and a number out of an artifact is never to be trusted.
    number = _number(pulls[0]) if isinstance(pulls, list) and len(pulls) == 1 else None
    found = Head(repository.partition("/")[0], branch, head) if number is None and repository and branch and head else None
    return _Pull(number, found, head or sha, repository)


def _number(pull: object) -> int | None:
    number = _get(pull, "number")
    return number if isinstance(number, int) and not isinstance(number, bool) and number > 0 else None


def _text(value: object, *keys: str) -> str:
    for key in keys:
        value = _get(value, key)
    return value if isinstance(value, str) else ""


def _get(value: object, key: str) -> object:
    return value.get(key) if isinstance(value, dict) else None


def _event(text: str) -> dict[str, Any]:
    try:
        event = json.loads(text) if text.strip() else {}
    except (ValueError, RecursionError) as error:
        raise UsageError(f"the event file (GITHUB_EVENT_PATH) is not JSON: {error}") from None
    if not isinstance(event, dict):
        raise UsageError("the event file (GITHUB_EVENT_PATH) holds no JSON object")
    return event


def _needed(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name, "")
    if not value:
        raise UsageError(f"{name} is not set; `flakebot run` runs inside a job of GitHub Actions (try `flakebot demo` elsewhere)")
    return value
