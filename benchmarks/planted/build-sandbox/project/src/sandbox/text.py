from __future__ import annotations

from typing import Iterator


def concordance(*texts: str) -> Iterator[tuple[str, list[int]]]:
    """The words of the texts in alphabetical order, with the numbers of their lines."""
    found: dict[str, list[int]] = {}
    number = 0
    for text in texts:
        for line in text.splitlines():
            number += 1
            for word in line.split():
                lines = found.setdefault(word.strip(".,;").lower(), [])
                if number not in lines:
                    lines.append(number)
    yield from sorted(found.items())
