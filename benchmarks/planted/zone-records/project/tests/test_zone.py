import pytest
from hypothesis import given, strategies as st

from zonekit import absolute, labels


def test_serial_grows(zone):
    before = zone.serial
    zone.add("www", "A", "192.0.2.7")
    assert zone.serial == before + 1


def test_addresses(zone):
    for last in (7, 8, 9):
        zone.add("www", "A", f"192.0.2.{last}")
    assert sorted(zone.addresses("www")) == ["192.0.2.7", "192.0.2.8", "192.0.2.9"]


def test_ttl_of_text(zone):
    assert 300 <= zone.add_text("@", "hello").ttl < 330


def test_line(zone):
    assert zone.add("www", "A", "192.0.2.7").line() == "www.example.org.\t3600\tIN\tA\t192.0.2.7"


@given(st.lists(st.text("abcdefgh-", min_size=1, max_size=20), min_size=1, max_size=4))
def test_labels(parts):
    assert labels(absolute(".".join(parts), "example.org.")) == [*parts, "example", "org"]


def test_empty_label():
    with pytest.raises(ValueError):
        labels("a..b")
