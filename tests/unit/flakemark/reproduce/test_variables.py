"""Variables by the names and with the values that the project knows."""

from __future__ import annotations

import pytest

from flakemark.events import TracedSite
from flakemark.reproduce.variables import variables_read
from flakemark.reproduction import Setting
from tests.unit.flakemark.scripted import site

SOURCE = """import os
STAGE = "APP_STAGE"
def plain():
    return os.environ.get("APP_STAGE", "dev") == "prod"
def named():
    return os.getenv(key=STAGE)
def subscripted():
    return os.environ["APP_STAGE"]
def asked():
    return "APP_STAGE" in os.environ
def computed(name):
    return os.environ.get(name)
"""
AT = {4: (11, "call"), 6: (11, "call"), 8: (11, "call"), 10: (11, "compare"), 12: (11, "call")}


def read(line: int, kind: str, column: int, name: str = "os.environ") -> TracedSite:
    traced = site(f"shop.py:{line}", kind, source="environment", name=name)
    return traced._replace(site=traced.site._replace(key=f"shop.py:{line}:{column}:{kind}"))


def listed(line: int, inherited: dict[str, str] | None = None, text: str = SOURCE) -> list[Setting]:
    column, kind = AT[line]
    return variables_read([read(line, kind, column)], inherited or {}, lambda _: text)


def values(settings: list[Setting]) -> list[str | None]:
    return [setting.failing.at.values[0][1] for setting in settings]


def test_the_values_that_the_code_around_knows_come_first() -> None:
    assert values(listed(4)) == ["prod", "dev", "1", "0", ""]  # it is not set, so that it cannot be taken away


@pytest.mark.parametrize("line", [4, 6, 8, 10])
def test_every_way_to_read_a_variable_has_its_name(line: int) -> None:
    settings = listed(line, {"APP_STAGE": "1"})
    assert {setting.name for setting in settings} == {"the variable APP_STAGE"}
    assert values(settings)[-3:] == ["0", "", None]
    assert "1" not in values(settings)
    assert {setting.passing.at.values[0][1] for setting in settings} == {"1"}
    assert [setting.failing.environment for setting in settings][-2:] == [(("APP_STAGE", ""),), ()]


def test_a_name_that_is_computed_or_a_file_that_cannot_be_read_gives_none() -> None:
    assert listed(12) == []
    assert listed(4, text="") == listed(4, text="def (") == []


def test_variables_of_the_tools_and_other_sources_are_left_alone() -> None:
    text = SOURCE.replace('"APP_STAGE"', '"PYTEST_ADDOPTS"')
    assert listed(4, text=text) == []
    assert variables_read([read(4, "call", 11, name="os.cpu_count")], {}, lambda _: SOURCE) == []


def test_a_value_that_stands_nowhere_in_the_code_may_be_a_password() -> None:
    assert listed(4, {"APP_STAGE": "hunter2"}) == []
    assert not any("hunter2" in repr(setting) for setting in listed(4, {"APP_STAGE": "prod", "OTHER": "hunter2"}))
