"""The program of the action: `flakebot run`, and `flakebot demo`. The only reader of environment, clock and arguments."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import traceback
from collections.abc import Mapping
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from types import FrameType
from typing import NoReturn

# Only what is needed to start anew: whatever else is imported here is imported twice in every job.
from flakebot.errors import EnvironmentBroken, FlakebotError, UsageError
from flakebot.handover import NAME, hide_memory, receive, start_anew
from flakebot.runner import Log
from flakemark import __version__

INTERRUPTED = 130
CRASHED = 70


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
        return _run(environ, same_user=arguments.same_user)
    except FlakebotError as error:
        Log(sys.stderr).say(f"flakebot: {error}")
        return _exit_code(error)
    except KeyboardInterrupt:
        Log(sys.stderr).say("flakebot: interrupted")
        return INTERRUPTED
    except Exception:  # noqa: BLE001 - told without what a problem matcher of the job takes for a failure of the project
        return _crashed(environ)


def _without_secrets_in_sight() -> Mapping[str, str]:
    """Return the environment that the runner gave us; programs that we start cannot find it by looking at us."""
    if NAME not in os.environ:
        start_anew(os.environ, [sys.executable, *sys.orig_argv[1:]])
    hide_memory()
    try:
        environ = receive(os.environ.pop(NAME))
    except (OSError, ValueError, AttributeError) as error:
        raise UsageError(f"the variable {NAME} is set by flakebot alone; take it out of the environment ({error})") from None
    from flakebot.sandbox import network_settings

    os.environ.update(network_settings(environ))  # the clients of GitHub look for proxies and certificates here
    return environ


def _run(environ: Mapping[str, str], *, same_user: bool) -> int:
    from flakebot.action import run_action

    return run_action(environ, same_user=same_user, folder=Path.cwd(), now=lambda: datetime.now(timezone.utc))


def _demo(keep: Path | None) -> int:
    from flakebot.demo.show import show  # the action does not need it

    # A proxy knows nothing of our loopback. Both spellings are read, the lower one first.
    for name in ("no_proxy", "NO_PROXY"):
        os.environ[name] = "*"
    # The example is ours, and the Python that runs us may lie where another user cannot read it.
    return show(keep, partial(_run, same_user=True), os.environ, sys.stdout)


def _crashed(environ: Mapping[str, str]) -> int:
    from flakebot.action import redactor

    log = Log(sys.stderr, redactor(environ))
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
