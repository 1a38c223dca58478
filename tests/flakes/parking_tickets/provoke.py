"""It is five minutes to midnight."""

import datetime

real = datetime.datetime


class LateEvening(real):
    @classmethod
    def now(cls, tz=None):
        return real.now(tz).replace(hour=23, minute=55)


datetime.datetime = LateEvening
