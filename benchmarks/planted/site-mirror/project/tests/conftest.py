import secrets
import time

import pytest

from sitemirror import Mirror


@pytest.fixture
def site(tmp_path):
    root = tmp_path / "site"
    (root / "img").mkdir(parents=True)
    (root / "index.html").write_text("<h1>Open from 9 to 17</h1>")
    (root / "img" / "logo.png").write_bytes(b"\x89PNG" + secrets.token_bytes(40))
    return root


@pytest.fixture
def mirror(site, tmp_path):
    return Mirror(site, tmp_path / "www")


@pytest.fixture
def edit(site):
    def edit(name, old, new):
        time.sleep(0.75)
        path = site / name
        path.write_text(path.read_text().replace(old, new))

    return edit
