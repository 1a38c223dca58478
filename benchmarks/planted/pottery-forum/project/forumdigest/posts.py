from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timezone

STOPWORDS = frozenset("a after and at for in is it my no of on or the to too was with".split())

_word = re.compile(r"[a-z]{3,}")


@dataclass
class Post:
    author: str
    text: str
    ident: str = field(default_factory=lambda: str(uuid.uuid4()))
    written: datetime = field(default_factory=lambda: datetime.now(timezone.utc))

    def words(self) -> set[str]:
        return {word for word in _word.findall(self.text.lower()) if word not in STOPWORDS}


@dataclass
class Thread:
    title: str
    posts: list[Post] = field(default_factory=list)

    def reply(self, author: str, text: str) -> Post:
        post = Post(author, text)
        self.posts.append(post)
        return post

    @property
    def authors(self) -> set[str]:
        return {post.author for post in self.posts}
