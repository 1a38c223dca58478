"""The program of the action: `flakebot run`, and `flakebot demo`. The only reader of environment, clock and arguments."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from types import FrameType
from typing import NoReturn

from flakebot.artifacts import Artifacts, GitHubArtifacts, offers_artifacts
from flakebot.artifacts.service import Job as ArtifactJob
from flakebot.compose import Redactor
from flakebot.compose.redact import secret_values
from flakebot.deadline import Deadline, RealTime
from flakebot.errors import EnvironmentBroken, FlakebotError, UsageError
from flakebot.event import Context, decide, read_context
from flakebot.experiment import Tools
from flakebot.handover import NAME, hide_memory, receive, start_anew
from flakebot.pipeline import Job, run
from flakebot.processes import ChildProcesses, adopt_orphans
from flakebot.publication import Publication
from flakebot.publish import Forge
from flakebot.runner import Log, RunnerFiles
from flakebot.sandbox import network_settings, remove
from flakebot.settings import Settings, given, load_settings
from flakebot.user import User, separate_user
from flakemark import __version__

INTERRUPTED = 130
CRASHED = 70
# Seconds after which no request is begun; with the one that is under way then, all of it takes less than five minutes.
PUBLISHING = 255
UPLOADING = 120


def main(argv: list[str] | None = None) -> int:
    """Run the program; returns its exit code.

    0 the work was done, whatever it found; 1 it was, and `fail-on` names what was found; 2 wrong usage or unreadable input;
    3 the project's tests could not be run at all; 70 a bug of ours; 130 interrupted.
    """
    signal.signal(signal.SIGTERM, _interrupted)  # a cancelled job ends like Ctrl-C: no process stays behind
    arguments = _parser().parse_args(argv)
    environ: Mapping[str, str] = os.environ
    try:
        if arguments.command == "demo":
            return _demo(arguments.keep)
        environ = _without_secrets_in_sight()
        return run_action(environ, same_user=arguments.same_user)
    except FlakebotError as error:
        Log(sys.stderr).say(f"flakebot: {error}")
        return _exit_code(error)
    except KeyboardInterrupt:
        Log(sys.stderr).say("flakebot: interrupted")
        return INTERRUPTED
    except Exception:  # noqa: BLE001 - told without what a problem matcher of the job takes for a failure of the project
        return _crashed(Log(sys.stderr, _redactor(environ)))


def _without_secrets_in_sight() -> Mapping[str, str]:
    """Return the environment that the runner gave us; programs that we start cannot find it by looking at us."""
    if NAME not in os.environ:
        start_anew(os.environ, [sys.executable, *sys.orig_argv[1:]])
    hide_memory()
    try:
        environ = receive(os.environ.pop(NAME))
    except (OSError, ValueError, AttributeError) as error:
        raise UsageError(f"the variable {NAME} is set by flakebot alone; take it out of the environment ({error})") from None
    os.environ.update(network_settings(environ))  # the clients of GitHub look for proxies and certificates here
    return environ


def run_action(environ: Mapping[str, str], *, same_user: bool) -> int:
    """Do what the action does under the runner's environment; returns the exit code.

    Args:
        environ: as the runner gave it.
        same_user: whether the tests run as our own user, also where we could start them as another one.

    Raises:
        FlakebotError: with the text for the user.
    """
    redact = _redactor(environ)
    log = Log(sys.stdout, redact)
    log.mask(given(environ, "github-token"))
    workspace = Path(environ.get("GITHUB_WORKSPACE") or os.getcwd())
    settings = load_settings(environ, workspace)
    context = read_context(environ, _event_text(environ))
    adopt_orphans()
    work = Path(tempfile.mkdtemp(prefix="flakebot-"))
    try:
        return run(_Built(environ, workspace, work, log, redact, None if same_user else separate_user()).job(settings, context))
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
        job = ArtifactJob(
            results_url=url,
            runtime_token=token,
            artifact_page=f"{context.server_url}/{context.repository}/actions/runs/{context.run_id}/artifacts",
            max_retention_days=int(days) if days.isdecimal() else None,
        )
        return GitHubArtifacts(job, _Clock(deadline))


@dataclass(frozen=True, slots=True)
class _Clock:
    """The real time, as the artifact service's client takes it."""

    deadline: Deadline

    def now(self) -> datetime:
        return datetime.now(timezone.utc)

    def pause(self, seconds: float, reason: str) -> None:
        self.deadline.pause(seconds, reason)


def _demo(keep: Path | None) -> int:
    from flakebot.demo.show import show  # the action does not need it

    # A proxy knows nothing of our loopback. Both spellings are read, the lower one first.
    for name in ("no_proxy", "NO_PROXY"):
        os.environ[name] = "*"
    # The example is ours, and the Python that runs us may lie where another user cannot read it.
    return show(keep, partial(run_action, same_user=True), os.environ, sys.stdout)


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


def _redactor(environ: Mapping[str, str]) -> Redactor:
    return Redactor([given(environ, "github-token"), *secret_values(environ.items())])


def _crashed(log: Log) -> int:
    log.say("flakebot: this is a bug of flakebot; please report it with the lines below")
    for line in traceback.format_exc().splitlines():
        log.pass_on(line)
    return CRASHED


def _exit_code(error: FlakebotError) -> int:
    return 3 if isinstance(error, EnvironmentBroken) else 2 if isinstance(error, UsageError) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="flakebot", description="Finds the line that makes a pytest test flaky and comments on it.")
    parser.add_argument("--version", action="version", version=f"flakebot {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    action = commands.add_parser("run", help="what the action runs: reads INPUT_* and GITHUB_*")
    action.add_argument(
        "--same-user",
        action="store_true",
        help="run the tests as the user of this program even if that is root; only for code that you trust",
    )
    example = commands.add_parser("demo", help="the same on a bundled example project, offline")
    example.add_argument("--keep", type=Path, metavar="DIR", help="leave the project and the reports in this new folder")
    return parser


def _interrupted(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
