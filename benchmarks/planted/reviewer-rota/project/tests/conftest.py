import itertools
import textwrap

import pytest

from rota.assign import Assigner
from rota.owners import OwnersFile
from rota.pulls import PullRequest

CODEOWNERS = textwrap.dedent(
    """\
    *              @maria
    docs/*         @jonas @maria        # prose
    api/*          @amir @lotte
    api/schema/*   @amir
    web/*          @nils
    """
)


@pytest.fixture
def owners():
    return OwnersFile.parse(CODEOWNERS)


@pytest.fixture
def make_pull():
    numbers = itertools.count(4100)

    def make(*paths, author="sven", labels=()):
        return PullRequest(next(numbers), author, list(paths), set(labels))

    return make


@pytest.fixture
def assigner(owners):
    return Assigner(owners, lead="maria")
