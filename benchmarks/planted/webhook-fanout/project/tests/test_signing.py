import uuid

import pytest

from hookhub import sign, verify


@pytest.fixture
def delivery():
    return str(uuid.uuid4())


def test_roundtrip(delivery):
    assert verify("s3cret", delivery, b"{}", sign("s3cret", delivery, b"{}"))


@pytest.mark.parametrize("secret, body", [("other", b"{}"), ("s3cret", b"{ }")])
def test_tampered(delivery, secret, body):
    assert not verify(secret, delivery, body, sign("s3cret", delivery, b"{}"))
