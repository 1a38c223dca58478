import random
import time
import uuid

from parcels.model import Parcel


def make_parcel():
    label = f"{uuid.uuid4().hex[:8]}@{time.time():.3f}"
    width = random.randint(2, 10)  # CAUSE
    colour = random.choice(["brown", "white"])
    height = random.randint(2, 10)  # CAUSE
    return Parcel(width, height, f"{colour} {label}")
