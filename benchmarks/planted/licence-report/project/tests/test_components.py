import pytest

from sbomlite.components import normalise, scan


@pytest.mark.parametrize(
    "raw, expected",
    [("MIT License", "MIT"), (" Apache 2.0 ", "Apache-2.0"), ("UNKNOWN", None), (None, None), ("ISC", "ISC")],
)
def test_normalise(raw, expected):
    assert normalise(raw) == expected


def test_scan(install):
    install("zope", "5.1")
    root = install("Attrs", "23.2")
    assert [c.purl for c in scan(root)] == ["pkg:pypi/attrs@23.2", "pkg:pypi/zope@5.1"]
