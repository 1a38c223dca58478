import random

import pytest

from freight.parcel import Parcel


@pytest.fixture
def make_parcel():
    def make(**given):
        values = {
            "length": random.randint(10, 120),
            "width": random.randint(10, 60),
            "height": random.randint(5, 60),
            "weight": round(random.uniform(0.2, 30), 2),
        }
        return Parcel(**{**values, **given})

    return make


@pytest.fixture
def shipment(make_parcel):
    return [make_parcel(value=random.randrange(400, 2000, 25)) for _ in range(random.randint(2, 5))]
