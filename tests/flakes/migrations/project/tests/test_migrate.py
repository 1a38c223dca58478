import pytest

from schema.migrate import Database, upgrade


@pytest.fixture
def folder(tmp_path):
    for name in ("0002_orders.sql", "0001_users.sql", "README.md", "0003_refunds.sql"):
        (tmp_path / name).write_text(f"-- {tmp_path}")
    return tmp_path


def test_nothing_to_do(tmp_path):
    assert upgrade(Database(), tmp_path) is None


def test_twice_is_once(folder):
    database = Database()
    assert upgrade(database, folder) == upgrade(database, folder)
    assert len(database.applied) == 3


def test_newest_version(folder):
    assert upgrade(Database(), folder) == "0003"
