import uuid

from downloads import Totals, fetch_all


def test_negative_sizes_count_as_nothing():
    totals = Totals()
    totals.add("broken", -1)
    assert totals.bytes == 0


def test_total_of_parallel_downloads():
    sizes = {f"{uuid.uuid4()}.bin": 10, "b.bin": 20, "c.bin": 30}
    totals = fetch_all(sizes)
    assert len(totals.names) == 3
    assert totals.bytes == 60
