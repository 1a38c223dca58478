"""Where there is no artifact service, the files are left in a folder of the workspace."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from flakebot.artifacts.archive import check_name, make_zip
from flakebot.artifacts.protocol import ArtifactUploaded
from flakebot.errors import ArtifactError


class FolderArtifacts:
    """Leaves each artifact as a subfolder that bears its name.

    Args:
        folder: made when needed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def upload(
        self,
        name: str,
        files: Mapping[str, bytes],
        retention_days: int | None = None,  # noqa: ARG002 - the protocol's signature
    ) -> ArtifactUploaded:
        """Write the files; those of an earlier artifact of this name are replaced where their paths are equal.

        Args:
            name: of the subfolder.
            files: path to content.
            retention_days: without meaning here.

        Raises:
            ArtifactError: if a name is refused or the files cannot be written.
        """
        check_name(name)
        if name in {".", ".."}:
            raise ArtifactError(f"artifact name {name!r} is no name of a folder")
        archive = make_zip(files)
        try:
            for path, content in files.items():
                self._write(self._folder / name, path, content)
        except OSError as error:
            raise ArtifactError(f"the reports cannot be written to {self._folder / name}: {error.strerror or error}") from error
        digest = f"sha256:{hashlib.sha256(archive).hexdigest()}"
        return ArtifactUploaded(id="", url="", digest=digest, size=len(archive), names=tuple(sorted(files)))

    def _write(self, folder: Path, path: str, content: bytes) -> None:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        # A link may lie there that leads out of the workspace.
        if not target.parent.resolve().is_relative_to(self._folder.resolve()) or target.is_symlink():
            raise ArtifactError(f"path {path!r} leads out of the folder")
        target.write_bytes(content)
