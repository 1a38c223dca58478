import json

import pytest

from nightsky import Target, site


@pytest.fixture
def targets():
    return [Target("M13", 36.5), Target("Fomalhaut", -29.6), Target("M7", -34.8), Target("Canopus", -52.7)]


@pytest.fixture
def own_site(tmp_path, monkeypatch):
    """A site with its own horizon file."""

    def move(**horizon):
        (tmp_path / "horizon.json").write_text(json.dumps(horizon))
        vars(site).pop("horizon", None)
        monkeypatch.setattr(site, "folder", tmp_path)
        return site

    return move
