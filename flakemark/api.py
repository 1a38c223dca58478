"""The library: the names that users of the original know, on the new pipeline."""

from __future__ import annotations

import os
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from flakemark.errors import EnvironmentBroken, UsageError
from flakemark.model import Cause, Diagnosis, DivergenceType, FailedTest, Verdict
from flakemark.pipeline import Settings, diagnose
from flakemark.progress import Silence
from flakemark.report.text import render_text
from flakemark.run.laboratory import Laboratory
from flakemark.run.process import Project
from flakemark.runs import Surroundings


@dataclass(frozen=True, slots=True)
class Divergence:
    """A cause under the attribute names of the original: `func`, `cause`, `fix`."""

    file: str
    line: int
    func: str
    divergence_type: DivergenceType
    cause: str
    detail: str
    fix: str
    confidence: float


class DivergenceReport:
    """What is known about one test; `print(report)` shows the box.

    Attributes:
        diagnosis: everything, as flakemark.model.Diagnosis.
    """

    def __init__(self, diagnosis: Diagnosis) -> None:
        self.diagnosis = diagnosis

    def is_found(self) -> bool:
        """Whether a root cause is named; False for stable tests, consistent failures and mere suspicions."""
        return self.diagnosis.cause is not None

    @property
    def primary(self) -> Divergence | None:
        """The root cause, or None."""
        return self._divergence(self.diagnosis.cause) if self.diagnosis.cause is not None else None

    @property
    def all_divergences(self) -> tuple[Divergence, ...]:
        """The cause and the other candidates, best first."""
        return tuple(self._divergence(cause) for cause in self.diagnosis.candidates)

    @property
    def confidence(self) -> float:
        """Of the root cause, 0 to 1; 0 if none is named."""
        return self.diagnosis.cause.confidence if self.diagnosis.cause is not None else 0.0

    @property
    def verdict(self) -> Verdict:
        """flaky, consistent_failure, not_reproduced or error."""
        return self.diagnosis.verdict

    @property
    def summary(self) -> str:
        """One sentence."""
        cause = self.diagnosis.cause
        if cause is None:
            return f"{self.diagnosis.nodeid}: {self.diagnosis.verdict.value.replace('_', ' ')}"
        return f"{self.diagnosis.nodeid}: {cause.file}:{cause.line}: {cause.title}"

    def _divergence(self, cause: Cause) -> Divergence:
        fix = self.diagnosis.fix.advice if self.diagnosis.fix is not None else ""
        return Divergence(cause.file, cause.line, cause.function, cause.divergence_type, cause.title, cause.detail, fix, cause.confidence)

    def __str__(self) -> str:
        return render_text(self.diagnosis)

    def __repr__(self) -> str:
        return f"<DivergenceReport {self.summary}>"


class _OnClassAndInstance:
    """A method that can be called on the class, with defaults, and on a configured instance."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.__doc__ = function.__doc__

    def __get__(self, instance: Any, owner: type) -> Callable[..., Any]:
        return partial(self.function, instance if instance is not None else owner())


class FlakeMark:
    """Diagnoses tests of a project.

    Args:
        runs: plain runs to begin with.
        timeout: seconds per run.
        project_root: the project; the current directory by default.
        budget: seconds per test.
        python: interpreter of the tests' environment; the running one by default.
    """

    def __init__(
        self,
        runs: int = 4,
        timeout: float = 30,
        project_root: str | os.PathLike[str] | None = None,
        *,
        budget: float = 60,
        python: str = "",
    ) -> None:
        if runs < 1 or timeout <= 0 or budget <= 0:
            raise UsageError(f"runs ({runs}), timeout ({timeout}) and budget ({budget}) must be positive")
        self.settings = Settings(
            root=Path(project_root or Path.cwd()).resolve(), python=python or sys.executable, runs=runs, timeout=timeout, budget=budget
        )

    @_OnClassAndInstance
    def diagnose_source(self, source: str, test_func_name: str, runs: int | None = None, **options: Any) -> DivergenceReport:
        """Diagnose a test that is given as source text; it is run through pytest in a folder of its own."""
        with tempfile.TemporaryDirectory(prefix="flakemark-source-") as folder:
            path = Path(folder).resolve() / "test_source.py"
            path.write_text(textwrap.dedent(source), encoding="utf-8")
            return _configured(self, runs, {**options, "project_root": folder})._one(path, test_func_name)

    @_OnClassAndInstance
    def diagnose_file(self, filepath: str, test_func_name: str, runs: int | None = None, **options: Any) -> DivergenceReport:
        """Diagnose one test of a file; `test_func_name` may be "test_x", "TestClass::test_x" or "test_x[param]"."""
        configured = _configured(self, runs, options)
        root = configured.settings.root
        path = (root / filepath).resolve()
        if not path.is_file():
            raise UsageError(f"{filepath}: no such file; give a path relative to {root} or an absolute one")
        if not path.is_relative_to(root):
            raise UsageError(f"{filepath}: not below the project {root}; say where it is with project_root=")
        return configured._one(path, test_func_name)

    @_OnClassAndInstance
    def diagnose_batch(
        self, test_dir: str, pattern: str = "test_*.py", runs: int | None = None, **options: Any
    ) -> dict[str, DivergenceReport]:
        """Diagnose every test of the matching files; returns {node id: report} in pytest's order."""
        configured = _configured(self, runs, options)
        files = sorted((configured.settings.root / test_dir).rglob(pattern))
        if not files:
            raise UsageError(f"{test_dir}: no file matches {pattern!r} below {configured.settings.root}")
        collected = configured._collect(files)
        if not collected.items and collected.errors:
            raise EnvironmentBroken(f"the tests could not be collected: {collected.errors[0]}")
        tests = [FailedTest(nodeid=nodeid) for nodeid in collected.items]
        return {test.nodeid: DivergenceReport(found) for test, found in zip(tests, configured._diagnose(tests), strict=True)}

    def _one(self, path: Path, name: str) -> DivergenceReport:
        collected = self._collect([path])
        wanted = [nodeid for nodeid in collected.items if _is_called(nodeid, name)]
        if not wanted and collected.errors:
            raise EnvironmentBroken(f"the tests could not be collected: {collected.errors[0]}")
        if not wanted:
            raise UsageError(f"{path.name}: pytest collects no test named {name!r} there")
        return DivergenceReport(next(iter(self._diagnose([FailedTest(nodeid=wanted[0])]))))

    def _diagnose(self, tests: list[FailedTest]) -> Iterable[Diagnosis]:
        return diagnose(self.settings, tests, Silence())

    def _collect(self, files: list[Path]) -> Surroundings:
        settings = self.settings
        names = tuple(os.path.relpath(file, settings.root) for file in files)
        project = Project(root=settings.root, python=settings.python, files=names, timeout=settings.timeout)
        with Laboratory(project, settings.budget) as runner:
            return runner.surroundings()


def _configured(given: FlakeMark, runs: int | None, options: dict[str, Any]) -> FlakeMark:
    settings = given.settings
    return FlakeMark(
        runs=settings.runs if runs is None else runs,
        timeout=options.pop("timeout", settings.timeout),
        project_root=options.pop("project_root", None) or settings.root,
        budget=options.pop("budget", settings.budget),
        python=options.pop("python", settings.python),
        **options,
    )


def _is_called(nodeid: str, name: str) -> bool:
    rest = nodeid.split("::", 1)[1]
    plain = rest.split("[", 1)[0]
    return name in (rest, plain, plain.split("::")[-1]) or rest.endswith("::" + name)
