from politecrawl.frontier import Frontier


def test_duplicates():
    frontier = Frontier(["http://a.test/", "http://a.test/#x", "http://b.test/"])
    assert list(frontier) == ["http://a.test/", "http://b.test/"]


def test_relative():
    frontier = Frontier()
    assert frontier.add("../news", base="http://a.test/x/y/z")
    assert list(frontier) == ["http://a.test/x/news"]


def test_other_schemes():
    assert not Frontier().add("mailto:a@b.test")
    assert len(Frontier(["ftp://a.test"])) == 0
