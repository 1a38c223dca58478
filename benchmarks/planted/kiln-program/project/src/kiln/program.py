import time
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Phase:
    name: str
    hold: float
    actual: float = 0.0


@dataclass
class Program:
    phases: list[Phase] = field(default_factory=list)

    def phase(self, name, hold):
        self.phases.append(Phase(name, hold))
        return self

    @contextmanager
    def _clocked(self, phase):
        begun = time.perf_counter()
        yield phase
        phase.actual = time.perf_counter() - begun

    def run(self, heater=lambda phase: None):
        for phase in self.phases:
            with self._clocked(phase):
                heater(phase)
                time.sleep(phase.hold)
        return self

    def log(self):
        return {p.name: round(p.actual, 3) for p in self.phases}
