import pytest

INI = """\
[climate]
day = {day}
night = {night}
"""


@pytest.fixture
def site(tmp_path):
    """A grower's own folder of profiles."""

    def write(crop, day, night):
        (tmp_path / f"{crop}.ini").write_text(INI.format(day=day, night=night))
        return tmp_path

    return write
