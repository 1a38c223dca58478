import logging

import pytest

from importer.__main__ import main


@pytest.fixture(autouse=True)
def keep_level():
    logger = logging.getLogger("importer")
    level = logger.level
    yield
    logger.setLevel(level)


class TestCommandLine:
    def test_counts(self):
        assert main(["1", "2"]) == 2

    def test_quiet(self, capsys):
        assert main(["--quiet", "1", "x"]) == 1
        assert capsys.readouterr().out == ""
