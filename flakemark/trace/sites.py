"""Where a probe stands.

A site has a key that is the same in every process that loads the same source, and a number that is
only valid inside one process.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from flakemark.events import Site


class SiteTable:
    """All sites of this process, numbered in the order in which modules were instrumented."""

    def __init__(self) -> None:
        self.sites: list[Site] = []
        self.numbers: dict[str, int] = {}

    def add(self, site: Site) -> int:
        """Number a site; a second one with the same key gets a key of its own."""
        key = site.key
        twin = 1
        while key in self.numbers:
            twin += 1
            key = f"{site.key}#{twin}"
        number = len(self.sites)
        self.sites.append(site._replace(key=key))
        self.numbers[key] = number
        return number

    def forget(self, file: str) -> None:
        """Free the keys of a file that is loaded again (reload, or a second import under another name)."""
        stale = [site.key for site in self.sites if site.file == file]
        for key in stale:
            self.numbers.pop(key, None)
