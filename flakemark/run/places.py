"""Places of their own: a copy of the tree, a temporary folder and a home that nobody else writes to.

What a run leaves on the disk is looked at, put back, or met by the next run in the same place.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from flakemark.errors import EnvironmentBroken
from flakemark.run.process import Project
from flakemark.runs import FILE, NO_FILE, RunRequest, RunResult, StateChange

MOST_FILES, MOST_BYTES = 5_000, 100_000_000
SHOWN = 60
TREE = "tree"
_NOT_COPIED = (
    ".git", ".hg", ".svn", ".tox", ".nox", ".venv", "venv", "node_modules", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache",
)  # fmt: skip
_IGNORED = frozenset({"__pycache__", ".pytest_cache"})

Execute = Callable[[RunRequest, Project], RunResult]
Print = dict[str, tuple[int, int]]


def run_in_place(request: RunRequest, project: Project, execute: Execute) -> RunResult:
    """Execute the n-th run in a place of its own.

    Args:
        request: its `place` says which run of the victim there it is; `restore` names files that are put back before it,
            or taken away if it is the first one; `compare_state` asks for what the runs before it changed, or itself if it is the first.
        project: the project whose tree is copied.
        execute: runs a request on a project in a fresh process.

    Raises:
        EnvironmentBroken: the tree is too large to be copied, or a file is not in the place.
    """
    folder = Path(tempfile.mkdtemp(prefix="fm-place-")).resolve()
    try:
        place = _Place(folder, project)
        alone = replace(request, fresh=True, environment=(*request.environment, *place.environment))
        before = replace(alone, trace=False, follow="", compare_state=False, restore=())
        first = place.prints()
        for _ in range(request.place - 1):
            execute(before, place.project)
        changes = place.changes(first)
        place.put_back(first if request.place > 1 else {}, request.restore)
        followed = FILE + str(folder / request.follow.removeprefix(FILE)) if request.follow else ""
        result = execute(replace(alone, restore=(), compare_state=False, follow=followed), place.project)
        changes = changes if request.place > 1 else place.changes(first)
        return replace(result, request=request, state=changes if request.compare_state else ())
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def copy_tree(root: Path, target: Path) -> None:
    """Copy a project without what tools keep in it.

    Raises:
        EnvironmentBroken: it is too large for that.
    """
    _require_small(root)
    shutil.copytree(root, target, symlinks=True, ignore=shutil.ignore_patterns(*_NOT_COPIED))


class _Place:
    def __init__(self, folder: Path, project: Project) -> None:
        self.folder = folder
        tree = folder / TREE
        copy_tree(project.root, tree)
        self.project = replace(project, root=tree)
        for name in ("tmp", "home"):
            (folder / name).mkdir(exist_ok=True)
        shutil.copytree(tree, folder / "original", symlinks=True)
        self.environment = (
            ("TMPDIR", str(folder / "tmp")),
            ("HOME", str(folder / "home")),
            # Packages that the user installed for himself stay where they are.
            ("PYTHONUSERBASE", os.environ.get("PYTHONUSERBASE", str(Path("~/.local").expanduser()))),
        )

    def prints(self) -> Print:
        """Note every file that tests may meet: size and time of change."""
        return {path.relative_to(self.folder).as_posix(): _print(path) for path in self._files()}

    def _files(self) -> Iterator[Path]:
        for part in (self.project.root, self.folder / "tmp", self.folder / "home"):
            for root, folders, files in os.walk(part):
                folders[:] = [name for name in folders if name not in _IGNORED]
                empty = [name for name in folders if not any(Path(root, name).iterdir())]
                yield from (Path(root, name) for name in (*files, *empty))

    def changes(self, before: Print) -> tuple[StateChange, ...]:
        """Say which files are new, changed or gone, in the order of their names."""
        after = self.prints()
        names = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
        return tuple(StateChange(FILE + name, _shown(before.get(name)), self._content(name)) for name in names)

    def _content(self, name: str) -> str:
        path = self.folder / name
        if not path.exists():
            return NO_FILE
        return f"a file that begins with {path.read_bytes()[:SHOWN]!r}" if path.is_file() else "a folder"

    def put_back(self, before: Print, paths: tuple[str, ...]) -> None:
        """Make files what they were before the first run."""
        for name in (path.removeprefix(FILE) for path in paths):
            path = Path(os.path.normpath(self.folder / name))
            if self.folder not in path.parents:  # the recipe of a report may come from somebody else
                raise EnvironmentBroken(f"{name}: no file of the place in which the test runs")
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
            if name in before:
                original = self.folder / "original" / path.relative_to(self.project.root)
                path.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(original, path, follow_symlinks=False)


def _print(path: Path) -> tuple[int, int]:
    found = path.lstat()
    return found.st_size, found.st_mtime_ns


def _shown(print_: tuple[int, int] | None) -> str:
    return NO_FILE if print_ is None else f"a file of {print_[0]} bytes"


def _require_small(root: Path) -> None:
    files = size = 0
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in _NOT_COPIED]
        files += len(names)
        size += sum(Path(folder, name).lstat().st_size for name in names)
        if files > MOST_FILES or size > MOST_BYTES:
            raise EnvironmentBroken(f"{root.name} is too large to be copied for every run")
