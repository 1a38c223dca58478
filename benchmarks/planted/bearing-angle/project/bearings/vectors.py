import math
import random
from typing import NamedTuple


class Vector(NamedTuple):
    x: float
    y: float
    z: float

    @classmethod
    def somewhere(cls, reach=10.0):
        return cls(*(random.uniform(-reach, reach) for _ in range(3)))

    def dot(self, other):
        return self.x * other.x + self.y * other.y + self.z * other.z

    def norm(self):
        return math.sqrt(self.dot(self))

    def scaled(self, factor):
        return Vector(self.x * factor, self.y * factor, self.z * factor)


def angle_between(a, b):
    return math.acos(a.dot(b) / (a.norm() * b.norm()))
