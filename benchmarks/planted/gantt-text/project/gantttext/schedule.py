from __future__ import annotations

import datetime as dt
import graphlib
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Task:
    name: str
    days: int
    after: tuple[str, ...] = ()


@dataclass
class Schedule:
    begin: dt.date
    tasks: list[Task] = field(default_factory=list)

    def add(self, name: str, days: int, *after: str) -> Schedule:
        self.tasks.append(Task(name, days, after))
        return self

    def starts(self) -> dict[str, int]:
        by_name = {task.name: task for task in self.tasks}
        order = graphlib.TopologicalSorter({task.name: task.after for task in self.tasks}).static_order()
        starts: dict[str, int] = {}
        for name in order:
            starts[name] = max((starts[other] + by_name[other].days for other in by_name[name].after), default=0)
        return starts

    @property
    def length(self) -> int:
        starts = self.starts()
        return max((starts[task.name] + task.days for task in self.tasks), default=0)

    def end(self) -> dt.date:
        return self.begin + dt.timedelta(days=self.length)
