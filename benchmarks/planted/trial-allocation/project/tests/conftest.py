import pytest

from trialarm import Trial


@pytest.fixture
def trial():
    trial = Trial("CARDIO-7")
    for code in ("BER", "LYS"):
        trial.open_site(code)
    return trial


@pytest.fixture
def berlin(trial):
    return trial.sites["BER"]
