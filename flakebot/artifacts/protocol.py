"""Leaving files behind for people: the operation and its result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtifactUploaded:
    """An artifact that is in place.

    Attributes:
        id: of the artifact.
        url: its page.
        digest: "sha256:" and the hex digest of the zip.
        size: of the zip, in bytes.
        names: paths of the files in it, sorted.
    """

    id: str
    url: str
    digest: str
    size: int
    names: tuple[str, ...]


def offers_artifacts(server_url: str) -> bool:
    """Say whether this GitHub has the service: GitHub Enterprise Server has not; a stand-in on loopback has."""
    host = (urlsplit(server_url).hostname or "").lower()
    return host in {"github.com", "127.0.0.1", "localhost", "::1"} or host.endswith((".ghe.com", ".localhost"))


class Artifacts(Protocol):
    """A place for files that outlive the job."""

    def upload(self, name: str, files: Mapping[str, bytes], retention_days: int | None = None) -> ArtifactUploaded:
        """Store files under a name.

        Args:
            name: of the artifact, unique in the run; see `check_name`.
            files: relative path with forward slashes to content; not empty.
            retention_days: None for the repository's default.

        Raises:
            ArtifactError: if it cannot be done, in one sentence that says why.
        """
        ...


class Clock(Protocol):
    """Time as the upload needs it."""

    def now(self) -> datetime:
        """Return the time with its zone."""
        ...

    def pause(self, seconds: float, reason: str) -> None:
        """Wait, and tell why: nobody should look at a silent program."""
        ...
