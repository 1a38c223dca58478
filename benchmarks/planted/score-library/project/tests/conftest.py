import random

import pytest

from scorelib import Library

SCALE = ["C4", "D4", "E4", "F4", "G4", "A4", "B4"]


def bars(count):
    return " | ".join(" ".join(random.choices(SCALE, k=4)) for _ in range(count))


@pytest.fixture
def library(tmp_path):
    (tmp_path / "etude.score").write_text(f"piano | {bars(random.randint(8, 64))}\n")
    (tmp_path / "symphony.score").write_text(
        "\n".join(f"{instrument} | {bars(60)}" for instrument in ("violin", "viola", "cello", "oboe"))
    )
    (tmp_path / "canon.score").write_text("flute | C4 D4 | E4 F4\nbassoon | C3 D3 | E3 F3\n")
    return Library(tmp_path)
