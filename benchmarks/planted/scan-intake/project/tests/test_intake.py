import pytest

import intake

BLANK = [[0] * 4 for _ in range(3)]


@pytest.fixture
def folder(tmp_path):
    with intake.staging_area("desk7", base=tmp_path) as path:
        yield path


@pytest.mark.parametrize("number, name", [(1, "page001.pbm"), (42, "page042.pbm")])
def test_page_names(tmp_path, number, name):
    assert intake.store_page(tmp_path, number, BLANK).name == name


def test_staging_area_is_removed(tmp_path):
    with intake.staging_area("desk1", base=tmp_path) as path:
        intake.store_page(path, 1, BLANK)
    assert not path.exists()


def test_batch_summary(folder):
    for number in range(1, 4):
        intake.store_page(folder, number, BLANK)
    (folder / "notes.txt").write_text("second page is upside down")

    batch = intake.describe(folder)

    assert batch.station == "desk7"
    assert batch.pages == 3


def test_header(tmp_path):
    page = intake.store_page(tmp_path, 1, BLANK)
    assert page.read_text().splitlines()[:2] == ["P1", "4 3"]
