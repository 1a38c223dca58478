"""Surroundings that are changed for one call, or for the whole run."""

from __future__ import annotations

import gc
import os
import resource
import tempfile
import time
import weakref
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from flakemark.trace import effects
from flakemark.trace.effects import enter
from flakemark.trace.moments import Moment, Ticks
from flakemark.trace.recording import RECORDER
from tests.unit.flakemark.trace.conftest import Program

Make = Callable[..., Program]
NEW_YEAR = datetime(2031, 1, 1, 0, 0, 1).timestamp()  # noqa: DTZ001 - the local time is meant


@pytest.fixture(autouse=True)
def same_zone_afterwards(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def force(*specs: dict[str, object]) -> None:
    RECORDER.start(list(specs))


def under(site: str, *values: list[str | None]) -> dict[str, object]:
    return {"kind": "under", "site": site, "what": "environment", "values": list(values)}


def test_variables_are_put_back() -> None:
    os.environ.pop("FLAKEMARK_X", None)
    undo = enter("environment", [["FLAKEMARK_X", "1"], ["TZ", None]])
    assert os.environ["FLAKEMARK_X"] == "1"
    assert "TZ" not in os.environ
    undo()
    assert "FLAKEMARK_X" not in os.environ
    assert os.environ["TZ"] == "UTC"


@pytest.mark.parametrize(("kind", "sign"), [("link", os.path.islink), ("long", lambda folder: len(folder) > 110)])
def test_temporary_files_are_made_elsewhere_until_it_is_put_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, sign: Callable[[str], bool]
) -> None:
    usual = str(tmp_path / "tmp")
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(effects, "_USUAL", usual)
    monkeypatch.setattr(tempfile, "tempdir", usual)
    undo = enter("temporary", [kind])
    folder = tempfile.gettempdir()
    with tempfile.TemporaryDirectory() as made:
        assert os.path.dirname(made) == folder == os.environ["TMPDIR"]
        assert sign(folder)
        again = enter("temporary", [""])
        assert not sign(tempfile.gettempdir())
        again()
        assert tempfile.gettempdir() == folder
        assert os.listdir(usual) == ([os.path.basename(made)] if kind == "link" else [])  # the folder itself shows none of this
    undo()
    assert tempfile.gettempdir() == usual


def test_one_call_has_another_time_zone_and_the_next_has_not(program: Make) -> None:
    sample = program("""
        from datetime import datetime
        def both():
            first = datetime.fromtimestamp(0)
            second = datetime.fromtimestamp(0)
            return first.hour, second.hour
    """)
    force(under(sample.key(4, "call"), ["TZ", "EST5"]))
    assert sample["both"]() == (19, 0)


def test_one_call_has_the_encoding_of_another_locale(program: Make) -> None:
    sample = program("""
        import _locale
        def both():
            first = _locale.nl_langinfo(_locale.CODESET)
            second = _locale.nl_langinfo(_locale.CODESET)
            return first, second
    """)
    own = sample["both"]()[1]
    force(under(sample.key(4, "call"), ["LC_ALL", "C"]))
    assert sample["both"]() == ("ANSI_X3.4-1968", own)


def test_a_coroutine_is_awaited_under_the_other_surroundings(program: Make) -> None:
    sample = program("""
        import asyncio, os
        async def inner():
            await asyncio.sleep(0)
            return os.environ.get("FLAKEMARK_X")
        async def outer():
            return await inner()
    """)
    import asyncio

    force(under(sample.key(7, "call"), ["FLAKEMARK_X", "1"]))
    assert asyncio.run(sample["outer"]()) == "1"
    assert "FLAKEMARK_X" not in os.environ


def test_a_call_that_raises_puts_the_surroundings_back(program: Make) -> None:
    sample = program("""
        def fails():
            raise KeyError("x")
        def calls():
            return fails()
    """)
    force(under(sample.key(5, "call"), ["TZ", "EST5"]))
    with pytest.raises(KeyError):
        sample["calls"]()
    assert os.environ["TZ"] == "UTC"


UTCNOW = "ignore:datetime.datetime.utcnow:DeprecationWarning"  # since 3.12
CLOCKS = """
    import time
    from datetime import date, datetime, timezone
    def clocks():
        return [
            time.time(),
            time.time_ns() / 1e9,
            datetime.now().timestamp(),
            datetime.now(timezone.utc).timestamp(),
            datetime.utcnow().replace(tzinfo=timezone.utc).timestamp(),
            time.mktime(time.localtime()),
        ]
    def today():
        return date.today()
    def given():
        return time.localtime(0).tm_year, time.monotonic()
"""


@pytest.mark.filterwarnings(UTCNOW)
def test_every_wall_clock_shows_the_moment_and_goes_on_from_there(program: Make) -> None:
    sample = program(CLOCKS)
    force({"kind": "moment", "site": "", "seconds": NEW_YEAR})
    shown = sample["clocks"]()
    assert all(-1.5 < seen - NEW_YEAR < 5 for seen in shown), shown
    assert sample["today"]() == date(2031, 1, 1)


def test_a_moment_that_is_given_and_a_clock_that_only_counts_stay_as_they_are(program: Make) -> None:
    sample = program(CLOCKS)
    force({"kind": "moment", "site": "", "seconds": NEW_YEAR})
    year, counted = sample["given"]()
    assert year == 1970
    assert abs(counted - time.monotonic()) < 5


@pytest.mark.filterwarnings(UTCNOW)
def test_the_moment_of_a_site_wins_over_that_of_the_run(program: Make) -> None:
    sample = program(CLOCKS)
    force({"kind": "moment", "site": "", "seconds": NEW_YEAR}, {"kind": "moment", "site": sample.key(14, "call"), "seconds": 0.0})
    assert sample["today"]() == date(1970, 1, 1)
    assert sample["clocks"]()[0] > NEW_YEAR - 1


def test_an_aware_reading_keeps_its_zone() -> None:
    zone = timezone(timedelta(hours=5))
    moved = Moment(NEW_YEAR).read("datetime.now", datetime.now(zone))
    assert moved.tzinfo is zone
    assert abs(moved.timestamp() - NEW_YEAR) < 5


def test_a_class_of_somebody_else_is_not_moved() -> None:
    class Frozen(datetime):
        pass

    frozen = Frozen(2020, 1, 1)
    assert Moment(NEW_YEAR).read("datetime.now", frozen) is frozen


GARBAGE = """
    import weakref
    class Node:
        def __init__(self):
            self.me = self
    def make():
        node = Node()
        return weakref.ref(node)
    def alive():
        seen = make()
        for _ in range(3):
            list((1, 2))
        return seen() is not None
"""


def test_garbage_is_collected_at_the_site_that_is_named_and_nowhere_else(program: Make) -> None:
    sample = program(GARBAGE)
    gc.disable()
    try:
        assert sample["alive"]()
        force({"kind": "collect", "site": sample.key(12, "call")})
        assert not sample["alive"]()
        force({"kind": "collect", "site": sample.key(12, "call"), "from": 9})
        assert sample["alive"]()
    finally:
        gc.enable()


LEAVES = """
done = []
def make():
    try:
        for number in range(3):
            done.append(number)
            len(done)
    except Exception:
        done.append("caught")
    finally:
        done.append("torn down")
    return done
"""


def test_a_test_ends_at_the_evaluation_that_is_named_and_not_where_errors_are_caught(program: Make) -> None:
    sample = program(LEAVES)
    force({"kind": "leave", "site": sample.key(6, "call"), "from": 1})
    with pytest.raises(pytest.skip.Exception, match="it was to end here"):
        sample["make"]()
    assert sample["done"] == [0, 1, "torn down"]


def test_never_means_that_the_collector_does_not_run_by_itself() -> None:
    try:
        force({"kind": "collect", "site": "", "what": "never"})
        assert not gc.isenabled()
    finally:
        gc.enable()
    assert weakref.ref(RECORDER)() is RECORDER


# coarse clocks, rights, directories

TICKS = """
    import os, time
    from datetime import datetime
    def stamps():
        return [time.time_ns() for _ in range(50)], [time.monotonic() for _ in range(50)], [datetime.now() for _ in range(50)]
    def changed(path):
        return os.path.getmtime(path), os.stat(path).st_mtime, os.stat(path).st_size
"""


def test_coarse_clocks_show_the_same_for_a_while_and_then_go_on(program: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flakemark.trace.moments._ORIGINS", {})
    sample = program(TICKS)
    force({"kind": "moment", "site": "", "seconds": 3600.0, "what": "ticks"})
    for readings in sample["stamps"]():
        assert len(set(readings)) == 1
    assert Ticks(0.5).read("own clock", 10.0) == 10.0
    assert [Ticks(0.5).read("own clock", seen) for seen in (10.4, 10.6, 11.2)] == [10.0, 10.5, 11.0]


def test_a_held_clock_stays_for_a_while_whatever_the_ticks() -> None:
    held = Ticks(0.5, held=True)
    assert [held.read("held clock", seen) for seen in (10.4, 10.6, 10.8, 11.0, 11.4, 11.6)] == [10.4, 10.4, 10.4, 11.0, 11.0, 11.6]
    assert held.read("held clock", 3.0) == 3.0  # put back
    assert [held.read("held ns", seen) for seen in (5_000_000_000, 5_400_000_000, 5_600_000_000)] == [5_000_000_000] * 2 + [5_600_000_000]


def test_clocks_that_are_fine_again_at_one_site_are_what_they_are(program: Make) -> None:
    sample = program(TICKS)
    force(
        {"kind": "moment", "site": "", "seconds": 3600.0, "what": "ticks"},
        {"kind": "moment", "site": sample.key(5, "call", "time_ns"), "seconds": 0.0, "what": "ticks"},
    )
    wall, counted, _ = sample["stamps"]()
    assert len(set(wall)) > 1
    assert len(set(counted)) == 1


def test_times_of_files_are_coarse_too_and_nothing_else_of_them(program: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flakemark.trace.moments._ORIGINS", {})
    sample = program(TICKS)
    force({"kind": "moment", "site": "", "seconds": 3600.0, "what": "ticks"})
    path = tmp_path / "file"
    path.write_text("four", encoding="utf-8")
    os.utime(path, (1_000.0, 1_000.0))
    assert sample["changed"](path) == (1_000.0, 1_000.0, 4)
    os.utime(path, (2_500.0, 2_500.0))
    assert sample["changed"](path) == (1_000.0, 1_000.0, 4)
    os.utime(path, (5_000.0, 5_000.0))
    assert sample["changed"](path) == (4_600.0, 4_600.0, 4)


def test_the_mask_of_rights_is_put_back() -> None:
    before = os.umask(0o022)
    try:
        undo = enter("umask", [0o077])
        assert os.umask(0o077) == 0o077
        undo()
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(before)


def test_the_directory_is_changed_and_put_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start = os.getcwd()
    monkeypatch.chdir(tmp_path)
    elsewhere = enter("directory", ["/"])
    assert os.getcwd() == "/"
    at_start = enter("directory", [""])
    assert os.getcwd() == start
    at_start()
    elsewhere()
    assert os.getcwd() == str(tmp_path)


def test_so_many_files_can_be_open_at_once_and_then_as_many_as_before() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    undo = enter("descriptors", [40])
    opened: list[int] = []
    try:
        with pytest.raises(OSError, match="Too many open files"):
            opened.extend(os.open(os.devnull, os.O_RDONLY) for _ in range(60))
    finally:
        undo()
        for number in opened:
            os.close(number)
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == before
