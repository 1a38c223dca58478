import pytest

from forumdigest.posts import Post
from forumdigest.topics import TopicIndex


def test_words_count_once_per_post():
    index = TopicIndex([Post("ines", "clay clay clay"), Post("yuki", "clay")])
    assert index.frequency["clay"] == 2


def test_rare(thread):
    assert {"dust", "damp", "thick"} <= TopicIndex(thread.posts).rare()


@pytest.mark.parametrize("common, rare", [("kiln", "glaze"), ("glaze", "damp")])
def test_weight(thread, common, rare):
    index = TopicIndex(thread.posts)
    assert index.weight(common) < index.weight(rare)


def test_stopwords():
    assert Post("ines", "it is on the KILN").words() == {"kiln"}


def test_posts_have_their_own_ident(thread):
    assert len({post.ident for post in thread.posts}) == 3
    assert thread.posts[0].written <= thread.posts[2].written
