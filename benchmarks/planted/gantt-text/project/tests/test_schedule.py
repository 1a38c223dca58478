import datetime as dt
import graphlib

import pytest

from gantttext import Schedule


def test_starts(house):
    assert house.starts() == {"Foundation": 0, "Walls": 14, "Roof": 34, "Windows": 34, "Heating": 46}


def test_end(house):
    assert house.end() == dt.date(2024, 4, 28)


def test_empty():
    today = dt.date.today()
    assert Schedule(today).end() == today


def test_cycle():
    schedule = Schedule(dt.date.today()).add("a", 1, "b").add("b", 1, "a")
    with pytest.raises(graphlib.CycleError):
        schedule.starts()
