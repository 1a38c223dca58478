"""Files that outlive the job: GitHub's artifacts, protocol v4, or a folder where there is no such service.

protocol  the operation and its result
archive   names and paths that the service takes; a zip whose bytes depend on its content alone
service   create, upload in blocks, finalize
attempts  which answers are worth another attempt, and when
folder    the fallback
"""

from __future__ import annotations

from flakebot.artifacts.archive import check_name, check_path, make_zip, safe_name
from flakebot.artifacts.folder import FolderArtifacts
from flakebot.artifacts.protocol import Artifacts, ArtifactUploaded, Clock
from flakebot.artifacts.service import GitHubArtifacts, offers_artifacts

__all__ = [
    "ArtifactUploaded",
    "Artifacts",
    "Clock",
    "FolderArtifacts",
    "GitHubArtifacts",
    "check_name",
    "check_path",
    "make_zip",
    "offers_artifacts",
    "safe_name",
]
