"""What CI runs, session by session: `nox`, or `nox -s tests-3.12`. `.ci/run` is the same list without nox."""

from __future__ import annotations

import nox

nox.needs_version = ">=2024.10"
nox.options.sessions = ["tests", "lint", "types", "contracts", "files"]
nox.options.error_on_missing_interpreters = False

PYTHONS = ["3.10", "3.11", "3.12", "3.13", "3.14"]


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the test suite, or the part that is named after `--`."""
    session.install("--editable", ".[bot,test]")
    session.run("python", "-m", "pytest", *session.posargs)


@nox.session
def coverage(session: nox.Session) -> None:
    """Measure branch coverage of both packages and show what is missing."""
    session.install("--editable", ".[bot,test]", "coverage>=7.10")
    session.run("coverage", "erase")
    session.run("coverage", "run", "-m", "pytest", *session.posargs)
    session.run("coverage", "combine", "--quiet")
    session.run("coverage", "report")


@nox.session
def lint(session: nox.Session) -> None:
    """Lint and check the format."""
    session.install("--editable", ".[dev]")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")


@nox.session
def types(session: nox.Session) -> None:
    """Check the types strictly."""
    session.install("--editable", ".[dev]")
    session.run("mypy")


@nox.session
def contracts(session: nox.Session) -> None:
    """Check which module may import which."""
    session.install("--editable", ".[dev]")
    session.run("lint-imports", "--no-cache")


@nox.session
def files(session: nox.Session) -> None:
    """Check action.yml, the workflows and the Dockerfile."""
    session.install("--editable", ".[dev]")
    session.run("make", "files", f"VENV={session.virtualenv.location}", external=True)


@nox.session
def transparency(session: nox.Session) -> None:
    """Run real packages' own test suites plain and instrumented; the outcomes must be the same, test by test.

    Without arguments the default list; or `nox -s transparency -- networkx --part "networkx=networkx/classes"`.
    """
    session.install("--editable", ".")
    session.run("python", "-m", "benchmarks.transparency", *session.posargs)


@nox.session
def accuracy(session: nox.Session) -> None:
    """Count how often the named line is the root cause: `nox -s accuracy -- CASES_DIR`."""
    session.install("--editable", ".[test]")
    session.run("python", "-m", "benchmarks.accuracy", *session.posargs)


@nox.session
def overhead(session: nox.Session) -> None:
    """Measure what recording costs beside other tools, and say which targets hold: `nox -s overhead -- --rounds 5`."""
    session.install("--editable", ".")
    session.run("python", "-m", "benchmarks.overhead", *session.posargs)


@nox.session
def false_alarms(session: nox.Session) -> None:
    """Diagnose passing tests of real packages: `nox -s false_alarms -- h11 toolz --tests 50 --told 10`."""
    session.install("--editable", ".")
    session.run("python", "-m", "benchmarks.false_alarms", *session.posargs)


@nox.session
def forks(session: nox.Session) -> None:
    """Measure what one more isolated run costs beside a bare fork and a fresh process: `nox -s forks -- --rounds 5`."""
    session.install("--editable", ".")
    session.run("python", "-m", "benchmarks.forks", *session.posargs)
