"""GitHub's artifact service, protocol v4: create, upload the zip in blocks to a signed address, finalize."""

from __future__ import annotations

import base64
import hashlib
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta, timezone
from typing import Any
from urllib.parse import quote, urlsplit

import requests

from flakebot.artifacts.archive import check_name, make_zip
from flakebot.artifacts.attempts import TIMEOUT, TRANSIENT, Attempts, TryAgain
from flakebot.artifacts.protocol import ArtifactUploaded, Clock
from flakebot.errors import ArtifactError, ArtifactNameTaken

BLOCK = 8 * 1024 * 1024
_SERVICE = "/twirp/github.actions.results.api.v1.ArtifactService/"
_QUOTA = "insufficient usage"
_UPLOAD = "uploading the artifact"


@dataclass(frozen=True, slots=True)
class BackendIds:
    """The job as the artifact service knows it."""

    run: str
    job: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Where and for whom to upload.

    Attributes:
        results_url: `ACTIONS_RESULTS_URL`; only its origin counts.
        runtime_token: `ACTIONS_RUNTIME_TOKEN`.
        artifact_page: address before the artifact's id, `{server}/{repo}/actions/runs/{run id}/artifacts`.
        max_retention_days: `GITHUB_RETENTION_DAYS`, None if unknown.
    """

    results_url: str
    runtime_token: str
    artifact_page: str
    max_retention_days: int | None = None

    def __repr__(self) -> str:
        return f"Job(artifact_page={self.artifact_page!r})"  # no token in any traceback


def backend_ids(runtime_token: str) -> BackendIds:
    """Read the ids of run and job from a runtime token.

    Args:
        runtime_token: a JWT whose claim `scp` has a part `Actions.Results:<run>:<job>`.

    Raises:
        ArtifactError: if it has none; the message does not show the token.
    """
    try:
        payload = runtime_token.split(".")[1]
        scopes = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["scp"].split(" ")
    except (IndexError, ValueError, KeyError, TypeError, AttributeError):
        raise ArtifactError("ACTIONS_RUNTIME_TOKEN is not the token of a job; artifacts can only be uploaded by a job") from None
    for scope in scopes:
        kind, _, ids = scope.partition(":")
        run, colon, job = ids.partition(":")
        if kind == "Actions.Results" and run and colon and job:
            return BackendIds(run, job)
    raise ArtifactError("ACTIONS_RUNTIME_TOKEN does not allow to upload artifacts (no Actions.Results in its scope)")


class GitHubArtifacts:
    """Uploads with the token of the job, which needs no permission and works for pull requests of forks.

    Args:
        job: where and for whom.
        clock: for pauses and the date of expiry.
        jitter: a number from 0 to 1.
        block: size of a block in bytes.
    """

    def __init__(self, job: Job, clock: Clock, jitter: Callable[[], float] = random.random, block: int = BLOCK) -> None:
        origin = urlsplit(job.results_url)
        self._base = f"{origin.scheme}://{origin.netloc}{_SERVICE}"
        self._job, self._clock, self._block = job, clock, block
        self._attempts = Attempts(clock, jitter)
        self._session = requests.Session()
        # requests would send loopback through a proxy of the environment.
        self._session.trust_env = origin.hostname not in {"127.0.0.1", "localhost", "::1"}

    def upload(self, name: str, files: Mapping[str, bytes], retention_days: int | None = None) -> ArtifactUploaded:
        """Zip the files and upload them.

        Args:
            name: unique in the run.
            files: path to content.
            retention_days: cut to what the repository allows; None for its default.

        Raises:
            ArtifactNameTaken: if the run has an artifact of this name.
            ArtifactError: if it cannot be done.
        """
        check_name(name)
        archive = make_zip(files)
        digest = f"sha256:{hashlib.sha256(archive).hexdigest()}"
        ids = backend_ids(self._job.runtime_token)
        identity = {"workflow_run_backend_id": ids.run, "workflow_job_run_backend_id": ids.job, "name": name}
        created = self._call("CreateArtifact", {**identity, "version": 4, **self._expiry(retention_days)})
        self._send(_text(created, "signed_upload_url", "signedUploadUrl"), archive)
        done = self._call("FinalizeArtifact", {**identity, "size": str(len(archive)), "hash": digest})
        number = _text(done, "artifact_id", "artifactId")
        url = f"{self._job.artifact_page}/{number}"
        return ArtifactUploaded(id=number, url=url, digest=digest, size=len(archive), names=tuple(sorted(files)))

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _expiry(self, days: int | None) -> dict[str, str]:
        if days is None:
            return {}
        most = self._job.max_retention_days
        expires = self._clock.now().astimezone(timezone.utc) + timedelta(days=days if most is None else min(days, most))
        return {"expires_at": expires.strftime("%Y-%m-%dT%H:%M:%SZ")}

    def _call(self, method: str, body: Mapping[str, object]) -> dict[str, Any]:
        what = f"{_UPLOAD} ({method})"
        reply = self._attempts.run(what, lambda: self._post(method, body, what))
        if reply.get("ok") is not True:
            raise ArtifactError(f"{what}: the service says it did not work")
        return reply

    def _post(self, method: str, body: Mapping[str, object], what: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._job.runtime_token}", "Content-Type": "application/json"}
        answer = self._session.post(self._base + method, json=body, headers=headers, timeout=TIMEOUT, allow_redirects=False)
        reply = _object(answer)
        if reply is None:
            raise TryAgain(f"status {answer.status_code}, not JSON")
        if not answer.ok:
            _refuse(answer.status_code, str(reply.get("msg") or reply.get("error") or "no reason given"), what)
        return reply

    def _send(self, url: str, archive: bytes) -> None:
        blocks = [archive[start : start + self._block] for start in range(0, len(archive), self._block)]
        # All ids of a blob must have one length.
        ids = [base64.b64encode(f"{number:08d}".encode()).decode() for number in range(len(blocks))]
        for number, content in zip(ids, blocks, strict=True):
            self._put(f"{url}&comp=block&blockid={quote(number, safe='')}", content, {"Content-Type": "application/octet-stream"})
        listing = "".join(f"<Latest>{number}</Latest>" for number in ids)
        document = f'<?xml version="1.0" encoding="utf-8"?><BlockList>{listing}</BlockList>'
        headers = {"Content-Type": "application/xml", "x-ms-blob-content-type": "application/zip"}
        self._put(f"{url}&comp=blocklist", document.encode(), headers)

    def _put(self, url: str, content: bytes, headers: Mapping[str, str]) -> None:
        def attempt() -> None:
            answer = self._session.put(url, data=content, headers=headers, timeout=TIMEOUT, allow_redirects=False)
            if answer.status_code in TRANSIENT:
                raise TryAgain(f"status {answer.status_code}")
            if answer.status_code != 201:
                # Neither the address nor the answer is shown: both hold a signature.
                raise ArtifactError(f"{_UPLOAD}: the store refused it with status {answer.status_code}")

        self._attempts.run(_UPLOAD, attempt)


def _refuse(status: int, said: str, what: str) -> None:
    """Raise for an answer that is an error, in a way that says whether another attempt can change it."""
    if status == 409:
        raise ArtifactNameTaken(f"{what}: the run has an artifact of this name already; give another artifact-name")
    if _QUOTA in said.lower():
        raise ArtifactError(f"{what}: the storage quota of the account is used up ({said})")
    if status in TRANSIENT:
        raise TryAgain(f"status {status} ({said})")
    raise ArtifactError(f"{what}: refused with status {status}: {said}")


def _object(answer: requests.Response) -> dict[str, Any] | None:
    try:
        found = answer.json()
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _text(reply: Mapping[str, object], *names: str) -> str:
    found = next((reply[name] for name in names if reply.get(name)), None)
    if found is None:
        raise ArtifactError(f"{_UPLOAD}: the answer of the service has no {names[0]}")
    return str(found)
