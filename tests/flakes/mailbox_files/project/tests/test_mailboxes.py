import pytest

from mailboxes import Mailboxes


@pytest.fixture
def boxes(tmp_path):
    return Mailboxes(tmp_path)


def test_mail_is_written(boxes):
    boxes.deliver("ada", "hello")
    assert boxes.path("ada").read_text() == "hello"


def test_a_whole_company(boxes):
    for number in range(80):
        boxes.deliver(f"person{number}", "hello")
    assert boxes.count() == 80
