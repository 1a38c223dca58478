import itertools
import random

from plans import CATALOGUE

numbers = itertools.count(100)


class Customer:
    def __init__(self, name, plan):
        self.name = name
        self.plan = plan
        self.number = next(numbers)

    def __repr__(self):
        return f"<Customer {self.name} at {id(self):#x}>"

    def invoice(self, minutes):
        return round(self.plan.bill(minutes), 2)


def walk_in(name):
    nickname = name + random.choice("!?.")
    plan = CATALOGUE[0]
    return Customer(nickname, plan)
