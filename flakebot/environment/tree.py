"""Read the files that say how a project is installed."""

from __future__ import annotations

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


def _text(path: Path) -> str:
    if path.name in _UNREAD:
        return ""
    with path.open("rb") as file:
        return file.read(MAX_BYTES).decode("utf-8", errors="replace")
