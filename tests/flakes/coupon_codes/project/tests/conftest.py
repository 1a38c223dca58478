import pytest

from coupons import issue


@pytest.fixture
def coupon(tmp_path):
    issued = issue("sommer", 15)
    (tmp_path / f"{issued.serial}.txt").write_text(issued.code)
    return issued
