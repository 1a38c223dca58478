from __future__ import annotations

from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path

ALIASES = {
    "apache 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "mit license": "MIT",
    "bsd": "BSD-3-Clause",
}


@dataclass(frozen=True)
class Component:
    name: str
    version: str
    licence: str | None = None
    author: str = ""

    @property
    def purl(self) -> str:
        return f"pkg:pypi/{self.name.lower()}@{self.version}"


def normalise(licence: str | None) -> str | None:
    if not licence or licence.strip().upper() == "UNKNOWN":
        return None
    return ALIASES.get(licence.strip().lower(), licence.strip())


def read_metadata(path: Path) -> Component:
    headers = HeaderParser().parsestr(path.read_text())
    return Component(
        name=headers["Name"],
        version=headers["Version"],
        licence=normalise(headers["License"]),
        author=headers["Author"] or "",
    )


def scan(site_packages: Path) -> list[Component]:
    folders = sorted(site_packages.glob("*.dist-info"))
    return [read_metadata(folder / "METADATA") for folder in folders]
