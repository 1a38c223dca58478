import pytest
from hypothesis import given, strategies as st

from zonekit import Zone, from_rdata, to_rdata

REMARKS = [
    "Moved to the new rack, café side.",
    "Owner is Jürgen, ext. 4471.",
    "Do not reboot before the backup has run!",
    "Naïve failover only.",
    "Colour coded: blue cable, port 12.",
    "Rented until Şubat, ask Zoë about the renewal and the invoice.",
    "Spare parts in Straße 9, second floor.",
]
notes = st.lists(st.sampled_from(REMARKS), min_size=6, max_size=14).map(" ".join)


@pytest.mark.parametrize("value, rdata", [
    ("", '""'),
    ("v=spf1 -all", '"v=spf1 -all"'),
    ('say "hi"', r'"say \"hi\""'),
    ("a\\b", r'"a\\b"'),
])
def test_rdata(value, rdata):
    assert to_rdata(value) == rdata
    assert from_rdata(rdata) == value


def test_long_values_are_split():
    rdata = to_rdata("k" * 600)
    assert rdata.count('"') == 6
    assert from_rdata(rdata) == "k" * 600


def test_not_quoted():
    with pytest.raises(ValueError):
        from_rdata("plain")


@given(st.lists(st.sampled_from("ab\\\""), max_size=12).map("".join))
def test_escapes(value):
    assert from_rdata(to_rdata(value)) == value


@given(value=notes, name=st.sampled_from(["@", "www", "_dmarc"]))
def test_notes_survive(value, name):
    zone = Zone("example.org.")
    zone.add_text(name, value)
    assert zone.text(name) == value
