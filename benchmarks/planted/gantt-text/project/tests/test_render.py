import io
import random

import pytest

from gantttext import render
from gantttext.__main__ import main


def spans(text):
    lines = [line[14:] for line in text.splitlines()]
    return [(len(line) - len(line.lstrip()), line.count("█")) for line in lines]


@pytest.mark.parametrize("width, expected", [(200, [(0, 14), (14, 20)]), (40, [(0, 7), (7, 9)])])
def test_width(house, width, expected):
    assert spans(render(house, width, footer=False))[:2] == expected


def test_days(house):
    assert spans(render(house, footer=False)) == [(0, 14), (14, 20), (34, 12), (34, 4), (46, 9)]


def test_footer(house):
    assert render(house).splitlines()[-1] == "04.03.2024 to 28.04.2024, 55 days"


def test_long_names_are_shortened(house):
    house.add("Garden and driveway", 3, "Heating")
    assert "\nGarden and…  " in render(house)


def test_main(capsys):
    days = random.randrange(2, 9)
    assert main(["--begin", "2024-01-01", "--no-footer"], io.StringIO(f"Dig;{days}\nPlant;1;Dig\n")) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.endswith(" " + "█" * days)
    assert second == "Plant         " + " " * days + "█"
