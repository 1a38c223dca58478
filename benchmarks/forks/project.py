"""A project with heavy imports, and its environment."""

from __future__ import annotations

import shutil
import venv
from pathlib import Path

from benchmarks.transparency.fetch import WORK, pip, say

NEEDS = ("pytest", "numpy", "pandas", "sqlalchemy", "pytest-flakefinder")
PACKAGE = """\
import numpy
import pandas
import sqlalchemy

METADATA = sqlalchemy.MetaData()
SALES = sqlalchemy.Table(
    "sales",
    METADATA,
    sqlalchemy.Column("shop", sqlalchemy.String(20)),
    sqlalchemy.Column("amount", sqlalchemy.Integer),
)


def store(engine, rows):
    METADATA.create_all(engine)
    with engine.begin() as connection:
        connection.execute(SALES.insert(), rows)


def totals(engine):
    with engine.connect() as connection:
        frame = pandas.DataFrame(connection.execute(SALES.select()).mappings().all())
    return frame.groupby("shop")["amount"].sum()


def shares(amounts):
    values = numpy.asarray(amounts, dtype=float)
    return values / values.sum()
"""
TESTS = """\
import sqlalchemy

from ledger import shares, store, totals


def test_nothing():
    pass


def test_shares():
    assert list(shares([1, 2, 5])) == [0.125, 0.25, 0.625]


def test_totals():
    engine = sqlalchemy.create_engine("sqlite://")
    store(engine, [{"shop": f"shop {number % 3}", "amount": number} for number in range(30)])
    assert list(totals(engine)) == [135, 145, 155]
"""
FILE = "test_ledger.py"
SUBJECTS = ("test_nothing", "test_shares", "test_totals")


def prepare(*, keep: bool) -> tuple[Path, Path]:
    """Make the project and its environment; returns the folder of the project and the interpreter.

    Raises:
        SuiteUnusable: a package cannot be installed.
    """
    home = WORK / "forks"
    python = home / "venv" / "bin" / "python"
    if not (keep and python.exists()):
        shutil.rmtree(home, ignore_errors=True)
        say("making an environment with numpy, pandas and sqlalchemy")
        venv.create(home / "venv", with_pip=True)
        pip(python, "install", *NEEDS)
    tree = home / "project"
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir(parents=True)
    for name, text in ((FILE, TESTS), ("ledger.py", PACKAGE), ("pytest.ini", "[pytest]\n")):
        (tree / name).write_text(text, encoding="utf-8")
    return tree, python
