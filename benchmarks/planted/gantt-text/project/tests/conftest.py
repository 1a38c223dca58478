import datetime as dt

import pytest

from gantttext import Schedule


@pytest.fixture
def house():
    return (
        Schedule(dt.date(2024, 3, 4))
        .add("Foundation", 14)
        .add("Walls", 20, "Foundation")
        .add("Roof", 12, "Walls")
        .add("Windows", 4, "Walls")
        .add("Heating", 9, "Roof", "Windows")
    )
