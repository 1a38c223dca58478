import asyncio

import pytest

from meterlink.readings import consumption, upload, upload_all


@pytest.mark.parametrize("hours, expected", [(1, 0.0), (2, 0.5), (31, 15.0)])
def test_consumption(meter, hours, expected):
    assert consumption(meter("house", hours) / "house.csv") == expected


def test_no_rows(meter):
    assert consumption(meter("flat", 0) / "flat.csv") == 0.0


def test_upload(meter, broker):
    folder = meter("house", 10)
    sent = asyncio.run(upload(folder / "house.csv", broker))
    assert (sent.meter, sent.kwh) == ("house", 4.5)


class TestUploadAll:
    def test_nothing_to_do(self, meter, broker, tmp_path):
        assert asyncio.run(upload_all(tmp_path, broker)) == []

    def test_order(self, meter, broker):
        meter("mill", 3)
        folder = meter("barn", 40)
        sent = asyncio.run(upload_all(folder, broker))
        assert [item.meter for item in sent] == ["barn", "mill"]

    def test_quota(self, meter, broker, issuer):
        meter("barn", 24)
        folder = meter("mill", 8760)
        sent = asyncio.run(upload_all(folder, broker))
        assert len(sent) == 2
        assert issuer.issued == 1
