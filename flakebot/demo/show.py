"""A job of GitHub Actions around the example project: what the action prints, and what arrived at the stand-in for GitHub."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import TextIO

from flakebot.demo.suite import JUNIT, run_until_it_fails
from flakebot.errors import UsageError
from flakebot.reports import FOLDER
from flakebot.runner import inert
from flakebot.settings import INPUTS
from flakebot.standin import Project, StandIn

RULE = "=" * 72
# The change of the pull request: the base kept the order in which the codes were entered.
CHANGED = "shop/coupons.py"
BEFORE, AFTER = "in dict.fromkeys(codes)", "in set(codes)"

RunAction = Callable[[Mapping[str, str]], int]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the demo happens.

    Attributes:
        folder: all of it.
        project: the repository as a job checks it out.
        runner: the runner's files.
    """

    folder: Path
    project: Path
    runner: Path


def show(keep: Path | None, run_action: RunAction, environ: Mapping[str, str], stream: TextIO) -> int:
    """Run the demo; returns the exit code of the action.

    Args:
        keep: a folder to make and leave; None for one among the temporary files, which stays as well.
        run_action: the action's program under a runner's environment.
        environ: of this process.
        stream: for people.

    Raises:
        FlakebotError: if the example cannot be run.
    """

    def say(text: str = "") -> None:
        stream.writelines(inert(line) + "\n" for line in text.split("\n"))
        stream.flush()

    place = lay_out(keep)
    say(f"{RULE}\n1. A job of CI runs the example's tests until the flaky one fails\n{RULE}")
    run_until_it_fails(place.project, environ, say)
    say(f"{RULE}\n2. The action is started for the failed job, with a stand-in for GitHub on loopback\n{RULE}")
    say("(lines that begin with two colons are for GitHub's runner)")
    with StandIn(pull_request(place)) as github:
        code = run_action(runner_environment(place, github, environ))
        say(f"{RULE}\n3. What arrived\n{RULE}")
        _show_reviews(github, say)
        _show_artifacts(github, say)
    _show_reports(place, say)
    return code


def lay_out(keep: Path | None) -> Place:
    """Make the folder with a copy of the example project.

    Raises:
        UsageError: if the folder exists already, or cannot be made.
    """
    folder = Path(tempfile.mkdtemp(prefix="flakebot-demo-")) if keep is None else keep.resolve()
    place = Place(folder, folder / "shop", folder / "runner")
    try:
        if keep is not None:
            folder.mkdir(parents=True)
        place.runner.mkdir()
        with as_file(files("flakebot.demo") / "project") as example:
            shutil.copytree(example, place.project, ignore=shutil.ignore_patterns("__pycache__"))
    except OSError as error:
        raise UsageError(f"--keep {keep}: {error.strerror or error}; name a folder that does not exist yet") from None
    return place


def pull_request(place: Place) -> Project:
    """Return the repository with the pull request that made the test flaky."""
    paths = [path for path in place.project.rglob("*") if path.suffix in {".py", ".toml", ".md"}]
    head = {path.relative_to(place.project).as_posix(): path.read_text(encoding="utf-8") for path in paths}
    base = {**head, CHANGED: head[CHANGED].replace(AFTER, BEFORE)}
    return Project(base=base, head=head, repository="octo/shop", title="Codes that were entered twice count once")


def runner_environment(place: Place, github: StandIn, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment that the runner would give to the action, and write the event file.

    Args:
        place: of the demo.
        github: the stand-in.
        environ: of this process; only what a program needs to start is taken over.
    """
    event = place.runner / "event.json"
    event.write_text(json.dumps(github.event()), encoding="utf-8")
    # The tests run with the Python that runs us: it has pytest, and nothing has to be installed.
    given = {"junit": JUNIT, "github-token": github.project.token, "python-version": sys.executable}
    inputs = {f"INPUT_{one.name.upper()}": given.get(one.name, one.default) for one in INPUTS}
    here = {
        "HOME": str(place.runner),
        "GITHUB_ACTIONS": "true",
        "GITHUB_WORKSPACE": str(place.project),
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_OUTPUT": str(place.runner / "output"),
        "GITHUB_STEP_SUMMARY": str(place.runner / "summary.md"),
        "GITHUB_JOB": "tests",
        "GITHUB_RUN_ATTEMPT": "1",
    }
    kept = {name: environ[name] for name in ("PATH", "LANG", "LC_ALL", "TMPDIR") if name in environ}
    return {**kept, **inputs, **github.environment(), **here}


def _show_reviews(github: StandIn, say: Callable[[str], None]) -> None:
    for comment in github.comments:
        say(f"review comment on {comment.path}, line {comment.line}, commit {comment.commit_id[:12]}:\n")
        say(_indented(comment.body))
    for review in github.reviews:
        say(f"\nreview by {review.author} on commit {review.commit_id[:12]}:\n")
        say(_indented(review.body))
    if not github.reviews:
        say("no review arrived")


def _show_artifacts(github: StandIn, say: Callable[[str], None]) -> None:
    for artifact in github.artifacts:
        say(f"\nartifact {artifact.name}, {artifact.size} bytes, {artifact.digest[:19]}...:\n")
        for name, size in artifact.entries:
            say(f"  {size:>8}  {name}")
    if not github.artifacts:
        say("\nno artifact arrived")


def _show_reports(place: Place, say: Callable[[str], None]) -> None:
    reports = place.project / FOLDER
    say("\nThe reports:\n")
    for name, what in (("report.html", "HTML"), ("report.json", "JSON"), ("report.md", "Markdown")):
        say(f"  {what:<9} {reports / name}")
    say(f"  {'Summary':<9} {place.runner / 'summary.md'}")
    say(f"\nMake it fail again:\n\n  cd {place.project}\n  {sys.executable} -m flakemark replay {FOLDER}/report.json")


def _indented(text: str) -> str:
    return "\n".join(f"  | {line}".rstrip() for line in text.splitlines())
