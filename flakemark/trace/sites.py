"""Where a probe stands.

A site has a key that is the same in every process that loads the same source, and a number that is
only valid inside one process. A module that is loaded again (a reload, or a second import under another
name) has new numbers for the same keys; the functions of the first load may live on, so both are known.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from collections.abc import Iterable

from flakemark.events import Site


class SiteTable:
    """All sites of this process, numbered in the order in which modules were instrumented."""

    def __init__(self) -> None:
        self.sites: list[Site] = []
        self._numbers: dict[str, tuple[int, ...]] = {}
        self._indexed = 0  # so many sites are in there
        self._loading: dict[str, set[str]] = {}

    def add(self, site: Site) -> int:
        """Number a site; a second one with the same key in the same load of its file gets a key of its own."""
        taken = self._loading.setdefault(site.file, set())
        key, twin = site.key, 1
        while key in taken:
            twin += 1
            key = f"{site.key}#{twin}"
        taken.add(key)
        self.sites.append(site if twin == 1 else site._replace(key=key))
        return len(self.sites) - 1

    def load(self, sites: Iterable[Site]) -> range:
        """Number the sites of a whole load of a file, which have keys of their own."""
        first = len(self.sites)
        self.sites.extend(sites)
        return range(first, len(self.sites))

    def numbers(self, key: str) -> tuple[int, ...]:
        """Return the numbers of a key, one for each time its file was loaded; empty if it was not."""
        for number, site in enumerate(self.sites[self._indexed :], self._indexed):
            self._numbers[site.key] = (*self._numbers.get(site.key, ()), number)
        self._indexed = len(self.sites)
        return self._numbers.get(key, ())

    def forget(self, file: str) -> None:
        """Begin a new load of a file: its sites get the same keys again."""
        self._loading.pop(file, None)
