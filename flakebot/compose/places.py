"""Where things are: files of the project in the repository, lines and results on the web."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote

HeadLines = Mapping[tuple[str, int], int | None]  # path in the repository and line of the traced tree, to the line of the head


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
        traced_sha: the commit that was traced, where it is another one (a merge with the base); "" where it is not known.
        lines: where lines of the traced tree stand in the head commit, None where it does not hold them; None if nobody looked.
    """

    server_url: str
    repository: str
    head_sha: str
    run_url: str = ""
    artifact_url: str = ""
    folder: str = "."
    traced_sha: str = ""
    lines: HeadLines | None = None

    def in_repository(self, file: str) -> str:
        """Return the path of a project file relative to the repository."""
        return str(PurePosixPath(self.folder) / file)

    def at_head(self, file: str, line: int) -> int | None:
        """Return where a line of a project file stands in the head commit: the same line if that is not known, None if nowhere."""
        return line if self.lines is None else self.lines.get((self.in_repository(file), line), line)

    def permalink(self, file: str, line: int, end_line: int = 0) -> str:
        """Return the address of lines of a project file: at the head commit, or at the one that was traced if nobody looked there."""
        sha = self.traced_sha if self.lines is None and self.traced_sha else self.head_sha
        first = self.at_head(file, line)
        address = f"{self.server_url}/{quote(self.repository)}/blob/{quote(sha)}/{quote(self.in_repository(file))}"
        if first is None:
            return address
        return address + (f"#L{first}-L{first + end_line - line}" if end_line > line else f"#L{first}")
