import pytest

from office.clerks import Office, Request
from office.forms import language, use_language


def test_language_without_request():
    assert language() == "de"


def test_unknown_language():
    with pytest.raises(LookupError):
        use_language("xx")


class TestOffice:
    @pytest.fixture
    def office(self):
        with Office(clerks=3) as office:
            yield office

    @pytest.mark.parametrize("lang, text", [("de", "Ummeldung"), ("it", "Cambio di residenza")])
    def test_language_of_request(self, office, lang, text):
        assert office.queue(Request("move", lang)) == [text]

    def test_default_language_of_a_form(self, office):
        titles = office.queue(Request("birth", "it"), Request("birth", "de"), Request("move"), Request("birth"))
        assert titles == ["Atto di nascita", "Geburtsurkunde", "Ummeldung", "Geburtsurkunde"]
