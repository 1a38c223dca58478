"""Find the report files that patterns name: plain paths, globs and directories.

Not `glob.glob`: its `**` walks through symbolic links, out of the project and in circles, and what it does
with them differs between the Python versions that we support.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

MAX_FILES = 1_000
_MAGIC = re.compile(r"[*?\[]")


class NotFound(Exception):
    """A pattern names no usable file; the message says why and what to do."""


def find_reports(pattern: str, root: Path) -> list[Path]:
    """List the files that one pattern names, sorted.

    Args:
        pattern: a path, a glob (`*`, `?`, `[...]`, `**`) or a directory (its `*.xml`); relative to `root`, or absolute.
        root: the project folder; globs do not leave it, neither by `..` nor by links.

    Raises:
        NotFound: if there is no such file.
    """
    plain = Path(root, pattern)
    if os.path.lexists(plain):
        return _plain(plain, root)
    if not _MAGIC.search(pattern):
        raise NotFound("no such file; check the path (it is relative to the project root) and that the tests ran with --junitxml")
    found = sorted(path for path in _expand(root, _segments(pattern, root), root.resolve()) if path.is_file())
    if not found:
        raise NotFound("no file matches; check the pattern (it is relative to the project root) and that the tests ran with --junitxml")
    return _bounded(found)


def relative(path: Path, root: Path) -> str:
    """Return `path` relative to `root` with forward slashes, for messages."""
    try:
        return Path(os.path.relpath(path, root)).as_posix()
    except ValueError:  # another drive on Windows
        return path.as_posix()


def _plain(path: Path, root: Path) -> list[Path]:
    if _leads_out(path, root):
        raise NotFound("is a link that leads out of the project; name the file itself")
    if not path.is_dir():
        return [path]
    found = sorted(entry for entry in path.iterdir() if entry.suffix == ".xml" and entry.is_file() and not _leads_out(entry, root))
    if not found:
        raise NotFound("the folder holds no *.xml; check that the tests ran with --junitxml")
    return _bounded(found)


def _leads_out(path: Path, root: Path) -> bool:
    """Whether a path that is written inside the root ends outside; one that is written outside was meant."""
    written = Path(os.path.normpath(path))
    return written.is_relative_to(Path(os.path.normpath(root))) and not _inside(path, root.resolve())


def _inside(path: Path, real_root: Path) -> bool:
    return Path(os.path.realpath(path)).is_relative_to(real_root)


def _bounded(found: list[Path]) -> list[Path]:
    if len(found) > MAX_FILES:
        raise NotFound(f"names {len(found)} files, more than {MAX_FILES}; make it narrower")
    return found


def _segments(pattern: str, root: Path) -> list[str]:
    text = pattern.replace(os.sep, "/").removeprefix(root.as_posix().rstrip("/") + "/")
    segments = [segment for segment in text.split("/") if segment not in ("", ".")]
    if text.startswith("/") or Path(text).is_absolute() or ".." in segments:
        raise NotFound("a glob has to stay inside the project; give the path of each file outside of it")
    return segments


def _expand(folder: Path, segments: Sequence[str], real_root: Path) -> Iterator[Path]:
    head, rest = segments[0], segments[1:]
    if head == "**":
        yield from _expand_below(folder, rest or ["*"], real_root)
        return
    for entry in _matching(folder, head, real_root):
        if not rest:
            yield entry
        elif entry.is_dir():
            yield from _expand(entry, rest, real_root)


def _expand_below(folder: Path, rest: Sequence[str], real_root: Path) -> Iterator[Path]:
    seen = set()
    for parent, folders, _ in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for path in _expand(Path(parent), rest, real_root):
            if path not in seen:  # `**/**` reaches a file more than once
                seen.add(path)
                yield path


def _matching(folder: Path, segment: str, real_root: Path) -> Iterator[Path]:
    for name in _names(folder):
        hidden = name.startswith(".") and not segment.startswith(".")
        if not hidden and fnmatchcase(name, segment) and _inside(folder / name, real_root):
            yield folder / name


def _names(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:  # unreadable, or gone since it was listed
        return []
