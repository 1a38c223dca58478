import pytest

from ticker import Hub
from ticker.audit import Audit


@pytest.fixture
def audit(tmp_path):
    return Audit(tmp_path / "audit.csv")


@pytest.fixture
def hub(audit):
    return Hub(audit)
