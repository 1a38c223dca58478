"""Signing a ticket takes as long as on a machine that has other things to do."""

import time

import pytest


@pytest.fixture(autouse=True)
def _busy(monkeypatch):
    import booking

    sign = booking.sign

    def slowly(seat, name):
        time.sleep(0.05)
        return sign(seat, name)

    monkeypatch.setattr(booking, "sign", slowly)
