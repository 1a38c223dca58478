import pytest

import phrasebook


@pytest.fixture(autouse=True)
def fresh_catalog():
    phrasebook.close_catalog()
    yield
    phrasebook.close_catalog()
