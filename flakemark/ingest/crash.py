"""The line that raised, as the traceback at the end of a failure text names it.

pytest ends with `tests/test_x.py:26: AssertionError`, with `--tb=short` the last entry is `tests/test_x.py:26: in test_x`,
and with `--tb=native`, as in unittest, `File "/abs/tests/test_x.py", line 26, in test_x`. Source lines in
between are indented or begin with `>` or `E`, so that a test cannot forge a location at the start of a line by accident.
"""

from __future__ import annotations

import re
from collections.abc import Callable

# Bounded pieces: the text is hostile and up to 50 MB long.
_PYTEST = re.compile(r"^(?!E  )(?P<path>[^\s>:\"][^\n:\"]{0,1000}|[A-Za-z]:[^\n:\"]{1,1000}):(?P<line>\d{1,7}):(?: |$)", re.MULTILINE)
_NATIVE = re.compile(r"^ {2}File \"(?P<path>[^\"\n]{1,1000})\", line (?P<line>\d{1,7})", re.MULTILINE)
_TAIL = 64 * 1024


def find_crash(text: str, to_project: Callable[[str], str | None]) -> str:
    """Return "path:line" of the crash, or "" if the text does not tell or the line is outside the project.

    Args:
        text: the text of the failure element.
        to_project: turns a path as printed into one relative to the project, or None if it lies outside.
    """
    tail = text[-_TAIL:]
    found = _last(_PYTEST, tail) or _last(_NATIVE, tail)
    if found is None:
        return ""
    path = to_project(found["path"])
    return f"{path}:{found['line']}" if path is not None else ""


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = list(pattern.finditer(text))
    return found[-1] if found else None
