"""Surroundings that another machine or moment may bring."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from flakemark.model import NodeId
from flakemark.reproduce.settings import elsewhere, environments, moments, other_times, ports, short_reads, standstill
from flakemark.reproduction import Setting
from flakemark.runs import Forcing, RunRequest

NOON = datetime(2026, 11, 25, 17, 1)  # noqa: DTZ001 - the local time is meant
REQUEST = RunRequest(victim=NodeId("test_x.py::test_x"))


def shown(setting: Setting) -> datetime:
    return datetime.fromtimestamp(setting.failing.at.seconds)  # noqa: DTZ006 - the local time is meant


def test_what_is_set_already_is_no_other_setting() -> None:
    names = [setting.failing.name for setting in environments({"TZ": "UTC", "CI": "true"})]
    assert "TZ=UTC" not in names
    assert "CI=true" not in names
    assert "TZ=Pacific/Kiritimati" in names


def test_the_passing_side_of_a_variable_is_what_was_inherited() -> None:
    by_name = {setting.failing.name: setting for setting in environments({"TZ": "Europe/Rome", "PYTEST_XDIST_WORKER": "gw7"})}
    assert by_name["TZ=UTC"].passing.at.values == (["TZ", "Europe/Rome"],)
    worker = by_name["PYTEST_XDIST_WORKER=gw1 PYTEST_XDIST_WORKER_COUNT=2"]
    assert worker.passing.at.values == (["PYTEST_XDIST_WORKER", None], ["PYTEST_XDIST_WORKER_COUNT", None])


def test_a_fresh_process_starts_in_its_world_and_a_fork_changes_to_it() -> None:
    [setting] = [one for one in environments({}) if one.failing.name == "NO_COLOR=1"]
    fork, fresh = setting.failing.whole(REQUEST), setting.failing.whole(RunRequest(victim=REQUEST.victim, fresh=True))
    assert (fork.environment, fork.forcings) == ((), (Forcing(kind="under", what="environment", values=(["NO_COLOR", "1"],)),))
    assert (fresh.environment, fresh.forcings) == ((("NO_COLOR", "1"),), ())
    assert setting.failing.only("a.py:3:0:call").site == "a.py:3:0:call"


def test_from_the_start_of_a_process_only_what_is_read_at_import_matters() -> None:
    settings = environments({})
    assert {one.kind for one in settings if one.matters_at_start(frozenset())} == {"locale"}
    assert {one.kind for one in settings if one.matters_at_start(frozenset({"environment"}))} == {"locale", "variable"}
    assert {one.kind for one in settings if one.matters_at_start(frozenset({"clock"}))} == {"locale", "timezone"}


def test_other_places_are_the_same_settings_the_other_way_round() -> None:
    there, back = environments({"TZ": "Europe/Rome"}), elsewhere({"TZ": "Europe/Rome"})
    assert [(one.passing, one.failing) for one in back] == [(one.failing, one.passing) for one in there]


def test_of_other_times_an_ordinary_noon_comes_first_and_now_is_the_failing_side() -> None:
    settings = other_times(NOON)
    assert settings[0].passing.name.startswith("at noon of an ordinary day")
    assert {one.failing.at.seconds for one in settings} == {NOON.timestamp()}
    assert settings[0].failing.name == "at 17:01 on 2026-11-25"


def test_long_messages_come_in_parts_before_short_ones_do() -> None:
    assert [one.failing.at.what for one in short_reads()] == ["sends", "segments", "short"]
    assert {one.passing.at.what for one in short_reads()} == {"whole"}


def test_a_clock_is_held_for_a_few_milliseconds_first() -> None:
    held = [one.passing.at for one in standstill()]
    assert [one.what for one in held] == ["held"] * 4
    assert [one.seconds for one in held] == sorted(one.seconds for one in held)


@pytest.mark.parametrize("day", range(0, 1500, 50))
def test_moments_lie_ahead_and_are_what_their_names_say(day: int) -> None:
    now = NOON + timedelta(days=day)
    named = {setting.failing.name.partition(" (")[0]: shown(setting) for setting in moments(now)}
    assert (named["at a 29th of February"].month, named["at a 29th of February"].day) == (2, 29)
    assert (named["at the last day of a month"] + timedelta(days=1)).day == 1
    assert (named["at the last day of a year"] + timedelta(days=1)).day == 1
    assert (named["at a Saturday"].weekday(), named["at a Sunday"].weekday()) == (5, 6)
    assert (named["at a second before midnight"] + timedelta(seconds=1)).hour == 0
    assert all(now - timedelta(days=1) < moment < now + timedelta(days=8 * 366) for moment in named.values())


def test_the_usual_moment_is_noon_of_a_wednesday_in_the_middle_of_a_month() -> None:
    for setting in moments(NOON)[:12]:
        usual = datetime.fromtimestamp(setting.passing.at.seconds)  # noqa: DTZ006 - the local time is meant
        assert (usual.hour, usual.weekday()) == (12, 2)
        assert 10 <= usual.day < 20
        assert 0.2 < usual.microsecond / 1e6 < 0.8


def test_the_time_at_which_it_failed_comes_first_unless_that_is_now() -> None:
    failed = NOON.timestamp() - 33 * 86_400
    first = moments(NOON, failed)[0]
    assert first.failing.name.startswith("at the time at which it failed (")
    assert first.failing.at.seconds == failed
    assert [one.failing.name for one in moments(NOON, NOON.timestamp() - 60)] == [one.failing.name for one in moments(NOON)]


def test_daylight_saving_time_changes_a_second_later() -> None:
    begins, ends = (setting for setting in moments(NOON) if "daylight" in setting.failing.name)
    moment = datetime.fromtimestamp(begins.failing.at.seconds, timezone.utc)
    assert (moment.month, moment.weekday(), moment.hour, moment.minute, moment.second) == (3, 6, 6, 59, 59)
    moment = datetime.fromtimestamp(ends.failing.at.seconds, timezone.utc)
    assert (moment.month, moment.weekday(), moment.hour, moment.minute, moment.second) == (11, 6, 5, 59, 59)
    assert begins.failing.environment == (("TZ", "America/New_York"),) == begins.passing.environment


def test_ports_linger_or_are_taken() -> None:
    assert [setting.failing.at.what for setting in ports()] == ["lingering", "taken", "occupied"]
    assert {setting.passing.at.what for setting in ports()} == {"free"}
