import contextlib

import pytest

from outbox.client import Outbox, Undeliverable, with_backoff
from outbox.relay import Relay


@pytest.fixture
def relay():
    with contextlib.closing(Relay()) as relay:
        relay.start()
        yield relay


def test_success_needs_no_retry():
    assert with_backoff(lambda: 42) == 42


def test_recovers_after_two_errors():
    outcomes = [ConnectionResetError(), ConnectionRefusedError(), "ok"]

    def call():
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    assert with_backoff(call, pause=0) == "ok"


def test_gives_up():
    def refuse():
        raise ConnectionRefusedError("no")

    with pytest.raises(Undeliverable):
        with_backoff(refuse, retries=1, pause=0)


def test_invoice_arrives(relay):
    outbox = Outbox(relay.address)
    assert outbox.send("ada@example.org", "Invoice 17") == "queued 1"
    assert relay.messages == ["ada@example.org|Invoice 17"]
