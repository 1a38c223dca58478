"""Tests that depend on other tests: from a session's JUnit report to the line that leaves the state behind."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.flaky_project import QUIET, flakemark

CART = """\
ITEMS = []
OPEN = set()


class Shop:
    currency = "EUR"


def add(item):
    ITEMS.append(item)  # WRITES ITEMS
"""
STABLE = "\n".join(f"def test_stable_{number}():\n    assert {number} + 1\n\n" for number in range(6))


def project(root: Path, tests: str) -> Path:
    files = {"pytest.ini": QUIET, "shop/__init__.py": "", "shop/cart.py": CART, "tests/test_shop.py": STABLE + tests}
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def line_of(root: Path, file: str, mark: str) -> int:
    lines = (root / file).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.endswith(mark))


def diagnosed(root: Path, *selected: str) -> Any:
    """Run a session, then diagnose what failed in it."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--junit-xml=junit.xml", *selected]
    session = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60)
    assert session.returncode == 1, session.stdout
    done = flakemark(root, "diagnose", "--junit", "junit.xml", "--budget", "30", "--runs", "2", "--json", "f.json")
    assert done.returncode == 0, done.stderr
    [test] = json.loads((root / "f.json").read_text(encoding="utf-8"))["tests"]
    return test


def replayed(root: Path, nodeid: str) -> str:
    return flakemark(root, "replay", "f.json", nodeid).stdout.lower()


POLLUTER = """\
from shop import cart

def test_add():
    cart.add("book")
    assert len(cart.ITEMS) == 1

def test_empty():
    assert cart.ITEMS == []
"""
PAIR = """\
from shop import cart

def test_opens():
    cart.OPEN.add("door")

def test_currency():
    cart.Shop.currency = "USD"  # WRITES currency
    assert cart.Shop.currency == "USD"

def test_price():
    assert not (cart.OPEN and cart.Shop.currency == "USD")
"""
VARIABLE = """\
import os

def test_sets():
    os.environ["SHOP_MODE"] = "sale"  # WRITES variable

def test_price():
    assert os.environ.get("SHOP_MODE", "") != "sale"
"""


@pytest.mark.slow
def test_a_container_that_is_left_filled_is_blamed_on_the_line_that_fills_it(tmp_path: Path) -> None:
    test = diagnosed(project(tmp_path, POLLUTER))
    assert test["verdict"] == "flaky"
    assert (test["cause"]["file"], test["cause"]["line"]) == ("shop/cart.py", line_of(tmp_path, "shop/cart.py", "# WRITES ITEMS"))
    assert test["cause"]["category"] == "order_dependency"
    assert test["order"]["polluters"] == ["tests/test_shop.py::test_add"]
    assert test["order"]["state"] == "shop.cart.ITEMS[]"
    assert "fail" in replayed(tmp_path, "tests/test_shop.py::test_empty")


@pytest.mark.slow
def test_two_polluters_that_only_fail_together_are_both_named(tmp_path: Path) -> None:
    test = diagnosed(project(tmp_path, PAIR))
    assert test["order"]["polluters"] == ["tests/test_shop.py::test_opens", "tests/test_shop.py::test_currency"]
    assert test["order"]["state"] == "shop.cart.Shop.currency"
    assert (test["cause"]["file"], test["cause"]["line"]) == (
        "tests/test_shop.py",
        line_of(tmp_path, "tests/test_shop.py", "# WRITES currency"),
    )


@pytest.mark.slow
def test_a_variable_of_the_environment_is_blamed_on_the_line_that_sets_it(tmp_path: Path) -> None:
    test = diagnosed(project(tmp_path, VARIABLE))
    assert test["order"]["state"] == "os.environ.SHOP_MODE"
    assert (test["cause"]["file"], test["cause"]["line"]) == (
        "tests/test_shop.py",
        line_of(tmp_path, "tests/test_shop.py", "# WRITES variable"),
    )


BRITTLE = """\
from shop import cart

def test_setter():
    cart.add("book")

def test_brittle():
    assert cart.ITEMS == ["book"]  # TAKES FOR GRANTED
"""


@pytest.mark.slow
def test_a_brittle_test_is_told_what_it_takes_for_granted(tmp_path: Path) -> None:
    project(tmp_path, BRITTLE)
    whole = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--junit-xml=order.xml", "-q"]
    assert subprocess.run(whole, cwd=tmp_path, capture_output=True, timeout=60).returncode == 0
    alone = [*whole[:-2], "--junit-xml=junit.xml", "tests/test_shop.py::test_brittle"]
    assert subprocess.run(alone, cwd=tmp_path, capture_output=True, timeout=60).returncode == 1
    done = flakemark(tmp_path, "diagnose", "--junit", "junit.xml", "--budget", "30", "--runs", "2", "--json", "f.json")
    assert done.returncode == 0, done.stderr
    [test] = json.loads((tmp_path / "f.json").read_text(encoding="utf-8"))["tests"]
    assert test["verdict"] == "flaky"
    assert test["order"]["state_setters"] == ["tests/test_shop.py::test_setter"]
    place = (test["candidates"][0]["file"], test["candidates"][0]["line"])
    assert place == ("tests/test_shop.py", line_of(tmp_path, "tests/test_shop.py", "# TAKES FOR GRANTED"))
