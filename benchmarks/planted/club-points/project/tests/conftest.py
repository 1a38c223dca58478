import pytest

from clubpoints import Accounts, Pool


@pytest.fixture
def pool(tmp_path):
    pool = Pool(tmp_path / "points.sqlite")
    yield pool
    pool.close()


@pytest.fixture
def accounts(pool):
    accounts = Accounts(pool)
    accounts.open("mia", 100)
    accounts.open("noah")
    return accounts
