import pytest


def test_values_survive_a_leaving_node(store, cities):
    before = {city: store.get(city) for city in cities}
    store.leave(store.ring.nodes[0])
    assert {city: store.get(city) for city in cities} == before


def test_two_copies(store, cities):
    for city in cities:
        assert sum(city in values for values in store.data.values()) == 2


def test_nodes_share_the_load(store, cities):
    load = store.load()
    assert len(load) == 3
    assert max(load.values()) < 2.5 * min(load.values()), load


def test_new_node_takes_its_part(store, cities):
    node = store.join("delta")
    assert store.load()[node] > 0


def test_unknown_key(store):
    with pytest.raises(KeyError):
        store.get("Atlantis")


def test_names(store):
    assert [name.split("@")[0] for name in store.ring.nodes] == ["alpha", "beta", "gamma"]
