import pytest

from sessions import Store


@pytest.fixture
def store():
    made = Store()
    for _ in range(5):
        made.open()
    return made


def test_nothing_is_lost(store):
    shards = store.by_shard()
    assert sum(map(len, shards.values())) == 5
    assert {session.key for shard in shards.values() for session in shard} == set(store.sessions)
