import pytest

from forumdigest.posts import Thread


@pytest.fixture
def thread():
    thread = Thread("Crawling on the second firing")
    thread.reply("ines", "My glaze crawls after bisque, kiln at cone six with wax resist")
    thread.reply("tomas", "Is it the wax? Dust on the bisque is bad too, and so is a damp kiln")
    thread.reply("yuki", "Glaze too thick! Try a cone lower and open the kiln later")
    return thread
