import uuid
from dataclasses import dataclass
from datetime import date


@dataclass
class Accession:
    species: str
    grams: float
    received: date
    tag: str = ""

    def __post_init__(self):
        if not self.tag:
            self.tag = uuid.uuid4().hex[:4]
