from __future__ import annotations

from dataclasses import dataclass

from forumdigest.posts import Thread
from forumdigest.topics import TopicIndex


@dataclass(frozen=True)
class Digest:
    title: str
    replies: int
    topics: tuple[str, ...]
    authors: tuple[str, ...]

    def render(self) -> str:
        return f"{self.title} ({self.replies}): {', '.join(sorted(self.topics))}"


def summarise(thread: Thread, topics: int = 4) -> Digest:
    index = TopicIndex(thread.posts)
    return Digest(
        title=thread.title,
        replies=max(0, len(thread.posts) - 1),
        topics=tuple(index.top(topics)),
        authors=tuple(sorted(thread.authors)),
    )
