from __future__ import annotations

import math
from collections import Counter
from typing import Iterable

from forumdigest.posts import Post


class TopicIndex:
    """In how many posts does a word occur?"""

    def __init__(self, posts: Iterable[Post] = ()):
        self.size = 0
        self.frequency: Counter[str] = Counter()
        for post in posts:
            self.add(post)

    def add(self, post: Post) -> None:
        self.size += 1
        self.frequency.update(post.words())

    def weight(self, word: str) -> float:
        return math.log((1 + self.size) / (1 + self.frequency[word]))

    def top(self, count: int) -> list[str]:
        return [word for word, _ in self.frequency.most_common(count)]

    def rare(self) -> set[str]:
        return {word for word, found in self.frequency.items() if found == 1}
