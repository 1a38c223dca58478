import os
import tempfile
from contextlib import contextmanager

import pytest

from climate import MonthlySheet, read_sheet
from climate.stations import parse_name

JANUARY = "day,low,high\n1,-4.5,1.0\n2,-1.0,3.5\n3,0.5,4.0\n"


@contextmanager
def sheet_file(body, month):
    handle = tempfile.NamedTemporaryFile(
        "w", suffix=f"_{month}.csv", delete=False)
    try:
        with handle:
            handle.write(body)
        yield handle.name
    finally:
        os.unlink(handle.name)


@pytest.mark.parametrize("name, expected", [
    ("KBOS_2021-03.csv", ("KBOS", "2021-03")),
    ("/data/sheets/06610_1999-12.csv", ("06610", "1999-12")),
])
def test_parse_name(name, expected):
    assert parse_name(name) == expected


def test_read_sheet():
    with sheet_file(JANUARY, "2024-01") as path:
        sheet = read_sheet(path)
    assert sheet.month == "2024-01"
    assert sheet.frost_days() == 2
    assert sheet.mean == pytest.approx(0.5833, abs=1e-3)


def test_frost_limit_is_exclusive():
    assert MonthlySheet("X", "2024-02", (0.0, -0.1), (2.0, 3.0)).frost_days() == 1
