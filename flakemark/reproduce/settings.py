"""Which surroundings another machine, or another moment, may bring: time zones, locales, variables, dates, ports.

A setting has two sides. Nothing here is tried on a test that nobody has seen fail.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from flakemark.reproduction import Setting, World
from flakemark.runs import Forcing

Pairs = tuple[tuple[str, str], ...]

# The far ends of the day and a zone with daylight saving time; and UTC, in which most CI runs.
TIME_ZONES = ("Pacific/Kiritimati", "Etc/GMT+12", "America/New_York", "UTC")
ASCII: Pairs = (("LC_ALL", "C"),)
UTF_8: Pairs = (("LC_ALL", "C.UTF-8"),)
# In the C locale Python reads and writes UTF-8 all the same, unless it is told not to; on Windows it does not.
NO_MODE: Pairs = (("PYTHONUTF8", "0"), ("PYTHONCOERCECLOCALE", "0"))
VARIABLES: tuple[Pairs, ...] = (
    (("PYTEST_XDIST_WORKER", "gw1"), ("PYTEST_XDIST_WORKER_COUNT", "2")),
    (("CI", "true"),),
    (("NO_COLOR", "1"),),
    (("FORCE_COLOR", "1"),),
    (("COLUMNS", "40"),),
    (("HOME", "/nonexistent"),),
)
PROXY: Pairs = (("http_proxy", "http://127.0.0.1:9"), ("no_proxy", ""))  # as in companies; nobody listens there
_SPELLED = ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY")
NOT_INHERITED = frozenset({"PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT"})


def environments(inherited: Mapping[str, str]) -> list[Setting]:
    """List other time zones, locales and variables, likeliest first.

    Args:
        inherited: the variables with which tests run; what is set there already is no other setting.
    """
    zones = [_variables("timezone", "the time zone", (("TZ", zone),), inherited) for zone in TIME_ZONES]
    plain = Setting(kind="locale", name="the encoding of the locale", failing=_world(ASCII), passing=_world(UTF_8))
    strict = Setting(kind="locale", name=plain.name, failing=_world(ASCII, NO_MODE), passing=_world(UTF_8, NO_MODE))
    others = [_variables("variable", f"the variable {pairs[0][0]}", pairs, inherited) for pairs in VARIABLES]
    return [one for one in (*zones, plain, strict, *others, proxy()) if dict(one.failing.environment).items() - inherited.items()]


def proxy() -> Setting:
    """A proxy between the machine and all others, itself included; one that is set here may hold a password, and stays unnamed."""
    without = World(name="no proxy", at=Forcing(kind="under", what="environment", values=tuple([name, None] for name in _SPELLED)))
    return Setting(kind="variable", name=f"the variable {PROXY[0][0]}", failing=_world(PROXY), passing=without)


def variable(name: str, value: str | None, inherited: Mapping[str, str]) -> Setting:
    """Another value of a variable; None: it is not set, which can only be had in forks."""
    if value is not None:
        return _variables("variable", f"the variable {name}", ((name, value),), inherited)
    given = _variables("variable", f"the variable {name}", ((name, ""),), inherited)
    gone = World(name=f"no {name}", at=Forcing(kind="under", what="environment", values=([name, None],)))
    return replace(given, failing=gone)


def _variables(kind: str, name: str, pairs: Pairs, inherited: Mapping[str, str]) -> Setting:
    kept = {variable: value for variable, value in inherited.items() if variable not in NOT_INHERITED}
    usual = tuple([variable, kept.get(variable)] for variable, _ in pairs)
    words = " ".join(f"{variable}={value}" if value is not None else f"no {variable}" for variable, value in usual)
    passing = World(name=words, at=Forcing(kind="under", what="environment", values=usual))
    return Setting(kind=kind, name=name, failing=_world(pairs), passing=passing)


def _world(pairs: Pairs, more: Pairs = ()) -> World:
    at = Forcing(kind="under", what="environment", values=tuple([variable, value] for variable, value in pairs))
    return World(name=" ".join(f"{variable}={value}" for variable, value in (*pairs, *more)), environment=pairs + more, at=at)


def temporary_folders() -> list[Setting]:
    """The folder for temporary files, as it is on other machines."""
    usual = World(name="the usual one", at=Forcing(kind="under", what="temporary", values=("",)))
    others = [
        World(name=name, at=Forcing(kind="under", what="temporary", values=(kind,)))
        for kind, name in (("link", "it is reached by a link, as on macOS"), ("long", "its path is long"))
    ]
    return [Setting(kind="variable", name="the folder for temporary files (TMPDIR)", failing=one, passing=usual) for one in others]


# moments

MONTH_ENDS = ((3, 31), (1, 31), (8, 31), (10, 31))
LONG_AGO = 600.0  # seconds; what ran just now has met the same


def moments(now: datetime, failed: float = 0.0) -> list[Setting]:
    """List moments at which code that reckons with dates goes wrong, likeliest first.

    Args:
        now: the local time; the moments are the next ones after it.
        failed: when it failed, in seconds since the epoch; 0 if that is not known.
    """
    # In the middle of a second: a second that begins between two readings is another matter.
    noon = now.replace(hour=12, minute=0, second=0, microsecond=500_000)
    usual = next(day for day in _days(noon) if day.day in range(10, 20) and day.weekday() == 2)
    named = [
        *_failed(now, failed),
        ("a second before midnight", usual.replace(hour=23, minute=59, second=59)),
        ("a second after midnight", usual.replace(hour=0, minute=0, second=1)),
        # The months before and after it are shorter; the one after it; those after it, and then a longer one.
        *(("the last day of a month", next(day for day in _days(noon) if (day.month, day.day) == end)) for end in MONTH_ENDS),
        ("the first day of a month", next(day for day in _days(noon) if day.day == 1 and day.month != 1)),
        ("the last day of a year", next(day for day in _days(noon) if (day.month, day.day) == (12, 31))),
        ("the first day of a year", next(day for day in _days(noon) if (day.month, day.day) == (1, 1))),
        ("a 29th of February", next(day for day in _days(noon) if (day.month, day.day) == (2, 29))),
        ("a Saturday", next(day for day in _days(usual) if day.weekday() == 5)),
        ("a Sunday", next(day for day in _days(usual) if day.weekday() == 6)),
    ]
    return [*(_moment(name, moment, usual) for name, moment in named), *_clock_changes(now, usual)]


def _failed(now: datetime, failed: float) -> Iterator[tuple[str, datetime]]:
    if failed and abs(failed - now.timestamp()) > LONG_AGO:
        yield "the time at which it failed", datetime.fromtimestamp(failed)  # noqa: DTZ006 - the local time is what tests meet


def elsewhere(inherited: Mapping[str, str]) -> list[Setting]:
    """List other time zones, locales and variables as those in which a test may pass that fails here every time."""
    return [replace(one, failing=one.passing, passing=one.failing) for one in environments(inherited)]


def other_times(now: datetime) -> list[Setting]:
    """List moments at which a test may pass that fails now every time, an ordinary noon first.

    Args:
        now: the local time.
    """
    others = moments(now)
    failing = World(name=f"at {now:%H:%M on %Y-%m-%d}", at=_clock(now))
    worlds = [one.failing for one in others if not one.failing.environment]
    return [Setting(kind="moment", name=others[0].name, failing=failing, passing=world) for world in (others[0].passing, *worlds)]


def _days(start: datetime) -> Iterator[datetime]:
    """Go on day by day, for a leap year and more."""
    return (start + timedelta(days=number) for number in range(8 * 366))


def _clock_changes(now: datetime, usual: datetime) -> list[Setting]:
    """Daylight saving time begins, and ends, a second later; in New York, on the second Sunday of March and the first of November."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=500_000, tzinfo=timezone.utc)
    sundays = [day for day in _days(midnight) if day.weekday() == 6]
    begins = next(day for day in sundays if day.month == 3 and day.day in range(8, 15)) + timedelta(hours=7, seconds=-1)
    ends = next(day for day in sundays if day.month == 11 and day.day in range(1, 8)) + timedelta(hours=6, seconds=-1)
    zone = (("TZ", "America/New_York"),)
    return [
        Setting(
            kind="moment",
            name="the moment at which it runs",
            failing=World(name=f"a second before daylight saving time {what} (TZ=America/New_York)", environment=zone, at=_clock(moment)),
            passing=World(name="at noon of an ordinary day (TZ=America/New_York)", environment=zone, at=_clock(usual)),
        )
        for what, moment in (("begins", begins), ("ends", ends))
    ]


def _moment(name: str, moment: datetime, usual: datetime) -> Setting:
    return Setting(
        kind="moment",
        name="the moment at which it runs",
        failing=World(name=f"at {name} ({moment:%Y-%m-%d %H:%M:%S})", at=_clock(moment)),
        passing=World(name=f"at noon of an ordinary day ({usual:%Y-%m-%d})", at=_clock(usual)),
    )


def _clock(moment: datetime) -> Forcing:
    return Forcing(kind="moment", seconds=moment.timestamp())


# ports


def ports() -> list[Setting]:
    """List what can happen to a port between two uses of it, likeliest first."""
    free = World(name="the port can be bound", at=Forcing(kind="under", what="free"))
    lingering = World(name="ports stay in use for a while after connections", at=Forcing(kind="under", what="lingering"))
    taken = World(name="a port that was found free is taken by others", at=Forcing(kind="under", what="taken"))
    occupied = World(name="the port belongs to somebody else", at=Forcing(kind="under", what="occupied"))
    worlds = (lingering, taken, occupied)
    return [Setting(kind="port", name="whether the port is free", failing=failing, passing=free) for failing in worlds]


def short_reads() -> list[Setting]:
    """What arrives in one piece on a quiet machine arrives in two; long messages more easily than short ones."""
    whole = World(name="it comes in one piece", at=Forcing(kind="under", what="whole"))
    parts = [
        World(name="what is sent piece by piece is received piece by piece", at=Forcing(kind="under", what="sends")),
        World(name="what is received comes in two parts where it is longer than a packet", at=Forcing(kind="under", what="segments")),
        World(name="what is received comes in two parts", at=Forcing(kind="under", what="short")),
    ]
    return [Setting(kind="network", name="how much arrives at once", failing=one, passing=whole) for one in parts]


# How a network fails, and what a failure says then.
_OUTAGES = (
    ("refused", "connections are refused", ("onnection refused", "ECONNREFUSED", "ConnectionRefused", "NewConnection", "ConnectError")),
    ("unresolved", "names of hosts are not known", ("gaierror", "name resolution", "Name or service not known", "NameResolution")),
    ("reset", "connections break off", ("onnection reset", "ECONNRESET", "ConnectionReset", "RemoteDisconnected", "onnection aborted")),
    ("slow", "the network is slow", ("timed out", "TimeoutError", "ReadTimeout", "ConnectTimeout")),
)


def outages(message: str) -> list[Setting]:
    """List the ways in which a network fails that a failure speaks of."""
    there = World(name="it is there", at=Forcing(kind="under", what="reachable"))
    failing = [
        World(name=name, at=Forcing(kind="under", what=what)) for what, name, words in _OUTAGES if any(word in message for word in words)
    ]
    return [Setting(kind="outage", name="whether the network is there", failing=world, passing=there) for world in failing]


def others_gone() -> World:
    """Only what listens on this machine can be reached."""
    return World(name="only this machine can be reached", at=Forcing(kind="under", what="alone"))


def descriptors() -> list[Setting]:
    """Fewer files can be open at once, as on macOS and in small containers."""
    many = World(name="4096 files can be open at once", at=Forcing(kind="under", what="descriptors", values=(4096,)))
    few = [
        World(name=f"{count} files can be open at once", at=Forcing(kind="under", what="descriptors", values=(count,)))
        for count in (256, 64)
    ]
    return [Setting(kind="descriptors", name="how many files can be open", failing=one, passing=many) for one in few]


def standstill() -> list[Setting]:
    """No time passes between readings that follow each other: a test that is slow, as while it is watched, is as if it were fast."""
    fine = ticks()[0].passing
    held = [
        World(
            name=f"no time passes between clock readings within {seconds * 1e3:g} ms",
            at=Forcing(kind="moment", what="held", seconds=seconds),
        )
        for seconds in (0.003, 0.006, 0.02, 0.1)
    ]
    return [Setting(kind="ticks", name="how fast it is between two readings of a clock", failing=fine, passing=one) for one in held]


def ticks() -> list[Setting]:
    """Clocks and times of files that tick as on Windows, and as file systems do."""
    fine = World(name="they are as fine as they can be", at=Forcing(kind="moment", what="ticks"))
    coarse = World(name="clocks and times of files only change every 16 ms", at=Forcing(kind="moment", what="ticks", seconds=1 / 64))
    return [Setting(kind="ticks", name="how fine the clock is", failing=coarse, passing=fine)]


def rights_and_directory() -> list[Setting]:
    """The umask of another machine, and another current directory."""
    usual = World(name="the usual umask", at=Forcing(kind="under", what="umask", values=(0o022,)))
    strict = World(name="umask 077", at=Forcing(kind="under", what="umask", values=(0o077,)))
    root = World(name="started from the project's root", at=Forcing(kind="under", what="directory", values=("",)))
    elsewhere = World(name="started from another directory", at=Forcing(kind="under", what="directory", values=("/",)))
    return [
        Setting(kind="variable", name="the umask", failing=strict, passing=usual),
        Setting(kind="directory", name="the current directory", failing=elsewhere, passing=root),
    ]
