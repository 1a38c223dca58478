import random

from courier import Parcel


def make_parcel(**overrides):
    values = {
        "weight": random.randint(2, 30),
        "length": 40,
        "width": 30,
        "height": 20,
        "postcode": "10115",
    }
    return Parcel(**values | overrides)
