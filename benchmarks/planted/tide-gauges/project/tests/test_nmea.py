import pytest

from tidegauge import ChecksumError, parse, sentence
from tidegauge.nmea import checksum


@pytest.mark.parametrize("station, level", [("DOVER", 3.42), ("X", -0.5), ("LERWICK", 0.0)])
def test_round_trip(station, level):
    assert parse(sentence(station, level)) == (station, level)


def test_checksum():
    assert checksum("TGLVL,DOVER,3.42") == sentence("DOVER", 3.42)[-2:]


@pytest.mark.parametrize("line", ["", "$TGLVL,DOVER,3.42", "$TGLVL,DOVER,3.42*00"])
def test_damaged(line):
    with pytest.raises(ChecksumError):
        parse(line)
