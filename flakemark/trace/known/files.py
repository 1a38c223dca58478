"""What file systems give: listings in an arbitrary order, files of unique names, times.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from flakemark.trace.known.source import FILE, LISTING, TEMPORARY, Source, rows

WALKS = frozenset({"os.walk", "os.fwalk", "Path.walk"})

FILES: dict[str, Source] = {
    **rows(LISTING, (
        "posix.listdir=os.listdir", "posix.scandir=os.scandir", "os.walk", "os.fwalk", "glob.glob", "glob.iglob",
        *(f"pathlib.Path.{name}=Path.{name}" for name in ("iterdir", "glob", "rglob", "walk")),
    )),
    **rows(TEMPORARY, (
        "tempfile.mkdtemp", "tempfile.mkstemp", "tempfile.mktemp", "tempfile.NamedTemporaryFile", "tempfile.TemporaryFile",
        "tempfile.TemporaryDirectory", "tempfile.SpooledTemporaryFile",
    )),
    **rows(FILE, (
        "posix.stat=os.stat", "posix.lstat=os.lstat", "posix.fstat=os.fstat", "posix.statvfs=os.statvfs", "shutil.disk_usage",
        *(f"genericpath.get{name}=os.path.get{name}" for name in ("mtime", "ctime", "atime", "size")),
        "pathlib.Path.stat=Path.stat", "pathlib.Path.lstat=Path.lstat",
    )),
}  # fmt: skip
