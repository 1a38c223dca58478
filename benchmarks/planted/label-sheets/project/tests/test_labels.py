from labelprinter import Label


def test_parse(label):
    assert label.recipient == "Ada Lovelace"
    assert label.lines == ("12 St James's Square", "London SW1")


def test_zpl(label):
    text = label.zpl()
    assert text.startswith("^XA^FO40,60^FDAda Lovelace^FS^FO40,96")
    assert label.ref in text


def test_refs_differ():
    assert Label("a", ()).ref != Label("a", ()).ref
