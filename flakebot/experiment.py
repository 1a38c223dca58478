"""Run the failed tests: a copy of the tree, an environment for each way to install, the tracer on each group of tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from flakebot.environment import (
    Installer,
    Interpreter,
    detect,
    hand_back,
    install_system_packages,
    make_cache,
    provide,
    python_request,
    read_project,
    read_scripts,
)  # fmt: skip
from flakebot.errors import EnvironmentBroken, UsageError
from flakebot.investigate import Laboratory, investigate, not_run, place_library, untested
from flakebot.processes import Processes
from flakebot.reports import merge
from flakebot.runner import Log
from flakebot.sandbox import Sandbox, child_environment, closed, give_to_user, installer_environment, make_sandbox
from flakebot.selection import Selection, rule_of
from flakebot.settings import Settings
from flakebot.user import User
from flakemark.model import FailedTest, Report

CACHE = ".cache/flakebot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """The effects that the tests need.

    Attributes:
        processes: starts programs as `user`.
        user: who code of the project runs as; None for our own user.
        system: starts programs as our own user, to install packages of the system.
        private: folders that are closed to that user while it runs something.
        uv: the program that makes environments.
        library: folder that holds the tracer alone; None to make one.
        home: folder that the steps of the job share; wheels and interpreters are kept below it.
        work: an empty folder outside of the workspace.
        environ: of this program; nothing of it reaches a test unless it is allowed.
    """

    processes: Processes
    user: User | None = None
    system: Processes
    private: tuple[Path, ...] = ()
    uv: str
    library: Path | None
    home: Path
    work: Path
    environ: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Group:
    """Tests that are run in one environment with one budget."""

    tests: tuple[FailedTest, ...]
    install: str
    budget: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """One copy of the repository and what runs on it.

    Attributes:
        workspace: the repository as it was checked out.
    """

    settings: Settings
    workspace: Path
    tools: Tools
    log: Log

    def run(self, selection: Selection) -> Report:
        """Diagnose tests.

        Raises:
            EnvironmentBroken: if none of them could be run.
            UsageError: if the project's folder is missing, or the tracer refused what it was given.
        """
        told = "on a copy of the repository and without its secrets"
        self.log.say(f"{len(selection.chosen)} tests are diagnosed here, {told}; {_runs_as(self.tools.user)}")
        base, relative = (self.workspace, self.settings.cache_folder) if self.settings.cache_folder else (self.tools.home, CACHE)
        cache = make_cache(base, relative, self.tools.work / "cache")
        try:
            sandbox = make_sandbox(self.tools.work, self.workspace, self.tools.user, without=cache)
            with closed(self.tools.private, cache):
                return self._on(sandbox, selection, cache)
        finally:
            hand_back(cache, base, self.workspace)

    def _on(self, sandbox: Sandbox, selection: Selection, cache: Path) -> Report:
        project = sandbox.tree / self.settings.working_directory
        if not project.is_dir():
            raise UsageError(f"input working-directory: no such folder {self.settings.working_directory!r} in the repository")
        if selection.chosen:
            packages = replace(self._installer(sandbox, cache), processes=self.tools.system)
            install_system_packages(self.settings.apt, packages, project)
        if self.tools.user:
            give_to_user(cache, self.tools.user)
        groups = _groups(selection.chosen, self.settings)
        environments: dict[str, Interpreter] = {}
        found = [self._diagnosed(group, len(groups) == 1, environments, sandbox, cache) for group in groups]
        return merge((*found, not_run(selection)), (), "")

    def _diagnosed(self, group: _Group, alone: bool, environments: dict[str, Interpreter], sandbox: Sandbox, cache: Path) -> Report:
        settings = replace(self.settings, budget=group.budget, junit=_in_copy(self.settings.junit, self.workspace, sandbox.tree))
        try:
            if group.install not in environments:
                environments[group.install] = self._environment(group, sandbox, cache, len(environments))
            return investigate(group.tests, settings, self._laboratory(environments[group.install], sandbox))
        except EnvironmentBroken as error:
            if alone:
                raise
            self.log.say(str(error))
            return untested(group.tests, str(error))

    def _environment(self, group: _Group, sandbox: Sandbox, cache: Path, number: int) -> Interpreter:
        project = sandbox.tree / self.settings.working_directory
        files = read_project(project)
        request, why = python_request(files, asked=self.settings.python, job=self.tools.environ.get("pythonLocation", ""))
        plan = detect(files, group.install, read_scripts(project, [test.nodeid.partition("::")[0] for test in group.tests]))
        self.log.say(f"Python {request or '(any)'}: {why}")
        if not Path(request).is_absolute():
            self.log.say(f"installing: {plan.reason}")
        return provide(request, plan, project, sandbox.venv / str(number), self._installer(sandbox, cache))

    def _installer(self, sandbox: Sandbox, cache: Path) -> Installer:
        return Installer(
            processes=self.tools.processes,
            uv=self.tools.uv,
            environ=installer_environment(self.tools.environ, sandbox),
            cache=cache,
            own=sandbox.folder,
            on_line=self.log.pass_on,
        )

    def _laboratory(self, interpreter: Interpreter, sandbox: Sandbox) -> Laboratory:
        library = self.tools.library or self.tools.work / "library"
        return Laboratory(
            interpreter=interpreter,
            library=library if library.exists() else place_library(library),
            root=sandbox.tree / self.settings.working_directory,
            output=sandbox.output,
            environ=child_environment(self.tools.environ, sandbox, path=interpreter.path),
            processes=self.tools.processes,
            on_line=self.log.pass_on,
        )


def _groups(tests: Sequence[FailedTest], settings: Settings) -> list[_Group]:
    """One group where no rule says otherwise, in the order of the reports."""
    found: dict[tuple[str, float], list[FailedTest]] = {}
    for test in tests:
        rule = rule_of(test, settings.rules, settings.working_directory)
        install = settings.install if rule.install is None else rule.install
        found.setdefault((install, settings.budget if rule.budget is None else rule.budget), []).append(test)
    return [_Group(tuple(group), install, budget) for (install, budget), group in found.items()]


def _in_copy(patterns: Sequence[str], workspace: Path, tree: Path) -> tuple[str, ...]:
    """Absolute paths into the workspace lead to the copy: the workspace itself may be closed to the tests' user."""
    paths = [Path(pattern) for pattern in patterns]
    return tuple(str(tree / path.relative_to(workspace)) if path.is_relative_to(workspace) else str(path) for path in paths)


def _runs_as(user: User | None) -> str:
    if user:
        return f"they run as a user of their own (uid {user.uid})"
    return "they run as the user of this program, and reach what that user can reach"
