"""Start this program anew without its secrets in sight: what a program is started with, any process of its user can read.

Taking a name out of our variables changes a copy: `/proc/<pid>/environ` shows the environment of the start for as long as
the process lives. So the environment goes through a file without a name to a second start of the same program.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from typing import NoReturn

NAME = "FLAKEBOT_HANDOVER"
# What an interpreter needs to start as it did the first time. None of it is secret.
_NEEDED = frozenset({"PATH", "HOME", "TMPDIR", "LANG", "LANGUAGE", "TZ", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "VIRTUAL_ENV"})
_PREFIXES = ("LC_", "PYTHON", "COVERAGE_")
_PR_SET_DUMPABLE = 4


def start_anew(environ: Mapping[str, str], command: Sequence[str]) -> NoReturn:
    """Replace this process by a fresh start of its command, with an environment that holds no secret.

    Args:
        environ: everything that the fresh start gets from `receive`.
        command: program and arguments as this process was started.
    """
    number = _nameless_file()
    with os.fdopen(number, "wb", closefd=False) as file:
        file.write(json.dumps(dict(environ)).encode("ascii"))
    os.lseek(number, 0, os.SEEK_SET)
    os.set_inheritable(number, True)
    kept = {name: value for name, value in environ.items() if name in _NEEDED or name.startswith(_PREFIXES)}
    os.execve(command[0], list(command), {**kept, NAME: str(number)})  # noqa: S606 - without a shell is what we want


def receive(number: str) -> dict[str, str]:
    """Return the environment of the first start, and close the file that held it.

    Raises:
        ValueError: if the value of the variable is not one of ours.
        OSError: likewise.
    """
    with os.fdopen(int(number), "rb") as file:
        found = json.loads(file.read())
    return {str(name): str(value) for name, value in found.items()}


def hide_memory() -> None:
    """Keep other processes of this user out of our memory and our environment, where the system can (Linux)."""
    if sys.platform == "linux":
        # Not inherited through exec: what we start can be traced and can dump as usual.
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def _nameless_file() -> int:
    if hasattr(os, "memfd_create"):
        return os.memfd_create("environment")
    with tempfile.TemporaryFile() as file:  # deleted before anything is in it
        return os.dup(file.fileno())
