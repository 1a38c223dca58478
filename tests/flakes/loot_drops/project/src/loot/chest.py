from dataclasses import dataclass, field

from loot.tables import Table

COMMON = Table({"gold": 6, "potion": 3, "sword": 1})


@dataclass
class Chest:
    table: Table = field(default_factory=lambda: COMMON)
    content: list = field(default_factory=list)

    def fill(self, slots):
        self.content = [self.table.draw() for _ in range(slots)]
        return self

    @property
    def worth(self):
        return sum({"gold": 10, "potion": 4, "sword": 50}[item] for item in self.content)
