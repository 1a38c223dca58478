from __future__ import annotations

import shutil
from collections.abc import Sequence

GAP = "  "


def human(size: int) -> str:
    value = float(size)
    for unit in ("B", "K", "M", "G"):
        if value < 1024 or unit == "G":
            break
        value /= 1024
    return f"{value:.0f}{unit}" if unit == "B" else f"{value:.1f}{unit}"


def shorten(text: str, width: int) -> str:
    if len(text) <= width:
        return text
    head = (width - 1) // 2
    tail = width - 1 - head
    return f"{text[:head]}…{text[len(text) - tail:]}"


def table(rows: Sequence[Sequence[str]], flexible: int = -1) -> str:
    """Aligned columns; the flexible one is shortened so that lines fit the screen."""
    columns = list(zip(*rows))
    widths = [max(map(len, column)) for column in columns]
    flexible %= len(widths)
    screen = shutil.get_terminal_size().columns
    fixed = sum(widths) - widths[flexible] + len(GAP) * (len(widths) - 1)
    widths[flexible] = min(widths[flexible], max(screen - fixed, 10))
    lines = []
    for row in rows:
        cells = [shorten(cell, width).ljust(width) for cell, width in zip(row, widths)]
        lines.append(GAP.join(cells).rstrip())
    return "\n".join(lines)
