import pytest

from rollout import gates, pages


@pytest.fixture(params=["mona", "pelle", "staff"])
def user(request):
    return request.param


def test_default_toolbar():
    assert pages.toolbar("mona") == ["open", "save", "theme"]


def test_staff_sees_editor():
    assert pages.toolbar("staff")[0] == "compose"


def test_bucket_is_stable(user):
    assert gates.bucket(user) == gates.bucket(user)


def test_closed_gate(user):
    assert not gates.Gate("importer", 0).is_open(user)
