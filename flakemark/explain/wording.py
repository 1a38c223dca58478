"""What each kind of nondeterministic input is called, and what to do about it."""

from __future__ import annotations

from typing import NamedTuple

from flakemark.events import TracedSite
from flakemark.model import Category


class Wording(NamedTuple):
    """Title (with {name} and {function}), category and advice for a kind of source."""

    category: Category
    title: str
    advice: str


_UNNAMED = Wording(
    Category.RANDOMNESS,
    "{name} gives another value from run to run, and the test depends on it",
    "Make what {name} returns reproducible in the test: pass the value in, or replace the call with a fixed one (monkeypatch).",
)
_WORDINGS = {
    "draw": Wording(
        Category.RANDOMNESS,
        "{name} draws another value in every run, and the test depends on it",
        "Give the test a fixed value or a seeded generator (random.Random(0), or random.seed in a fixture); "
        "or make the code cope with every value that can be drawn.",
    ),
    "shuffle": Wording(
        Category.RANDOMNESS,
        "{name} puts the items into another order in every run, and the test depends on it",
        "Pass a seeded random.Random in and use its shuffle, or do not assert anything that some orders do not fulfil.",
    ),
    "unique": Wording(
        Category.RANDOMNESS,
        "{name} makes up another value in every run, and the test depends on it",
        "Pass the value in, or replace {name} in the test (monkeypatch), so that it is always the same.",
    ),
    "set_order": Wording(
        Category.UNORDERED_COLLECTION,
        "a set is iterated here in hash order, which changes from process to process, and the test depends on the order",
        "Iterate sorted(...) of it, or keep the items in a list or a dict, which remember the order of insertion.",
    ),
    "set_pop": Wording(
        Category.UNORDERED_COLLECTION,
        "set.pop takes an arbitrary item, which changes from process to process, and the test depends on which",
        "Choose the item on purpose (min, max, sorted(...)[0]), or keep the items in a list or a dict.",
    ),
    "listing": Wording(
        Category.FILESYSTEM,
        "{name} lists files in an arbitrary order, and the test depends on it",
        "Wrap the listing in sorted(...).",
    ),
    "completion": Wording(
        Category.CONCURRENCY,
        "{name} gives results in the order in which the work is completed, and the test depends on the order",
        "Take the results in the order of submission (a loop over the futures, Executor.map, asyncio.gather, Pool.map), or sort them.",
    ),
    "clock": Wording(
        Category.TIME,
        "{name} reads the clock here, and the test depends on the moment",
        "Read the clock once and pass the value on, or give the test a fixed clock; where a duration is compared, leave a generous margin.",
    ),
    "environment": Wording(
        Category.ENVIRONMENT,
        "{name} depends on the process or its environment, and the test depends on it",
        "Set what {name} returns in the test (monkeypatch.setenv, monkeypatch.setattr), or do not rely on it.",
    ),
    "locale": Wording(
        Category.TIMEZONE_LOCALE,
        "{name} depends on the locale or the time zone of the machine, and the test depends on it",
        "Name the encoding, the zone or the locale where it is needed, or set it in the test and put it back.",
    ),
    "network": Wording(
        Category.NETWORK,
        "{name} brings in what the network gives, and the test depends on it",
        "Replace what answers by a stand-in of the test's own (a local server on port 0, a recorded answer), or wait and try again.",
    ),
    "memory": Wording(
        Category.MEMORY_GC,
        "{name} depends on which objects are still alive, and the test depends on it",
        "Keep a reference for as long as the object is needed, or call gc.collect() before asking whether it is gone.",
    ),
    "file": Wording(
        Category.FILESYSTEM,
        "{name} says what the file system knows at this moment, and the test depends on it",
        "Set the times and the content of files that matter in the test (os.utime), or compare with a margin.",
    ),
    "temporary": Wording(
        Category.FILESYSTEM,
        "{name} makes up another name in every run, and the test depends on it",
        "Give the file a name of the test's own below tmp_path, or do not look at the name.",
    ),
    "pid": Wording(
        Category.ENVIRONMENT,
        "{name} is another number in every run, and the test depends on it",
        "Do not derive ports, names or decisions from the number of a process; replace {name} in the test (monkeypatch).",
    ),
    "threads": Wording(
        Category.CONCURRENCY,
        "{name} looks at what others are doing at this moment, and the test depends on it",
        "Wait for what is looked at (join, result, an Event) instead of asking how far it is.",
    ),
}


def wording(site: TracedSite) -> Wording:
    """Return title, category and advice for a site, with its names filled in."""
    chosen = _WORDINGS.get(site.source_kind, _UNNAMED)
    name = site.source_name or site.site.callee or "an expression"
    category = Category.UNORDERED_COLLECTION if name in ("id", "hash") else chosen.category
    return Wording(category, chosen.title.format(name=name), chosen.advice.format(name=name))
