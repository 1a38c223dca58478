from coupons.issue import Coupon, issue

__all__ = ["Coupon", "issue"]
