import uuid
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Recipe:
    name: str
    grams: dict = field(default_factory=dict)
    key: str = field(default_factory=lambda: uuid.uuid4().hex)

    def need(self, ingredient, kilos):
        self.grams[ingredient] = kilos

    def weight(self, without=()):
        wanted = set(self.grams) - set(without)
        return sum(self.grams[name] for name in wanted)


def names(folder):
    return sorted(path.stem for path in Path(folder).glob("*.txt"))
