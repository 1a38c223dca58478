from __future__ import annotations

import shutil
import textwrap
from typing import Iterator

from gantttext.schedule import Schedule

NAME_WIDTH = 12


def scale(schedule: Schedule, width: int) -> float:
    return min(1.0, (width - NAME_WIDTH - 2) / max(1, schedule.length))


def bars(schedule: Schedule, width: int) -> Iterator[str]:
    starts, factor = schedule.starts(), scale(schedule, width)
    for task in sorted(schedule.tasks, key=lambda task: (starts[task.name], task.name)):
        name = textwrap.shorten(task.name, NAME_WIDTH, placeholder="…")
        first = round(starts[task.name] * factor)
        length = max(1, round((starts[task.name] + task.days) * factor) - first)
        yield f"{name:<{NAME_WIDTH}}  {' ' * first}{'█' * length}"


def render(schedule: Schedule, width: int = shutil.get_terminal_size().columns, footer: bool = True) -> str:
    lines = list(bars(schedule, width))
    if footer:
        lines.append(f"{schedule.begin:%d.%m.%Y} to {schedule.end():%d.%m.%Y}, {schedule.length} days")
    return "\n".join(line.rstrip() for line in lines)
