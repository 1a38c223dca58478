import hashlib
import random


def bucket(user, salt=random.getrandbits(32)):
    digest = hashlib.sha1(f"{salt}/{user}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % 100


class Gate:
    def __init__(self, name, percent, allow=()):
        self.name = name
        self.percent = percent
        self.allow = frozenset(allow)

    def is_open(self, user):
        return user in self.allow or bucket(user) < self.percent

    def __repr__(self):
        return f"<Gate {self.name} {self.percent}%>"
