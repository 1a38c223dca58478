"""The command: `flakemark diagnose`, `flakemark replay`, `flakemark fix`, `flakemark diff`."""

from __future__ import annotations

import signal
import sys
from types import FrameType
from typing import NoReturn

from flakemark.command.parser import parse
from flakemark.errors import EnvironmentBroken, UsageError


def main(argv: list[str] | None = None) -> int:
    """Run the command; returns its exit code.

    0 the work was done, whatever it found; 2 wrong usage or unreadable input; 3 the tests could not be run at
    all; 130 interrupted, what was known by then was printed and written.
    """
    before = signal.signal(signal.SIGTERM, _interrupted)  # a cancelled job ends like Ctrl-C: no process stays behind
    try:
        arguments = parse(sys.argv[1:] if argv is None else argv)
        code: int = arguments.command(arguments)
        return code
    except UsageError as error:
        print(f"flakemark: {error}", file=sys.stderr)
        return 2
    except EnvironmentBroken as error:
        print(f"flakemark: {error}", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        print("flakemark: interrupted", file=sys.stderr)
        return 130
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupted(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
