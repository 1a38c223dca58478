import random
import threading
import time


class Audit:
    def __init__(self):
        self.lines = []

    def write(self, text):
        time.sleep(0.002)
        self.lines.append(text)


class Desk:
    def __init__(self, rates, surcharge, audit=None):
        self.rates = dict(rates)
        self.surcharge = surcharge
        self.audit = audit or Audit()

    def publish(self, rates, surcharge):
        self.rates = dict(rates)
        self.audit.write(f"{len(rates)} rates")
        self.surcharge = surcharge

    def quote(self, zone, kilos):
        return self.rates[zone] * kilos + self.surcharge


class Clerk(threading.Thread):
    def __init__(self, desk, zone, enquiries):
        super().__init__()
        self.desk = desk
        self.zone = zone
        self.enquiries = enquiries
        self.quotes = []

    def run(self):
        for _ in range(self.enquiries):
            time.sleep(random.uniform(0.003, 0.012))
            self.quotes.append(self.desk.quote(self.zone, 10))
