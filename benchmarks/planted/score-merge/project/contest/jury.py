import random
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Entrant:
    name: str
    wrong_notes: int
    tempo: float = 1.0


class Juror:
    def __init__(self, strictness=2):
        self.strictness = strictness

    def points(self, entrant):
        time.sleep(0.004 * entrant.tempo + random.uniform(0.0, 0.003))
        return max(0, 100 - self.strictness * entrant.wrong_notes)
