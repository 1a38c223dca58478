import pytest

from sitemirror import Manifest


def test_first_sync(mirror):
    report = mirror.sync()
    assert report.copied == ["img/logo.png", "index.html"]
    assert str(report).startswith("2 copied, 0 removed in ")


def test_nothing_to_do(mirror):
    mirror.sync()
    assert mirror.sync().copied == []


def test_opening_hours_change(mirror, edit):
    mirror.sync()
    edit("index.html", "17", "18")
    mirror.sync()
    assert (mirror.target / "index.html").read_text() == "<h1>Open from 9 to 18</h1>"


def test_new_and_deleted_files(mirror, site):
    mirror.sync()
    (site / "index.html").rename(site / "home.html")
    report = mirror.sync()
    assert (report.copied, report.removed) == (["home.html"], ["index.html"])
    assert not (mirror.target / "index.html").exists()


@pytest.mark.parametrize("text", ["{}", '{"a": [1, 2]}'])
def test_manifest_is_read(tmp_path, text):
    path = tmp_path / "m.json"
    path.write_text(text)
    assert set(Manifest(path).stamps) <= {"a"}
