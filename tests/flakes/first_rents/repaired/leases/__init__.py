import uuid
from datetime import date, timedelta


class Lease:
    def __init__(self, tenant, signed=None):
        self.tenant = tenant
        self.number = uuid.uuid4().hex[:8]
        self.signed = signed or date.today()

    def first_rent(self):
        """The same day of the next month."""
        following = self.signed.replace(day=1) + timedelta(days=32)
        return following.replace(day=min(self.signed.day, 28))
