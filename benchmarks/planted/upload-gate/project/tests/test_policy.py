import pytest

from uploadgate.policy import Policy


@pytest.mark.parametrize(
    "name, size, status",
    [("a.txt", 10, 201), ("a.TXT", 10, 201), ("a.exe", 10, 415), ("a", 10, 415), ("a.csv", 70_000, 413)],
)
def test_verdict(name, size, status):
    assert Policy().verdict(name, size)[0] == status
