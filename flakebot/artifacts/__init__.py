"""Files that outlive the job: GitHub's artifacts, protocol v4.

protocol  the operation and its result
archive   names and paths that the service takes; a zip whose bytes depend on its content alone
service   create, upload in blocks, finalize; not imported here, for its client of HTTP takes long to import
attempts  which answers are worth another attempt, and when
"""

from __future__ import annotations

from flakebot.artifacts.archive import check_name, check_path, make_zip
from flakebot.artifacts.protocol import Artifacts, ArtifactUploaded, Clock, offers_artifacts

__all__ = [
    "ArtifactUploaded",
    "Artifacts",
    "Clock",
    "check_name",
    "check_path",
    "make_zip",
    "offers_artifacts",
]
