import random
import string


def some_name():
    return "".join(random.choices(string.ascii_letters, k=random.randint(3, 12))).title()


def some_position():
    return random.uniform(-90, 90), random.uniform(-180, 180)
