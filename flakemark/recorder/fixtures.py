"""What fixtures did that outlive a test: the value that a session's fixture drew belongs to every test that uses it.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any, NamedTuple

import pytest

from flakemark.events import Literal, TracedSite
from flakemark.trace.format import Content
from flakemark.trace.recording import RECORDER

MOST = 2_000  # events of one fixture
_MAIN = 0


class _Event(NamedTuple):
    moment: int
    site: TracedSite
    literal: Literal


class SharedFixtures:
    """Remembers what the set-up of fixtures of wider scopes recorded, for the tests after the one that they were set up in."""

    def __init__(self) -> None:
        self._seen: dict[int, tuple[Any, list[_Event]]] = {}  # the definition is held, or else another one might get its id
        self._new: set[int] = set()
        self._over: set[int] = set()
        self._is_inside = False

    def test_begins(self) -> None:
        """From here on fixtures are set up for another test."""
        for definition in self._over:
            self._seen.pop(definition, None)
        self._over.clear()
        self._new.clear()

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Generator[None, Any, None]:
        """Keep what a fixture records that is not for this test alone, with what it sets up itself."""
        if fixturedef.scope == "function" or self._is_inside:
            yield
            return
        mark, self._is_inside = RECORDER.mark(), True
        try:
            yield
        finally:
            self._is_inside = False
            found = [_Event(moment, site, literal) for site, thread, literal, moment in RECORDER.since(mark) if thread == _MAIN]
            self._seen[id(fixturedef)] = (fixturedef, found[:MOST])
            self._new.add(id(fixturedef))
            self._over.discard(id(fixturedef))

    def pytest_fixture_post_finalizer(self, fixturedef: Any) -> None:
        """Forget a fixture that is over with the test: it has still to be written with the last one that used it."""
        self._over.add(id(fixturedef))

    def before(self, item: Any, content: Content) -> Content:
        """Put what was recorded for the fixtures that a test uses before what was recorded in the test."""
        events = sorted(self._of(item), key=lambda event: event.moment)
        if not events:
            return content
        sites = {traced.site.key: place for place, traced in enumerate(content.sites)}
        more = [event.site for event in {event.site.site.key: event for event in events}.values() if event.site.site.key not in sites]
        sites |= {traced.site.key: len(content.sites) + place for place, traced in enumerate(more)}
        early = [(sites[event.site.site.key], _MAIN, event.literal, event.moment) for event in events]
        return content._replace(sites=[*content.sites, *more], events=[*early, *content.events])

    def _of(self, item: Any) -> Iterator[_Event]:
        """Yield what was recorded for the fixtures that a test names, unless it was recorded in that very test."""
        named = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {})
        for definition in {id(each): each for defined in named.values() for each in defined}:
            if definition in self._seen and definition not in self._new:
                yield from self._seen[definition][1]
