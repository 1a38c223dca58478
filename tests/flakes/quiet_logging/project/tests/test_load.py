from importer import load


def test_good_rows(caplog):
    assert load(["1", "2"]) == ["1", "2"]
    assert not caplog.records


def test_skipped_rows_are_told(caplog):
    load(["1", "x"])
    assert "1 rows skipped" in caplog.text
