def test_rotation(journal):
    for n in range(5):
        journal.append({"sku": "bolt", "count": n})
    assert len(journal.segments()) == 3


def test_nothing_is_lost(journal):
    for n in range(5):
        journal.append({"sku": "bolt", "count": n})
    assert {movement["count"] for movement in journal} == {0, 1, 2, 3, 4}


def test_compact(journal):
    for n in range(7):
        journal.append({"sku": "bolt", "count": n})
    journal.compact([{"sku": "bolt", "count": 21}])
    assert list(journal) == [{"sku": "bolt", "count": 21}]
