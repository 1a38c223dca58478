"""The cause of a test that depends on its surroundings, in words."""

from __future__ import annotations

from typing import NamedTuple

from flakemark.explain.chain import ReadLine, crash_link
from flakemark.explain.confidence import CONDITION, SETTING
from flakemark.isolation import ConditionFlip, Tally
from flakemark.model import Category, Cause, ChainLink, DivergenceType, Fix, Intervention, Status
from flakemark.runs import Failure
from flakemark.statistics import lower_bound


class Words(NamedTuple):
    """Category, title and advice for a kind of surroundings."""

    category: Category
    title: str
    advice: str


_WORDS = {
    "timezone": Words(
        Category.TIMEZONE_LOCALE,
        "what this line gives depends on the local time zone, and the test depends on it",
        "Reckon in UTC or in a zone that is named (datetime.fromtimestamp(ts, tz=timezone.utc), datetime.now(tz)), "
        "or set the zone in the test (monkeypatch.setenv('TZ', ...) and time.tzset()).",
    ),
    "locale": Words(
        Category.TIMEZONE_LOCALE,
        "this line relies on the encoding of the locale, which differs from machine to machine",
        'Name the encoding (encoding="utf-8") wherever text is opened, read or written.',
    ),
    "variable": Words(
        Category.ENVIRONMENT,
        "what this line gives depends on {name}, and the test depends on it",
        "Set or delete the variable in the test (monkeypatch.setenv, monkeypatch.delenv), or pass the value in.",
    ),
    "moment": Words(
        Category.TIME,
        "the clock is read here, and the test fails at some moments: {failing}",
        "Give the test a fixed moment (pass the time in, or replace the clock), and one test of its own to each moment that matters.",
    ),
    "directory": Words(
        Category.ENVIRONMENT,
        "this line relies on the directory from which the tests are started",
        "Begin the path at the file that needs it (Path(__file__).parent), or change the directory in the test (monkeypatch.chdir).",
    ),
    "descriptors": Words(
        Category.RESOURCE_LEAK,
        "what is opened here stays open, until no more files can be opened: {failing}",
        "Close it when it is not needed any more (with, contextlib.closing, ExitStack, a fixture that closes).",
    ),
    "ticks": Words(
        Category.TIME,
        "what is read here can be the same twice: {failing}",
        "Do not tell events apart, or order them, by their time alone: count them, or compare with <= instead of <.",
    ),
    "network": Words(
        Category.NETWORK,
        "what is received here need not come in one piece, and the rest is not read",
        "Read until all is there: a length, a separator, the end of the connection (makefile().readline(), recv in a loop).",
    ),
    "examples": Words(
        Category.RANDOMNESS,
        "hypothesis draws other examples in every run, and the test fails for some of them",
        "The example is a bug of the code, or of what the test expects: add it with @example(...), so that it is tried every time, and "
        "mend it. To try the same examples in every run, derandomize the profile that CI uses.",
    ),
    "outage": Words(
        Category.NETWORK,
        "this call relies on a network that can fail: {failing}",
        "Let tests talk to a server of their own, or to a recorded answer; in the code, set a timeout and try again a few times.",
    ),
    "port": Words(
        Category.NETWORK,
        "this line relies on a port being free: {failing}",
        "Bind port 0 and ask the socket that listens for its number; allow reuse of the address (allow_reuse_address, SO_REUSEADDR) where "
        "a port has to be the same again.",
    ),
    "garbage": Words(
        Category.MEMORY_GC,
        "from this line on, the test depends on when the garbage collector runs",
        "Keep a reference to what is needed for as long as it is needed; where something has to be gone, break the cycle, close it "
        "explicitly, or call gc.collect() before asking.",
    ),
    "identity": Words(
        Category.MEMORY_GC,
        "objects are told apart by their id here, which belongs to another one as soon as they are gone",
        "Keep the objects themselves for as long as their ids are remembered, or tell them apart by something that they hold (a key, a "
        "counter); weakref.WeakSet and WeakKeyDictionary forget an object when it goes.",
    ),
    "leftovers": Words(
        Category.FILESYSTEM,
        "a file that is written here stays behind, and the next run in the same place meets it",
        "Write below tmp_path, or remove the file at the end (a fixture that cleans up, addCleanup), or let the code cope with an old one.",
    ),
}


_WHOLE = ("garbage", "identity", "leftovers", "examples")  # the whole run is treated, not one call of it


def cause(flip: ConditionFlip, read_line: ReadLine) -> Cause:
    """Name the line that relies on the surroundings."""
    site, words = flip.site.site, _WORDS[flip.kind]
    category = Category.FILESYSTEM if flip.site.source_kind == "file" else words.category
    return Cause(
        file=site.file, line=site.line, end_line=site.end_line, function=site.function, source=read_line(site.file, site.line),
        divergence_type=DivergenceType.VALUE_MISMATCH, category=category, status=Status.CONFIRMED, confidence=_confidence(flip),
        title=words.title.format(name=flip.name, failing=flip.failing),
        detail=_detail(flip),
    )  # fmt: skip


def _detail(flip: ConditionFlip) -> str:
    seen = f"; what it finds: {flip.seen}" if flip.seen else ""
    return f"{flip.name} decides. Fails: {flip.failing}; passes: {flip.passing}{seen}"


def _confidence(flip: ConditionFlip) -> float:
    down, up = flip.to_failing, flip.to_passing
    return round(min(lower_bound(down.failed, down.runs), lower_bound(up.passed, up.runs), CONDITION.get(flip.kind, SETTING).rate), 3)


def chain(flip: ConditionFlip, failure: Failure | None, read_line: ReadLine) -> tuple[ChainLink, ...]:
    """List the other lines that have to do with it, and the line that failed."""
    links = [
        ChainLink(
            file=one.site.file, line=one.site.line, function=one.site.function, source=read_line(one.site.file, one.site.line),
            passing=flip.passing, failing=flip.failing,
        )
        for one in flip.others[:3]
    ]  # fmt: skip
    crash = crash_link(failure, read_line)
    known = {(flip.site.site.file, flip.site.site.line), *((link.file, link.line) for link in crash)}
    return (*(link for link in links if (link.file, link.line) not in known), *crash)


def interventions(flip: ConditionFlip) -> list[Intervention]:
    """List both sides, and the same done elsewhere."""
    target = f"{flip.site.site.file}:{flip.site.site.line}"
    whole = flip.kind in _WHOLE
    spared = "" if whole else f"{flip.failing}, but for this call: "
    alone = "" if whole or not any(force.site for force in flip.failing_request.forcings) else "for this call alone: "
    shown = [
        _shown("setting", target, f"{alone}{flip.failing}", flip.to_failing),
        _shown("setting", target, f"{spared}{flip.passing}", flip.to_passing),
    ]
    return shown + ([_shown("control", "other calls", flip.failing, flip.control)] if flip.control.runs else [])


def _shown(kind: str, target: str, setting: str, tally: Tally) -> Intervention:
    return Intervention(kind=kind, target=target, setting=setting, passed=tally.passed, failed=tally.runs - tally.passed)


def fix(flip: ConditionFlip) -> Fix:
    """Advise."""
    return Fix(_WORDS[flip.kind].advice)
