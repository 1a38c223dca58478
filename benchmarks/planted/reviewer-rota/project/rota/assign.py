from __future__ import annotations

from collections import Counter
from typing import Iterable

from rota.owners import OwnersFile
from rota.pulls import PullRequest


class NobodyLeft(RuntimeError):
    pass


class Assigner:
    def __init__(self, owners: OwnersFile, away: Iterable[str] = (), lead: str | None = None):
        self.owners = owners
        self.away = frozenset(away)
        self.lead = lead
        self.open_reviews: Counter[str] = Counter()

    def candidates(self, pull: PullRequest) -> set[str]:
        names = {name for path in pull.paths for name in self.owners.owners_of(path)}
        return names - self.away - {pull.author}

    def assign(self, pull: PullRequest) -> str:
        names = self.candidates(pull)
        if pull.urgent and self.lead in names:
            chosen = self.lead
        elif names:
            chosen = min(names, key=self.open_reviews.__getitem__)
        else:
            raise NobodyLeft(f"#{pull.number}")
        self.open_reviews[chosen] += 1
        pull.reviewer = chosen
        return chosen

    def close(self, pull: PullRequest) -> None:
        if pull.reviewer is not None:
            self.open_reviews[pull.reviewer] -= 1
            pull.reviewer = None

    def summary(self) -> list[tuple[str, int]]:
        return sorted(self.open_reviews.items(), key=lambda item: (-item[1], item[0]))
