import json

import pytest

from sbomlite.components import scan
from sbomlite.document import Document


@pytest.fixture
def document(install):
    install("attrs", "23.2", "MIT License", "Hynek")
    install("requests", "2.31", "Apache 2.0", "Kenneth")
    install("urllib3", "2.2", "MIT", "Andrey")
    root = install("mystery", "0.1", "UNKNOWN", "Hynek")
    return Document("shop", scan(root))


def test_authors(document):
    assert document.authors() == ["Andrey", "Hynek", "Kenneth"]


def test_unlicensed(document):
    assert document.unlicensed() == {"mystery"}


def test_serials_differ(document):
    assert Document("shop", []).serial != document.serial


def test_json(document):
    data = json.loads(document.to_json())
    assert len(data["components"]) == 4
    assert data["metadata"]["timestamp"].endswith("+00:00")


class TestLicenceExpression:
    def test_nothing_known(self):
        assert Document("shop", []).licence_expression() == "NOASSERTION"

    def test_single(self, install):
        assert Document("shop", scan(install("attrs"))).licence_expression() == "MIT"

    def test_combined(self, document):
        assert document.licence_expression() == "MIT AND Apache-2.0"
