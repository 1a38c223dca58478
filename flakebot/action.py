"""What the action does under the runner's environment: the real effects are built here and handed to the story."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from flakebot.artifacts import Artifacts, ArtifactUploaded, offers_artifacts
from flakebot.compose import Redactor
from flakebot.compose.redact import secret_values
from flakebot.deadline import Deadline, RealTime
from flakebot.errors import UsageError
from flakebot.event import Context, decide, read_context
from flakebot.experiment import Tools
from flakebot.pipeline import Job, run
from flakebot.processes import ChildProcesses, adopt_orphans
from flakebot.publication import Publication
from flakebot.publish import Forge
from flakebot.runner import Log, RunnerFiles
from flakebot.sandbox import remove
from flakebot.settings import Settings, given, load_settings
from flakebot.user import User, separate_user

# Seconds after which no request is begun; with the one that is under way then, all of it takes less than five minutes.
PUBLISHING = 255
UPLOADING = 120


def run_action(environ: Mapping[str, str], *, same_user: bool, folder: Path, now: Callable[[], datetime]) -> int:
    """Do what the action does under the runner's environment; returns the exit code.

    Args:
        environ: as the runner gave it.
        same_user: whether the tests run as our own user, also where we could start them as another one.
        folder: the repository, if the runner does not say where it is.
        now: the time with its zone.

    Raises:
        FlakebotError: with the text for the user.
    """
    redact = redactor(environ)
    log = Log(sys.stdout, redact)
    log.mask(given(environ, "github-token"))
    workspace = Path(environ.get("GITHUB_WORKSPACE") or folder)
    settings = load_settings(environ, workspace)
    context = read_context(environ, _event_text(environ))
    adopt_orphans()
    work = Path(tempfile.mkdtemp(prefix="flakebot-"))
    try:
        user = None if same_user else separate_user()
        return run(_Built(environ, workspace, work, log, redact, user, now).job(settings, context))
    finally:
        remove(work)


@dataclass(frozen=True, slots=True)
class _Built:
    """Builds the real effects."""

    environ: Mapping[str, str]
    workspace: Path
    work: Path
    log: Log
    redact: Redactor
    user: User | None
    now: Callable[[], datetime]

    def job(self, settings: Settings, context: Context) -> Job:
        return Job(
            settings=settings,
            context=context,
            activities=decide(context, has_token=bool(settings.token)),
            workspace=self.workspace,
            tools=self._tools(),
            log=self.log,
            files=RunnerFiles(_path(self.environ, "GITHUB_OUTPUT"), _path(self.environ, "GITHUB_STEP_SUMMARY")),
            publisher=self._publication(settings, context),
            redact=self.redact,
        )

    def _tools(self) -> Tools:
        beside = Path(sys.executable).parent / "uv"
        return Tools(
            processes=ChildProcesses(self.user),
            user=self.user,
            system=ChildProcesses(),
            private=self._private() if self.user else (),
            uv=str(beside) if beside.exists() else shutil.which("uv") or "uv",
            library=_path(self.environ, "FLAKEBOT_LIBRARY"),
            home=Path(self.environ.get("HOME") or self.work),
            work=self.work,
            environ=self.environ,
        )

    def _private(self) -> tuple[Path, ...]:
        """Folders of the runner: the workspace with the token of the checkout, the event, what other steps left."""
        files = (_path(self.environ, name) for name in ("GITHUB_EVENT_PATH", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"))
        folders = (_path(self.environ, name) for name in ("HOME", "RUNNER_TEMP"))
        found = {self.workspace, *(file.parent for file in files if file), *(folder for folder in folders if folder)}
        return tuple(sorted(folder for folder in found if not self.work.is_relative_to(folder)))

    def _publication(self, settings: Settings, context: Context) -> Publication:
        deadline = Deadline(RealTime(), self.log.say, PUBLISHING)

        def open_forge() -> Forge:
            from flakebot.publish.github import connect  # PyGithub takes half a second to import; many runs post nothing

            return connect(token=settings.token, api_url=context.api_url, repository=context.repository, deadline=deadline)

        return Publication(
            artifacts=self._artifacts(context, Deadline(RealTime(), self.log.say, UPLOADING, deadline)),
            open_forge=open_forge,
            number=context.number,
            head=context.head,
            deadline=deadline,
            workspace=self.workspace,
            comment=settings.comment,
            max_comments=settings.max_comments,
            redact=self.redact,
        )

    def _artifacts(self, context: Context, deadline: Deadline) -> Artifacts | None:
        url, token = self.environ.get("ACTIONS_RESULTS_URL", ""), self.environ.get("ACTIONS_RUNTIME_TOKEN", "")
        if not url or not token or not offers_artifacts(context.server_url):
            return None
        days = self.environ.get("GITHUB_RETENTION_DAYS", "")
        page = f"{context.server_url}/{context.repository}/actions/runs/{context.run_id}/artifacts"
        return _Artifacts(url, token, page, int(days) if days.isdecimal() else None, _Clock(self.now, deadline))


@dataclass(frozen=True, slots=True)
class _Artifacts:
    """The artifact service, whose client is imported when it is needed: half of the time until the first test runs went there."""

    url: str = field(repr=False)
    token: str = field(repr=False)
    page: str
    most_days: int | None
    clock: _Clock

    def upload(self, name: str, files: Mapping[str, bytes], retention_days: int | None = None) -> ArtifactUploaded:
        from flakebot.artifacts.service import GitHubArtifacts
        from flakebot.artifacts.service import Job as ArtifactJob

        job = ArtifactJob(results_url=self.url, runtime_token=self.token, artifact_page=self.page, max_retention_days=self.most_days)
        return GitHubArtifacts(job, self.clock).upload(name, files, retention_days)


@dataclass(frozen=True, slots=True)
class _Clock:
    """The real time, as the artifact service's client takes it."""

    time: Callable[[], datetime]
    deadline: Deadline

    def now(self) -> datetime:
        return self.time()

    def pause(self, seconds: float, reason: str) -> None:
        self.deadline.pause(seconds, reason)


def _event_text(environ: Mapping[str, str]) -> str:
    path = _path(environ, "GITHUB_EVENT_PATH")
    if path is None:
        return ""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise UsageError(f"the event file (GITHUB_EVENT_PATH) cannot be read: {error}") from None


def _path(environ: Mapping[str, str], name: str) -> Path | None:
    return Path(environ[name]) if environ.get(name) else None


def redactor(environ: Mapping[str, str]) -> Redactor:
    """Return what takes the secrets of a runner's environment out of a text."""
    return Redactor([given(environ, "github-token"), *secret_values(environ.items())])
