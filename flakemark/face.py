"""What `pytest --flakemark-diagnose` does: remembers what failed, and diagnoses it when the session is over."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from flakemark import __version__
from flakemark.errors import UsageError
from flakemark.model import Diagnosis, FailedTest, NodeId, Report, Verdict
from flakemark.pipeline import Settings, diagnose
from flakemark.progress import TerminalProgress
from flakemark.report.document import write_report, write_text
from flakemark.report.html import render_html
from flakemark.report.text import render_text


class DiagnoseFailures:
    """The plugin object that is registered when a diagnosis was asked for."""

    def __init__(self, config: Any) -> None:
        self.config = config
        self.failed: dict[str, FailedTest] = {}

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Remember a failure; the first one of a test counts."""
        if report.failed and report.nodeid not in self.failed:
            crash = _printed_place(report.longrepr)
            message = getattr(getattr(report.longrepr, "reprcrash", None), "message", str(report.longrepr))
            self.failed[report.nodeid] = FailedTest(nodeid=NodeId(report.nodeid), phase=report.when, message=message[:8192], crash=crash)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Diagnose, print a box per test, write the reports that were asked for."""
        options = self.config.option
        diagnoses: list[Diagnosis] = []
        interrupted = False
        if self.failed:
            terminalreporter.section("flakemark")
            try:
                diagnoses.extend(self._diagnosed())
            except KeyboardInterrupt:
                interrupted = True
        for diagnosis in diagnoses:
            if diagnosis.verdict is not Verdict.CONSISTENT_FAILURE or diagnosis.cause is not None:
                terminalreporter.write_line(render_text(diagnosis))
            else:
                terminalreporter.write_line(f"{diagnosis.nodeid}: fails every time: most likely a real bug, not a flaky test")
        if interrupted:
            terminalreporter.write_line("flakemark: interrupted; the tests above are what is known so far")
        self._write(options, diagnoses)

    def _diagnosed(self) -> list[Diagnosis]:
        options = self.config.option
        settings = Settings(
            root=Path(self.config.rootpath), python=sys.executable, runs=options.flakemark_runs, timeout=options.flakemark_timeout,
            budget=options.flakemark_budget, pytest_args=tuple(_inherited(self.config)),
        )  # fmt: skip
        progress = TerminalProgress(sys.__stderr__ or sys.stderr, settings.budget)
        return list(diagnose(settings, list(self.failed.values()), progress))

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


def _printed_place(longrepr: Any) -> str:
    entries = getattr(getattr(longrepr, "reprtraceback", None), "reprentries", None)
    place = getattr(entries[-1], "reprfileloc", None) if entries else None
    return f"{place.path}:{place.lineno}".replace("\\", "/") if place is not None else ""


def _inherited(config: Any) -> list[str]:
    """Repeat what decides how the tests are found and run; the rest comes from the configuration file."""
    options = config.option
    args = ["-c", str(config.inipath)] if config.inipath is not None else []
    args += ["--rootdir", str(config.rootpath)]
    for name in options.override_ini or []:
        args += ["-o", name]
    for name in options.plugins or []:
        args += ["-p", name]
    if options.importmode != "prepend":
        args += [f"--import-mode={options.importmode}"]
    return args
