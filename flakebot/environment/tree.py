"""Read the files that say how a project is installed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

MAX_BYTES = 8 * 1024 * 1024
_NAMES = ("pyproject.toml", "setup.py", "setup.cfg", "uv.lock", "poetry.lock", "pdm.lock", ".python-version", "tox.ini", "noxfile.py")
_PATTERNS = ("*requirements*.txt", "requirements/*.txt")
# Their presence says enough.
_UNREAD = frozenset({"uv.lock", "setup.py", "noxfile.py"})


def read_project(root: Path) -> dict[str, str]:
    """Return the files that `detect` looks at: path relative to the root, with forward slashes -> text.

    Args:
        root: the project folder inside the sandbox.
    """
    paths = {root / name for name in _NAMES}.union(*(root.glob(pattern) for pattern in _PATTERNS))
    return {path.relative_to(root).as_posix(): _text(path) for path in sorted(paths) if path.is_file()}


def read_scripts(root: Path, names: Iterable[str]) -> list[str]:
    """Return the texts of test files, which may declare what they need; names that lead out of the project are passed over.

    Args:
        root: the project folder inside the sandbox.
        names: of files, relative to it, as a JUnit report has them: it may be hostile.
    """
    paths = [root / name for name in dict.fromkeys(names)]
    return [_text(path) for path in paths if _is_script(path, root.resolve())]


def _is_script(path: Path, root: Path) -> bool:
    try:
        return path.suffix == ".py" and path.resolve().is_relative_to(root) and path.is_file()
    except (OSError, ValueError, RuntimeError):  # a name too long, a NUL, a loop of links
        return False


def _text(path: Path) -> str:
    if path.name in _UNREAD:
        return ""
    with path.open("rb") as file:
        return file.read(MAX_BYTES).decode("utf-8", errors="replace")
