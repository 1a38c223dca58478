import pytest

from notesearch import Notebook


@pytest.fixture
def notebook():
    return Notebook()


@pytest.fixture(scope="session")
def essay():
    paragraph = "Walking in the hills is slower than walking on maps, and the évening comes sooner. "
    return paragraph * 12
