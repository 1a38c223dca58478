import textwrap

import pytest

from beacon.settings import Settings


@pytest.fixture
def dropin(tmp_path):
    folder = tmp_path / "beacon.d"
    folder.mkdir()

    def add(name, body):
        (folder / f"{name}.ini").write_text(textwrap.dedent(body))
        return folder

    add.folder = folder
    return add


def test_defaults(dropin):
    assert Settings.load(dropin.folder).describe() == "Fl W 5s 12M"


def test_single_fragment(dropin):
    folder = dropin("site", "[lamp]\nsectors = red green\n")
    assert Settings.load(folder).sectors == ("red", "green")


class TestLayers:
    @pytest.fixture(autouse=True)
    def base(self, dropin):
        dropin("10-defaults", """
            [lamp]
            period = 10
            range = 18
        """)

    def test_untouched_keys_come_from_base(self, dropin):
        dropin("50-site", "[lamp]\nsectors = green\n")
        assert Settings.load(dropin.folder).describe() == "Fl G 10s 18M"

    def test_site_overrides_base(self, dropin):
        folder = dropin("50-site", """
            [lamp]
            range = 21
        """)
        settings = Settings.load(folder)
        assert settings.period == 10
        assert settings.range == 21
