import os

import pytest

from labels import Parcel, label, width


@pytest.fixture
def parcel(monkeypatch):
    monkeypatch.delenv("LABEL_PRINTER", raising=False)
    return Parcel(17, 3.25, express=True)


def test_a_label_names_the_parcel(parcel):
    assert label(parcel).startswith("parcel 000017")


def test_a_label_names_the_speed(parcel):
    assert label(parcel).endswith("express")


def test_something_fits():
    assert width() > 20


def test_the_shell_is_known():
    assert os.environ.get("SHELL", "/bin/sh")
