from datetime import date
from decimal import Decimal

import pytest

from dunning.letters import Claim


@pytest.fixture
def claim():
    return Claim("Ms Ellery", "2023-118", Decimal("129.9"), date(2023, 9, 30))
