"""Fixtures that outlive a test are state that tests share, from the moment at which they are set up."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.flakemark.run.conftest import Bench, Make

TESTS = """
import pytest

class Catalog:
    def __init__(self):
        self.listed = {"beet": True}

    def retire(self, name):
        self.listed[name] = False

@pytest.fixture(scope="session")
def catalog():
    yield Catalog()

@pytest.fixture
def own():
    return {}

def test_retires(catalog, own):
    own["left"] = True
    catalog.retire("beet")

def test_sells(catalog, own):
    assert catalog.listed["beet"]
"""
PATH = "fixture catalog.listed[]"


@pytest.fixture(scope="module")
def shop(make_bench: Make) -> Bench:
    return make_bench(TESTS)


def after(shop: Bench, **wishes: Any) -> Any:
    return shop.run("test_sells", before=("test_retires",), **wishes)


def test_what_an_earlier_test_did_to_it_is_a_change(shop: Bench) -> None:
    result = after(shop, compare_state=True)
    assert result.failed
    assert [change.path for change in result.state if change.path.startswith("fixture")] == [PATH]


def test_put_back_it_heals_the_victim(shop: Bench) -> None:
    assert after(shop, restore=(PATH,)).passed


def test_its_write_is_followed(shop: Bench) -> None:
    [write] = after(shop, follow=PATH).writes
    assert (write.file, write.line) == ("test_it.py", 9)


def test_alone_nothing_is_changed(shop: Bench) -> None:
    assert not [change for change in shop.run("test_sells", compare_state=True).state if change.path.startswith("fixture")]
