import asyncio
from functools import wraps

import pytest

from kitchen.cookbook import Cookbook
from kitchen.store import Shelf


def run(test):
    @wraps(test)
    def inner(*args, **kwargs):
        return asyncio.run(test(*args, **kwargs))

    return inner


@pytest.fixture
def book():
    return Cookbook(Shelf(), Shelf())


@run
async def test_add_returns_title(book):
    assert await book.add("Toast", "Rye") == "Toast"


@run
async def test_new_recipe_is_found(book):
    await book.add("Dal", "red lentils")
    await book.rename("Dal", "Tarka dal")
    found = await book.find("lentils")
    assert found == [("Dal", "red lentils")]


@run
async def test_unknown_word(book):
    assert await book.find("durian") == []


@run
async def test_rename_keeps_text(book):
    await book.recipes.put("Pho", "star anise")
    await book.rename("Pho", "Pho bo")
    assert await book.recipes.get("Pho bo") == "star anise"
