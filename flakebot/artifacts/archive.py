"""The zip of an artifact, and the names that the service takes."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from io import BytesIO

from flakebot.errors import ArtifactError

_IN_PATH = re.compile(r'[":<>|*?\r\n]')
_IN_NAME = re.compile(r'[":<>|*?\r\n\\/]')
# The earliest time that a zip can hold; with the time of the upload, equal files would differ in their digest.
_TIME = (1980, 1, 1, 0, 0, 0)
_ORDINARY_FILE = 0o100644 << 16


def check_name(name: str) -> None:
    """Refuse a name that the artifact service would refuse.

    Raises:
        ArtifactError: naming what is wrong.
    """
    if not name.strip() or _IN_NAME.search(name):
        raise ArtifactError(f'artifact name {name!r} must not be empty and must hold none of " : < > | * ? \\ / and line breaks')


def check_path(path: str) -> None:
    """Refuse the path of a file that the service or a reader of the zip would refuse.

    Raises:
        ArtifactError: naming what is wrong.
    """
    parts = path.split("/")
    if _IN_PATH.search(path) or "\\" in path or "\0" in path:
        raise ArtifactError(f'path {path!r} must hold none of " : < > | * ? \\ and line breaks')
    if any(part in {"", ".", ".."} for part in parts):
        raise ArtifactError(f"path {path!r} must be relative, without empty parts and without . and ..")


def make_zip(files: Mapping[str, bytes]) -> bytes:
    """Return a zip of files, whose bytes depend on paths and contents alone (and on the version of zlib).

    Args:
        files: path to content.

    Raises:
        ArtifactError: for no files, or a path that is refused.
    """
    if not files:
        raise ArtifactError("an artifact without files cannot be uploaded")
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            check_path(path)
            archive.writestr(_entry(path), files[path])
    return buffer.getvalue()


def _entry(path: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, _TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3  # Unix, whatever made it: the default depends on the platform
    entry.external_attr = _ORDINARY_FILE
    return entry
