"""Where things are: files of the project in the repository, lines and results on the web."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Knows paths and addresses.

    Attributes:
        server_url: of the forge, without a final slash.
        repository: "owner/name" that holds the head commit.
        head_sha: the commit whose lines are meant.
        run_url: page of the job's run, "" if unknown.
        artifact_url: page of the uploaded reports, "" if there are none.
        folder: of the project in the repository, "." if it is the repository itself.
    """

    server_url: str
    repository: str
    head_sha: str
    run_url: str = ""
    artifact_url: str = ""
    folder: str = "."

    def in_repository(self, file: str) -> str:
        """Return the path of a project file relative to the repository."""
        return str(PurePosixPath(self.folder) / file)

    def permalink(self, file: str, line: int, end_line: int = 0) -> str:
        """Return the address of lines of a project file at the head commit."""
        lines = f"#L{line}-L{end_line}" if end_line > line else f"#L{line}"
        return f"{self.server_url}/{quote(self.repository)}/blob/{quote(self.head_sha)}/{quote(self.in_repository(file))}{lines}"
