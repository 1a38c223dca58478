import sqlite3

import pytest


@pytest.fixture
def plots():
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE plots (id INTEGER PRIMARY KEY, block TEXT, rows INTEGER)")
    connection.executemany(
        "INSERT INTO plots (block, rows) VALUES (?, ?)", [("north", 12), ("mill", 30)]
    )
    yield connection
    connection.close()
