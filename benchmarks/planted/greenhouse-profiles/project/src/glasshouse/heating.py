from __future__ import annotations

from dataclasses import dataclass, field

from glasshouse.profiles import profile


@dataclass
class Heater:
    crop: str
    hysteresis: float = 0.5
    on: bool = False
    history: list[tuple[int, bool]] = field(default_factory=list)

    def step(self, hour: int, temperature: float) -> bool:
        target = profile(self.crop).target(hour)
        if temperature < target - self.hysteresis:
            self.on = True
        elif temperature > target + self.hysteresis:
            self.on = False
        self.history.append((hour, self.on))
        return self.on

    def duty(self) -> float:
        return sum(on for _, on in self.history) / len(self.history) if self.history else 0.0


def night_saving(crop: str) -> float:
    """Degree hours that are saved per day by the lower target at night."""
    climate = profile(crop)
    return sum(climate.day - climate.target(hour) for hour in range(24))
