"""Findings and changed files that the tests of publishing share."""

from __future__ import annotations

from flakebot.publish import ChangedFile, Finding, Frame

PATCH = "@@ -8,5 +8,6 @@\n 8\n 9\n+10\n 11\n 12\n 13\n@@ -30,2 +31,3 @@\n 31\n+32\n 33"
CHANGED = (
    ChangedFile("shop/money.py", "modified", PATCH),
    ChangedFile("shop/picture.py", "modified", None),
    ChangedFile("shop/gone.py", "removed", "@@ -1,2 +0,0 @@\n-1\n-2"),
)
FRAME = Frame(lambda at_lines, below: f"HEAD {at_lines} {below}", "FOOT")


def finding(line: int = 10, end_line: int = 0, path: str = "shop/money.py", **changes: object) -> Finding:
    name = f"{path}:{line}"
    values: dict[str, object] = {
        "cause": name.replace("/", "-").replace(":", "-"),
        "body": f"Body of {name}.",
        "elsewhere": f"Elsewhere about {name}.",
        "summary": f"Summary of {name}.",
        **changes,
    }
    return Finding(path=path, line=line, end_line=end_line or line, **values)  # type: ignore[arg-type]
