import math
import os

import pytest

from tidegauge import Monitor, sentence

MEAN_LEVELS = {"AVONMOUTH": 7.0, "DOVER": 3.8, "LERWICK": 1.3}


class Gauges:
    """The serial line: what is transmitted comes out of the stream."""

    def __init__(self):
        read_end, write_end = os.pipe()
        self.stream = os.fdopen(read_end, "r", newline="\n")
        self._line = os.fdopen(write_end, "w", buffering=1)

    def transmit(self, **levels):
        for station, level in levels.items():
            self._line.write(sentence(station, level) + "\n")

    def noise(self):
        self._line.write("$TGLVL,DO#ER,3.42*00\n")

    def hang_up(self):
        self._line.close()


@pytest.fixture
def gauges():
    gauges = Gauges()
    yield gauges
    gauges.hang_up()


@pytest.fixture
def monitor(gauges):
    monitor = Monitor(gauges.stream).start()
    yield monitor
    gauges.hang_up()
    monitor.join(1)
    gauges.stream.close()


@pytest.fixture(scope="session")
def recording():
    """Every three minutes, from noon to the flood at eight in the evening."""
    lines = []
    for minute in range(0, 8 * 60 + 1, 3):
        surge = 2.5 * math.sin(math.pi * minute / 60 / 16)
        lines += [sentence(station, mean + surge) for station, mean in MEAN_LEVELS.items()]
    return "\n".join(lines) + "\n"
