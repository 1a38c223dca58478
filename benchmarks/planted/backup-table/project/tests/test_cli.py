from datetime import datetime

from snapkeep.cli import main

LISTING = """\
2024-02-01  2.0K    /etc
2024-03-01  700.0M  /srv/media/photographs/2019/e…w/originals/camera-two/card-04
2024-03-09  51.2K   /home/ines/letters
"""


def test_listing(index, capsys):
    assert main([str(index)]) == 0
    assert capsys.readouterr().out == LISTING


def test_expired(index, capsys):
    assert main([str(index), "--expired", "20"], now=datetime(2024, 3, 10)) == 0
    assert capsys.readouterr().out == "2024-02-01  2.0K  /etc\n"


def test_nothing(index, capsys):
    assert main([str(index), "--expired", "900"], now=datetime(2024, 3, 10)) == 1
    assert "nothing" in capsys.readouterr().out
