"""Inside the worker: the lines of the project that write one file.

An audit hook sees what is opened, created and renamed. It cannot be taken away again, and need not be: the process ends
with its run.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

_join, _realpath, _getcwd, _isabs = os.path.join, os.path.realpath, os.getcwd, os.path.isabs
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
# The number of the argument that names what comes into being.
_MAKING = {"os.mkdir": 0, "os.rename": 1, "os.link": 1, "os.symlink": 1, "sqlite3.connect": 0, "shutil.copyfile": 1, "shutil.move": 1}
FILE = "file:"  # as in flakemark.runs, which is not loaded here
MOST = 4


class FileWatch:
    """Notes who writes a file; works from when it is made.

    Args:
        path: absolute path of the file.
        owns: whether a source file is the project's own.
    """

    def __init__(self, path: str, owns: Callable[[str], bool]) -> None:
        self.path, self.owns = _realpath(path), owns
        self.writes: list[tuple[str, int, str, str]] = []
        sys.addaudithook(self._hear)

    def _hear(self, event: str, args: tuple[Any, ...]) -> None:
        if event == "open":
            named = args[0] if type(args[2]) is int and args[2] & _WRITING else None
        else:
            named = args[_MAKING[event]] if event in _MAKING else None
        if named is not None and not self.writes and self._is_it(named):
            self.writes = _lines(sys._getframe(1), self.owns)

    def _is_it(self, named: Any) -> bool:
        if type(named).__module__.partition(".")[0] == "pathlib":
            named = str(named)
        if type(named) is not str:
            return False
        return _realpath(named if _isabs(named) else _join(_getcwd(), named)) == self.path


def _lines(frame: Any, owns: Callable[[str], bool]) -> list[tuple[str, int, str, str]]:
    """List the lines of the project that are being executed, innermost first: absolute file, line, function, ""."""
    found: list[tuple[str, int, str, str]] = []
    while frame is not None and len(found) < MOST:
        code = frame.f_code
        if owns(code.co_filename):
            found.append((code.co_filename, frame.f_lineno, getattr(code, "co_qualname", code.co_name), ""))
        frame = frame.f_back
    return found
