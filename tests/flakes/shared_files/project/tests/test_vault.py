import pytest

from vault import Vault, readable


@pytest.fixture
def vault(tmp_path):
    return Vault(tmp_path)


def test_the_text_is_there(vault):
    assert vault.share("hello").read_text() == "hello"


def test_everybody_may_read_it(vault):
    assert readable(vault.share("hello"))
