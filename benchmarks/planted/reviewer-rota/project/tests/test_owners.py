import pytest

from rota.owners import OwnersFile


@pytest.mark.parametrize(
    "path, expected",
    [
        ("README.md", ("maria",)),
        ("docs/intro.md", ("jonas", "maria")),
        ("api/users.py", ("amir", "lotte")),
        ("api/schema/user.json", ("amir",)),
    ],
)
def test_last_rule_wins(owners, path, expected):
    assert owners.owners_of(path) == expected


def test_comments_and_blank_lines():
    assert OwnersFile.parse("# nothing\n\n  \n").rules == []


def test_no_rule():
    assert OwnersFile.parse("web/* @nils").owners_of("api/x.py") == ()
