import pytest

from meterlink.auth import Broker, Issuer


@pytest.fixture
def issuer(tmp_path):
    key_file = tmp_path / "client.key"
    key_file.write_text("grid-42\n")
    return Issuer(key_file)


@pytest.fixture
def broker(issuer):
    return Broker(issuer)


@pytest.fixture
def meter(tmp_path):
    folder = tmp_path / "readings"
    folder.mkdir()

    def meter(name, hours, each=0.5):
        rows = [f"{hour},{100 + hour * each:.3f}" for hour in range(hours)]
        (folder / f"{name}.csv").write_text("\n".join(["hour,kwh", *rows]) + "\n")
        return folder

    return meter
