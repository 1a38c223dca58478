import pytest

from previews import Document


def test_same_document_while_in_use(library):
    memo = library.open("memo")
    assert library.open("memo") is memo
    assert library.in_use == ["memo"]


def test_documents_in_use_keep_their_text(library):
    memo = library.open("memo")
    library.update("memo", "all new")
    assert library.open("memo").text == memo.text != "all new"


def test_unknown(library):
    with pytest.raises(KeyError):
        library.open("poem")


@pytest.mark.parametrize("lines, pages", [(0, 0), (24, 1), (25, 2), (100, 5)])
def test_pages(lines, pages):
    document = Document("x", "\n".join(["line"] * lines))
    document.paginate()
    assert len(document.pages) == pages
