import json

import pytest


@pytest.fixture
def objects():
    return [
        {"no": "A1", "title": "Amber comb", "year": 1120},
        {"no": "A2", "title": "Tin whistle", "year": None},
    ]


@pytest.fixture
def catalogue(objects, tmp_path):
    path = tmp_path / "catalogue.json"
    path.write_text(json.dumps(objects), encoding="utf-8")
    return path
