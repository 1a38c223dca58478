import random
import uuid

import pytest

from sandbox import Recipe
from sandbox.text import concordance


@pytest.fixture(scope="session")
def root(tmp_path_factory):
    return tmp_path_factory.mktemp("builds")


@pytest.fixture
def recipe():
    recipe = Recipe("manual")

    @recipe.step("index.txt", "intro.txt", "body.txt")
    def index(intro, body):
        return "\n".join(f"{word} {', '.join(map(str, lines))}" for word, lines in concordance(intro, body))

    @recipe.step("book.txt", "intro.txt", "body.txt", "index.txt")
    def book(*chapters):
        return "\n\n".join(chapters)

    return recipe


@pytest.fixture
def sources():
    lines = [" ".join(uuid.uuid4().hex[:6] for _ in range(8)) for _ in range(random.randrange(20, 160))]
    return {"intro.txt": "how to use it", "body.txt": "\n".join(lines)}
