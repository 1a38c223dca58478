"""What `pytest --flakemark-diagnose` does: remembers what failed, and diagnoses it when the session is over."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import pytest

from flakemark import __version__
from flakemark.errors import UsageError
from flakemark.model import Diagnosis, FailedTest, NodeId, Report, Verdict
from flakemark.pipeline import Settings, diagnose
from flakemark.progress import TerminalProgress
from flakemark.report.document import write_report, write_text
from flakemark.report.html import render_html
from flakemark.report.text import render_text
from flakemark.run.watch import printed_place


class DiagnoseFailures:
    """The plugin object that is registered when a diagnosis was asked for.

    Args:
        config: pytest's.

    Raises:
        pytest.UsageError: one of our options is out of range.
    """

    def __init__(self, config: Any) -> None:
        _check(config.option)
        self.config = config
        self.failed: dict[str, dict[str, FailedTest]] = {}
        self.order: dict[str, list[NodeId]] = {}

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Remember the order of the tests, and the first failure of each; by xdist's worker, if there is one."""
        worker = getattr(report, "worker_id", "")
        order = self.order.setdefault(worker, [])
        if report.nodeid not in order[-1:]:
            order.append(NodeId(report.nodeid))
        if report.failed:
            self.failed.setdefault(worker, {}).setdefault(report.nodeid, _failed_test(report))

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Diagnose, print a box per test, write the reports that were asked for; the session's outcome stays what it is."""
        diagnoses: list[Diagnosis] = []
        interrupted = False
        if self.failed:
            terminalreporter.section("flakemark")
            with _terminated_is_interrupted():
                interrupted = self._fill(diagnoses)
        for diagnosis in diagnoses:
            terminalreporter.write_line(_shown(diagnosis))
        if interrupted:
            terminalreporter.write_line("flakemark: interrupted; the tests above are what is known so far")
        self._write(self.config.option, diagnoses)

    def _fill(self, diagnoses: list[Diagnosis]) -> bool:
        """Collect what comes; True if interrupted."""
        options = self.config.option
        settings = Settings(
            root=Path(self.config.rootpath), python=sys.executable, runs=options.flakemark_runs, timeout=options.flakemark_timeout,
            budget=options.flakemark_budget, pytest_args=tuple(_inherited(self.config)), report=options.flakemark_json or "report.json",
        )  # fmt: skip
        progress = TerminalProgress(sys.__stderr__ or sys.stderr, settings.budget)
        try:
            for worker, failed in self.failed.items():
                diagnoses.extend(diagnose(settings, list(failed.values()), progress, self.order[worker]))
        except KeyboardInterrupt:
            return True
        return False

    def _write(self, options: Any, diagnoses: list[Diagnosis]) -> None:
        python = ".".join(str(part) for part in sys.version_info[:3])
        report = Report(version=__version__, python=python, root=self.config.rootpath.name, tests=tuple(diagnoses))
        try:
            if options.flakemark_json:
                write_report(Path(options.flakemark_json), report)
            if options.flakemark_html:
                write_text(Path(options.flakemark_html), render_html(report))
        except (OSError, UsageError) as error:
            self.config.get_terminal_writer().line(f"flakemark: the report could not be written: {error}")


def _check(options: Any) -> None:
    if not 0 < options.flakemark_runs <= 10_000:
        raise pytest.UsageError(f"--flakemark-runs={options.flakemark_runs}: not a number from 1 to 10000")
    for name in ("timeout", "budget"):
        seconds = getattr(options, f"flakemark_{name}")
        if not 0 < seconds < 1e6:
            raise pytest.UsageError(f"--flakemark-{name}={seconds:g}: not a positive number of seconds")


def _failed_test(report: Any) -> FailedTest:
    message = getattr(getattr(report.longrepr, "reprcrash", None), "message", str(report.longrepr))
    return FailedTest(nodeid=NodeId(report.nodeid), phase=report.when, message=message[:8192], crash=_printed_place(report.longrepr))


def _shown(diagnosis: Diagnosis) -> str:
    if diagnosis.verdict is Verdict.CONSISTENT_FAILURE and diagnosis.cause is None:
        return f"{diagnosis.nodeid}: fails every time: most likely a real bug, not a flaky test"
    return render_text(diagnosis)


@contextmanager
def _terminated_is_interrupted() -> Iterator[None]:
    """Let a cancelled job end like Ctrl-C: what is known is printed and written."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _interrupted)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupted(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _printed_place(longrepr: Any) -> str:
    place = printed_place(longrepr)
    return f"{place.path}:{place.lineno}".replace("\\", "/") if place is not None else ""


def _inherited(config: Any) -> list[str]:
    """Repeat the command line without the files: the project's own options decide what its tests do.

    What would fight with a worker is switched off inside of it.
    """
    named = set(config.args) if config.args_source.name == "ARGS" else set()
    args = [arg for arg in map(str, config.invocation_params.args) if arg not in named and arg != "--"]
    if config.inipath is not None:
        args += ["-c", str(config.inipath)]
    return [*args, "--rootdir", str(config.rootpath)]
