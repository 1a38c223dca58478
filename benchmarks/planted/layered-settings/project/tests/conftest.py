import json
from pathlib import Path

import pytest

from layers.load import Settings


@pytest.fixture
def write(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def _write(name, **values):
        target = Path("etc") / name
        target.parent.mkdir(exist_ok=True)
        target.write_text(json.dumps(values))
        return target

    return _write


@pytest.fixture
def site(write):
    wanted = [
        write("base.json", db={"host": "localhost", "port": 5432}, debug=False),
        write("local.json", db={"port": 6543}, trace={"rate": 0.1}),
    ]
    found = set(Path("etc").glob("*.json"))
    assert found.issuperset(wanted)
    return Settings(*found)
