import random
from dataclasses import dataclass

DISHES = {"soup": 4.5, "pasta": 8.0, "curry": 9.5, "fish": 12.0}


@dataclass(frozen=True)
class Offer:
    dish: str
    price: float
    minutes: int


def dish_of_the_day():
    return random.choice(list(DISHES))  # CAUSE


def waiting_time(guests):
    return 5 + guests // 10 + random.randint(0, 4)  # CAUSE


def offer(guests):
    dish = dish_of_the_day()
    tip = random.random() / 100
    return Offer(dish, DISHES[dish] + round(tip), waiting_time(guests))
