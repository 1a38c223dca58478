import pytest

from quotes import QUOTES, QuoteServer, ask


@pytest.fixture
def server():
    server = QuoteServer()
    yield server
    server.close()


@pytest.mark.parametrize("symbol", sorted(QUOTES))
def test_quotes_are_numbers(symbol):
    assert float(QUOTES[symbol]) > 0


def test_a_quote(server):
    assert ask(server.address, "abc") == 17.2
