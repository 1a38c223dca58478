import io

import pytest

from tollgate import cli
from tollgate.lanes import Lane

ROWS = "car,300\ntruck,1000\n\nvan,400\n"


def test_no_lanes(capsys):
    assert cli.main(["--lanes", "0"]) == 2
    assert capsys.readouterr().err == "no lanes\n"


def test_summary(capsys):
    assert cli.main(["--lanes", "2"], io.StringIO(ROWS)) == 0
    assert capsys.readouterr().out == "3 vehicles, 1530\n"


def test_unknown_option():
    with pytest.raises(SystemExit):
        cli.main(["--speed", "9"])


def test_replay():
    lanes = [Lane(1), Lane(2)]
    assert cli.replay(ROWS.splitlines(), lanes) == 3
    assert sorted(len(lane.passed) for lane in lanes) == [1, 2]
