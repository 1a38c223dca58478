import pytest

from cellar import Cellar, Handles


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    return str(tmp_path_factory.mktemp("cellar") / "stock.db")


@pytest.fixture(scope="module")
def cellar(database):
    handles = Handles(database)
    cellar = Cellar(handles)
    cellar.setup()
    yield cellar
    handles.dispose()
