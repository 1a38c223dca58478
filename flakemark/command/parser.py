"""The options of the `flakemark` command."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path
from typing import NoReturn

from flakemark import __version__
from flakemark.command.diagnose import run_diagnose
from flakemark.command.diff import run_diff
from flakemark.command.fix import run_fix
from flakemark.command.replay import run_replay
from flakemark.errors import UsageError


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (see `{self.prog} --help`)")


def parse(argv: list[str]) -> argparse.Namespace:
    """Parse a command line; `command` of the result is the function to call.

    Raises:
        UsageError: in one line.
    """
    argv, pytest_args = _split(argv)
    arguments = build_parser().parse_args(argv)
    arguments.pytest_args = pytest_args
    return arguments


def _split(argv: list[str]) -> tuple[list[str], list[str]]:
    if "--" not in argv:
        return argv, []
    cut = argv.index("--")
    return argv[:cut], argv[cut + 1 :]


def build_parser() -> argparse.ArgumentParser:
    """Declare the commands and their options."""
    parser = _Parser(prog="flakemark", description="Find the line that makes a pytest test flaky, and prove it.")
    parser.add_argument("--version", action="version", version=f"flakemark {__version__}")
    commands = parser.add_subparsers(dest="name", required=True, metavar="COMMAND")
    _add_diagnose(commands.add_parser("diagnose", help="diagnose failed tests", epilog="What follows -- is passed to pytest."))
    _add_replay(commands.add_parser("replay", help="make a reported failure happen again"))
    _add_fix(commands.add_parser("fix", help="show the verified patches of a report, or apply them"))
    _add_diff(commands.add_parser("diff", help="show where two recorded runs part"))
    return parser


def _add_shared(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--root", type=Path, default=Path(), metavar="DIR", help="the project (default: the current directory)")
    parser.add_argument("--timeout", type=_positive, default=30.0, metavar="S", help="seconds per run (default 30)")
    parser.add_argument(
        "--python",
        type=_interpreter,
        default=sys.executable,
        metavar="EXE",
        help="interpreter of the tests' environment (default: this one)",
    )


def _add_diagnose(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=run_diagnose)
    parser.add_argument("nodeids", nargs="*", metavar="NODEID", help="tests to diagnose; those of the JUnit reports by default")
    parser.add_argument("--junit", action="append", default=[], metavar="GLOB", help="JUnit reports of the failed run; may be repeated")
    _add_shared(parser)
    parser.add_argument("--runs", type=_count, default=4, metavar="N", help="plain runs to begin with (default 4)")
    parser.add_argument("--budget", type=_positive, default=60.0, metavar="S", help="seconds per test (default 60)")
    parser.add_argument("--traces", type=Path, metavar="DIR", help="what `pytest --flakemark-record=DIR` kept of the failed run")
    for kind in ("json", "html", "markdown", "sarif"):
        parser.add_argument(f"--{kind}", type=Path, metavar="FILE", help=f"write the report as {kind.upper()}")


def _add_replay(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=run_replay)
    parser.add_argument("report", type=Path, metavar="REPORT.json", help="a report of `flakemark diagnose --json`")
    parser.add_argument("nodeid", nargs="?", metavar="NODEID", help="which test; needed if the report can replay several")
    _add_shared(parser)
    parser.add_argument("--runs", type=_count, default=1, metavar="N", help="how often (default 1)")
    parser.add_argument("--passing", action="store_true", help="force the passing values instead")


def _add_fix(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=run_fix)
    parser.add_argument("report", type=Path, metavar="REPORT.json", help="a report of `flakemark diagnose --json`")
    parser.add_argument("nodeid", nargs="?", metavar="NODEID", help="which test (default: all)")
    parser.add_argument("--root", type=Path, default=Path(), metavar="DIR", help="the project (default: the current directory)")
    parser.add_argument("--apply", action="store_true", help="change the files, instead of printing what would be changed")


def _add_diff(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=run_diff)
    parser.add_argument(
        "passing", type=Path, metavar="PASSING.trace", help="kept by `pytest --flakemark-record=DIR --flakemark-record-passing`"
    )
    parser.add_argument("failing", type=Path, metavar="FAILING.trace", help="kept by `pytest --flakemark-record=DIR`")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the difference as JSON")


def _positive(text: str) -> float:
    value = _number(text)
    if not 0 < value < 1e6:
        raise argparse.ArgumentTypeError(f"{text} is not a positive number of seconds")
    return value


def _count(text: str) -> int:
    value = _number(text)
    if not 0 < value <= 10_000 or value != int(value):
        raise argparse.ArgumentTypeError(f"{text} is not a number from 1 to 10000")
    return int(value)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0  # out of every range: the caller says which one was meant


def _interpreter(text: str) -> str:
    if shutil.which(text) is None:
        raise argparse.ArgumentTypeError(f"{text} is no interpreter that can be run")
    return text
