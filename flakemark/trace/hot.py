"""Which sites were hot in earlier sessions: they are left without probes.

A site is hot if in test after test it had more evaluations than are recorded of it. What it sees tells little then, and
passing it by is most of what recording costs. Never among them: a site at which a known source or wait was seen, or that
may call another thing each time. A call is left out only as long as no source file of the project has changed, for what a
name stands for is decided elsewhere; other sites as long as their own file has not.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from importlib.util import source_hash
from typing import Any, NamedTuple

from flakemark import __version__
from flakemark.trace.prepared import read_whole, write_whole

__tracebackhide__ = True  # pytest shows no frame of this module

MOST = 4_000  # sites that are left out; each is named in every trace
_join, _stat = os.path.join, os.stat
_dumps, _loads = json.JSONEncoder(separators=(",", ":")).encode, json.loads


class Hot(NamedTuple):
    """What is known of one file.

    Attributes:
        digest: of its source, hexadecimal.
        plain: places of hot sites that call nothing, among all sites of the file.
        calls: places of hot calls.
    """

    digest: str
    plain: frozenset[int]
    calls: frozenset[int]


class HotSites:
    """The hot sites of a project.

    Args:
        root: the project's, absolute.
        folder: where they are kept; "" if nowhere.
        probed: what gets probes, "values" or "flow": the places of sites are others.
    """

    def __init__(self, root: str, folder: str = "", probed: str = "values") -> None:
        self.root, self.folder = root, folder
        self._name = f"hot-{probed}-{sys.implementation.cache_tag}.json"
        self._stamp = _surroundings()
        self._known = self._read(folder) if folder else {}
        self._used: dict[str, Hot] = {}
        self._changed: set[str] = set()

    def of(self, file: str, source: bytes) -> frozenset[int]:
        """Return the places of the sites of a file that are left out."""
        digest, known, before = source_hash(source).hex(), self._known.get(file), self._used.get(file)
        if before is not None and before.digest != digest:
            self._changed.add(file)  # in the middle of the session
        hot = self._used[file] = known if known is not None and known.digest == digest else Hot(digest, frozenset(), frozenset())
        return hot.plain | hot.calls

    def learn(self, found: Iterable[tuple[str, int, bool]], folder: str) -> None:
        """Add sites that were hot in this session, the hottest first, to what others have written meanwhile.

        Args:
            found: file, place in it, and whether the site is a call.
            folder: where to write.
        """
        latest = self._read(folder)
        known = {**latest, **{file: _together(hot, latest.get(file)) for file, hot in self._used.items() if file not in self._changed}}
        left = MOST - sum(len(hot.plain) + len(hot.calls) for hot in known.values())
        for file, place, is_call in found:
            if left <= 0:
                break
            hot = known.get(file)
            if hot is not None and file not in self._changed and place not in hot.plain | hot.calls:
                left -= 1
                known[file] = hot._replace(calls=hot.calls | {place}) if is_call else hot._replace(plain=hot.plain | {place})
        if known != latest:
            self._write(folder, known)

    def _write(self, folder: str, known: dict[str, Hot]) -> None:
        files = {file: [hot.digest, sorted(hot.plain), sorted(hot.calls)] for file, hot in known.items()}
        try:
            write_whole(_join(folder, self._name), _dumps({"made_by": self._stamp, "files": files}).encode("ascii"))
        except OSError:  # the next session learns it again
            return

    def _read(self, folder: str) -> dict[str, Hot]:
        """Read what is known; a file that is damaged, or of other surroundings, says nothing."""
        try:
            content = _loads(read_whole(_join(folder, self._name)).decode("ascii"))
            if content["made_by"] != self._stamp:
                return {}
            found = {file: _hot(entry) for file, entry in content["files"].items()}
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
            return {}
        same = {file for file, hot in found.items() if source_hash(read_whole(_join(self.root, file))).hex() == hot.digest}
        if len(same) == len(found):
            return found
        return {file: hot._replace(calls=frozenset()) for file, hot in found.items() if file in same}


def _together(hot: Hot, other: Hot | None) -> Hot:
    if other is None or other.digest != hot.digest:
        return hot
    return hot._replace(plain=hot.plain | other.plain, calls=hot.calls | other.calls)


def _hot(entry: Any) -> Hot:
    digest, plain, calls = entry
    if not all(type(place) is int for place in (*plain, *calls)):
        raise TypeError("no places")
    return Hot(digest, frozenset(plain), frozenset(calls))


def _surroundings() -> str:
    """Say what the callables of a project depend on besides its own files: the packages that are installed."""
    return repr((__version__, sys.version, list(_installed())))


def _installed() -> Iterator[tuple[str, int]]:
    for folder in sys.path:
        if folder.endswith("-packages"):
            try:
                yield folder, _stat(folder).st_mtime_ns
            except OSError:
                continue
