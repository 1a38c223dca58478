import random

import pytest

LINES = [
    "2024-03-01T02:00:00\t734003200\t/srv/media/photographs/2019/expedition/raw/originals/camera-two/card-04",
    "2024-02-01T02:00:00\t2048\t/etc",
    "2024-03-09T02:00:00\t52428\t/home/ines/letters",
]


@pytest.fixture
def index(tmp_path):
    path = tmp_path / "index.tsv"
    path.write_text("\n".join(random.sample(LINES, len(LINES))) + "\n", encoding="utf-8")
    return path
