import pytest

from beacon import Lookout


class Tower:
    """Keeps the lookouts of a test session by watch."""

    def __init__(self):
        self.posts = {}

    def man(self, watch):
        post = self.posts[watch] = Lookout()
        return post

    def relieve(self, watch):
        self.posts.pop(watch).close()


@pytest.fixture(scope="session")
def tower():
    return Tower()
