import pytest

from blog.tags import Post


class TestTags:
    @pytest.mark.parametrize("text", ["plain", "", "c# is not a tag"])
    def test_none(self, text):
        assert Post(text).tags == []

    def test_duplicates_count_once(self):
        assert len(Post("#a #A #b").tags) == 2


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Hello", "Hello"),
        ("Hello #World", "Hello [world]"),
        ("Bread #Food #diy #food", "Bread [food] [diy]"),
    ],
    ids=["none", "one", "two"],
)
def test_rendering(text, html):
    assert Post(text).render() == html
