import os
import tempfile
import uuid

import pytest

from stock import write_report


@pytest.fixture
def stock():
    return {name: 3 for name in {"tea", "rice", "salt"}} | {uuid.uuid4().hex: 1}


def test_report_is_written(stock, tmp_path):
    assert write_report(tmp_path, stock).exists()


def test_report_has_a_header(stock):
    with tempfile.TemporaryDirectory() as folder:
        path = write_report(folder, stock)
        assert os.listdir(folder) == [path.name]
        assert path.read_text().splitlines()[0] == "name;count"
