"""It is the 31st of January."""

import datetime

real = datetime.date


class LastOfJanuary(real):
    @classmethod
    def today(cls):
        return real(2026, 1, 31)


datetime.date = LastOfJanuary
