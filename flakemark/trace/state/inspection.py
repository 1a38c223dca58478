"""What one run does about shared state.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flakemark.trace.state.follow import Follower
from flakemark.trace.state.loggers import forget_levels
from flakemark.trace.state.snapshot import Snapshot


class Inspection:
    """What a run does about shared state: compare it, put pieces back, or follow one piece.

    Args:
        wanted: {"compare": bool, "restore": [path, ...], "follow": path or ""}.
        owns: whether a file is the project's own.
        fixtures: values of live fixtures by name.
    """

    def __init__(self, wanted: dict[str, Any], owns: Callable[[str], bool], fixtures: dict[str, Any]) -> None:
        self.wanted = wanted
        self.changes: list[tuple[str, str, str]] = []
        asked = [*wanted["restore"], *([wanted["follow"]] if wanted["follow"] else [])]
        only = () if wanted["compare"] else asked
        self.snapshot = Snapshot(owns, fixtures, only) if wanted["compare"] or asked else None
        self.owns = owns
        self.follower: Follower | None = None

    def __enter__(self) -> Inspection:
        self._follow()
        return self

    def fixture(self, name: str, value: Any) -> None:
        """Look at a fixture from now on, which is set up while the polluters run."""
        if self.snapshot is not None:
            self.snapshot.fixture(name, value)
            self._follow()

    def _follow(self) -> None:
        path = self.wanted["follow"]
        piece = self.snapshot.find(path) if self.snapshot is not None and path and self.follower is None else None
        if piece is not None:
            self.follower = Follower(piece, self.owns)
            self.follower.__enter__()

    def __exit__(self, *exc: object) -> None:
        """The polluters have run: say what changed, or put it back."""
        if self.follower is not None:
            self.follower.__exit__()
        if self.snapshot is None:
            return
        changed = self.snapshot.changes()
        if self.wanted["compare"]:
            self.changes = [(piece.path, piece.shown, piece.text()) for piece in changed]
        for piece in changed:
            if piece.path in self.wanted["restore"]:
                piece.restore()
        if self.wanted["restore"]:
            forget_levels()

    @property
    def writes(self) -> list[tuple[str, int, str, str]]:
        """Where the followed piece was written, oldest first: absolute file, line, function, value."""
        return self.follower.writes if self.follower is not None else []
