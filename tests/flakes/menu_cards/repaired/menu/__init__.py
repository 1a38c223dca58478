import uuid
from dataclasses import dataclass


@dataclass
class Dish:
    name: str
    price: float
    key: str = ""

    def __post_init__(self):
        self.key = self.key or uuid.uuid4().hex


class Card:
    def __init__(self, path):
        self.path = path

    def save(self, dishes):
        lines = [f"{dish.key};{dish.price:.2f};{dish.name}" for dish in dishes]
        self.path.write_text("\n".join(lines), encoding="utf-8")

    def names(self):
        return [line.split(";")[2] for line in self.path.read_text(encoding="utf-8").splitlines()]
