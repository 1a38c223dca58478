from __future__ import annotations

import re

LINK = re.compile(r"\[\[([^\]|]+)(?:\|[^\]]*)?\]\]")
HEADING = re.compile(r"^(#+)\s+(.*)$", re.MULTILINE)


def slugify(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def links(body: str) -> set[str]:
    return {slugify(target) for target in LINK.findall(body)}


def outline(body: str) -> list[tuple[int, str]]:
    return [(len(marks), text.strip()) for marks, text in HEADING.findall(body)]
