import time
import uuid
from dataclasses import dataclass, field

from coupons.codes import readable


@dataclass
class Coupon:
    code: str
    percent: int
    serial: str = field(default_factory=lambda: uuid.uuid4().hex)
    issued_at: float = field(default_factory=time.time)


def issue(campaign, percent):
    serial = uuid.uuid4().hex
    code = f"{campaign.upper()}-{readable()}"
    return Coupon(code=code, percent=percent, serial=serial)
