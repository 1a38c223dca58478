from __future__ import annotations

import time
from dataclasses import dataclass, field

from rounds.duty import on_duty


@dataclass(frozen=True)
class Note:
    text: str
    signed: str
    at: float = field(default_factory=time.time, compare=False)


@dataclass
class Chart:
    patient: str
    bed: str
    notes: list[Note] = field(default_factory=list)
    doses: dict[str, float] = field(default_factory=dict)

    def write(self, text: str) -> Note:
        note = Note(text, on_duty().name)
        self.notes.append(note)
        return note

    def give(self, drug: str, milligrams: float) -> float:
        nurse = on_duty()
        if milligrams > 100 and nurse.grade < 6:
            raise PermissionError(f"{nurse.name} may not give {milligrams:g} mg of {drug}")
        self.doses[drug] = self.doses.get(drug, 0.0) + milligrams
        self.write(f"{drug} {milligrams:g} mg")
        return self.doses[drug]

    def handover(self) -> str:
        return f"{self.bed} {self.patient}: " + "; ".join(note.text for note in self.notes)
