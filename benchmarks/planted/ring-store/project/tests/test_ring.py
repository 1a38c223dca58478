import pytest

from ringstore import Ring


@pytest.fixture
def ring():
    ring = Ring(replicas=4)
    for node in "abc":
        ring.add(node)
    return ring


def test_owners_differ(ring):
    assert len(set(ring.owners("k", 2))) == 2


def test_more_owners_than_nodes(ring):
    assert sorted(ring.owners("k", 9)) == ["a", "b", "c"]


def test_removed_node_owns_nothing(ring):
    ring.remove("b")
    assert ring.nodes == ["a", "c"]
    assert all("b" not in ring.owners(str(number), 3) for number in range(50))


def test_empty():
    assert Ring().owners("k") == []
