import time

import pytest

from mailer import Mailer


@pytest.fixture
def mailer():
    made = Mailer()
    yield made
    made.close()


def test_nothing_is_sent_unasked(mailer):
    assert mailer.sent == []


def test_mail_is_sent(mailer):
    mailer.send("ada@example.org")
    time.sleep(0.03)  # CAUSE
    assert mailer.sent == ["ada@example.org"]
