from forumdigest.digest import summarise
from forumdigest.posts import Thread


def test_counts(thread):
    digest = summarise(thread)
    assert digest.replies == 2
    assert digest.authors == ("ines", "tomas", "yuki")


def test_most_frequent_topic_comes_first(thread):
    assert summarise(thread).topics[0] == "kiln"


def test_topics_lead_to_the_thread(thread):
    digest = summarise(thread)
    assert "glaze" in digest.topics
    assert len(digest.topics) == 4


def test_render():
    thread = Thread("Slip")
    thread.reply("ines", "slip slip casting")
    assert summarise(thread).render() == "Slip (0): casting, slip"


def test_empty_thread():
    assert summarise(Thread("Hello")).topics == ()
