"""Turn paths as a report prints them into paths relative to the project."""

from __future__ import annotations

import os
import posixpath
import re
from pathlib import Path

from flakemark.ingest.tree import Tree, common_end, dotted

_DRIVE = re.compile(r"[A-Za-z]:/")
_INSTALLED = re.compile(r"/(?:site|dist)-packages/|/lib/python\d")


class ProjectPaths:
    """Maps written paths, which may be absolute, of another machine, or relative to another folder.

    Args:
        tree: the project's files.
        workspace_map: an absolute path prefix on the machine that wrote the report, and what it is here.
    """

    def __init__(self, tree: Tree, workspace_map: tuple[str, str] | None) -> None:
        self._tree = tree
        self._roots = [_slashes(str(tree.root)), _slashes(os.path.realpath(tree.root))]
        self._map = (_slashes(workspace_map[0]).rstrip("/"), _slashes(workspace_map[1]).rstrip("/")) if workspace_map else None
        self._known: dict[str, str | None] = {}

    def __call__(self, written: str) -> str | None:
        """Return the path relative to the project with forward slashes, or None if it lies outside."""
        if written not in self._known:
            self._known[written] = self._resolve(self._mapped(_slashes(written)))
        return self._known[written]

    def _mapped(self, path: str) -> str:
        if self._map and path.startswith(self._map[0] + "/"):
            return self._map[1] + path[len(self._map[0]) :]
        return path

    def _resolve(self, path: str) -> str | None:
        absolute = path.startswith("/") or bool(_DRIVE.match(path))
        path = posixpath.normpath(path)
        for root in self._roots:
            if path.startswith(root.rstrip("/") + "/"):
                return path[len(root.rstrip("/")) + 1 :]
        if absolute or path.startswith(".."):
            return None if _INSTALLED.search(path) else self._by_end(path)
        return path if self._tree.exists(path) else self._by_end(path) or path

    def _by_end(self, path: str) -> str | None:
        """The one file that shares the longest end with a path of another machine, a folder's name at least."""
        own = dotted(path.lstrip("/"))
        shared = {file: common_end(own, words) for file, words in self._tree.ending_with(own[-1])}
        fits = {file: count for file, count in shared.items() if count == len(dotted(file)) and (count > 1 or len(own) == 1)}
        longest = [file for file, count in fits.items() if count == max(fits.values())]
        return longest[0] if len(longest) == 1 else self._below(own, shared)

    def _below(self, own: tuple[str, ...], shared: dict[str, int]) -> str | None:
        whole = [file for file, count in shared.items() if count == len(own)]
        return whole[0] if len(whole) == 1 else None


def _slashes(path: str) -> str:
    return Path(path).as_posix() if os.sep == "\\" else path.replace("\\", "/")
