"""Stand-ins for the sandboxes of the carriers."""
import random
import time

from parcelquotes import Quote


class SandboxCarrier:
    def __init__(self, name, cents_per_kilo, days, countries=("NL", "BE"), latency=0.015):
        self.name = name
        self.cents_per_kilo = cents_per_kilo
        self.days = days
        self.countries = countries
        self.latency = latency
        self.asked = []

    def quote(self, parcel):
        self.asked.append(parcel)
        time.sleep(random.expovariate(1 / self.latency))
        if parcel.country not in self.countries:
            return None
        return Quote(self.cents_per_kilo * parcel.billable_grams // 1000, self.name, self.days)


class DeadCarrier:
    name = "Dodo"

    def quote(self, parcel):
        time.sleep(0.2)
        return Quote(1, self.name, 0)
