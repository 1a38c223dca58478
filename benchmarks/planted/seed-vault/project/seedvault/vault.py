import json
import uuid
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass
class Accession:
    species: str
    harvested: int
    packets: int = 1
    ident: str = field(default_factory=lambda: uuid.uuid4().hex)


class Vault:
    """One JSON card per accession, in a plain directory that curators may rsync."""

    def __init__(self, shelf: Path):
        self.shelf = Path(shelf)
        self.shelf.mkdir(parents=True, exist_ok=True)

    def deposit(self, accession):
        card = self.shelf / f"{accession.ident}.json"
        card.write_text(json.dumps(asdict(accession)))
        return card

    def cards(self):
        for card in self.shelf.iterdir():
            if card.suffix == ".json":
                yield Accession(**json.loads(card.read_text()))

    def oldest_first(self):
        return sorted(self.cards(), key=lambda a: a.harvested)

    def packets_of(self, species):
        return sum(a.packets for a in self.cards() if a.species == species)

    def withdraw(self, ident):
        (self.shelf / f"{ident}.json").unlink()


def regeneration_plan(vault, slots):
    """Species to be sown this season; the oldest lots go first."""
    return [a.species for a in vault.oldest_first()][:slots]
