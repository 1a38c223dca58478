"""Findings and changed files that the tests of this folder share."""

from __future__ import annotations

from flakebot.publish import ChangedFile, Finding

PATCH = "@@ -8,5 +8,6 @@\n 8\n 9\n+10\n 11\n 12\n 13\n@@ -30,2 +31,3 @@\n 31\n+32\n 33"
CHANGED = (
    ChangedFile("shop/money.py", "modified", PATCH),
    ChangedFile("shop/picture.py", "modified", None),
    ChangedFile("shop/gone.py", "removed", "@@ -1,2 +0,0 @@\n-1\n-2"),
)


def finding(line: int = 10, end_line: int = 0, path: str = "shop/money.py", **changes: object) -> Finding:
    values: dict[str, object] = {"body": f"Body of {path}:{line}.", "summary": f"Summary of {path}:{line}.", **changes}
    return Finding(path=path, line=line, end_line=end_line or line, **values)  # type: ignore[arg-type]
