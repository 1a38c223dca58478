"""The folder for wheels and interpreters, which may outlive the job."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from flakebot.sandbox import give_to_owner


def make_cache(base: Path, relative: str, fallback: Path) -> Path:
    """Make the folder and return it.

    Args:
        base: an existing folder.
        relative: where below it, forward slashes.
        fallback: taken if the folder cannot be made, or if a link on the way leads out of the base: earlier steps, or whoever
            wrote the pull request, may have put it there.
    """
    folder = base / relative
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        if folder.resolve() == base.resolve() / relative:
            return folder
    fallback.mkdir(parents=True, exist_ok=True)
    return fallback


def hand_back(cache: Path, base: Path, workspace: Path) -> None:
    """Give the folder, and those on the way that only we can have made, to whoever owns the workspace."""
    give_to_owner(cache, workspace)
    owner = workspace.stat()
    for parent in cache.parents:
        if parent == base or not parent.is_relative_to(base):
            return
        if os.geteuid() == 0 and parent.stat().st_uid == 0:
            os.chown(parent, owner.st_uid, owner.st_gid, follow_symlinks=False)
