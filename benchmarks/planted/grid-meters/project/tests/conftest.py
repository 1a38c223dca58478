import pytest

from gridmeters.feeder import Feeder

READINGS = {
    "bakery": [3.1, 2.7, 0.4],
    "church": [0.3, 0.15],
    "dairy": [7.7, 8.15],
    "garage": [1.1, 0.95, 1.3],
    "school": [4.6, 5.25, 5.05],
}


@pytest.fixture
def write_meter(tmp_path):
    def write(name, values):
        rows = [f"{9 + n // 4:02d}:{n % 4 * 15:02d},{value}" for n, value in enumerate(values)]
        path = tmp_path / f"{name}.csv"
        path.write_text("\n".join(["start,kwh", *rows]) + "\n")
        return path

    return write


@pytest.fixture
def feeder(tmp_path, write_meter):
    for name, values in READINGS.items():
        write_meter(name, values)
    return Feeder(tmp_path)
