from __future__ import annotations

from fractions import Fraction
from typing import Iterator

STEPS = "CDEFGAB"


class Note:
    def __init__(self, pitch: str, length: Fraction = Fraction(1, 4)):
        if pitch[0] not in STEPS:
            raise ValueError(pitch)
        self.pitch = pitch
        self.length = length

    def transposed(self, steps: int) -> "Note":
        octave, index = divmod(STEPS.index(self.pitch[0]) + steps, len(STEPS))
        return Note(f"{STEPS[index]}{int(self.pitch[1:]) + octave}", self.length)


class Measure:
    def __init__(self, *notes: Note):
        self.notes = list(notes)

    @property
    def length(self) -> Fraction:
        return sum((note.length for note in self.notes), Fraction())


class Part:
    def __init__(self, score: "Score", instrument: str):
        self.score = score
        self.instrument = instrument
        self.measures: list[Measure] = []

    @property
    def label(self) -> str:
        return f"{self.score.title}: {self.instrument}"

    def notes(self) -> Iterator[Note]:
        for measure in self.measures:
            yield from measure.notes


class Score:
    def __init__(self, title: str):
        self.title = title
        self.parts: list[Part] = []

    def add_part(self, instrument: str) -> Part:
        part = Part(self, instrument)
        self.parts.append(part)
        return part

    def __len__(self) -> int:
        return max((len(part.measures) for part in self.parts), default=0)
