"""The files of a project, found by the end of their dotted path.

A report writes `tests/v1.2/test_x.py` as `tests.v1.2.test_x`, so that a dot may be a slash or a dot: every file is
kept under the form that a report would use, and looked up by its last word.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

MAX_FILES = 200_000
MAX_SOURCE = 1024 * 1024
_WORD = re.compile(r"\w+")
_DEFINITION = re.compile(r"\b(?:class|def)\s+(\w+)")
_SKIPPED = frozenset({"node_modules", "site-packages", "__pycache__", "dist-packages"})


class Tree:
    """An index of the project's files, made when first asked; O(files) once, then O(files of that name) per question.

    Args:
        root: the project folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._by_word: dict[str, list[tuple[str, tuple[str, ...]]]] | None = None
        self._words: dict[str, tuple[frozenset[str], frozenset[str]]] = {}

    def exists(self, path: str) -> bool:
        """Tell whether a relative path is a file of the project."""
        return bool(path) and not path.startswith(("/", "../")) and (self.root / path).is_file()

    def folder_exists(self, path: str) -> bool:
        """Tell whether a relative path is a folder of the project."""
        return bool(path) and not path.startswith(("/", "../")) and (self.root / path).is_dir()

    def ending_with(self, word: str) -> Sequence[tuple[str, tuple[str, ...]]]:
        """List the files whose dotted path ends with a word: relative path and the words of the dotted path, sorted."""
        if self._by_word is None:
            self._by_word = {}
            for path in sorted(_walk(self.root)):
                words = dotted(path)
                self._by_word.setdefault(words[-1], []).append((path, words))
        return self._by_word.get(word, ())

    def defines(self, path: str, names: Sequence[str]) -> bool:
        """Tell whether a file's text defines all of these classes and functions; O(size of the file) once."""
        return self._words_of(path)[1].issuperset(names)

    def mentions(self, path: str, name: str) -> bool:
        """Tell whether a name occurs in a file's text at all, imported for instance."""
        return name in self._words_of(path)[0]

    def _words_of(self, path: str) -> tuple[frozenset[str], frozenset[str]]:
        if path not in self._words:
            source = _read(self.root / path)
            self._words[path] = frozenset(_WORD.findall(source)), frozenset(_DEFINITION.findall(source))
        return self._words[path]


def dotted(path: str) -> tuple[str, ...]:
    """Split a relative path into the words that a report makes of it, e.g. tests/test_x.py -> tests, test_x."""
    return tuple(path.removesuffix(".py").replace("/", ".").split("."))


def common_end(left: Sequence[str], right: Sequence[str]) -> int:
    """Count the words that two dotted paths share at their ends."""
    common = 0
    for mine, theirs in zip(reversed(left), reversed(right), strict=False):
        if mine != theirs:
            break
        common += 1
    return common


def _walk(root: Path) -> Iterator[str]:
    count = 0
    for parent, folders, files in os.walk(root, followlinks=False):
        folders[:] = [name for name in folders if _is_project(parent, name)]
        below = os.path.relpath(parent, root).replace(os.sep, "/")
        for name in files:
            count += 1
            if count > MAX_FILES:
                return
            yield name if below == "." else f"{below}/{name}"


def _is_project(parent: str, name: str) -> bool:
    return not name.startswith(".") and name not in _SKIPPED and not os.path.exists(os.path.join(parent, name, "pyvenv.cfg"))


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(MAX_SOURCE).decode("utf-8", "replace")
    except OSError:
        return ""
