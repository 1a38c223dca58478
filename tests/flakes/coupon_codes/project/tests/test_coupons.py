import time

from coupons.codes import CONFUSING


class TestIssuing:
    def test_discount_is_kept(self, coupon):
        assert coupon.percent == 15

    def test_code_is_readable(self, coupon, tmp_path):
        [printed] = tmp_path.glob("*.txt")
        text = printed.read_text()
        assert text.startswith("SOMMER-")
        assert not CONFUSING & set(text.removeprefix("SOMMER-"))

    def test_is_dated(self, coupon):
        assert coupon.issued_at <= time.time()
