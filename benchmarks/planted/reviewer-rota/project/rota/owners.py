from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatch


@dataclass(frozen=True)
class Rule:
    pattern: str
    owners: tuple[str, ...]


class OwnersFile:
    """The subset of CODEOWNERS that we use: the last rule that matches a path wins."""

    def __init__(self, rules: list[Rule]):
        self.rules = rules

    @classmethod
    def parse(cls, text: str) -> "OwnersFile":
        rules = []
        for line in text.splitlines():
            line = line.split("#", 1)[0].strip()
            if not line:
                continue
            pattern, *owners = line.split()
            rules.append(Rule(pattern, tuple(owner.lstrip("@") for owner in owners)))
        return cls(rules)

    def owners_of(self, path: str) -> tuple[str, ...]:
        for rule in reversed(self.rules):
            if fnmatch(path, rule.pattern):
                return rule.owners
        return ()
